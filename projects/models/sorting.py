"""Sorting and grouping projects, with what a column of the list sorts by: what the list page can be asked."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import connection, models
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    FloatField,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Collate, NullIf

from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Level

from .listing import AnnualPlan, Listing
from .milestone import Milestone, perhaps_reached
from .report import MonthlyReport, added_up
from .search import ProjectSearch
from .standstills import stood_still

UNIT, INDUSTRY, STAGE, LEVEL = "organisation", "industry", "stage", "level"

ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("sound", "name"),
    "investment": ("total_investment",),
    "planned": ("planned",),
    "reported": ("reported",),
    "rate": ("rate",),
    "industry": ("industry__position", "industry__name"),
    "organisation": ("organisation__position", "organisation__name"),
    "stage": ("furthest",),
    "next": ("next_plan",),
    "state": ("urgency", "late_since", "next_plan"),
    "contact": ("known_contact",),
}
GROUPS: dict[str, tuple[str, ...]] = {
    UNIT: (*ORDERS["organisation"], "organisation_id"),
    INDUSTRY: (*ORDERS["industry"], "industry_id"),
    STAGE: ("furthest",),
    LEVEL: ("highest",),
}
GROUP_KEYS = {UNIT: "organisation_id", INDUSTRY: "industry_id", STAGE: "furthest", LEVEL: "highest"}
"""The column that tells the groups apart."""
LATE, AWAITED, UNPLANNED, STILL = range(4)
"""How urgent a project is: late, its next stage planned, nothing planned, paused or terminated."""


class ProjectSorting(ProjectSearch):
    def sorted_by(self, key: str, *, descending: bool, group: str = "") -> Self:
        """By one of `ORDERS` within the groups (one of `GROUPS`), the unknown last, the newest first among equals.

        Each needs what `with_order` and `with_group` put beside the projects.
        """
        columns = [F(name) for name in ORDERS[key]]
        ordered = [
            column.desc(nulls_last=True) if descending else column.asc(nulls_last=True) for column in columns
        ]
        groups = [F(name).asc(nulls_last=True) for name in GROUPS[group]] if group else []
        return self.order_by(*groups, *ordered, "pk")

    def with_order(self, key: str, *, year: int, by: date) -> Self:
        """With the columns of one of `ORDERS` that no project stores; `year`: of the amounts."""
        match key:
            case "name":
                return self.annotate(sound=_by_sign("pinyin"))
            case "planned" | "reported" | "rate":
                return self.with_amounts(year, by=by).annotate(rate=_quotient("reported", "planned"))
            case "stage":
                return self.with_furthest(by=by)
            case "next":
                return self.with_next_plan()
            case "state":
                return self.with_urgency(by)
            case "contact":
                return self.annotate(known_contact=NullIf("contact", Value("")))
        return self

    def with_group(self, group: str, *, year: int | None, by: date) -> Self:
        """With the column that tells the groups apart; `year` None: each project in its own list year."""
        match group:
            case "stage":
                return self.with_furthest(by=by)
            case "level":
                return self.with_highest(year, by=by)
        return self

    def with_amounts(self, year: int, *, by: date) -> Self:
        """`planned`: the investment planned for the year; `reported`: what the approved reports of its months that
        have ended by the day add up to, with the opening balance. Yuan, None where nobody knows.
        """
        plans = AnnualPlan.objects.filter(project=OuterRef("pk"), year=year).order_by()
        reports = MonthlyReport.objects.counted_in(year, by=by).filter(project=OuterRef("pk"))
        return self.annotate(
            planned=Subquery(plans.values("planned_investment")[:1], output_field=BigIntegerField()),
            reported=Subquery(added_up(reports, "project_id"), output_field=BigIntegerField()),
        )

    def with_latest_progress(self, *, by: date) -> Self:
        """`progress` and `progress_month` of the newest report that says how far the work has come; None without."""
        latest = MonthlyReport.objects.latest_progress(by=by).filter(project=OuterRef("pk"))
        return self.annotate(
            progress=Subquery(latest.values("progress")[:1]),
            progress_month=Subquery(latest.values("month")[:1]),
        )

    def with_highest(self, year: int | None, *, by: date) -> Self:
        """`highest`: place of its highest list of the year in `Level`, None where it stands on none."""
        listed = Listing.objects.asked_for(year, as_of=by).filter(project=OuterRef("pk"))
        places = [
            When(Exists(listed.filter(level=level)), then=Value(place)) for place, level in enumerate(Level)
        ]
        return self.annotate(highest=Case(*places, default=None, output_field=IntegerField()))

    def with_furthest(self, *, by: date) -> Self:
        """`furthest`: position in the chain of the furthest stage reached by the day, None before the first."""
        reached = Milestone.objects.filter(
            project=OuterRef("pk"), skipped=False, reached_on__lte=by, stage__in=CHAIN
        )
        places = Case(*(When(stage=stage, then=Value(place)) for place, stage in enumerate(CHAIN)))
        furthest = reached.annotate(place=places).order_by("-place").values("place")[:1]
        return self.annotate(furthest=Subquery(furthest, output_field=IntegerField()))

    def with_next_plan(self) -> Self:
        """`next_plan`: the nearest current plan among the milestones not reached."""
        planned = Milestone.objects.filter(
            project=OuterRef("pk"), skipped=False, reached_on=None, current_on__isnull=False
        )
        return self.annotate(next_plan=_earliest(planned))

    def with_urgency(self, day: date) -> Self:
        """`urgency`: late first, then awaited; `late_since`: the oldest plan that has passed."""
        is_open = Q(reached_on=None) | ~perhaps_reached(day)
        late = Milestone.objects.filter(is_open, project=OuterRef("pk"), skipped=False, current_on__lt=day)
        urgency = Case(
            When(stood_still(day) | Q(ended_on__lte=day), then=Value(STILL)),
            When(late_since__isnull=False, then=Value(LATE)),
            When(next_plan__isnull=False, then=Value(AWAITED)),
            default=Value(UNPLANNED),
        )
        return self.with_next_plan().annotate(late_since=_earliest(late)).annotate(urgency=urgency)


def _earliest(milestones: models.QuerySet[Milestone]) -> Subquery:
    """The nearest current plan of a project's milestones."""
    nearest = milestones.order_by().values("project").annotate(nearest=Min("current_on")).values("nearest")
    return Subquery(nearest, output_field=models.DateField())


def _by_sign(column: str) -> Collate:
    """Sign by sign on both engines, so that the line of the name ends before the next one is compared."""
    return Collate(F(column), "C" if connection.vendor == "postgresql" else "BINARY")


def _quotient(above: str, below: str) -> Case:
    """For sorting only; a rate that is shown is `rules.completion`'s."""
    quotient = Cast(F(above), FloatField()) / Cast(F(below), FloatField())
    return Case(When(**{f"{below}__gt": 0}, then=quotient), default=None, output_field=FloatField())
