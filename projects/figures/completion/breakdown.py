"""Every number opens: its formula, the versions of its target, the projects it counts and those it leaves out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from projects.figures.completion.lines import IndicatorLine
from projects.figures.completion.reported import months_words, reported_months
from projects.figures.register.tables import Register, Rows
from projects.figures.scope import Scope
from projects.models import Listing, Milestone, Organisation, Target
from projects.models.reach import UnitAndBelow
from projects.models.standstills import standstills_of
from projects.rules import lifecycle, overdue, periods
from projects.rules.lifecycle import Step
from projects.rules.natural import NaturalKey, natural
from projects.rules.overdue import Overdue
from projects.rules.reporting import opening_words
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, LightFamily, Precision, Stage

OVERDUE = "逾期未"
SIDE_COLUMNS = ("side_state", "side_state_on", "pauses", "began_on", "ended_on")


@dataclass(frozen=True, slots=True)
class Row:
    """One project behind a number.

    `value`: what it adds, in yuan or 1; of one left out, the reported yuan that do not count, else None.
    `words`: the day or the months that count, or why it is left out; `kind`: that reason in a word. `is_possible`:
    it may count or not, so it is in neither list. `project`: its id, None where it has been deleted since.
    `subject`: the same id, whoever may open it: by it the rows of two days belong together. `units`: the unit that
    answers, None where nobody does, and those that help. `is_overdue`: the stage was first planned by the day.
    """

    project: int | None
    name: str
    unit: str
    value: int | None
    words: str
    kind: str = ""
    is_possible: bool = False
    subject: int = 0
    units: tuple[int | None, ...] = ()

    @property
    def is_overdue(self) -> bool:
        return self.kind.startswith(OVERDUE)

    @property
    def counts(self) -> bool:
        return not self.kind


@dataclass(frozen=True, slots=True)
class TargetVersion:
    """One version of a target: `amount` in yuan or projects, who set it, when and why."""

    amount: int | None
    due_month: int
    has_curve: bool
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What stands behind one line of the completion page.

    The values of `counted` add up to what is certain, with those of `possible` to the most that there may be. A
    project whose reports count for some months and not for others is in two lists.
    """

    line: IndicatorLine
    formula: str
    pace: str
    versions: list[TargetVersion]
    counted: list[Row]
    possible: list[Row]
    left_out: list[Row]

    @property
    def total(self) -> int | None:
        """The sum of the counted rows; None where there is none."""
        return sum(row.value or 0 for row in self.counted) if self.counted else None

    @property
    def possible_total(self) -> int:
        """What the possible rows would add."""
        return sum(row.value or 0 for row in self.possible)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why projects are left out, and how many for each reason, in the order of the rows."""
        return list(Counter(row.kind for row in self.left_out).items())


def breakdown(scope: Scope, line: IndicatorLine) -> Breakdown:
    """The line opened, in four queries: projects, helping units, milestones or reports, versions of the target; of
    reports also the lists of the year.
    """
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    invested = line.indicator == Indicator.INVESTED
    rows = _report_rows(register, scope) if invested else _stage_rows(register, scope, line)
    found = list(rows)
    left_out = [row for row in found if not row.counts and not row.is_possible]
    frequency = Counter(row.kind for row in left_out)
    return Breakdown(
        line=line,
        formula=_formula(scope, line.indicator, has_opening=line.opening is not None),
        pace=_pace(scope, line),
        versions=_versions(line, scope.known_at),
        counted=sorted((row for row in found if row.counts), key=_largest_first),
        possible=sorted((row for row in found if row.is_possible), key=_largest_first),
        left_out=sorted(left_out, key=lambda row: (-frequency[row.kind], row.kind, natural(row.name))),
    )


def _largest_first(row: Row) -> tuple[int, NaturalKey]:
    return -(row.value or 0), natural(row.name)


# The projects of a scope


type Places = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A project of the scope, as it was known."""

    pk: int
    name: str
    unit: str
    units: tuple[int | None, ...]
    is_there: bool
    places: Places
    """From which day to which it stands on a list of the year, the last one excluded."""
    aside: str
    reserve: bool
    investment: int | None
    standstills: tuple[lifecycle.Standstill, ...]
    began_on: date | None
    ended_on: date | None

    def owes_nothing(self, month: date, as_of: date, *, is_newest: bool) -> str:
        """Why no report is asked for a month that has ended; "" where one is owed.

        The newest month is asked for on the day, so who has stopped or left the lists since owes it no more: as
        `missing_reports.with_owed` has it.
        """
        days = (periods.month_end(month), as_of) if is_newest else (periods.month_end(month),)
        for day in days:
            if not any(first <= day < last for first, last in self.places):
                return "不在当年名单上"
            if self.began_on and day < self.began_on:
                return "项目尚未拆分设立"
            if self.ended_on and day >= self.ended_on:
                return "项目已拆并"
            if state := lifecycle.side_state_on(self.standstills, day):
                return state.label
        return ""

    def row(self, value: int | None, words: str, kind: str = "", *, is_possible: bool = False) -> Row:
        page = self.pk if self.is_there else None
        return Row(page, self.name, self.unit, value, words, kind, is_possible, self.pk, self.units)


