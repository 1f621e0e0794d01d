"""What a sheet of the corpus is, and what a careful clerk makes of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from tests.workbooks.field_sheets import Layout

PROJECTS = ("--what", "projects", "--year", "2024", "--level", "city")
SEPTEMBER = ("--what", "reports", "--month", "2024-09")
MONTHS = ("--what", "reports", "--year", "2024")

WAN, YI = 10**4, 10**8


@dataclass(frozen=True)
class Case:
    """A sheet, the answers that it gets, and what comes of it."""

    sheet: Layout | bytes
    written: Mapping[str, Any] = field(default_factory=dict)
    """By project: yuan of 总投资, a table of facts, or yuan by month. Nothing is written where a person is asked."""
    asks: tuple[str, ...] = ()
    """A part of each question, in their order: the command ends with status 2."""
    faults: tuple[str, ...] = ()
    """A part of each fault: the command ends with status 1."""
    told: tuple[str, ...] = ()
    """Parts of what is written otherwise than the sheet says."""
    left_out: tuple[str, ...] = ()
    """Parts of what is named as not read."""
    sections: tuple[str, ...] | None = None
    off: Mapping[str, int] = field(default_factory=dict)
    """Printed minus computed, all columns together, by the words of the line; every other printed sum agrees."""
    answers: tuple[str, ...] = ()
    options: tuple[str, ...] = PROJECTS
    name: str = "清单.xlsx"


def cases(room: ModuleType) -> Iterator[Callable[[], Case]]:
    """The functions of a module that make a case."""
    for name, made in vars(room).items():
        if callable(made) and getattr(made, "__module__", "") == room.__name__ and not name.startswith("_"):
            yield made
