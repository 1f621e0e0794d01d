"""What a column is: its key, what its cells hold, how it is headed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from projects.vocabulary import Stage


class Holds(Enum):
    """What a cell of the column says."""

    TEXT = "text"
    PROSE = "prose"
    CODE = "code"
    COUNT = "count"
    MONEY = "money"
    """Yuan, in the unit that the heading or the sheet states."""
    FOREIGN = "foreign"
    """An amount with its currency; never converted."""
    PERIOD = "period"
    """A day, a month, a quarter or a year."""
    CHOICE = "choice"
    FLAG = "flag"
    KEY = "key"
    """Which record the row is, or how it stood when the sheet was made: written by us, changed by nobody."""
    NOTHING = "nothing"
    """Known, and not read: a running number, or a sum of others."""


class Cleared:
    """The value of a cell that empties its fact, which an empty cell does not."""

    def __repr__(self) -> str:
        return "（清空）"


CLEARED = Cleared()


LONGEST = {
    Holds.TEXT: 1000,
    Holds.PROSE: 32_767,
    Holds.CODE: 60,
    Holds.COUNT: 40,
    Holds.MONEY: 60,
    Holds.FOREIGN: 60,
    Holds.PERIOD: 60,
    Holds.CHOICE: 200,
    Holds.FLAG: 20,
    Holds.KEY: 80,
    Holds.NOTHING: 32_767,
}
"""Characters of a cell that its judge looks at at all; the field of a form may allow fewer."""


@dataclass(frozen=True, slots=True)
class Known:
    """A column that we understand; `title` is what we write, `variants` what others write.

    Titles and variants are compared without blanks, width and brackets; a unit in brackets is no part of them.
    """

    key: str
    title: str
    holds: Holds = Holds.TEXT
    variants: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    """Why a column that holds nothing is not read."""

    @property
    def longest(self) -> int:
        return LONGEST[self.holds]

    def length_fault(self, text: str) -> str:
        """Why the text is too long for the column, as a sentence; "" where it is not."""
        if len(text) <= self.longest:
            return ""
        return f"“{self.title}”最多 {self.longest} 个字，这一格有 {len(text)} 个字。"


def plan_key(stage: Stage) -> str:
    return f"{stage.value}_plan"


def reached_key(stage: Stage) -> str:
    return f"{stage.value}_reached"


def by_key(columns: Iterable[Known]) -> dict[str, Known]:
    return {column.key: column for column in columns}
