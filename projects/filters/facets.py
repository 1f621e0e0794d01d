"""How many projects each choice of a filter would leave under the other conditions: the numbers beside the choices."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django import forms
from django.db.models import Count

from projects.filters.found import Found
from projects.models import Organisation
from projects.models.project import ProjectQuerySet
from projects.models.sorting import LATE
from projects.rules.bitmaps import Bitmap
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Level

FACETS = ("level", "stage", "organisation", "industry", "state", "late", "town", "named")
COLUMNS = ("organisation_id", "industry_id", "town_id", "side_state", "named", "furthest", "urgency")
ON_LISTS = tuple(f"on_{level}" for level in Level)
INDEXED = {
    "stage": "furthest",
    "organisation": "organisation_id",
    "industry": "industry_id",
    "state": "side_state",
    "late": "urgency",
    "town": "town_id",
    "named": "named",
}
"""The columns of the index that the filters choose by."""

type Kind = Mapping[str, Any]
"""What a project has in `COLUMNS` and `ON_LISTS`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`count`: None where it is not counted (all of them; those that were split or merged)."""

    value: str
    label: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with its choices. `is_set`: whether it narrows the list."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    is_set: bool


class Question(Protocol):
    """The filter of the list, as far as its choices are counted."""

    form: forms.Form
    organisations: Mapping[str, Organisation]
    today: date

    @property
    def list_year(self) -> int | None: ...

    @property
    def found(self) -> Found | None: ...

    def narrowed(self, *, without: str = "") -> ProjectQuerySet: ...


class Facets:
    """The counted choices of a valid question, from the index in memory.

    Of a year that is asked for by the database: one query, and one more for each of these filters that is set.
    """

    def __init__(self, question: Question) -> None:
        self.question = question

    def __iter__(self) -> Iterator[Facet]:
        for name in FACETS:
            yield self[name]

    def __getitem__(self, name: str) -> Facet:
        field = self.question.form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        value = self.question.form.cleaned_data[name]
        kinds = self._kinds_of(name, is_set=bool(value))
        counts = Counter[str]()
        for kind, number in kinds:
            for choice in self._choices_of(name)(kind):
                counts[choice] += number
        offered = [(str(code), str(label)) for code, label in field.choices]  # type: ignore[misc,union-attr]
        choices = tuple(
            Choice(code, label, self._count(name, code, counts), is_chosen=code == str(value))
            for code, label in offered
        )
        return Facet(name, str(field.label), choices, is_set=bool(value))

    @staticmethod
    def _count(name: str, code: str, counts: Counter[str]) -> int | None:
        return None if not code or (name, code) == ("state", "succeeded") else counts[code]

    def _kinds_of(self, name: str, *, is_set: bool) -> Iterable[tuple[Kind, int]]:
        """Under every condition but the filter itself."""
        found = self.question.found
        if found is None:
            return self._kinds(self.question.narrowed(without=name)) if is_set else self._all
        members = found.members(without=name) if is_set else self._members
        return self._indexed(found, name, members)

    @staticmethod
    def _indexed(found: Found, name: str, members: Bitmap) -> Iterator[tuple[Kind, int]]:
        if name != "level":
            for value, number in found.index.counted(INDEXED[name], members):
                yield {INDEXED[name]: value}, number
            return
        for column in ON_LISTS:
            for value, number in found.index.counted(column, members):
                yield {**dict.fromkeys(ON_LISTS, False), column: value}, number

    @cached_property
    def _members(self) -> Bitmap:
        return self.question.found.members() if self.question.found else 0

    @cached_property
    def _all(self) -> list[tuple[Kind, int]]:
        """Under every condition: of the filters that are not set."""
        return self._kinds(self.question.narrowed())

    def _kinds(self, projects: ProjectQuerySet) -> list[tuple[Kind, int]]:
        day = self.question.today
        beside = projects.order_by().with_furthest(by=day).with_urgency(day)
        beside = beside.with_levels(self.question.list_year, as_of=day)
        rows = beside.values(*COLUMNS, *ON_LISTS).annotate(number=Count("pk"))
        return [(row, row["number"]) for row in rows]

    def _choices_of(self, name: str) -> Callable[[Kind], list[str]]:
        """The codes of the choices that a project belongs to."""
        match name:
            case "level":
                return lambda kind: [level.value for level in Level if kind[f"on_{level}"]]
            case "stage":
                return lambda kind: ["none" if kind["furthest"] is None else CHAIN[kind["furthest"]].value]
            case "organisation":
                return lambda kind: self._units_of(kind["organisation_id"])
            case "state":
                return lambda kind: [kind["side_state"] or "ongoing"]
            case "late":
                return lambda kind: ["1"] if kind["urgency"] == LATE else []
            case "named":
                return lambda kind: ["yes" if kind["named"] else "no"]
        return lambda kind: [_linked(kind[f"{name}_id"])]

    def _units_of(self, unit: int | None) -> list[str]:
        """The unit and those above it, whose projects are the unit's, too; the district has them all."""
        found, at = [_linked(unit)], self.question.organisations.get(str(unit))
        while at is not None and at.parent_id is not None and (above := str(at.parent_id)) not in found:
            found.append(above)
            at = self.question.organisations.get(above)
        return list({*found, *self._district})

    @cached_property
    def _district(self) -> list[str]:
        return [key for key, unit in self.question.organisations.items() if unit.is_district]


def _linked(pk: int | None) -> str:
    return "none" if pk is None else str(pk)