def of_scope(register: Register, scope: Scope, *, ended: bool = False) -> Rows:
    """The register's projects of the unit and on the list of the scope, on its clock. `ended`: as for `projects`."""
    rows = register.projects(ended=ended).order_by("name", "id")
    if scope.level:
        rows = rows.filter(**{f"on_{scope.level}": True})
    units, top = scope.units, scope.narrowed_to
    if top is None:
        return rows
    below = units.below(top)
    helps = register.participations().filter(project_id=OuterRef("id"), organisation_id__in=below)
    belongs = Q(holder__in=below) | Exists(helps)
    return rows.filter(belongs | Q(holder=None) if top in units.path(None) else belongs)


def _subjects(
    register: Register, scope: Scope, rows: Rows, places: Mapping[int, Places]
) -> Iterator[_Subject]:
    columns = ["id", "name", "holder", "reserve", "investment", *SIDE_COLUMNS]
    if scope.known_at is not None or isinstance(scope.reach, UnitAndBelow):
        rows = rows.annotate(is_there=Exists(scope.visible.order_by().filter(pk=OuterRef("id"))))
        columns.append("is_there")
    helpers, units = register.helpers(), scope.units.by_id
    for row in rows.values(*columns):
        standstills = standstills_of(row["pauses"], row["side_state"], row["side_state_on"])
        aside = lifecycle.side_state_on(standstills, scope.as_of)
        yield _Subject(
            pk=row["id"],
            name=row["name"],
            unit=_unit_words(row["holder"], helpers.get(row["id"], ()), units),
            units=(row["holder"], *helpers.get(row["id"], ())),
            is_there=row.get("is_there", True),
            places=places.get(row["id"], ()),
            aside=aside.label if aside else "",
            reserve=row["reserve"],
            investment=row["investment"],
            standstills=standstills,
            began_on=row["began_on"],
            ended_on=row["ended_on"],
        )


def _places(register: Register) -> Mapping[int, Places]:
    """By project, the spans in which it stands on a list of the year; one query."""
    found: defaultdict[int, Places] = defaultdict(tuple)
    listings = register.table(Listing).filter(year=register.year)
    for project, first, last in listings.values_list("project_id", "listed_on", "removed_on"):
        found[project] += ((first or date.min, last or date.max),)
    return found


def _unit_words(holder: int | None, helpers: Iterable[int], units: Mapping[int, Organisation]) -> str:
    """罗溪镇（协同：薛家镇）."""
    responsible = str(units[holder]) if holder is not None and holder in units else "未明确"
    helping = "、".join(str(units[pk]) for pk in helpers if pk in units)
    return f"{responsible}（协同：{helping}）" if helping else responsible


