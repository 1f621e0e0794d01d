"""Every figure of one scope, by kind and name: what the product is compared with."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Stage

from .counting import (
    FUNNEL,
    LINES,
    SIGNINGS,
    Basis,
    CountedDay,
    CountedRow,
    Values,
    added,
    approved,
    line_of,
    ranks,
    stages_of,
)
from .judging import ORDER, ProjectOnDay

HOLDING, LINE, MONTH, TARGET, RANK = "项目数与投资", "指标", "逐月", "目标、完成率与灯", "名次"
FUNNEL_KIND, COVERAGE, PROOF = "漏斗", "月报", "佐证"

COUNTS = {
    "reached": "累计",
    "in_year": "当年",
    "year_unknown": "年份不定",
    "planned": "计划数",
    "planned_by_now": "到期计划数",
    "due": "应完成",
    "overdue": "逾期",
    "early": "提前",
    "unplanned": "计划外",
}
"""The counts of a stage, by the name that both sides have for them."""

COVERED = {
    "expected": "应报",
    "approved": "已审核",
    "unchanged": "无变化",
    "waiting": "待审核",
    "returned": "已退回",
    "missing": "未报",
}


def indicators(asked: Basis) -> list[Indicator]:
    return LINES if asked.level else LINES + SIGNINGS


def page(at: CountedDay, asked: Basis) -> Values:
    """The completion page of the scope."""
    values: Values = {}
    projects = at.of_scope(asked)
    targets = at.targets_of(asked)
    _holding(values, "", projects)
    _holding(values, "年初在库", [project for project in projects if project.carried == "before"])
    _holding(values, "新入库", [project for project in projects if project.carried == "in_year"])
    _lines(values, "", CountedRow(projects, asked.unit, targets), at, asked)
    for stage in FUNNEL:
        passed = [project for project in projects if (project.furthest or -1) >= ORDER.index(stage)]
        values[FUNNEL_KIND, f"到达{stage.label}"] = len(passed)
        values[FUNNEL_KIND, f"到达{stage.label}的总投资"] = _investment(passed)
    _rows(values, projects, at, asked)
    return values


def _rows(values: Values, projects: list[ProjectOnDay], at: CountedDay, asked: Basis) -> None:
    rates: dict[Indicator, dict[int, tuple[int, Fraction | None]]] = {each: {} for each in indicators(asked)}
    for unit, row in rows_of(at, asked, projects).items():
        name = row_name(at, unit, own=row.unit is None)
        _holding(values, name, row.projects)
        _lines(values, name, row, at, asked)
        for indicator in indicators(asked):
            rates[indicator][unit] = len(row.projects), line_of(row, indicator, at).share
    for indicator in indicators(asked):
        for unit, rank in ranks(rates[indicator]).items():
            values[RANK, f"{at.tree.rows[unit].shown} 按{indicator.label}"] = rank


def rows_of(at: CountedDay, asked: Basis, projects: list[ProjectOnDay]) -> dict[int, CountedRow]:
    """By unit; what the scope itself answers for has no target of its own."""
    top = at.tree.root if asked.unit is None else asked.unit
    targets = at.targets_of(asked)
    return {
        unit: CountedRow(mine, None, {}) if unit == top else CountedRow(mine, unit, targets)
        for unit, mine in at.rows_of(asked, projects).items()
    }


def row_name(at: CountedDay, unit: int, *, own: bool) -> str:
    shown = at.tree.rows[unit].shown
    return f"{shown}（本级）" if own else shown


def _investment(projects: Iterable[ProjectOnDay]) -> int | None:
    return added(project.row.total_investment for project in projects)


def _holding(values: Values, where: str, projects: list[ProjectOnDay]) -> None:
    values[HOLDING, f"{where} 项目数".strip()] = len(projects)
    values[HOLDING, f"{where} 应报项目数".strip()] = sum(project.owed is not None for project in projects)
    priced = [project for project in projects if project.row.total_investment is not None]
    values[HOLDING, f"{where} 有总投资的项目数".strip()] = len(priced)
    values[HOLDING, f"{where} 总投资".strip()] = _investment(projects)
    planning = [project.planned for project in projects if project.planned is not None]
    values[HOLDING, f"{where} 有年度计划的项目数".strip()] = len(planning)
    values[HOLDING, f"{where} 年度计划投资".strip()] = added(planning)


def _lines(values: Values, where: str, row: CountedRow, at: CountedDay, asked: Basis) -> None:
    for indicator in indicators(asked):
        name = f"{where} {indicator.label}".strip()
        line = line_of(row, indicator, at)
        values[LINE, f"{name} 台账合计"] = line.computed
        values[TARGET, f"{name} 目标"] = line.target
        values[TARGET, f"{name} 序时进度"] = line.time
        values[TARGET, f"{name} 完成率"] = line.share
        values[TARGET, f"{name} 较序时"] = None if line.share is None else line.share - line.time
        values[TARGET, f"{name} 灯"] = line.light.value
        values[TARGET, f"{name} 逾期黄灯项目数"] = line.yellow
        values[TARGET, f"{name} 逾期红灯项目数"] = line.red
        stage = STAGE_OF_INDICATOR.get(indicator)
        if stage is not None:
            _stage(values, name, row.projects, stage, at)
            _months_of_stage(values, name, row.projects, stage, at.day)
    _invested(values, f"{where} {Indicator.INVESTED.label}".strip(), row.projects, at)
    _coverage(values, where, row.projects)


def _stage(values: Values, name: str, projects: list[ProjectOnDay], stage: str, at: CountedDay) -> None:
    found = stages_of(projects, stage)
    values[LINE, f"{name} 有记录"] = len(found)
    for count, words in COUNTS.items():
        values[LINE, f"{name} {words}"] = sum(getattr(each, count) for _, each in found)
    asked = [each for _, each in found if each.in_year and stage in at.register.proven_stages]
    values[PROOF, f"{name} 须佐证"] = len(asked)
    values[PROOF, f"{name} 已佐证"] = sum(each.row.id in at.register.proven for each in asked)
    if stage == Stage.SIGNED:
        signed = [project for project, each in found if each.in_year]
        values[LINE, f"{name} 10亿元以上"] = sum(project.has_large_investment for project in signed)
        values[LINE, f"{name} 百亿项目"] = sum(project.is_10bn for project in signed)


def _months_of_stage(values: Values, name: str, projects: list[ProjectOnDay], stage: str, day: date) -> None:
    """January to each month; unknown while one is known to a vaguer period than a month, or nothing is certain."""
    found = [each for _, each in stages_of(projects, stage)]
    vague = any(each.in_year and each.month is None for each in found)
    certain = any(each.in_year or not each.year_unknown for each in found)
    for month in range(1, 13):
        number: int | None = None
        if certain and not vague and month <= day.month:
            number = sum(each.month is not None and each.month <= month for each in found)
        values[MONTH, f"{name} 1—{month}月"] = number


def _invested(values: Values, name: str, projects: list[ProjectOnDay], at: CountedDay) -> None:
    reports = [report for project in projects for report in approved(project)]
    values[LINE, f"{name} 列统投资"] = added(report.accepted for report in reports)
    for month in range(1, 13):
        of_month = added(report.invested for report in reports if report.month.month == month)
        until = added(report.invested for report in reports if report.month.month <= month)
        values[MONTH, f"{name} 1—{month}月"] = None if of_month is None else until


def _coverage(values: Values, where: str, projects: list[ProjectOnDay]) -> None:
    for each, number in coverage_of(projects).items():
        values[COVERAGE, f"{where} {COVERED[each]}".strip()] = number


def coverage_of(projects: list[ProjectOnDay]) -> dict[str, int | None]:
    """By the keys of `COVERED`; all unknown where nobody owes a report."""
    owed = [project.owed for project in projects if project.owed is not None]
    if not owed:
        return dict.fromkeys(COVERED)
    return {
        "expected": len(owed),
        "approved": owed.count("approved") + owed.count("unchanged"),
        "unchanged": owed.count("unchanged"),
        "waiting": owed.count("submitted"),
        "returned": owed.count("returned"),
        "missing": owed.count("silent"),
    }
