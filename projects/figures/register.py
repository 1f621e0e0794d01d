"""The register's tables as figures read them: as they stand, or as they were known at a moment.

Both give the same columns beside each row, so that a figure is computed by one function on either clock:
`unit` (what the row is grouped under), `holder` (the responsible unit), `joint` (the project's id where other
units help with it, else None), `on_province`, `on_city`, `on_district` (the lists it stands on), `reserve` (on
one of them only in reserve), `investment` (the project's total, yuan), `usd` (its foreign amount in dollars).
"""

from dataclasses import dataclass
from datetime import date, datetime
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
    When,
)

from projects.models import AnnualPlan, Listing, Milestone, MonthlyReport, Participation, Project
from projects.models.project import ProjectQuerySet
from projects.vocabulary import Category, Currency, Level

LEVEL_COLUMNS = [f"on_{level}" for level in Level]

type Rows = Any
"""A queryset over a live table or its history: columns named at run time are beyond the type checker."""


@dataclass(frozen=True, slots=True)
class Register:
    """What a reader may see of the register.

    `readable` narrows to the reader's projects. `group` is the project's column that rows are grouped under
    (`organisation` or `industry`). `known_at` None: as it stands now.
    """

    readable: ProjectQuerySet
    year: int
    as_of: date
    known_at: datetime | None = None
    group: str = "organisation"

    def table(self, model: type[Model]) -> Rows:
        """The rows of a tracked table on this register's clock, unordered."""
        if self.known_at is not None:
            return _known(model.history.model, self.known_at)  # type: ignore[attr-defined]
        rows: Rows = model._default_manager.order_by()
        return rows

    def projects(self) -> Rows:
        """One row a project, with `planned` (the year's planned investment, yuan) besides."""
        rows = self._narrowed(self.table(Project), "id")
        if self.known_at is None:
            plan = FilteredRelation("annual_plans", condition=Q(annual_plans__year=self.year))
            rows = self._joined(rows, "id", path="").annotate(plan=plan)
            rows = rows.annotate(planned=F("plan__planned_investment"))
        else:
            plans = self.table(AnnualPlan).filter(project_id=OuterRef("id"), year=self.year)
            rows = self._beside(rows, "id")
            rows = rows.annotate(planned=Subquery(plans.values("planned_investment")[:1]))
        return rows

    def milestones(self) -> Rows:
        return self._of_projects(self.table(Milestone).filter(skipped=False))

    def reports(self) -> Rows:
        return self._of_projects(self.table(MonthlyReport))

    def helpers(self) -> dict[int, list[int]]:
        """The helping units of each joint project."""
        helpers: dict[int, list[int]] = {}
        for project, unit in self.table(Participation).values_list("project_id", "organisation_id"):
            helpers.setdefault(project, []).append(unit)
        return helpers

    def _counts(self) -> Q:
        """The condition on a listing of the year that counts on the day."""
        return Q(year=self.year) & (Q(removed_on=None) | Q(removed_on__gt=self.as_of))

    def _of_projects(self, rows: Rows) -> Rows:
        rows = self._narrowed(rows, "project_id")
        if self.known_at is None:
            return self._joined(rows, "project_id", path="project__")
        return self._beside(rows, "project_id")

    def _narrowed(self, rows: Rows, column: str) -> Rows:
        """To the reader's projects; a reader of everything costs no join."""
        if not self.readable.query.has_filters():
            return rows
        return rows.filter(**{f"{column}__in": self.readable.order_by().values("pk")})

    def _joined(self, rows: Rows, column: str, *, path: str) -> Rows:
        """The live columns, by joins: a project stands on a list once, so no row is doubled."""
        lists = f"{path}listings"
        for level in Level:
            on_list = Q(
                (f"{lists}__level", level),
                (f"{lists}__year", self.year),
                Q((f"{lists}__removed_on", None)) | Q((f"{lists}__removed_on__gt", self.as_of)),
            )
            rows = rows.annotate(**{f"{level}_list": FilteredRelation(lists, condition=on_list)})
        reserve = Q(*((f"{level}_list__category", Category.RESERVE) for level in Level), _connector=Q.OR)
        return rows.annotate(
            unit=F(f"{path}{self.group}_id"),
            holder=F(f"{path}organisation_id"),
            investment=F(f"{path}total_investment"),
            usd=_usd(path),
            joint=self._joint(column),
            reserve=_is(reserve),
            **{f"on_{level}": _is(Q((f"{level}_list__id__isnull", False))) for level in Level},
        )

    def _beside(self, rows: Rows, column: str) -> Rows:
        """The columns as they were known, looked up row by row: no relation leads into the past."""
        facts = self.table(Project).filter(id=OuterRef(column))
        listings = self.table(Listing).filter(project_id=OuterRef(column))
        reserve = listings.filter(self._counts(), category=Category.RESERVE)
        return rows.annotate(
            unit=Subquery(facts.values(f"{self.group}_id")[:1], output_field=BigIntegerField()),
            holder=Subquery(facts.values("organisation_id")[:1], output_field=BigIntegerField()),
            investment=Subquery(facts.values("total_investment")[:1]),
            usd=Subquery(facts.filter(foreign_currency=Currency.USD).values("foreign_amount")[:1]),
            joint=self._joint(column),
            reserve=Exists(reserve),
            **{f"on_{level}": Exists(listings.filter(self._counts(), level=level)) for level in Level},
        )

    def _joint(self, column: str) -> Case:
        helped = Exists(self.table(Participation).filter(project_id=OuterRef(column)))
        return Case(When(helped, then=F(column)), default=None, output_field=BigIntegerField())


def _known(history: type[Model], at: datetime) -> Rows:
    """The newest entry of each record by the moment; what was deleted by then is gone."""
    entries = history._default_manager.filter(history_date__lte=at)
    later = entries.filter(id=OuterRef("id")).filter(
        Q(history_date__gt=OuterRef("history_date"))
        | Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    )
    return entries.filter(~Exists(later)).exclude(history_type="-").order_by()


def _is(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _usd(path: str) -> Case:
    """The foreign amount where it is in US dollars: never converted, only compared."""
    in_dollars = Q((f"{path}foreign_currency", Currency.USD))
    return Case(When(in_dollars, then=F(f"{path}foreign_amount")), default=None, output_field=BigIntegerField())
