"""How a row of a sheet stood when the sheet was made: the text of its column 系统版本, written and read back.

The numbers are those of the histories. They are read before the records themselves, so that a record is at least
as new as its number says: a change in between shows as a conflict, never as nothing.
"""

import re
from dataclasses import dataclass
from typing import Self

from projects.rules.broken import RuleBroken


@dataclass(frozen=True, slots=True)
class ProjectVersion:
    """The newest entry of a project, of its lists and its plan of one year, and of its stages; 0: there is none.

    Entries of what was deleted count: a deletion is a change.
    """

    project: int = 0
    listings: int = 0
    plan: int = 0
    milestones: int = 0

    def __str__(self) -> str:
        return f"p{self.project}-l{self.listings}-a{self.plan}-m{self.milestones}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises RuleBroken for a text that is no version of a project."""
        found = re.fullmatch(r"p(\d{1,18})-l(\d{1,18})-a(\d{1,18})-m(\d{1,18})", text.strip(), re.ASCII)
        if found is None:
            raise RuleBroken(_torn(text))
        return cls(*map(int, found.groups()))


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """The newest entry of one record, or of the records that make one row: `r12`, `t7`, `o3`; 0: there is none."""

    mark: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.mark}{self.number}"

    @classmethod
    def read(cls, text: str, mark: str) -> Self:
        """Raises RuleBroken for a text that is no version of such a record."""
        found = re.fullmatch(rf"{mark}(\d{{1,18}})", text.strip(), re.ASCII)
        if found is None:
            raise RuleBroken(_torn(text))
        return cls(mark, int(found[1]))


REPORT, TARGETS, ORGANISATION = "r", "t", "o"
"""Marks of a monthly report, of the targets of a unit, of a unit."""


def _torn(text: str) -> str:
    return f"“系统版本”的内容“{text}”被改动过，请重新导出后再改"
