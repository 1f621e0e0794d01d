"""The totals of an import: rows by outcome, sums by money column, printed totals beside the computed ones."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from projects.columns import COLUMNS, Holds, by_key
from projects.files.recognise.layout import Line, LineKind
from projects.models import Import
from projects.rules import money
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportKind, Outcome
from projects.workbooks.describe import TableFacts
from projects.workbooks.extract import Extractor
from projects.workbooks.month_totals import month_totals, rows_that_do_not_add_up
from projects.workbooks.row_questions import row_questions


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


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line that is no row: a section with the rows that it states and has, or a line that was left out."""

    sheet: str
    line: int
    words: str
    depth: int
    stated: int | None
    counted: int | None
    """None for a line that stands for no rows."""


MOST_OUTLINED = 500
"""Lines of the outline that are kept."""
COUNTED = ("outline", "counts", "sums", "printed_totals", "asked")
"""The columns of an import that `count` sets."""


def count(imported: Import) -> None:
    """Set the rows by outcome, what they ask, the sums, the printed totals beside the computed ones; not saved here."""
    count_outcomes(imported)
    amounts = _Amounts(imported)
    imported.outline = [asdict(line) for line in amounts.outline()]
    imported.sums = [asdict(column) for column in amounts.sums()]
    imported.printed_totals = [
        asdict(total) | {"difference": total.difference} for total in amounts.printed()
    ]


def count_outcomes(imported: Import) -> None:
    """Set the rows by outcome and what they ask, where their cells have not changed; not saved here."""
    imported.counts = {outcome.value: 0 for outcome in Outcome} | imported.rows.outcomes()
    imported.asked = row_questions(imported) if imported.counts[Outcome.FAULTY.value] else []


class _Amounts:
    """The money of every row, read once."""

    def __init__(self, imported: Import) -> None:
        known = by_key(COLUMNS[ImportKind(imported.kind)])
        self.layout = imported.layout
        self.labels = {key: column.title for key, column in known.items() if column.holds is Holds.MONEY}
        self.rows: list[tuple[str, int, dict[str, int]]] = []
        self.months: list[str] = []
        """The month that each row says."""
        self.unclear: Counter[str] = Counter()
        self.memo: dict[str, int | None] = {}
        cells = imported.rows.order_by("position").values_list("sheet", "line", "cells")
        for sheet, line, texts in cells.iterator(chunk_size=2000):
            self.rows.append((sheet, line, self._amounts(texts)))
            self.months.append(texts.get("month", ""))

    def _amounts(self, texts: dict[str, str]) -> dict[str, int]:
        amounts = {}
        for key in self.labels.keys() & texts.keys():
            amount = self._read(texts[key])
            if amount is None:
                self.unclear[key] += 1
            else:
                amounts[key] = amount
        return amounts

    def _read(self, text: str) -> int | None:
        if text not in self.memo:
            try:
                self.memo[text] = money.parse(text, is_printed=True).yuan
            except RuleBroken:
                self.memo[text] = None
        return self.memo[text]

    def sums(self) -> list[ColumnSum]:
        found = []
        for key, label in self.labels.items():
            known = [amounts[key] for _, _, amounts in self.rows if key in amounts]
            unclear = self.unclear[key]
            if known or unclear:
                missing = len(self.rows) - len(known) - unclear
                found.append(ColumnSum(key, label, sum(known), len(known), missing, unclear))
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
                self._between(total, key),
            )
            for total in self.layout.get("printed", ())
            for key, amount in total["amounts"].items()
        ]

    def outline(self) -> Iterator[OutlineLine]:
        """The lines that are no rows, each section with the number of its rows."""
        lines: dict[str, list[int]] = defaultdict(list)
        for sheet, line, _ in self.rows:
            lines[sheet].append(line)
        for mark in self.layout.get("marks", ()):
            of_sheet, counted = lines[mark["sheet"]], None
            if mark["last"]:
                counted = bisect_right(of_sheet, mark["last"]) - bisect_right(of_sheet, mark["line"])
            yield OutlineLine(
                mark["sheet"], mark["line"], mark["words"], mark["depth"], mark["stated"], counted
            )

    def _between(self, total: dict[str, Any], key: str) -> int:
        """What the rows come to that a printed total stands for, of one month where it is one's."""
        sheet, first, last, of_month = total["sheet"], total["first"], total["last"], total.get("month")
        return sum(
            amounts.get(key, 0)
            for (of, line, amounts), month in zip(self.rows, self.months, strict=True)
            if of == sheet and first <= line <= last and of_month in (None, month)
        )


def printed_totals(extractor: Extractor, facts: TableFacts) -> Iterator[dict[str, Any]]:
    """Each row that prints sums: what it prints, and the first and last line of the rows that it stands for."""
    begins = 0
    total = month_totals if extractor.table.months else _total
    if extractor.table.months:
        yield from rows_that_do_not_add_up(extractor)
    for at, line in enumerate(facts.marks):
        match line.kind:
            case LineKind.SECTION:
                begins = begins if line.last else line.number
                last = line.last or _end_of_section(facts.marks, at) or facts.last
                yield from total(line, extractor, line.number, last)
            case LineKind.SUBTOTAL:
                yield from total(line, extractor, begins, line.number)
                begins = line.number
            case LineKind.TOTAL:
                yield from total(line, extractor, 0, facts.last)


def marks_of(sheet: str, facts: TableFacts) -> list[dict[str, Any]]:
    """Sections and lines that were left out; `last` is the last line that a section stands for, 0 for the others."""
    return [
        {
            "sheet": sheet,
            "line": mark.number,
            "words": mark.label,
            "depth": max(0, len(mark.sections) - 1),
            "stated": mark.count,
            "last": (mark.last or _end_of_section(facts.marks, at) or facts.last)
            if mark.kind is LineKind.SECTION
            else 0,
        }
        for at, mark in enumerate(facts.marks)
        if mark.kind in (LineKind.SECTION, LineKind.NOTE)
    ][:MOST_OUTLINED]


def _end_of_section(marks: Sequence[Line], at: int) -> int:
    """The last line before a section of the same depth or above it begins; 0 where none does."""
    depth = len(marks[at].sections)
    later = (
        mark.number
        for mark in marks[at + 1 :]
        if mark.kind is LineKind.SECTION and not mark.last and len(mark.sections) <= depth
    )
    return next(later, 1) - 1


def _total(line: Line, extractor: Extractor, first: int, last: int) -> Iterator[dict[str, Any]]:
    cells, amounts = extractor.row(line).cells, dict[str, int]()
    for column in extractor.columns:
        text = cells.get(column.known.key, "")
        if column.known.holds is Holds.MONEY and text:
            try:
                amounts[column.known.key] = money.parse(text, is_printed=True).yuan or 0
            except RuleBroken:
                continue
    if amounts:
        yield {
            "sheet": extractor.table.sheet,
            "line": line.number,
            "words": line.label,
            "amounts": amounts,
            "first": first,
            "last": last,
        }
