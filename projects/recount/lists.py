"""The lists of names: missing reports, gaps between stages, what is late, open problems, what a number opens to."""

from collections.abc import Iterable
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
from .counting import Basis, CountedDay, Values, added, approved
from .judging import ProjectOnDay, StageOnDay, has_passed
from .records import ProblemRecord

NAMES, OPENED = "名单", "明细"
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
            if planned is None or stage.reached or project.state:
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
    """The projects behind a number, each with what it adds, and how many are left out of a count."""
    projects = at.of_scope(asked)
    counted: list[tuple[str, int]] = []
    for project in projects:
        amount = _adds(project, indicator)
        if amount is not None:
            counted.append((project.row.name, amount))
    values: Values = {(OPENED, f"{indicator.label} 计入的项目"): tuple(sorted(counted))}
    if indicator != Indicator.INVESTED:
        values[OPENED, f"{indicator.label} 未计入的项目数"] = len(projects) - len(counted)
    return values


def _adds(project: ProjectOnDay, indicator: Indicator) -> int | None:
    if indicator == Indicator.INVESTED:
        return added(report.invested for report in approved(project))
    stage = project.stages.get(STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED))
    if stage is None or not stage.in_year:
        return None
    return project.row.total_investment if indicator == Indicator.SIGNED_INVESTMENT else 1
