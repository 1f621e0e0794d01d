"""The register's tables as figures read them: as they stand, as they were known at a moment, or as they stood when
their histories had come to some entries.

Both clocks give the same columns beside each row, so that a figure is computed by one function on either:
`unit` (what the row is grouped under), `holder` (the unit that answered on the day), `joint` (the project's id
where other units help with it, else None), `on_province`, `on_city`, `on_district` (the lists it stands on),
`reserve` (on one of them only in reserve), `investment` (the project's total, yuan), `usd` (its foreign amount in
dollars), `planned` (the year's planned investment, yuan; beside projects only), `reported` (what counts of its reports
in the year, yuan), `spans` (when it stood still before, as JSON).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    F,
    FilteredRelation,
    Model,
    OuterRef,
    Q,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Cast

from projects.models import AnnualPlan, Listing, Milestone, MonthlyReport, Participation, Problem, Project
from projects.models.answering import answering_unit
from projects.models.existing import exists_on, has_begun
from projects.models.listing import helps_on, stands_on
from projects.models.project import ProjectQuerySet
from projects.models.report import added_up, counted_in
from projects.vocabulary import Category, Currency, Level

LEVEL_COLUMNS = [f"on_{level}" for level in Level]
EVERY_LEVEL = ""
BY_UNIT = "organisation"

type Rows = Any
"""A queryset over a live table or its history: columns named at run time are beyond the type checker."""


@dataclass(frozen=True, slots=True)
class Entries:
    """By table, the number of the newest entry of its history: the register as it stood with these."""

    newest: Mapping[type[Model], int]


@dataclass(frozen=True, slots=True)
class Register:
    """What a reader may see of the register.

    `readable` narrows to the reader's projects. `group` is the project's column that rows are grouped under
    (`organisation` or `industry`). `known_at` None: as it stands now; `Entries`: as it stood before later ones.
    `only`: these projects alone.
    """

    readable: ProjectQuerySet
    year: int
    as_of: date
    known_at: datetime | Entries | None = None
    group: str = BY_UNIT
    only: frozenset[int] | None = None

    def table(self, model: type[Model]) -> Rows:
        """The rows of a tracked table on this register's clock, unordered."""
        if self.known_at is not None:
            return self._of_few(known_rows(model, self.known_at))
        return self._of_few(model._default_manager.order_by())

    def _of_few(self, rows: Rows) -> Rows:
        """Of the few projects asked for, before anything else is looked up."""
        if self.only is None:
            return rows
        if is_of_project(rows.model):
            return rows.filter(**{f"{project_column(rows)}__in": self.only})
        if not _is_of_milestone(rows.model):
            return rows
        milestones = entries_of(Milestone).filter(project_id__in=self.only)
        return rows.filter(milestone_id__in=milestones.values("id"))

    def projects(self, *columns: str, ended: bool = False) -> Rows:
        """One row a project that is there on the day, with the columns named, or with those that tell what it counts
        in. `ended`: also those that were split or merged by then, whose reports stay in the year's sums.
        """
        there = has_begun(self.as_of) if ended else exists_on(self.as_of)
        rows = self.narrowed(self.table(Project).filter(there), "id")
        return self.beside(rows, *(columns or ("holder", "reserve", "investment", *LEVEL_COLUMNS)))

    def milestones(self, *, skipped: bool = False) -> Rows:
        """`skipped`: also the stages that a project does not have."""
        rows = self.table(Milestone) if skipped else self.table(Milestone).filter(skipped=False)
        return self._existing(rows, exists_on(self.as_of))

    def reports(self) -> Rows:
        return self._existing(self.table(MonthlyReport), has_begun(self.as_of))

    def problems(self) -> Rows:
        return self._existing(self.table(Problem), exists_on(self.as_of))

    def _existing(self, rows: Rows, there: Q) -> Rows:
        """The rows of the reader's projects that are there: without the few that are not."""
        absent = self.table(Project).filter(~there).values("id")
        return self.narrowed(rows.exclude(project_id__in=absent), "project_id")

    def narrowed(self, rows: Rows, column: str) -> Rows:
        """To the reader's projects; a reader of everything costs no join."""
        if not self.readable.query.has_filters():
            return rows
        return rows.filter(**{f"{column}__in": self.readable.order_by().values("pk")})

    def participations(self) -> Rows:
        """Which units help with which projects on the day."""
        return self.table(Participation).filter(helps_on(self.as_of))

    def helpers(self) -> dict[int, list[int]]:
        """The helping units of each joint project."""
        helpers: dict[int, list[int]] = {}
        for project, unit in self.participations().values_list("project_id", "organisation_id"):
            helpers.setdefault(project, []).append(unit)
        return helpers

    def joint(self) -> Rows:
        """The ids of the joint projects, for use inside another query."""
        return self.participations().values("project_id")

    def listed(self, rows: Rows, levels: Collection[str]) -> Rows:
        """The rows of projects that stand on one of the lists, or all of them where "" is among the levels."""
        if EVERY_LEVEL in levels:
            return rows
        path, column = _place(rows)
        if self.known_at is None and len(levels) == 1:  # a join: a project stands on a list once
            on_list = {f"{path}listings__level": next(iter(levels)), f"{path}listings__year": self.year}
            return rows.filter(stands_on(self.as_of, f"{path}listings__"), **on_list)
        listings = self.listings().filter(level__in=levels)
        return rows.filter(**{f"{column}__in": listings.values("project_id")})

    def listings(self, day: date | None = None) -> Rows:
        """The listings of the year that count on the day of this register, or on another one."""
        return self.table(Listing).filter(stands_on(day or self.as_of), year=self.year)

    def beside(self, rows: Rows, *names: str) -> Rows:
        """The rows with the columns named."""
        path, column = _place(rows)
        for name in names:
            if self.known_at is None:
                rows = rows.annotate(**self._relation(name, path))
            rows = rows.annotate(**{name: self._column(name, path, column)})
        return rows

    def _relation(self, name: str, path: str) -> dict[str, FilteredRelation]:
        """The join that a live column needs."""
        if name == "planned":
            plans = f"{path}annual_plans"
            return {"plan": FilteredRelation(plans, condition=Q((f"{plans}__year", self.year)))}
        if name not in LEVEL_COLUMNS:
            return {}
        lists = f"{path}listings"
        on_list = Q((f"{lists}__level", name.removeprefix("on_")), (f"{lists}__year", self.year))
        return {
            f"list_{name}": FilteredRelation(lists, condition=on_list & stands_on(self.as_of, f"{lists}__"))
        }

    def _column(self, name: str, path: str, column: str) -> Any:
        match name:
            case "joint":
                return _where(Q((f"{column}__in", self.joint())), column)
            case "spans" if self.known_at is None:
                return Cast(F(f"{path}pauses"), TextField())
            case "spans":
                facts = self.table(Project).filter(id=OuterRef(column))
                return Subquery(facts.annotate(text=Cast("pauses", TextField())).values("text")[:1])
            case "reported":
                reports = self.table(MonthlyReport).filter(
                    counted_in(self.year, self.as_of), project_id=OuterRef(column)
                )
                return Subquery(added_up(reports, "project_id"), output_field=BigIntegerField())
            case "reserve":
                reserve = self.listings().filter(category=Category.RESERVE)
                return _is(Q((f"{column}__in", reserve.values("project_id"))))
        return self._joined(name, path) if self.known_at is None else self._looked_up(name, column)

    def _joined(self, name: str, path: str) -> Any:
        match name:
            case "unit" if self.group != BY_UNIT:
                return F(f"{path}{self.group}_id")
            case "unit" | "holder":
                return answering_unit(self.as_of, path=path)
            case "investment":
                return F(f"{path}total_investment")
            case "usd":
                return _where(Q((f"{path}foreign_currency", Currency.USD)), f"{path}foreign_amount")
            case "planned":
                return F("plan__planned_investment")
            case _:
                return _is(Q((f"list_{name}__id__isnull", False)))

    def _looked_up(self, name: str, column: str) -> Any:
        """A column as it was known, row by row: no relation leads into the past."""
        facts = self.table(Project).filter(id=OuterRef(column))
        match name:
            case "unit" if self.group != BY_UNIT:
                return _first(facts, f"{self.group}_id")
            case "unit" | "holder":
                return _first(facts.annotate(answering=answering_unit(self.as_of)), "answering")
            case "investment":
                return _first(facts, "total_investment")
            case "usd":
                return _first(facts.filter(foreign_currency=Currency.USD), "foreign_amount")
            case "planned":
                plans = self.table(AnnualPlan).filter(project_id=OuterRef(column), year=self.year)
                return _first(plans, "planned_investment")
            case _:
                return Exists(
                    self.listings().filter(project_id=OuterRef(column), level=name.removeprefix("on_"))
                )


