"""The values of one project's monthly report, and their three-way merge when two people write at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from projects.rules import money
from projects.rules.merge import FieldDifference, merge
from projects.rules.money import MoneyUnit
from projects.rules.reporting import LOCKED
from projects.vocabulary import ReportState

CELLS = {
    "invested": "本月完成",
    "progress": "形象进度",
    "next_step": "下一步打算",
    "needs_coordination": "需要协调",
}
"""What is merged as one value. Amount, with what explains it, “no change” and opening balance are one cell: one
excludes the others.
"""

UNCHANGED = "无变化"


@dataclass(frozen=True, slots=True)
class Entry:
    """The values of a month; `invested` in yuan, None = not reported, 0 = nothing invested.

    `opening`: the sum of January to the month, in yuan, where the month holds the opening balance of the year.
    `explanation`: why an amount is right that looks wrong.
    """

    invested: int | None
    progress: str = ""
    next_step: str = ""
    needs_coordination: str = ""
    unchanged: bool = False
    opening: int | None = None
    explanation: str = ""

    def cell(self, name: str) -> dict[str, Any]:
        """The columns of a cell with their values."""
        if name == "invested":
            names = ("invested", "unchanged", "opening", "explanation")
            return {each: getattr(self, each) for each in names}
        return {name: getattr(self, name)}

    def cells(self) -> dict[str, dict[str, Any]]:
        """The columns of every cell with their values, by cell."""
        return {name: self.cell(name) for name in CELLS}

    def words(self, name: str) -> str:
        """A cell as text for the reader, "" when it is empty."""
        if name != "invested":
            return str(getattr(self, name))
        return f"{self._amount()}{f'（{self.explanation}）' if self.explanation else ''}"

    def _amount(self) -> str:
        if self.unchanged:
            return UNCHANGED
        if self.opening is not None:
            return f"期初累计 {_yi(self.opening)}"
        return "" if self.invested is None else _yi(self.invested)


def _yi(amount: int) -> str:
    """Exact: a yuan matters."""
    return f"{money.to_unit(amount, MoneyUnit.YI).normalize():f} 亿元"


EMPTY = Entry(None)
COLUMNS = ("invested", "progress", "next_step", "needs_coordination", "unchanged", "opening", "explanation")


def reconciled(
    before: Entry, theirs: Entry, mine: Entry, choices: Mapping[str, str]
) -> tuple[Entry, tuple[FieldDifference, ...]]:
    """The merged month, and a difference for each cell that both changed and that nobody has chosen yet.

    `choices`: the side whose value is kept, by cell. A cell that is still open holds theirs.
    """
    merged = merge(before.cells(), theirs.cells(), mine.cells(), choices)
    entry = theirs
    for name in merged.mine:
        entry = replace(entry, **mine.cell(name))
    return entry, tuple(
        FieldDifference(CELLS[name], before.words(name), theirs.words(name), mine.words(name), name)
        for name in merged.open
    )


def entry_of(report: Any) -> Entry:
    """What a report, or a version of it, says; None says nothing."""
    if report is None:
        return EMPTY
    return Entry(**{name: getattr(report, name) for name in COLUMNS})


def put(report: Any, entry: Entry) -> None:
    """Set what a draft says, not saved; a report that was handed in is a draft again."""
    for name in COLUMNS:
        setattr(report, name, getattr(entry, name))
    if report.state in LOCKED:
        report.state = ReportState.DRAFT
