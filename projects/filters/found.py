"""What a question to the list finds, as a set of the index in memory: counted, added up and cut into pages.

Conditions that the index knows are sets of it; the numbers of any other one are asked of the database once, by the
condition itself. What the reader may see is asked of `visible_to`, as everywhere.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from django import forms

from projects.models import Organisation
from projects.models.index import RegisterIndex
from projects.models.keys import plain_rows
from projects.models.project import Project, ProjectQuerySet
from projects.models.sorting import LATE
from projects.rules.bitmaps import Bitmap, bitmap
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Stage

NONE = "none"
"""The value of the choice “not stated” of a select."""

SUCCEEDED = "succeeded"
ONGOING = "ongoing"
SHOWING = frozenset({"columns", "group", "sort", "unsure"})
"""Parameters that no project is found by."""


class Question(Protocol):
    """The filter of the list, as far as it is answered from the index."""

    form: forms.Form
    filters: Mapping[str, Any]
    queryset: ProjectQuerySet
    organisations: Mapping[str, Organisation]
    today: date

    @property
    def order(self) -> str: ...


class Found:
    """The projects that a valid question finds. Each condition is answered once."""

    def __init__(self, question: Question, index: RegisterIndex) -> None:
        self.question, self.index = question, index
        self._sets: dict[str, Bitmap] = {}

    def members(self, *, without: str = "") -> Bitmap:
        """By every condition, or all but one."""
        found = self._readable
        for name, value in self._conditions:
            if name != without:
                found &= self._condition(name, value)
        if self.question.form.cleaned_data["state"] != SUCCEEDED:
            found &= self.index.having("exists", True)
        return found

    def page(self, start: int, stop: int) -> list[int]:
        """The numbers of the projects from one place to another, in the order of the question."""
        key, descending = self.question.order.removeprefix("-"), self.question.order.startswith("-")
        return self.index.in_order(self.members(), key, descending=descending, start=start, stop=stop)

    def among(self, others: Bitmap, *, without: str = "") -> int:
        """How many of these are found."""
        return (others & self.members(without=without)).bit_count()

    def answered_by(self, unit: Organisation) -> Bitmap:
        """Of the unit and those below it, as `ProjectQuerySet.answered_by`."""
        if unit.is_district:
            return self.index.everything
        found = 0
        for pk in unit.units:
            found |= self.index.having("organisation_id", pk)
        return found

    @property
    def _readable(self) -> Bitmap:
        if "" not in self._sets:
            readable = self.question.queryset
            has_limits = readable.query.has_filters()
            self._sets[""] = numbers_of(readable) if has_limits else self.index.everything
        return self._sets[""]

    @property
    def _conditions(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in self.question.form.cleaned_data.items() if value)

    def _condition(self, name: str, value: Any) -> Bitmap:
        if name not in self._sets:
            known = self._known(name, value)
            self._sets[name] = self._asked(name, value) if known is None else known
        return self._sets[name]

    def _known(self, name: str, value: Any) -> Bitmap | None:
        """The set of the index; None where it has none for such a condition."""
        if name == "organisation":
            return self._answered_by(value)
        if name in SHOWING:
            return self.index.everything
        known = _in_index(name, value)
        return self.index.having(*known) if known else None

    def _answered_by(self, value: str) -> Bitmap:
        if value == NONE:
            return self.index.having("organisation_id", None)
        return self.answered_by(self.question.organisations[value])

    def _asked(self, name: str, value: Any) -> Bitmap:
        return numbers_of(self.question.filters[name].filter(Project.objects.all(), value))


def _in_index(name: str, value: Any) -> tuple[str, Any] | None:
    """The column of the index and its value that a condition asks for."""
    match name:
        case "level":
            return f"on_{value}", True
        case "stage":
            return "furthest", None if value == NONE else CHAIN.index(Stage(value))
        case "industry" | "town":
            return f"{name}_id", None if value == NONE else int(value)
        case "named":
            return "named", value == "yes"
        case "late":
            return "urgency", LATE
        case "state" if value != SUCCEEDED:
            return "side_state", "" if value == ONGOING else value
    return None


def numbers_of(projects: ProjectQuerySet) -> Bitmap:
    """One query; there may be as many as the register has."""
    return bitmap([pk for (pk,) in plain_rows(projects.order_by().values_list("pk"))])