# Reports


def _report_rows(register: Register, scope: Scope) -> Iterator[Row]:
    passed = periods.months_passed(scope.year, scope.as_of)
    rows = of_scope(register, scope, ended=True)
    reports = reported_months(register, rows)
    for subject in _subjects(register, scope, rows, _places(register)):
        reported = reports[subject.pk]
        if reported.opening is not None:
            yield subject.row(reported.opening, opening_words(date(scope.year, reported.opened, 1)))
        if reported.amount is not None:
            yield subject.row(reported.amount, months_words(reported.counted))
        months = periods.months_of(scope.year)[:passed]
        held = f"含在{opening_words(date(scope.year, reported.ahead, 1))}中" if reported.ahead else ""
        excused = {
            month.month: why
            for month in months
            if (why := held or subject.owes_nothing(month, scope.as_of, is_newest=month.month == passed))
        }
        gaps = list(reported.gaps(passed, excused=excused))
        if gaps:
            yield subject.row(reported.waiting, "；".join(words for _, words in gaps), gaps[0][0])


# Stages


DAY_OPEN, YEAR_OPEN = "日期不能确定", "年份不能确定"
POSSIBLE = frozenset({DAY_OPEN, YEAR_OPEN})
"""Why a project may count and may not: perhaps reached after the day, perhaps before the year."""


def _stage_rows(register: Register, scope: Scope, line: IndicatorLine) -> Iterator[Row]:
    indicator, stage = line.indicator, STAGE_OF_INDICATOR.get(line.indicator, Stage.SIGNED)
    rows = of_scope(register, scope)
    asked = {stage, *lifecycle.passing(Stage.STARTED)} if line.overdue else {stage}
    milestones = register.table(Milestone).filter(
        stage__in=asked, project_id__in=rows.order_by().values("id")
    )
    steps: defaultdict[int, dict[Stage, Step]] = defaultdict(dict)
    for (
        entry
    ) in milestones:  # of the history has the columns of the table, so the table's own method reads it
        steps[entry.project_id][Stage(entry.stage)] = Milestone.as_step(entry)
    for subject in _subjects(register, scope, rows, {}):
        step = steps[subject.pk].get(stage, Step(stage))
        kind, words = _left_out(step, subject, scope)
        if lit := _lit(steps[subject.pk], subject, scope, line):
            words += f"；{lit.light.label}：{lit.words}"
        is_possible = kind in POSSIBLE
        if kind and not is_possible:
            yield subject.row(None, words, kind)
        elif indicator != Indicator.SIGNED_INVESTMENT:
            yield subject.row(1, words, kind, is_possible=is_possible)
        elif subject.investment is None:
            yield subject.row(None, f"{words}签约，总投资未公布", "总投资未公布")
        else:
            yield subject.row(subject.investment, words, kind, is_possible=is_possible)


def _lit(steps: Mapping[Stage, Step], subject: _Subject, scope: Scope, line: IndicatorLine) -> Overdue | None:
    """The light that the project adds to the line's own, by the line's rule."""
    if line.overdue is None:
        return None
    found = overdue.waiting(steps, scope.as_of)
    lit = overdue.judge(found, [line.overdue.rule], scope.as_of, subject.standstills)
    return None if lit and subject.reserve and lit.family == LightFamily.START_OVERDUE else lit


def _left_out(step: Step, subject: _Subject, scope: Scope) -> tuple[str, str]:
    """Why the stage does not count, in a word ("" where it does), and the days behind that."""
    reached, label = step.reached_on, step.stage.label
    if step.skipped:
        return "不设此节点", f"本项目不设{label}节点"
    if reached is None:
        return _not_reached(step, subject, scope)
    by_now = step.reached_by(scope.as_of)
    if by_now is False:  # on the day it was due or not as if nothing had followed
        kind, words = _not_reached(step, subject, scope)
        return kind, f"{words}；{step.reached_words}{label}，晚于截至日"
    if by_now is None:
        return DAY_OPEN, f"日期只知道{_vague(step)}{label}，截至这一天不能确定"
    if periods.day_in_year(reached, step.reached_precision or Precision.DAY, scope.year):
        return "", step.reached_words
    if reached.year < scope.year:
        return "往年", f"{step.reached_words}已{label}"
    return YEAR_OPEN, f"日期只知道{_vague(step)}{label}，可能早于 {scope.year} 年"


