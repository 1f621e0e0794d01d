"""The first rows of ordered lists, and numbers of the register, kept up to date by what was written since.

Of a list somewhat more rows are kept than are shown, so that it stays whole when some of them are gone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model

from projects.figures.register.cache import READ, Change, kept_up_to_date
from projects.figures.register.tables import Register, Rows, project_column

SPARE = 50


class Place(NamedTuple):
    """A row of a list: what it is ordered by, its id, its primary key (in a history, of the entry), its project."""

    by: Any
    id: int
    pk: int
    project: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """A list of the register: its rows on any clock, in the order of a column, which is never empty, and their id."""

    rows: Callable[[Register], Rows]
    by: str

    def first(self, register: Register, most: int) -> list[Place]:
        rows = self.rows(register).order_by(self.by, "id")
        found = rows.values_list(self.by, "id", "pk", project_column(rows))[:most]
        return [Place(*row) for row in found]


@dataclass(frozen=True, slots=True)
class _FirstRows:
    """`last`: by what the last row was ordered, where there are more than these; then nothing is known beyond it."""

    rows: list[Place]
    last: tuple[Any, ...] | None


def first_rows(
    register: Register,
    question: tuple[Any, ...],
    lists: Mapping[str, Ordered],
    *,
    most: int,
    reads: Sequence[type[Model]] = READ,
) -> dict[str, list[Place]]:
    """By name of the list its first rows, at most `most`; a query a list.

    `question`: what tells these lists from others of the same register. `reads`: the tables that they are made of.
    """

    def answer() -> dict[str, _FirstRows]:
        return {name: _first(ordered, register, most) for name, ordered in lists.items()}

    def advance(kept: dict[str, _FirstRows], change: Change) -> dict[str, _FirstRows]:
        return {
            name: _advanced(kept[name], ordered, change.now, most) or _first(ordered, register, most)
            for name, ordered in lists.items()
        }

    asked = ("first rows", question, tuple(lists), most)
    found = kept_up_to_date(register, asked, answer, advance, reads=reads)
    return {name: first.rows[:most] for name, first in found.items()}


def _first(ordered: Ordered, register: Register, most: int) -> _FirstRows:
    rows = ordered.first(register, most + SPARE)
    return _FirstRows(rows, rows[-1][:2] if len(rows) == most + SPARE else None)


def _advanced(kept: _FirstRows, ordered: Ordered, now: Register, most: int) -> _FirstRows | None:
    """None where too few are left to tell which come next."""
    assert now.only is not None  # the changed projects
    stay = [row for row in kept.rows if row.project not in now.only]
    come = [row for row in ordered.first(now, most + SPARE) if kept.last is None or row[:2] <= kept.last]
    rows, last = sorted([*stay, *come]), kept.last
    if len(rows) > most + SPARE:
        rows = rows[: most + SPARE]
        last = rows[-1][:2]
    return None if last is not None and len(rows) < most else _FirstRows(rows, last)


def kept_numbers(
    register: Register,
    question: tuple[Any, ...],
    count: Callable[[Register], dict[str, int]],
    *,
    reads: Sequence[type[Model]] = READ,
) -> dict[str, int]:
    """What `count` says of the register; each number counts records of one project each."""

    def advance(kept: dict[str, int], change: Change) -> dict[str, int] | None:
        gone, come = count(change.before), count(change.now)
        numbers = {
            name: kept.get(name, 0) - gone.get(name, 0) + come.get(name, 0)
            for name in kept.keys() | gone.keys() | come.keys()
        }
        return numbers if min(numbers.values(), default=0) >= 0 else None

    return kept_up_to_date(register, ("numbers", question), lambda: count(register), advance, reads=reads)
