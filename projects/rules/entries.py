"""What is typed for one project's month, and what becomes of it when two people type at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from projects.rules import money
from projects.rules.conflicts import Line, Side, side
from projects.rules.money import MoneyUnit

CELLS = {
    "invested": "本月完成",
    "progress": "形象进度",
    "next_step": "下一步打算",
    "needs_coordination": "需要协调",
}
"""What two people can fall out over; the amount and “no change” are one cell, since one rules the other out."""

UNCHANGED = "无变化"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for one project; `invested` in yuan, None = not reported, 0 = nothing invested."""

    invested: int | None
    progress: str = ""
    next_step: str = ""
    needs_coordination: str = ""
    unchanged: bool = False

    def cell(self, name: str) -> dict[str, Any]:
        """The columns of a cell with their values."""
        if name == "invested":
            return {"invested": self.invested, "unchanged": self.unchanged}
        return {name: getattr(self, name)}

    def words(self, name: str) -> str:
        """A cell as a reader says it, "" when it is empty."""
        if name != "invested":
            return str(getattr(self, name))
        if self.unchanged:
            return UNCHANGED
        if self.invested is None:
            return ""
        return f"{money.to_unit(self.invested, MoneyUnit.YI).normalize():f} 亿元"  # exact: a yuan matters


EMPTY = Entry(None)


def reconciled(
    before: Entry, theirs: Entry, mine: Entry, choices: Mapping[str, str]
) -> tuple[Entry, tuple[Line, ...]]:
    """The month as both have it, and a line for each cell that both changed and nobody has chosen for yet.

    `choices`: by cell whose value is kept. Where a line is left the entry holds theirs.
    """
    entry, lines = theirs, []
    for name, label in CELLS.items():
        was, now, typed = before.cell(name), theirs.cell(name), mine.cell(name)
        decided = side(mine_changed=typed != was, theirs_changed=now != was, same=now == typed)
        if decided == Side.OPEN:
            decided = Side(choices.get(name, Side.OPEN))
        if decided == Side.OPEN:
            lines.append(Line(label, before.words(name), theirs.words(name), mine.words(name), name))
        elif decided == Side.MINE:
            entry = replace(entry, **typed)
    return entry, tuple(lines)
