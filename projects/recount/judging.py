"""What one project counts for on a day, row by row of what is recorded about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from projects.vocabulary import Category, Currency, LightFamily, ReportState, Stage

from . import days
from .records import ListingRecord, MilestoneRecord, ProjectRecord, ReportRecord
from .tables import Snapshot

ORDER = [
    Stage.NEGOTIATING,
    Stage.SIGNED,
    Stage.REGISTERED,
    Stage.FILED,
    Stage.LAND,
    Stage.STARTED,
    Stage.TOPPED_OUT,
    Stage.COMPLETED,
    Stage.IN_PRODUCTION,
    Stage.FULL_CAPACITY,
]
"""The chain as `domain.md` has it; 入库 stands beside it."""


@dataclass(slots=True)
class StageOnDay:
    """One stage of one project on the day; days that lie ahead have not happened."""

    row: MilestoneRecord
    reached: bool = False
    perhaps_reached: bool = False
    in_year: bool = False
    perhaps: bool = False
    """Reached in the year by the day, or before it, or not yet."""
    year_unknown: bool = False
    with_plan: bool = False
    planned: bool = False
    planned_by_now: bool = False
    due: bool = False
    overdue: bool = False
    early: bool = False
    unplanned: bool = False


@dataclass(slots=True)
class Awaited:
    """A start that is planned for a month that has passed, or a started project that is not in the statistics."""

    family: LightFamily
    months: int | Fraction


@dataclass(slots=True)
class ProjectOnDay:
    row: ProjectRecord
    units: list[int | None]
    """Who answered for it on the day, and who helps."""
    levels: set[str] = field(default_factory=set)
    reserve: bool = False
    state: str = ""
    owed: str | None = None
    """How far the report is that it owes for the newest month that has ended; None: it owes none."""
    planned: int | None = None
    furthest: int | None = None
    furthest_possible: int | None = None
    entered: str = ""
    """`before` the year or `in_year`, where it has entered the statistics and it is certain when."""
    entered_possible: set[str] = field(default_factory=set)
    """The same, where it may have."""
    stages: dict[str, StageOnDay] = field(default_factory=dict)
    reports: dict[int, ReportRecord] = field(default_factory=dict)
    """By month, of the months of the year that have ended."""
    held_until: int = 0
    """The last month that an opening balance of the year holds, handed in, whether it has come or not."""
    waiting: Awaited | None = None

    @property
    def has_large_investment(self) -> bool:
        """At least 10亿元, or US$100 million."""
        dollars = self.row.foreign_amount if self.row.foreign_currency == Currency.USD else None
        return (self.row.total_investment or 0) >= 10 * 10**8 or (dollars or 0) >= 10**8

    @property
    def is_10bn(self) -> bool:
        return (self.row.total_investment or 0) >= 100 * 10**8


def projects_on(register: Snapshot, day: date) -> list[ProjectOnDay]:
    """Every project of the register that has begun by the day, in the year of the day."""
    return [_project_on(register, row, day) for row in register.projects.values() if row.has_begun(day)]


def _project_on(register: Snapshot, row: ProjectRecord, day: date) -> ProjectOnDay:
    helping = [helper.organisation_id for helper in register.helpers.get(row.id, []) if helper.helped_on(day)]
    found = ProjectOnDay(row, [row.answering_on(day), *helping])
    found.state = days.state_on(row.spans, day)
    for listing in register.listings.get(row.id, []):
        if stands(listing, day):
            found.levels.add(listing.level)
            if listing.category == Category.RESERVE:
                found.reserve = True
    _read_money(found, register, day)
    for milestone in register.milestones.get(row.id, []):
        if not milestone.skipped:
            found.stages[milestone.stage] = _stage_on(milestone, day, reserve=found.reserve)
    found.owed = _owed(found, day, register.listings.get(row.id, []))
    _place(found, day)
    found.waiting = _waiting(found, register.milestones.get(row.id, []), day)
    return found


def stands(listing: ListingRecord, day: date) -> bool:
    """On a list of the year of the day: given by the day, or without a first day, and not taken off by then."""
    given = listing.listed_on is None or listing.listed_on <= day
    taken_off = listing.removed_on is not None and listing.removed_on <= day
    return listing.year == day.year and given and not taken_off


def _read_money(found: ProjectOnDay, register: Snapshot, day: date) -> None:
    """The plan of the year, and the reports of its months that have ended."""
    for plan in register.plans.get(found.row.id, []):
        if plan.year == day.year:
            found.planned = plan.planned_investment
    for report in register.reports.get(found.row.id, []):
        if report.month.year == day.year and report.opening is not None and report.state != ReportState.DRAFT:
            found.held_until = max(found.held_until, report.month.month)
        if report.month.year == day.year and report.month.month <= days.months_over(day):
            found.reports[report.month.month] = report


def _stage_on(row: MilestoneRecord, day: date, *, reserve: bool) -> StageOnDay:
    found, planned_on = StageOnDay(row), row.planned_on
    if row.reached_on is not None:
        _reach(found, row.reached_on, day)
    was_before = row.reached_on is not None and row.reached_on.year < day.year
    found.with_plan = (planned_on is not None or was_before) and not reserve
    is_past = planned_on is not None and planned_on <= day
    if planned_on is not None and planned_on.year == day.year and not reserve:
        found.planned = True
        found.planned_by_now = is_past
    if is_past and not reserve:
        found.overdue = not found.reached and not found.perhaps_reached
        found.due = found.overdue or found.in_year
    if found.in_year:
        found.early = planned_on is not None and not is_past
        found.unplanned = not found.early and not found.due
    return found


def _reach(found: StageOnDay, last: date, day: date) -> None:
    """Between the first and the last day that it may have been, the day decides nothing."""
    first, new_year = days.earliest(last, found.row.reached_precision), date(day.year, 1, 1)
    found.reached = last <= day
    found.perhaps_reached = first <= day < last
    found.in_year = new_year <= first and last <= day
    found.perhaps = not found.in_year and first <= day and new_year <= last
    found.year_unknown = found.perhaps and found.reached


def _owed(project: ProjectOnDay, day: date, listings: Sequence[ListingRecord]) -> str | None:
    """Of a project on any list of the year that goes on, at the end of the month and on the day."""
    month = days.months_over(day)
    if month == 0 or not project.levels or project.state or project.held_until > month:
        return None
    end = days.month_end(date(day.year, month, 1))
    if not project.row.is_there(end) or not project.row.is_there(day):
        return None
    if days.state_on(project.row.spans, end) or not any(stands(listing, end) for listing in listings):
        return None
    report = project.reports.get(month)
    if report is None or report.state == ReportState.DRAFT:
        return "silent"
    if report.state == ReportState.APPROVED and report.unchanged:
        return "unchanged"
    return report.state


def _place(project: ProjectOnDay, day: date) -> None:
    """How far the project has come in the chain, and when it entered the statistics."""
    for stage, found in project.stages.items():
        if stage == Stage.ENTERED:
            _enter(project, found, date(day.year, 1, 1))
            continue
        place = ORDER.index(Stage(stage))
        if found.reached:
            project.furthest = max(place, project.furthest or 0)
        if found.reached or found.perhaps_reached:
            project.furthest_possible = max(place, project.furthest_possible or 0)


def _enter(project: ProjectOnDay, entry: StageOnDay, new_year: date) -> None:
    """When it entered the statistics."""
    last = entry.row.reached_on
    if last is None or not (entry.reached or entry.perhaps_reached):
        return
    if last < new_year:
        project.entered, project.entered_possible = "before", {"before"}
    elif days.earliest(last, entry.row.reached_precision) < new_year:
        project.entered_possible = {"before", "in_year"}
    else:
        project.entered = "in_year" if entry.reached else ""
        project.entered_possible = {"in_year"}


def _waiting(project: ProjectOnDay, milestones: list[MilestoneRecord], day: date) -> Awaited | None:
    start = project.stages.get(Stage.STARTED)
    if start is None or project.state:
        return None
    spans = project.row.spans
    if start.reached:
        for milestone in milestones:
            if milestone.stage == Stage.ENTERED and (milestone.skipped or has_passed(project, Stage.ENTERED)):
                return None
        assert start.row.reached_on is not None
        since = moved(start.row.reached_on, spans, day)
        return Awaited(LightFamily.ENTRY_OVERDUE, days.months_between(since, day))
    planned = start.row.current_on
    if (
        planned is None
        or start.perhaps_reached
        or planned >= day.replace(day=1)
        or project.reserve
        or has_passed(project, Stage.STARTED)
    ):
        return None
    return Awaited(LightFamily.START_OVERDUE, days.calendar_months_between(moved(planned, spans, day), day))


def moved(since: date, spans: list[days.Span], day: date) -> date:
    """The first day of a count, moved by as many days as the project has stood still since."""
    return date.fromordinal(since.toordinal() + days.idle_days(spans, since, day))


def has_passed(project: ProjectOnDay, stage: Stage, *, certainly: bool = False) -> bool:
    """Whether the stage, or a later one that cannot be reached before it, was reached by the day, or perhaps was;
    `certainly`: only the former.
    """

    def is_reached(found: StageOnDay) -> bool:
        return found.reached or (found.perhaps_reached and not certainly)

    if stage == Stage.ENTERED:
        return stage in project.stages and is_reached(project.stages[stage])
    for later in ORDER[ORDER.index(stage) :]:
        if stage == Stage.COMPLETED and later == Stage.IN_PRODUCTION:
            continue  # a plant may produce before its acceptance
        if later in project.stages and is_reached(project.stages[later]):
            return True
    return False
