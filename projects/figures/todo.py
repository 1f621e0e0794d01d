"""What somebody owes now: milestones, reports and problems of a unit; what waits for the office."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q

from projects.figures.open_milestones import DueMilestone, due_milestones
from projects.figures.problems import ProblemLine, problem_lines
from projects.figures.scope import Scope
from projects.models import MonthlyReport, Organisation, Project, Reopening
from projects.models.problem import ProblemQuerySet
from projects.models.project import ProjectQuerySet
from projects.models.reach import Reach
from projects.rules import reporting
from projects.vocabulary import ReportState

SOON_DAYS = 30
MOST = 100
"""Milestones, problems and returned reports that a desk looks at, of each kind."""
NAMED = 8
"""Projects without a report that a desk calls by name."""


@dataclass(frozen=True, slots=True)
class MonthDue:
    """The reports of a month: how many are owed and how far they are; `days_left` below 0 once the window is closed.

    `drafted`: written and not handed in. `returned`: sent back by the office.
    """

    month: date
    closes_on: date
    days_left: int
    total: int
    handed_in: int
    drafted: int
    returned: int

    @property
    def unwritten(self) -> int:
        return self.total - self.handed_in - self.drafted - self.returned

    @property
    def open(self) -> int:
        """What the unit still has to do, returned ones apart."""
        return self.drafted + self.unwritten

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """What a unit owes, as of a day: milestones late and soon, months, returned reports, problems."""

    late: list[DueMilestone]
    soon: list[DueMilestone]
    months: tuple[MonthDue, ...]
    """The month asked for, and the one before while something of it is missing."""
    returned: tuple[MonthlyReport, ...]
    problems: tuple[ProblemLine, ...]

    @property
    def overdue_problems(self) -> int:
        return sum(line.days_late > 0 for line in self.problems)

    @property
    def owed(self) -> int:
        """What the navigation counts: everything but what is due later."""
        reports = sum(month.open for month in self.months)
        return len(self.late) + reports + len(self.returned) + self.overdue_problems

    @property
    def is_empty(self) -> bool:
        return not (self.owed or self.soon or self.problems)


@dataclass(frozen=True, slots=True)
class WaitingReports:
    """Reports of a month that were handed in and are not reviewed."""

    month: date
    count: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A unit that has not handed in everything of a month; `unit` "" where nobody answers for the projects."""

    unit: str
    missing: int
    total: int


@dataclass(frozen=True, slots=True)
class SilentMonth:
    month: date
    closes_on: date
    days_left: int
    units: tuple[Silence, ...]

    @property
    def missing(self) -> int:
        return sum(unit.missing for unit in self.units)

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)


@dataclass(frozen=True, slots=True)
class OfficeDesk:
    """What waits for the office: reports to review by month, requests to open a month again."""

    waiting: tuple[WaitingReports, ...]
    requests: tuple[Reopening, ...]

    @property
    def owed(self) -> int:
        return sum(month.count for month in self.waiting) + len(self.requests)


def staff_desk(
    projects: ProjectQuerySet, problems: ProblemQuerySet, *, reach: Reach, today: date, days_after: int
) -> StaffDesk:
    """Five queries. `projects`: those that the person writes; `problems`: those that the unit is to remove.

    `days_after`: the end of the reporting window, days after the end of the month.
    """
    late, ahead = due_milestones(Scope(projects, today.year, today, reach=reach), most=MOST)
    soon_until = today + timedelta(days=SOON_DAYS)
    due = problems.open_on(today).due_by(soon_until).pressing_first()[:MOST]
    returned = MonthlyReport.objects.of_projects(projects).returned().select_related("project", "reviewed_by")
    return StaffDesk(
        late=late,
        soon=[item for item in ahead if item.days_to_go <= SOON_DAYS],
        months=tuple(_months(projects, today, days_after)),
        returned=tuple(returned.order_by("month", "project")[:MOST]),
        problems=problem_lines(due, today=today),
    )


def owed(desks: Iterable[StaffDesk | OfficeDesk]) -> int:
    """What all desks of a person count together."""
    return sum(desk.owed for desk in desks)


def unwritten(projects: ProjectQuerySet, month: date, *, today: date) -> tuple[Project, ...]:
    """The first projects without a report of the month, by unit; one query."""
    owing = _asked(projects, month, today)
    nothing_said = Q(report_state=None) | Q(report_state=ReportState.DRAFT, is_written=False)
    return tuple(owing.filter(nothing_said).order_by("organisation", "pk")[:NAMED])


def reopened(organisation: Organisation, *, today: date) -> tuple[Reopening, ...]:
    """Months that the unit may write again for now; one query."""
    return tuple(Reopening.objects.of_unit(organisation).open_on(today).order_by("month"))


def office_desk(projects: ProjectQuerySet) -> OfficeDesk:
    """Two queries."""
    submitted = MonthlyReport.objects.of_projects(projects).submitted()
    by_month = submitted.order_by("month").values("month").annotate(count=Count("pk"))
    requests = Reopening.objects.waiting().select_related("organisation", "requested_by")
    return OfficeDesk(
        waiting=tuple(WaitingReports(row["month"], row["count"]) for row in by_month),
        requests=tuple(requests.order_by("requested_at")),
    )


def silent_months(projects: ProjectQuerySet, *, today: date, days_after: int) -> tuple[SilentMonth, ...]:
    """Who has not handed in the month asked for, and the one before while it is missing; two queries."""
    asked = reporting.asked_month(today, days_after)
    months = [_silent(projects, month, today, days_after) for month in (asked, reporting.month_before(asked))]
    return tuple(month for month in months if month.units)


def _months(projects: ProjectQuerySet, today: date, days_after: int) -> Iterator[MonthDue]:
    asked = reporting.asked_month(today, days_after)
    for month in (asked, reporting.month_before(asked)):
        due = _month_due(projects, month, today, days_after)
        if due.open or (due.total and month == asked):
            yield due


def _asked(projects: ProjectQuerySet, month: date, today: date) -> ProjectQuerySet:
    """Those that owe the report of the month and would owe one today: nobody is asked for what has stopped since."""
    owing = projects.owing_reports(month, today=today)
    return owing.active_on(today, year=month.year).with_report(month)


def _month_due(projects: ProjectQuerySet, month: date, today: date, days_after: int) -> MonthDue:
    closes_on = reporting.deadline(month, days_after)
    counts = _asked(projects, month, today).aggregate(
        total=Count("pk"),
        handed_in=Count("pk", filter=Q(report_state__in=reporting.LOCKED)),
        drafted=Count("pk", filter=Q(report_state=ReportState.DRAFT, is_written=True)),
        returned=Count("pk", filter=Q(report_state=ReportState.RETURNED)),
    )
    return MonthDue(month, closes_on, (closes_on - today).days, **counts)


def _silent(projects: ProjectQuerySet, month: date, today: date, days_after: int) -> SilentMonth:
    closes_on = reporting.deadline(month, days_after)
    by_unit = (
        _asked(projects, month, today)
        .order_by(F("organisation__position").asc(nulls_last=True), "organisation__name")
        .values("organisation__position", "organisation__name")
        .annotate(total=Count("pk"), handed_in=Count("pk", filter=Q(report_state__in=reporting.LOCKED)))
    )
    units = tuple(
        Silence(row["organisation__name"] or "", row["total"] - row["handed_in"], row["total"])
        for row in by_unit
        if row["handed_in"] < row["total"]
    )
    return SilentMonth(month, closes_on, (closes_on - today).days, units)
