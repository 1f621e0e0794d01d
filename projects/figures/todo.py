"""What somebody owes now: milestones, reports and problems of a unit; what waits for the office."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from projects.figures.decisions import DecisionLine
from projects.figures.decisions import ledger as decision_ledger
from projects.figures.inquiries import open_inquiries
from projects.figures.open_milestones import DueMilestone, due_milestones
from projects.figures.problems import ProblemLine, problem_lines
from projects.figures.register.asked_reports import Written, asked_reports
from projects.figures.register.first_rows import kept_numbers
from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models import MonthlyReport, Organisation, Project, Reopening
from projects.models.decision import DecisionQuerySet
from projects.models.problem import ProblemQuerySet
from projects.models.project import ProjectQuerySet
from projects.models.reach import Nothing, Reach, UnitAndBelow
from projects.rules import reporting
from projects.vocabulary import ReportState

SOON_DAYS = 30
ANSWERED_FOR = timedelta(days=14)
"""How long a unit is told that its request was refused."""
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
    """What a unit owes, as of a day: reasons asked for, milestones late and soon, months, returned reports, problems.

    `late`: without those whose reason was asked for.
    """

    asked: list[DueMilestone]
    late: list[DueMilestone]
    soon: list[DueMilestone]
    months: tuple[MonthDue, ...]
    """The month asked for, and the one before while something of it is missing."""
    returned: tuple[MonthlyReport, ...]
    problems: tuple[ProblemLine, ...]
    decisions: tuple[DecisionLine, ...]
    """What the unit is to carry out, and has not asked to close."""

    @property
    def overdue_problems(self) -> int:
        return sum(line.days_late > 0 for line in self.problems)

    @property
    def owed(self) -> int:
        """What the navigation counts: everything but what is due later."""
        reports = sum(month.open for month in self.months)
        return (
            len(self.asked)
            + len(self.late)
            + reports
            + len(self.returned)
            + self.overdue_problems
            + len(self.decisions)
        )

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
    projects: ProjectQuerySet,
    problems: ProblemQuerySet,
    decisions: DecisionQuerySet,
    *,
    reach: Reach,
    today: date,
    days_after: int,
) -> StaffDesk:
    """At most eleven queries. `projects`: those that the person writes; `problems`: those that the unit is to remove;
    `decisions`: those that it is to carry out.

    `days_after`: the end of the reporting window, days after the end of the month.
    """
    late, ahead = due_milestones(Scope(projects, today.year, today, reach=reach), most=MOST)
    asked = open_inquiries(projects, reach=reach, today=today)
    named = {due.milestone for due in asked}
    soon_until = today + timedelta(days=SOON_DAYS)
    due = problems.open_on(today).due_by(soon_until).pressing_first()[:MOST]
    returned = MonthlyReport.objects.of_projects(projects).returned().select_related("project", "reviewed_by")
    return StaffDesk(
        asked=asked,
        late=[item for item in late if item.milestone not in named],
        soon=[item for item in ahead if item.days_to_go <= SOON_DAYS and item.milestone not in named],
        months=tuple(_months(_units_of(reach), today, days_after)),
        returned=tuple(returned.order_by("month", "project")[:MOST]),
        problems=problem_lines(due, today=today),
        decisions=decision_ledger(decisions.unanswered(), today=today, most=MOST),
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


def refused(organisation: Organisation, *, now: datetime) -> tuple[Reopening, ...]:
    """Answers of the last two weeks that a month is not opened again; one query."""
    asked = Reopening.objects.of_unit(organisation).refused_since(now - ANSWERED_FOR)
    return tuple(asked.select_related("decided_by").order_by("month"))


def office_desk(projects: ProjectQuerySet) -> OfficeDesk:
    """Two queries."""
    register = Register(projects, date.min.year, date.min)  # of any day
    waiting = kept_numbers(register, ("submitted",), _submitted, reads=(MonthlyReport,))
    requests = Reopening.objects.waiting().select_related("organisation", "requested_by")
    return OfficeDesk(
        waiting=tuple(
            WaitingReports(date.fromisoformat(month), waiting[month])
            for month in sorted(waiting)
            if waiting[month]
        ),
        requests=tuple(requests.order_by("requested_at")),
    )


def _submitted(register: Register) -> dict[str, int]:
    """Reports that were handed in and are not reviewed, by month."""
    rows = register.narrowed(register.table(MonthlyReport), "project_id").filter(state=ReportState.SUBMITTED)
    by_month = rows.values_list("month").annotate(number=Count("id"))
    return {month.isoformat(): number for month, number in by_month}


def silent_months(projects: ProjectQuerySet, *, today: date, days_after: int) -> tuple[SilentMonth, ...]:
    """Who has not handed in the month asked for, and the one before while it is missing; four queries, fewer where
    they were counted before.
    """
    asked = reporting.asked_month(today, days_after)
    months = [_silent(projects, month, today, days_after) for month in (asked, reporting.month_before(asked))]
    return tuple(month for month in months if month.units)


def _units_of(reach: Reach) -> Collection[int] | None:
    """The units whose reports somebody writes; None: all, and what nobody answers for."""
    match reach:
        case UnitAndBelow(unit) if not unit.is_district:
            return unit.units
        case Nothing():
            return ()
    return None


def _months(units: Collection[int] | None, today: date, days_after: int) -> Iterator[MonthDue]:
    asked = reporting.asked_month(today, days_after)
    for month in (asked, reporting.month_before(asked)):
        due = _month_due(units, month, today, days_after)
        if due.open or (due.total and month == asked):
            yield due


def _asked(projects: ProjectQuerySet, month: date, today: date) -> ProjectQuerySet:
    """Those that owe the report of the month and would owe one today: nobody is asked for what has stopped since."""
    owing = projects.owing_reports(month, today=today)
    return owing.active_on(today, year=month.year).with_report(month)


def _month_due(units: Collection[int] | None, month: date, today: date, days_after: int) -> MonthDue:
    closes_on = reporting.deadline(month, days_after)
    reports = asked_reports(Project.objects.all(), month, today=today)
    counts: Counter[Written] = Counter()
    for unit in reports if units is None else reports.keys() & set(units):
        counts += reports[unit]
    return MonthDue(
        month,
        closes_on,
        (closes_on - today).days,
        total=counts.total(),
        handed_in=counts[Written.HANDED_IN],
        drafted=counts[Written.DRAFTED],
        returned=counts[Written.RETURNED],
    )


def _silent(projects: ProjectQuerySet, month: date, today: date, days_after: int) -> SilentMonth:
    closes_on = reporting.deadline(month, days_after)
    reports = asked_reports(projects, month, today=today)
    missing = {unit: counts for unit, counts in reports.items() if counts.total() > counts[Written.HANDED_IN]}
    named = Organisation.objects.filter(pk__in=missing).order_by("position", "name")
    units = [(unit.pk, unit.name) for unit in named] if missing else []
    lines = tuple(
        Silence(name, missing[unit].total() - missing[unit][Written.HANDED_IN], missing[unit].total())
        for unit, name in [*units, (0, "")]
        if unit in missing
    )
    return SilentMonth(month, closes_on, (closes_on - today).days, lines)
