"""The lists of names: missing reports, gaps between stages, what is late, open problems, what a number opens to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from projects.vocabulary import (
    STAGE_OF_INDICATOR,
    Indicator,
    Light,
    LightFamily,
    Precision,
    SideState,
    Stage,
)

from . import days, lights
from .counting import Basis, CountedDay, Ends, Values, added, invested_by
from .judging import ORDER, ProjectOnDay, StageOnDay, has_passed
from .pages import ends
from .records import MilestoneRecord, ProblemRecord

NAMES, OPENED, REGISTER, MOVED = "名单", "明细", "台账列表", "两日对比"
GAPS = [
    (Stage.SIGNED, Stage.STARTED),
    (Stage.STARTED, Stage.COMPLETED),
    (Stage.COMPLETED, Stage.IN_PRODUCTION),
]
LATE_IS_RED = 30
"""Days after which a late milestone is red."""


def lists(at: CountedDay, asked: Basis) -> Values:
    """The lists of the page that says what needs attention, each in no order."""
    values: Values = {}
    projects = at.of_scope(asked)
    values[NAMES, "未报月报的项目"] = _sorted(each.row.name for each in projects if each.owed == "silent")
    for reached, missing in GAPS:
        gap = (
            f"{each.row.name} {_days_since(each.stages[reached], at.day)}"
            for each in projects
            if is_in_gap(each, reached, missing)
        )
        values[NAMES, f"已{reached.label}未{missing.label}"] = _sorted(gap)
        numbers = gap_of(projects, reached, missing)
        ends(values, NAMES, f"已{reached.label}未{missing.label}的个数", numbers)
    late, ahead = _due(projects, at)
    values[NAMES, "晚于计划的节点"], values[NAMES, "将到期的节点"] = _sorted(late), _sorted(ahead)
    values[NAMES, "开工、入库逾期的项目"] = _sorted(_overdue(projects, at))
    values[NAMES, "未销号的问题"] = _sorted(
        f"{each.row.name}：{problem.text}（晚 {_days_late(problem, at.day)} 天）"
        for each in projects
        for problem in at.register.problems.get(each.row.id, [])
        if problem.raised_on <= at.day and (problem.resolved_on is None or problem.resolved_on > at.day)
    )
    return values


def is_in_gap(project: ProjectOnDay, reached: Stage, missing: Stage) -> bool:
    if project.state == SideState.TERMINATED or has_passed(project, missing):
        return False
    return reached in project.stages and project.stages[reached].reached


def gap_of(projects: list[ProjectOnDay], reached: Stage, missing: Stage) -> Ends:
    """How many are in the gap for certain, and how many may be; None where nobody has come to it."""
    here = [
        project
        for project in projects
        if project.state != SideState.TERMINATED
        and reached in project.stages
        and (project.stages[reached].reached or project.stages[reached].perhaps_reached)
    ]
    certain = sum(is_in_gap(project, reached, missing) for project in here)
    possible = sum(not has_passed(project, missing, certainly=True) for project in here)
    return (certain, possible) if here else None


def _days_since(stage: StageOnDay, day: date) -> str:
    assert stage.row.reached_on is not None
    words = f"{(day - stage.row.reached_on).days} 天"
    return words if stage.row.reached_precision == Precision.DAY else f"{words}以上"


def _due(projects: list[ProjectOnDay], at: CountedDay) -> tuple[list[str], list[str]]:
    """Milestones that are planned and not reached, of projects that go on."""
    late, ahead = [], []
    for project in projects:
        for code, stage in project.stages.items():
            planned = stage.row.current_on
            if planned is None or stage.reached or stage.perhaps_reached or project.state:
                continue
            name = f"{project.row.name} {Stage(code).label}"
            over = (at.day - planned).days - days.idle_days(project.row.spans, planned, at.day)
            if over > 0:
                late.append(f"{name} 晚 {over} 天 {_late_light(project, code, over, at).label}")
            else:
                ahead.append(f"{name} 还有 {max(0, (planned - at.day).days)} 天")
    return late, ahead


def _late_light(project: ProjectOnDay, stage: str, over: int, at: CountedDay) -> Light:
    """A start by its own rule where there is one, everything else by the days."""
    rule = lights.rule_in_force(at.register.rules, at.day, {LightFamily.START_OVERDUE})
    if stage != Stage.STARTED or rule is None:
        return Light.RED if over > LATE_IS_RED else Light.YELLOW
    return lights.light_of_late_start(project, at.register.rules, at.day)


def _overdue(projects: list[ProjectOnDay], at: CountedDay) -> Iterable[str]:
    for project in projects:
        light = lights.light_of_waiting(project.waiting, at.register.rules, at.day)
        if project.waiting is not None and light in (Light.YELLOW, Light.RED):
            yield f"{project.row.name} {project.waiting.family.label} {int(project.waiting.months)} {light.label}"


def _days_late(problem: ProblemRecord, day: date) -> int:
    return max(0, (day - problem.due_on).days) if problem.due_on is not None else 0


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def opened(at: CountedDay, asked: Basis, indicator: Indicator) -> Values:
    """The projects behind a number, each with what it adds; of a count also why the others are left out."""
    projects = at.of_scope(asked)
    adding = projects.paying if indicator == Indicator.INVESTED else projects
    values: Values = {
        (OPENED, f"{indicator.label} 计入的项目"): _adding(adding, indicator, perhaps=False),
        (OPENED, f"{indicator.label} 可能计入的项目"): _adding(adding, indicator, perhaps=True),
    }
    if indicator != Indicator.INVESTED:
        why = Counter(_left_out(project, indicator, at) for project in projects)
        for reason, number in why.items():
            if reason:
                values[OPENED, f"{indicator.label} 未计入：{reason}"] = number
    return values


def _adding(
    projects: list[ProjectOnDay], indicator: Indicator, *, perhaps: bool
) -> tuple[tuple[str, int], ...]:
    amounts = (
        (project.row.name, amount)
        for project in projects
        for amount in _adds(project, indicator, perhaps=perhaps)
    )
    return tuple(sorted((name, amount) for name, amount in amounts if amount is not None))


def moved(then: CountedDay, now: CountedDay, asked: Basis, indicator: Indicator) -> Values:
    """The projects that count differently on two days, each with by how much its two ends moved."""
    before, after = (_amounts(at, asked, indicator) for at in (then, now))
    names = {project.row.id: project.row.name for at in (then, now) for project in at.projects}
    found = []
    for project in before.keys() | after.keys():
        (certain_then, possible_then), (certain, possible) = (
            amounts.get(project, (0, 0)) for amounts in (before, after)
        )
        if (certain, possible) != (certain_then, possible_then):
            found.append((names[project], certain - certain_then, possible - possible_then))
    return {(MOVED, f"{indicator.label} 与 {then.day} 相比"): tuple(sorted(found))}


def _amounts(at: CountedDay, asked: Basis, indicator: Indicator) -> dict[int, tuple[int, int]]:
    """By project, what it adds for certain and at most."""
    projects = at.of_scope(asked)
    found = {}
    for project in projects.paying if indicator == Indicator.INVESTED else projects:
        certain = added(_adds(project, indicator, perhaps=False)) or 0
        found[project.row.id] = certain, certain + (added(_adds(project, indicator, perhaps=True)) or 0)
    return found


def _left_out(project: ProjectOnDay, indicator: Indicator, at: CountedDay) -> str:
    """Why a project is not in a count, as the page words it; "" where it is, or may be."""
    stage = STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED)
    found = [row for row in at.register.milestones.get(project.row.id, []) if row.stage == stage]
    if found and found[0].skipped:
        return "不设此节点"
    if not found or found[0].reached_on is None:
        return _not_reached(project, stage, found, at.day)
    reached_on = found[0].reached_on
    if days.earliest(reached_on, found[0].reached_precision) > at.day:
        return _not_reached(project, stage, found, at.day)
    if reached_on.year < at.day.year:
        return "往年"
    is_unpriced = indicator == Indicator.SIGNED_INVESTMENT and project.row.total_investment is None
    return "总投资未公布" if is_unpriced else ""


def _not_reached(project: ProjectOnDay, stage: Stage, found: list[MilestoneRecord], day: date) -> str:
    if project.state:
        return SideState(project.state).label
    if project.reserve:
        return "储备"
    was_due = bool(found) and found[0].planned_on is not None and found[0].planned_on <= day
    return f"逾期未{stage.label}" if was_due else f"尚未{stage.label}"


def _adds(project: ProjectOnDay, indicator: Indicator, *, perhaps: bool) -> list[int | None]:
    """An amount for each line of the project; of an investment, the months and the opening balance."""
    if indicator == Indicator.INVESTED:
        return [] if perhaps else invested_by(project)
    stage = project.stages.get(STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED))
    if stage is None or not (stage.perhaps if perhaps else stage.in_year):
        return []
    return [project.row.total_investment if indicator == Indicator.SIGNED_INVESTMENT else 1]


# The list of projects


def registered(at: CountedDay, asked: Basis) -> Values:
    """What the list of projects finds on the day: on a list, late, owing a report, and how far each has come."""
    projects = at.of_scope(replace(asked, level=""))
    level = asked.level
    late = (each for each in projects if not each.state and _is_late(each, at.day))
    values: Values = {
        (REGISTER, "在名单上"): _names(
            each for each in projects if level in each.levels or (not level and each.levels)
        ),
        (REGISTER, "在各自最新年度的名单上"): _names(
            each for each in projects if _in_own_year(each, level, at)
        ),
        (REGISTER, "有晚于计划的节点"): _names(late),
        (REGISTER, "本月须报月报"): _names(
            each for each in projects if each.levels and not each.state and each.held_until <= at.day.month
        ),
    }
    for place, stage in [(None, "起点"), *((ORDER.index(each), each.label) for each in ORDER)]:
        values[REGISTER, f"走到{stage}"] = sum(each.furthest == place for each in projects)
    return values


def _in_own_year(project: ProjectOnDay, level: str, at: CountedDay) -> bool:
    """On a list of the newest year, up to that of the day, in which it was put on any list."""
    newest, levels = 0, set[str]()
    for listing in at.register.listings.get(project.row.id, []):
        given = listing.listed_on is None or listing.listed_on <= at.day
        if not given or listing.year > at.day.year or listing.year < newest:
            continue
        if listing.year > newest:
            newest, levels = listing.year, set()
        if listing.removed_on is None or listing.removed_on > at.day:
            levels.add(listing.level)
    return level in levels if level else bool(levels)


def _is_late(project: ProjectOnDay, day: date) -> bool:
    for stage in project.stages.values():
        is_open = not stage.reached and not stage.perhaps_reached
        if stage.row.current_on is not None and stage.row.current_on < day and is_open:
            return True
    return False


def _names(projects: Iterable[ProjectOnDay]) -> tuple[str, ...]:
    return _sorted(project.row.name for project in projects)