def project_column(rows: Rows) -> str:
    """The column of the project's id: rows are projects, or belong to one."""
    return "id" if rows.model in _OF_PROJECTS else "project_id"


_OF_PROJECTS = (Project, Project.history.model)


def _place(rows: Rows) -> tuple[str, str]:
    """The path to the project of a row, and the column of its id."""
    column = project_column(rows)
    return column.removesuffix("id").replace("_", "__"), column


def known_rows(model: type[Model], at: datetime | Entries) -> Rows:
    """The newest entry of each record of a table by the moment, or up to an entry; what was deleted by then is gone."""
    entries = entries_of(model)
    numbered_later = Q(history_id__gt=OuterRef("history_id"))
    if isinstance(at, Entries):
        entries, later = entries.filter(history_id__lte=at.newest[model]), numbered_later
    else:
        entries = entries.filter(history_date__lte=at)
        same_moment = Q(history_date=OuterRef("history_date")) & numbered_later
        later = Q(history_date__gt=OuterRef("history_date")) | same_moment
    newer = entries.filter(later, id=OuterRef("id"))
    return entries.filter(~Exists(newer)).exclude(history_type="-")


def entries_of(model: type[Model]) -> Rows:
    """The history of a table, unordered."""
    rows: Rows = _history_of(model)._default_manager.order_by()
    return rows


@cache
def _history_of(model: type[Model]) -> type[Model]:
    """`model.history` makes a manager, and a class for it, each time that it is read."""
    history: type[Model] = model.history.model  # type: ignore[attr-defined]
    return history


@cache
def is_of_project(model: type[Model]) -> bool:
    """A row of the table, or of its history, names the project that it is or belongs to."""
    return model in _OF_PROJECTS or _has_column(model, "project_id")


@cache
def _is_of_milestone(model: type[Model]) -> bool:
    return _has_column(model, "milestone_id")


def _has_column(model: type[Model], name: str) -> bool:
    return any(field.attname == name for field in model._meta.concrete_fields)


def _first(rows: Rows, column: str) -> Subquery:
    return Subquery(rows.values(column)[:1], output_field=BigIntegerField())


def _is(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _where(condition: Q, column: str) -> Case:
    """The column where the condition holds, else None."""
    return Case(When(condition, then=F(column)), default=None, output_field=BigIntegerField())
