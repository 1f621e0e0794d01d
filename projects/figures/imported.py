"""What an import comes to: rows by outcome, sums by money column, printed totals beside what the rows give."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from projects.columns import COLUMNS, Holds, by_key
from projects.models import Import
from projects.rules import money
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportKind, Outcome


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """The sum of a money column in yuan; `missing`: rows that say nothing there, `unclear`: that cannot be read."""

    key: str
    label: str
    amount: int
    counted: int
    missing: int
    unclear: int


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """A total row of the sheet for one column: printed, computed from the rows it stands for, and the difference."""

    sheet: str
    line: int
    words: str
    key: str
    label: str
    printed: int
    computed: int

    @property
    def difference(self) -> int:
        """Printed minus computed, in yuan."""
        return self.printed - self.computed


def tally(imported: Import) -> dict[str, Any]:
    """Plain values, as they are kept with the import: counts, sums, printed totals."""
    counts = {outcome.value: 0 for outcome in Outcome} | imported.rows.outcomes()
    amounts = _Amounts(imported)
    return {
        "counts": counts,
        "sums": [asdict(column) for column in amounts.sums()],
        "printed": [asdict(total) | {"difference": total.difference} for total in amounts.printed()],
    }


class _Amounts:
    """The money of every row, read once."""

    def __init__(self, imported: Import) -> None:
        known = by_key(COLUMNS[ImportKind(imported.kind)])
        self.layout = imported.layout
        self.labels = {key: column.title for key, column in known.items() if column.holds is Holds.MONEY}
        self.rows: list[tuple[str, int, dict[str, int]]] = []
        self.unclear: Counter[str] = Counter()
        self.memo: dict[str, int | None] = {}
        cells = imported.rows.order_by("position").values_list("sheet", "line", "cells")
        for sheet, line, said in cells.iterator(chunk_size=2000):
            self.rows.append((sheet, line, self._amounts(said)))

    def _amounts(self, said: dict[str, str]) -> dict[str, int]:
        amounts = {}
        for key in self.labels.keys() & said.keys():
            amount = self._read(said[key])
            if amount is None:
                self.unclear[key] += 1
            else:
                amounts[key] = amount
        return amounts

    def _read(self, text: str) -> int | None:
        if text not in self.memo:
            try:
                self.memo[text] = money.parse(text).yuan
            except RuleBroken:
                self.memo[text] = None
        return self.memo[text]

    def sums(self) -> list[ColumnSum]:
        found = []
        for key, label in self.labels.items():
            said = [amounts[key] for _, _, amounts in self.rows if key in amounts]
            unclear = self.unclear[key]
            if said or unclear:
                missing = len(self.rows) - len(said) - unclear
                found.append(ColumnSum(key, label, sum(said), len(said), missing, unclear))
        return found

    def printed(self) -> list[PrintedTotal]:
        return [
            PrintedTotal(
                total["sheet"],
                total["line"],
                total["words"],
                key,
                self.labels[key],
                amount,
                self._between(total["sheet"], total["first"], total["last"], key),
            )
            for total in self.layout.get("printed", ())
            for key, amount in total["amounts"].items()
        ]

    def _between(self, sheet: str, first: int, last: int, key: str) -> int:
        return sum(
            amounts.get(key, 0) for of, line, amounts in self.rows if of == sheet and first <= line <= last
        )
