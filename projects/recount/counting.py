"""The numbers of a page: every project of a scope is visited, and what it counts for is added one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from projects.vocabulary import (
    STAGE_OF_INDICATOR,
    Indicator,
    Light,
    LightFamily,
    ReportState,
    Stage,
)

from . import days, lights
from .judging import ProjectOnDay, StageOnDay, projects_on
from .records import ReportRecord, TargetRecord
from .tables import Snapshot

LINES = [
    Indicator.INVESTED,
    Indicator.ENTERED,
    Indicator.STARTED,
    Indicator.TOPPED_OUT,
    Indicator.COMPLETED,
    Indicator.IN_PRODUCTION,
]
SIGNINGS = [Indicator.SIGNED, Indicator.SIGNED_INVESTMENT]
"""Of all projects only, whatever list they come to stand on."""

FUNNEL = [Stage.SIGNED, Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION]
FIRST_YEAR = 2000
LEAST_RANKED = 3
"""Units with fewer projects have no rank."""

OVERDUE_FAMILY = {Indicator.STARTED: LightFamily.START_OVERDUE, Indicator.ENTERED: LightFamily.ENTRY_OVERDUE}

type Ends = tuple[int, int] | None
"""What is certain, and what is possible; None where nothing is known."""


def agreed[Number](ends: tuple[Number, Number] | None) -> Number | None:
    """The number, where both ends are the same."""
    return ends[0] if ends is not None and ends[0] == ends[1] else None


type Values = dict[tuple[str, str], object]
"""By kind and name of a figure; money in whole yuan, shares as exact fractions, None for what nobody knows."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What is asked: a list ("" = all projects), a unit (None = the district), and whose reader (None = a leader)."""

    day: date
    level: str = ""
    unit: int | None = None
    reader: int | None = None
    """The unit of a member of staff, who reads what concerns it and the units below."""


class Counted(list[ProjectOnDay]):
    """Projects that are there on the day. `paying`: these and those that were split or merged by then, whose reports
    stay in the year's sums.
    """

    def __init__(self, found: Iterable[ProjectOnDay], day: date) -> None:
        self.paying = list(found)
        super().__init__(project for project in self.paying if project.row.is_there(day))


class CountedDay:
    """The register as of a day, judged once for every scope that is asked about."""

    def __init__(self, register: Snapshot, day: date, readable: dict[int, set[int]] | None = None) -> None:
        """`readable`: by unit of a reader the projects that concern it or have concerned it, as is known now."""
        self.register, self.day, self.readable = register, day, readable or {}
        self.projects = projects_on(register, day)
        self.tree = register.tree.on(day)
        self.passed = days.months_over(day)
        self.others: dict[date, CountedDay] = {}

    def on(self, day: date) -> "CountedDay":
        """The same register as of another day."""
        if day not in self.others:
            self.others[day] = CountedDay(self.register, day, self.readable)
        return self.others[day]

    def of_scope(self, asked: Basis) -> Counted:
        return Counted((project for project in self.projects if self._belongs(project, asked)), self.day)

    def _belongs(self, project: ProjectOnDay, asked: Basis) -> bool:
        if asked.level and asked.level not in project.levels:
            return False
        if asked.reader is not None and project.row.id not in self.readable[asked.reader]:
            return False
        return asked.unit is None or any(self._answers(asked.unit, unit) for unit in project.units)

    def _answers(self, top: int, unit: int | None) -> bool:
        return top == self.tree.root or top in self.tree.upwards(unit)

    def rows_of(self, asked: Basis, projects: Counted) -> dict[int, Counted]:
        """The projects by unit directly below the scope; a project counts once in each row that it belongs to."""
        found: dict[int, list[ProjectOnDay]] = {}
        for unit in sorted(self._with_targets(asked)):
            if self.tree.above(unit) == self._top(asked):
                found[unit] = []
        for project in projects.paying:
            if not project.reports and not project.row.is_there(self.day):
                continue
            for row in {self.tree.row_for(unit, asked.unit) for unit in project.units}:
                if row is not None:
                    found.setdefault(row, []).append(project)
        return {row: Counted(mine, self.day) for row, mine in found.items()}

    def _top(self, asked: Basis) -> int | None:
        return self.tree.root if asked.unit is None else asked.unit

    def targets_of(self, asked: Basis) -> dict[tuple[int | None, str], TargetRecord]:
        """The targets of the year and list that the reader may see, by unit and indicator."""
        seen = None if asked.reader is None else self.tree.below(asked.reader)
        found = {}
        for target in self.register.targets:
            if target.year != self.day.year or target.level != asked.level:
                continue
            if seen is None or target.organisation_id in seen:
                found[target.organisation_id, target.indicator] = target
        return found

    def skips(self, project: ProjectOnDay, stage: str) -> bool:
        """Whether the project has no such stage."""
        rows = self.register.milestones.get(project.row.id, [])
        return any(row.stage == stage and row.skipped for row in rows)

    def _with_targets(self, asked: Basis) -> set[int]:
        return {unit for unit, _ in self.targets_of(asked) if unit is not None and unit in self.tree.rows}


