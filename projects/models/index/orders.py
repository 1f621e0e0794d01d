"""The numbers of all projects in the order of a sort, made once and put right after each write."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from projects.models.organisation import Organisation
from projects.models.project import Project
from projects.models.source import Industry

UNKNOWN = -(2**63)
"""In a column: the project has no such value."""
LAST = 2**63 - 1
"""As a sort value: behind every other."""
MOST_MOVED = 200
"""So many projects are moved to their new places; for more the order is made anew."""

TEXTS = frozenset({"name", "contact"})
"""What only the database can sort as it sorts."""
DIRECTORIES: Mapping[str, type[Organisation] | type[Industry]] = {
    "organisation": Organisation,
    "industry": Industry,
}
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "investment": ("investment",),
    "planned": ("planned",),
    "reported": ("reported",),
    "stage": ("furthest",),
    "next": ("next_plan",),
    "state": ("urgency", "late_since", "next_plan"),
}
COLUMNS = (
    *("organisation_id", "industry_id", "furthest", "urgency", "late_since", "next_plan"),
    *("investment", "planned", "reported", "called"),
)
"""What is kept of each project by its number, as whole numbers: a day by its ordinal."""

type Columns = Mapping[str, array[int]]
type Key = tuple[str, bool]
"""One of `models.sorting.ORDERS`, and whether it is descending."""


@dataclass(frozen=True, slots=True)
class Order:
    """Numbers in their order. `moved`: those that were written since, and may stand elsewhere by now."""

    numbers: array[int]
    moved: frozenset[int] = frozenset()


def columns_of(size: int) -> dict[str, array[int]]:
    return {name: array("q", [UNKNOWN]) * size for name in COLUMNS}


def in_column(value: Any) -> int:
    if value is None:
        return UNKNOWN
    return value.toordinal() if isinstance(value, date) else int(value)


def put_right(
    order: Order | None, key: Key, columns: Columns, everything: Callable[[], Collection[int]], day: date
) -> Order:
    """The order as it is now: the kept one with what was written moved to its place, or made anew."""
    if order is not None and not order.moved:
        return order
    if order is None or len(order.moved) > MOST_MOVED or key[0] in TEXTS:
        return Order(_made(key, columns, everything, day))
    value = _sort_value(key, columns)
    numbers = order.numbers[:]
    for number in order.moved:
        if number in numbers:
            numbers.remove(number)
    for number in order.moved.intersection(everything()):
        insort(numbers, number, key=lambda number: (value(number), number))
    return Order(numbers)


def _made(key: Key, columns: Columns, everything: Callable[[], Collection[int]], day: date) -> array[int]:
    name, descending = key
    if name in TEXTS:
        projects = Project.objects.with_order(name, year=day.year, by=day)
        ordered = projects.sorted_by(name, descending=descending).values_list("pk", flat=True)
        return array("q", ordered.iterator())
    return array("q", sorted(sorted(everything()), key=_sort_value(key, columns)))


def _sort_value(key: Key, columns: Columns) -> Callable[[int], Any]:
    """What a project's number is sorted by; the unknown last in either direction, as `sorted_by` has it."""
    name, descending = key
    if name == "rate":
        return _rate(columns, descending=descending)
    if name in DIRECTORIES:
        values = [_ranked(DIRECTORIES[name], columns[f"{name}_id"])]
    else:
        values = [columns[column] for column in NUMBERS[name]]
    turned = [array("q", (_turned(value, descending) for value in column)) for column in values]
    if len(turned) == 1:
        return turned[0].__getitem__
    return lambda number: [column[number] for column in turned]


def _turned(value: int, descending: bool) -> int:
    if value == UNKNOWN:
        return LAST
    return -value if descending else value


def _ranked(model: type[Organisation] | type[Industry], column: Sequence[int]) -> array[int]:
    """The place of each project's unit or industry; those of one position and name share theirs."""
    places: dict[int, int] = {}
    before, place = None, 0
    for pk, *words in model._default_manager.order_by("position", "name").values_list(
        "pk", "position", "name"
    ):
        place += words != before
        places[pk], before = place, words
    return array("q", (places.get(pk, UNKNOWN) for pk in column))


def _rate(columns: Columns, *, descending: bool) -> Callable[[int], float]:
    planned, reported = columns["planned"], columns["reported"]

    def rate(number: int) -> float:
        if planned[number] <= 0 or reported[number] == UNKNOWN:
            return float("inf")
        quotient = float(reported[number]) / float(planned[number])
        return -quotient if descending else quotient

    return rate
