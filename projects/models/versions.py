"""Versions of records as their histories number them: what a writer has seen, and what stands now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Model, OuterRef, Q, QuerySet, Subquery

from projects.rules.versions import ProjectVersion

from .keys import among
from .listing import AnnualPlan, Listing, Participation
from .milestone import Milestone
from .organisation import Organisation
from .project import Project, ProjectQuerySet
from .report import MonthlyReport
from .target import Target

type Version = Any
"""A row of a history table; the library makes these classes."""


@dataclass(frozen=True, slots=True)
class ProjectVersions:
    """The newest entry of a project, of each of its listings and plans by key, and of its helpers together."""

    project: int | None
    listings: dict[int, int]
    plans: dict[int, int]
    helpers: int | None


def versions_of(project: Project) -> ProjectVersions:
    """Four queries; read before the records themselves, so that what is read is at least as new."""
    return ProjectVersions(
        project=_newest(Project.history.filter(id=project.pk)),
        listings=_newest_of_each(Listing, project),
        plans=_newest_of_each(AnnualPlan, project),
        helpers=_newest(Participation.history.filter(project=project.pk)),
    )


def versions_in_sheet(projects: Collection[int], year: int) -> dict[int, ProjectVersion]:
    """Of each project what the column 系统版本 of a list of that year says; four queries for any number of them.

    Read before the records themselves, so that what is read is at least as new.
    """
    these = among(projects)
    own = _newest_by(Project, "id", id__in=these)
    listings = _newest_by(Listing, "project_id", project__in=these, year=year)
    plans = _newest_by(AnnualPlan, "project_id", project__in=these, year=year)
    milestones = _newest_by(Milestone, "project_id", project__in=these)
    return {
        pk: ProjectVersion(own.get(pk, 0), listings.get(pk, 0), plans.get(pk, 0), milestones.get(pk, 0))
        for pk in projects
    }


def report_versions(projects: Collection[int] | ProjectQuerySet, month: date) -> dict[int, int]:
    """By project, of its report of the month; one query."""
    return _newest_by(MonthlyReport, "project_id", project__in=projects, month=month)


def target_versions(year: int, level: str) -> dict[int, int]:
    """By unit, 0 for the district, of its targets together; one query."""
    newest = _newest_by(Target, "organisation_id", year=year, level=level)
    return {unit or 0: number for unit, number in newest.items()}


def organisation_versions() -> dict[int, int]:
    return _newest_by(Organisation, "id")


def newest_or_numbered(
    model: type[Model], pks: Collection[int], numbers: Collection[int]
) -> QuerySet[Version]:
    """Of each record its newest entry, and those of the numbers; oldest first, with their users."""
    history = model.history  # type: ignore[attr-defined]
    newest = history.filter(id__in=pks).values("id").annotate(last=Max("history_id")).values("last")
    found = history.filter(Q(history_id__in=newest) | Q(history_id__in=numbers), id__in=pks)
    return found.select_related("history_user").order_by("history_id")


def version_of(record: Model, number: int | None) -> Version | None:
    """The version of the record that the history knows under a number; None when it is not one of its own."""
    if number is None:
        return None
    entries = type(record).history.filter(id=record.pk, history_id=number)  # type: ignore[attr-defined]
    return entries.exclude(history_type="-").select_related("history_user").first()


def plans_at(project: Project, numbers: Collection[int]) -> dict[int, tuple[date | None, str]]:
    """By number of the history: the current plan of a stage of the project then, with its precision; one query."""
    entries = Milestone.history.filter(project=project.pk, history_id__in=numbers)
    rows = entries.values_list("history_id", "current_on", "current_precision")
    return {number: (on, precision) for number, on, precision in rows}


def last_version(model: type[Model], project: Project, pk: int, number: int | None) -> Version | None:
    """Of a record of the project that has been deleted: the version `number`, else the last before its end."""
    entries = model.history.filter(id=pk, project=project.pk)  # type: ignore[attr-defined]
    if not entries.filter(history_type="-").exists():
        return None
    seen = entries.filter(history_id=number).first() if number else None
    return seen or entries.filter(history_type="-").latest("history_id")


def with_version[R: Model](rows: QuerySet[R]) -> QuerySet[R]:
    """Each record annotated with `version`, its newest entry; None where its history is empty."""
    history = rows.model.history  # type: ignore[attr-defined]
    entries = history.filter(id=OuterRef("pk")).order_by("-history_id")
    found: QuerySet[R] = rows.annotate(version=Subquery(entries.values("history_id")[:1]))  # type: ignore[assignment]
    return found


def newest_version(model: type[Model], pk: int) -> Version | None:
    entries = model.history.filter(id=pk).select_related("history_user")  # type: ignore[attr-defined]
    return entries.order_by("-history_id").first()


def helpers_at(project: Project, number: int | None) -> frozenset[int]:
    """The units that helped with the project when the history of its helpers had come to `number`."""
    helpers: set[int] = set()
    entries = Participation.history.filter(project=project.pk, history_id__lte=number or 0)
    told = entries.order_by("history_id").values_list("history_type", "organisation_id", "ended_on")
    for kind, unit, ended_on in told:
        helpers.discard(unit) if kind == "-" or ended_on else helpers.add(unit)
    return frozenset(helpers)


def _newest(entries: Any) -> int | None:
    newest: int | None = entries.order_by().aggregate(newest=Max("history_id"))["newest"]
    return newest


def _newest_of_each(model: type[Model], project: Project) -> dict[int, int]:
    """Of the records that are there; a deleted one has no version."""
    there = model._base_manager.filter(project=project).values("pk")
    entries = model.history.filter(id__in=there)  # type: ignore[attr-defined]
    return dict(entries.order_by().values_list("id").annotate(newest=Max("history_id")))


def _newest_by(model: type[Model], column: str, **which: Any) -> dict[int, int]:
    """The newest entry for each value of a column; entries of what was deleted count."""
    entries = model.history.filter(**which).order_by()  # type: ignore[attr-defined]
    return dict(entries.values_list(column).annotate(newest=Max("history_id")))