def _vague(step: Step) -> str:
    """不晚于2024年11月30日, 在2024年（不晚于9月30日）."""
    is_limit = step.reached_precision == Precision.NOT_LATER
    return step.reached_words if is_limit else f"在{step.reached_words}"


def _not_reached(step: Step, subject: _Subject, scope: Scope) -> tuple[str, str]:
    label = step.stage.label
    if step.current_on is None:
        words = f"{label}没有计划" if step.reached_on else f"没有登记{label}，也没有计划"
    else:
        late = lifecycle.days_late(step, scope.as_of, subject.standstills)
        words = f"计划 {periods.wording(step.current_on, step.current_precision or Precision.DAY)}{label}"
        words += f"，已晚 {late} 天" if late else ""
    if subject.aside:
        return subject.aside, f"项目{subject.aside}；{words}"
    if subject.reserve:
        return "储备", f"储备项目，不算应{label}；{words}"
    overdue = step.planned_on is not None and step.planned_on <= scope.as_of
    return f"{OVERDUE}{label}" if overdue else f"尚未{label}", words


# What the number is measured by


def _formula(scope: Scope, indicator: Indicator, *, has_opening: bool) -> str:
    passed = periods.months_passed(scope.year, scope.as_of)
    day = periods.wording(scope.as_of, Precision.DAY)
    if indicator == Indicator.INVESTED:
        if not passed:
            return f"截至 {day}，{scope.year} 年还没有结束的月份，没有可以计入的月报。"
        months = months_words(range(1, passed + 1))
        what = "当月完成投资与期初累计之和" if has_opening else "当月完成投资之和"
        return f"各项目 {scope.year} 年 {months}已审核月报的{what}；未填报不是零。"
    stage = STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED).label
    if indicator == Indicator.SIGNED_INVESTMENT:
        return f"{scope.year} 年内、截至 {day}{stage}的项目，总投资之和；总投资未公布的不计入。"
    return f"{scope.year} 年内、截至 {day}已{stage}的项目数；日期只知道大概、不能确定在其内的，列为可能。"


def _pace(scope: Scope, line: IndicatorLine) -> str:
    """How the time share came about."""
    passed = periods.months_passed(scope.year, scope.as_of)
    if line.target is not None and line.target.curve is not None:
        return f"按目标的逐月累计计划，到 {passed} 月底应完成的部分"
    if line.target is not None and line.target.planned_due is not None:
        return "各项目原计划在截至日以前完成的，占全年计划的比重"
    due = line.target.due_month if line.target is not None else 12
    return f"已过 {passed} 个月 ÷ {due} 个月" + ("" if due == 12 else f"（应在 {due} 月底前完成）")


def _versions(line: IndicatorLine, known_at: datetime | None) -> list[TargetVersion]:
    """Every version of the line's own target as known at the moment, the newest first."""
    if line.target is None or line.target.pk is None:
        return []
    entries = Target.history.filter(id=line.target.pk).exclude(history_type="-")
    if known_at is not None:
        entries = entries.filter(history_date__lte=known_at)
    return [
        TargetVersion(
            amount=entry.amount,
            due_month=entry.due_month,
            has_curve=entry.curve is not None,
            at=entry.history_date,
            by=str(entry.history_user) if entry.history_user else "系统载入",
            why=entry.history_change_reason or "",
        )
        for entry in entries.select_related("history_user").order_by("-history_date", "-history_id")
    ]
