"""Who has not reported: the projects that owe the newest month that has ended, and handed in nothing."""

from django.db.models import Exists, OuterRef

from projects.figures.grouping import in_scope
from projects.figures.register import Register, Rows
from projects.figures.scope import Scope
from projects.figures.subjects import Subject, subjects
from projects.models import MonthlyReport
from projects.rules import periods
from projects.vocabulary import ReportState


def silent(scope: Scope, *, most: int) -> list[Subject]:
    """At most so many of them, by unit; two queries, of the past three.

    The projects that `Coverage.missing` counts: on a list and going on, without a report that is more than a draft.
    """
    if not periods.months_passed(scope.year, scope.as_of):
        return []
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    found = list(_silent(register, scope).values_list("id", flat=True)[:most])
    named = subjects(register, scope, found)
    return sorted((named[pk] for pk in found), key=_by_unit)


def _silent(register: Register, scope: Scope) -> Rows:
    month = periods.months_of(scope.year)[periods.months_passed(scope.year, scope.as_of) - 1]
    listings = register.listings().filter(project_id=OuterRef("id"))
    if scope.level:
        listings = listings.filter(level=scope.level)
    reports = register.table(MonthlyReport).filter(project_id=OuterRef("id"), month=month)
    rows = register.projects("holder").filter(Exists(listings), side_state="")
    rows = rows.filter(~Exists(reports.exclude(state=ReportState.DRAFT)))
    return in_scope(rows, register, scope).order_by("holder", "id")


def _by_unit(project: Subject) -> tuple[int, str]:
    """Those that nobody is named for first."""
    unit = project.organisation
    return (unit.position, unit.name) if unit else (-1, "")