@dataclass(slots=True)
class CountedLine:
    """One indicator of a scope or of a row."""

    computed: Ends
    actual: Ends
    target: int | None
    time: Fraction
    light: Light
    yellow: int
    red: int

    @property
    def shares(self) -> tuple[Fraction, Fraction] | None:
        """The rate of either end."""
        if self.actual is None or not self.target:
            return None
        least, most = self.actual
        return Fraction(least, self.target), Fraction(most, self.target)

    @property
    def share(self) -> Fraction | None:
        return agreed(self.shares)


@dataclass(slots=True)
class CountedRow:
    """What one row of a page is computed from; `unit` None: the district as a whole, or a row without targets."""

    projects: Counted
    unit: int | None
    targets: dict[tuple[int | None, str], TargetRecord]
    asked: Basis
    key: int | None = None
    """The unit of the row, None for the scope as a whole."""

    def then(self, at: CountedDay) -> "CountedRow":
        """The same row on another day."""
        projects = at.of_scope(self.asked)
        mine = projects if self.key is None else at.rows_of(self.asked, projects).get(self.key)
        return replace(self, projects=Counted([], at.day) if mine is None else mine)


def line_of(row: CountedRow, indicator: Indicator, at: CountedDay, stated: int | None = None) -> CountedLine:
    """The indicator against its target; `stated`: a published number that stands in the place of the register's."""
    computed, amount, time, target = _measured(row, indicator, at)
    actual = computed if stated is None else (stated, stated)
    line = CountedLine(computed, actual, amount, time, Light.NONE, 0, 0)
    _light(line, row, indicator, at, excused=target is not None and target.accepted_reason != "")
    return line


def _measured(
    row: CountedRow, indicator: Indicator, at: CountedDay
) -> tuple[Ends, int | None, Fraction, TargetRecord | None]:
    """What the register adds up to, what it is measured against, and how much of that is due."""
    computed = amount_of(row.projects, indicator, at)
    if row.unit is not None and not row.projects and any(unit == row.unit for unit, _ in row.targets):
        computed = computed or (0, 0)  # there is something to do, and nothing was done
    holder = None if row.unit == at.tree.root else row.unit
    target = row.targets.get((holder, indicator))
    records = stages_of(row.projects, STAGE_OF_INDICATOR.get(indicator, ""))
    if computed is None and records and target is not None and target.amount is not None:
        computed = 0, 0  # it is asked for, and some are still to reach it
    amount, time = _planned(row.projects, indicator, at)
    if target is not None:
        amount, time = target.amount, _time(target, at.passed)
    return computed, amount, time, target


def amount_of(projects: Counted, indicator: Indicator, at: CountedDay) -> Ends:
    """What the register adds up to; None where nobody knows."""
    if indicator == Indicator.INVESTED:
        invested = added(amount for project in projects.paying for amount in invested_by(project))
        return None if invested is None else (invested, invested)
    code = STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED)
    reached = stages_of(projects, code)
    if indicator == Indicator.SIGNED_INVESTMENT:
        certain = added(project.row.total_investment for project, stage in reached if stage.in_year)
        most = added(
            project.row.total_investment for project, stage in reached if stage.in_year or stage.perhaps
        )
        return None if most is None else (certain or 0, most)
    number = sum(stage.in_year for _, stage in reached)
    most = number + sum(stage.perhaps for _, stage in reached)
    return (number, most) if most or is_followed(projects, code, at) else None


def is_followed(projects: list[ProjectOnDay], stage: str, at: CountedDay) -> bool:
    """Whether half of the projects or more have a date or a plan of the stage, or skip it: then a 0 is known."""
    records = sum(stage in project.stages for project in projects)
    skipping = sum(at.skips(project, stage) and not project.reserve for project in projects)
    building = sum(not project.reserve for project in projects)
    return records > 0 and (records + skipping) * 2 >= building


def approved(project: ProjectOnDay) -> list[ReportRecord]:
    return [report for report in project.reports.values() if report.state == ReportState.APPROVED]


def invested_by(project: ProjectOnDay) -> list[int | None]:
    """What the months of the year add up to, and what its opening balance holds."""
    reports = approved(project)
    return [added(report.invested for report in reports), added(report.opening for report in reports)]


def stages_of(projects: Iterable[ProjectOnDay], stage: str) -> list[tuple[ProjectOnDay, StageOnDay]]:
    """The projects of which anything is recorded about the stage."""
    return [(project, project.stages[stage]) for project in projects if stage in project.stages]


def added(amounts: Iterable[int | None]) -> int | None:
    """The sum of what is known; None where nothing is."""
    total: int | None = None
    for amount in amounts:
        if amount is not None:
            total = amount if total is None else total + amount
    return total


