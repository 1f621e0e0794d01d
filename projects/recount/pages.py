"""Every figure of one scope, by kind and name: what the product is compared with."""

from collections.abc import Iterable, Iterator
from datetime import date

from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Stage

from .counting import (
    FUNNEL,
    LINES,
    SIGNINGS,
    Basis,
    Counted,
    CountedDay,
    CountedLine,
    CountedRow,
    Ends,
    Rates,
    Values,
    added,
    approved,
    is_followed,
    line_of,
    ranks,
    stages_of,
)
from .days import earliest, month_end
from .judging import ORDER, ProjectOnDay, StageOnDay
from .records import ReportRecord

HOLDING, LINE, MONTH, TARGET, RANK = "项目数与投资", "指标", "逐月", "目标、完成率与灯", "名次"
FUNNEL_KIND, COVERAGE, PROOF = "漏斗", "月报", "佐证"

COUNTS = {
    "reached": "累计",
    "perhaps_reached": "可能累计",
    "in_year": "当年",
    "perhaps": "可能当年",
    "year_unknown": "年份不定",
    "with_plan": "有计划",
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
    for words, certain, possible in carried(projects, at):
        _both(values, HOLDING, words, certain, possible)
    _lines(values, "", CountedRow(projects, asked.unit, targets, asked), at, asked)
    for stage in FUNNEL:
        _both(values, FUNNEL_KIND, f"到达{stage.label}", *come(projects, stage, at))
    _rows(values, projects, at, asked)
    return values


type Group = list[ProjectOnDay] | None
"""Projects; None where nobody knows which."""


def carried(projects: list[ProjectOnDay], at: CountedDay) -> Iterator[tuple[str, Group, Group]]:
    """Projects that entered the statistics before the year and in it: for certain, and perhaps."""
    entries = sum(Stage.ENTERED in project.stages for project in projects)
    for words, when, is_known in (
        ("年初在库", "before", entries == len(projects)),
        ("新入库", "in_year", is_followed(projects, Stage.ENTERED, at)),
    ):
        certain = [project for project in projects if project.entered == when]
        possible = [project for project in projects if when in project.entered_possible]
        yield (words, certain, possible) if possible or is_known else (words, None, None)


def come(projects: list[ProjectOnDay], stage: Stage, at: CountedDay) -> tuple[Group, Group]:
    """Projects that have come to the stage or a later one: for certain, and perhaps."""
    place = ORDER.index(stage)
    certain = [project for project in projects if (project.furthest or -1) >= place]
    possible = [project for project in projects if (project.furthest_possible or -1) >= place]
    is_known = possible or is_followed(projects, stage, at)
    return (certain, possible) if is_known else (None, None)


def money_of(certain: Group, possible: Group) -> Ends:
    """Their total investment."""
    if certain is None or possible is None:
        return None
    least, most = _investment(certain), _investment(possible)
    return None if most is None or (least is None and certain) else (least or 0, most)


def _both(values: Values, kind: str, words: str, certain: Group, possible: Group) -> None:
    numbers = None if certain is None or possible is None else (len(certain), len(possible))
    ends(values, kind, words, numbers)
    ends(values, kind, f"{words}的总投资", money_of(certain, possible))


def ends(values: Values, kind: str, words: str, found: Ends) -> None:
    values[kind, f"{words} 至少"], values[kind, f"{words} 至多"] = found or (None, None)


def _rows(values: Values, projects: Counted, at: CountedDay, asked: Basis) -> None:
    rates: dict[Indicator, Rates] = {each: {} for each in indicators(asked)}
    for unit, row in rows_of(at, asked, projects).items():
        name = row_name(at, unit, own=row.unit is None)
        _holding(values, name, row.projects)
        _lines(values, name, row, at, asked)
        for indicator in indicators(asked):
            rates[indicator][unit] = len(row.projects), line_of(row, indicator, at).shares
    for indicator in indicators(asked):
        for unit, rank in ranks(rates[indicator]).items():
            values[RANK, f"{at.tree.rows[unit].shown} 按{indicator.label}"] = rank


def rows_of(at: CountedDay, asked: Basis, projects: Counted) -> dict[int, CountedRow]:
    """By unit; what the scope itself answers for has no target of its own."""
    top = at.tree.root if asked.unit is None else asked.unit
    targets = at.targets_of(asked)
    return {
        unit: CountedRow(mine, None, {}, asked, unit)
        if unit == top
        else CountedRow(mine, unit, targets, asked, unit)
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
        ends(values, LINE, f"{name} 台账合计", line.computed)
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
            _months_of_stage(values, name, row.projects, stage, line, at.day)
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
        for words, group in (
            ("", [project for project, each in found if each.in_year]),
            ("可能的", [project for project, each in found if each.perhaps]),
        ):
            values[LINE, f"{name} {words}10亿元以上"] = sum(each.has_large_investment for each in group)
            values[LINE, f"{name} {words}百亿项目"] = sum(each.is_10bn for each in group)


def _months_of_stage(
    values: Values, name: str, projects: list[ProjectOnDay], stage: str, line: CountedLine, day: date
) -> None:
    """January to each month, as far as the day: what had been reached by its end, and what may have been."""
    found = [each for _, each in stages_of(projects, stage)]
    for month in range(1, 13):
        end = min(month_end(date(day.year, month, 1)), day)
        is_known = line.computed is not None and month <= day.month
        numbers = _by_month(found, end) if is_known else None
        ends(values, MONTH, f"{name} 1—{month}月", numbers)


def _by_month(found: list[StageOnDay], end: date) -> Ends:
    certain = possible = 0
    for each in found:
        last = each.row.reached_on
        if last is None or not (each.in_year or each.perhaps):
            continue
        certain += each.in_year and last <= end
        possible += earliest(last, each.row.reached_precision) <= end
    return certain, possible


def _invested(values: Values, name: str, projects: Counted, at: CountedDay) -> None:
    reports = [report for project in projects.paying for report in approved(project)]
    values[LINE, f"{name} 列统投资"] = added(report.accepted for report in reports)
    for month in range(1, 13):
        of_month = added(_stated(each) for each in reports if each.month.month == month)
        until = added(_stated(each) for each in reports if each.month.month <= month)
        known = of_month is not None and until is not None
        ends(values, MONTH, f"{name} 1—{month}月", (until or 0, until or 0) if known else None)


def _stated(report: ReportRecord) -> int | None:
    """The amount of the month, or of January to the month where the report holds an opening balance."""
    return report.invested if report.opening is None else report.opening


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
