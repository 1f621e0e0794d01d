"""Who owes the report of a month, and how far it is.

`with_owed` puts one column beside the projects: coverage counts its values, and the list of names (`silent`) filters by
it.
"""

from datetime import date
from enum import StrEnum

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from projects.figures.register.tables import Register, Rows
from projects.models import MonthlyReport
from projects.models.existing import exists_on
from projects.models.standstills import stood_still
from projects.rules import periods
from projects.vocabulary import ReportState


class Owed(StrEnum):
    """How far an owed report is. SILENT: there is none, or a draft that nobody has handed in."""

    SILENT = "silent"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    UNCHANGED = "unchanged"


def with_owed(rows: Rows, register: Register) -> Rows:
    """Projects of the register with `owed`, how far the report of the newest ended month is.

    None where none is owed: at the end of that month, or on the day, the project stands on no list of the year, or
    is paused or terminated; or an opening balance of the year holds the month.
    """
    month = newest_month(register)
    if month is None:
        return rows.annotate(owed=Value(None, CharField()))
    rows, far = _with_report(rows, register, month)
    return rows.annotate(
        owed=Case(When(owes(register, month), then=far), default=None, output_field=CharField())
    )


def owes(register: Register, month: date) -> Q:
    """Whether a project owes the report of the month, at its end and on the day."""
    judged_on = min(periods.month_end(month), register.as_of)
    found = _active_on(register, judged_on)
    if register.as_of != judged_on:
        found &= _active_on(register, register.as_of)
    return found & ~Q(Exists(_openings_over(register, month)))


def _active_on(register: Register, day: date) -> Q:
    """On a list of the year and going on, on the day; `ProjectQuerySet.active_on` on either clock."""
    return (
        exists_on(day)
        & ~stood_still(day)
        & Q(Exists(register.listings(day).filter(project_id=OuterRef("id"))))
    )


def _openings_over(register: Register, month: date) -> Rows:
    """`MonthlyReportQuerySet.openings_over` on either clock."""
    later = register.table(MonthlyReport).filter(
        project_id=OuterRef("id"), opening__isnull=False, month__gt=month, month__lte=date(month.year, 12, 31)
    )
    return later.exclude(state=ReportState.DRAFT)


def newest_month(register: Register) -> date | None:
    """The newest month of the year that has ended by the day."""
    passed = periods.months_passed(register.year, register.as_of)
    return date(register.year, passed, 1) if passed else None


def _with_report(rows: Rows, register: Register, month: date) -> tuple[Rows, Coalesce]:
    """The rows, and how far the report of the month is; SILENT without one."""
    if register.known_at is None:  # a join: a project has one report a month
        rows = rows.annotate(filed=FilteredRelation("reports", condition=Q(reports__month=month)))
        return rows, Coalesce(_far("filed__"), Value(Owed.SILENT.value))
    reports = register.table(MonthlyReport).filter(project_id=OuterRef("id"), month=month)
    known = Subquery(reports.annotate(far=_far()).values("far")[:1])
    return rows, Coalesce(known, Value(Owed.SILENT.value), output_field=CharField())


def _far(path: str = "") -> Case:
    state = f"{path}state"
    return Case(
        When(Q((state, ReportState.DRAFT)), then=Value(Owed.SILENT.value)),
        When(Q((state, ReportState.APPROVED), (f"{path}unchanged", True)), then=Value(Owed.UNCHANGED.value)),
        default=F(state),
        output_field=CharField(),
    )
