"""How far the reports of a month are that units are asked for today, by unit."""

from collections import Counter
from datetime import date
from enum import StrEnum

from django.db.models import Case, CharField, Count, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from projects.figures.register.first_rows import kept_numbers
from projects.figures.register.missing_reports import owes
from projects.figures.register.tables import Register
from projects.models import Listing, MonthlyReport, Project
from projects.models.project import ProjectQuerySet
from projects.rules import reporting
from projects.vocabulary import ReportState


class Written(StrEnum):
    """UNWRITTEN: there is no report, or one that says nothing yet."""

    UNWRITTEN = "unwritten"
    DRAFTED = "drafted"
    RETURNED = "returned"
    HANDED_IN = "handed_in"


READ_HERE = (Project, Listing, MonthlyReport)

type AskedReports = dict[int, Counter[Written]]
"""By unit, 0 where nobody answers for the projects."""


def asked_reports(projects: ProjectQuerySet, month: date, *, today: date) -> AskedReports:
    """Of those who owe the report of the month and would owe one today: nobody is asked for what has stopped since.

    One query, or three to bring what was counted before up to date.
    """
    register = Register(projects, month.year, today)
    counts = kept_numbers(
        register, ("asked", month), lambda register: _counted(register, month), reads=READ_HERE
    )
    found: AskedReports = {}
    for key, number in counts.items():
        unit, written = key.split()
        found.setdefault(int(unit), Counter())[Written(written)] += number
    return found


def _counted(register: Register, month: date) -> dict[str, int]:
    rows = register.narrowed(register.table(Project), "id").filter(owes(register, month))
    if register.known_at is None:  # a join: a project has one report a month
        rows = rows.annotate(filed=FilteredRelation("reports", condition=Q(reports__month=month)))
        rows = rows.annotate(written=_written("filed__"))
    else:
        reports = register.table(MonthlyReport).filter(project_id=OuterRef("id"), month=month)
        known = Subquery(reports.annotate(far=_written()).values("far")[:1])
        rows = rows.annotate(
            written=Coalesce(known, Value(Written.UNWRITTEN.value), output_field=CharField())
        )
    grouped = rows.values_list("organisation_id", "written").annotate(number=Count("id"))
    return {f"{unit or 0} {written}": number for unit, written, number in grouped}


def _written(path: str = "") -> Case:
    said = Q((f"{path}invested__isnull", False)) | Q((f"{path}opening__isnull", False))
    said |= Q((f"{path}unchanged", True))
    return Case(
        When(Q((f"{path}state__in", reporting.LOCKED)), then=Value(Written.HANDED_IN.value)),
        When(Q((f"{path}state", ReportState.RETURNED)), then=Value(Written.RETURNED.value)),
        When(Q((f"{path}state", ReportState.DRAFT)) & said, then=Value(Written.DRAFTED.value)),
        default=Value(Written.UNWRITTEN.value),
        output_field=CharField(),
    )