def _planned(
    projects: list[ProjectOnDay], indicator: Indicator, at: CountedDay
) -> tuple[int | None, Fraction]:
    """What the projects themselves plan, where that can stand for a target, and how much of it is due by now.

    An amount is needed of all of them, a day of nine in ten of those that are to have one.
    """
    time = Fraction(at.passed, 12)
    if indicator == Indicator.INVESTED:
        complete = projects and all(project.planned is not None for project in projects)
        total = added(project.planned for project in projects)
        return (total or None) if complete else None, time
    code = STAGE_OF_INDICATOR.get(indicator, "")
    stages = [stage for _, stage in stages_of(projects, code)]
    asked = [project for project in projects if not project.reserve and not at.skips(project, code)]
    if sum(stage.with_plan for stage in stages) * 10 < len(asked) * 9:
        return None, time
    planned, unplanned = sum(stage.planned for stage in stages), sum(stage.unplanned for stage in stages)
    if planned <= unplanned:
        return None, time
    return planned, Fraction(sum(stage.planned_by_now for stage in stages), planned)


def _time(target: TargetRecord, passed: int) -> Fraction:
    """By the target's own curve, or by the month in which it is due."""
    if passed == 0:
        return Fraction(0)
    if target.curve is not None and target.curve[-1]:
        return min(Fraction(1), Fraction(target.curve[passed - 1], target.curve[-1]))
    return min(Fraction(1), Fraction(passed, target.due_month))


def _light(
    line: CountedLine, row: CountedRow, indicator: Indicator, at: CountedDay, *, excused: bool
) -> None:
    if excused:
        return
    rules = at.register.rules
    family = OVERDUE_FAMILY.get(indicator)
    for project in row.projects:
        if family is not None and project.waiting is not None and project.waiting.family == family:
            light = lights.light_of_waiting(project.waiting, rules, at.day)
            line.yellow += light == Light.YELLOW
            line.red += light == Light.RED
    late = Light.RED if line.red else Light.YELLOW if line.yellow else Light.NONE
    rule = lights.rule_in_force(rules, at.day, lights.PACE)
    months = _months_before(row, indicator, at) if rule and (rule.red_after or rule.until_green) else []
    found = []
    for at_end in (0, 1):
        share = line.shares[at_end] if line.shares else None
        pace = lights.carried_on(rule, [*months, lights.month_of_pace(rule, (share, share), line.time)])
        grown = _growth(row, indicator, at, line.actual[at_end] if line.actual else None)
        found.append(lights.graver(lights.graver(pace, late), grown))
    line.light = found[0] if found[0] == found[1] else Light.PENDING


def _months_before(row: CountedRow, indicator: Indicator, at: CountedDay) -> list[tuple[Light, bool]]:
    """The light of each month of the year before the last one, and whether nothing was behind."""
    found = []
    for month in range(1, at.passed):
        then = at.on(days.month_end(date(at.day.year, month, 1)))
        computed, target, time, _ = _measured(row.then(then), indicator, then)
        rule = lights.rule_in_force(at.register.rules, then.day, lights.PACE)
        shares = (
            (None, None)
            if computed is None or not target
            else tuple(Fraction(end, target) for end in computed)
        )
        found.append(lights.month_of_pace(rule, (shares[0], shares[1]), time))
    return found


def _growth(row: CountedRow, indicator: Indicator, at: CountedDay, actual: int | None) -> Light:
    """Of the investment of the year beside that of last year, up to the same day."""
    rule = lights.rule_in_force(at.register.rules, at.day, {LightFamily.GROWTH.value})
    if rule is None or indicator != Indicator.INVESTED or at.day.year <= FIRST_YEAR:
        return Light.NONE
    first = at.day.replace(year=at.day.year - 1, day=1)
    is_end = at.day == days.month_end(at.day)
    then = at.on(days.month_end(first) if is_end else first.replace(day=at.day.day))
    before = amount_of(row.then(then).projects, indicator, then)
    return lights.light_of_growth(rule, actual, before[0] if before else None)


type Rates = dict[int, tuple[int, tuple[Fraction, Fraction] | None]]
"""By unit, its number of projects and the rates of either end."""


def ranks(shares: Rates, *, least: int = LEAST_RANKED) -> dict[int, int | None]:
    """By unit: one more than how many are better, where that is the same whatever the numbers turn out to be."""
    found: dict[int, int | None] = {}
    for unit, (number, mine) in shares.items():
        found[unit] = None
        if mine is None or number < least:
            continue
        others = [rate for other, (size, rate) in shares.items() if other != unit and rate and size >= least]
        at_best = 1 + sum(rate[0] > mine[1] for rate in others)
        at_worst = 1 + sum(rate[1] > mine[0] for rate in others)
        found[unit] = at_best if at_best == at_worst else None
    return found
