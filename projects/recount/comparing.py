"""The product's numbers under the names of the recount. The only module here that calls figures and models."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from projects.figures.attention import attention
from projects.figures.completion.breakdown import Breakdown, breakdown
from projects.figures.completion.compare import contributions
from projects.figures.completion.lines import CompletionPage, Coverage, IndicatorLine, RowLine
from projects.figures.completion.page import completion_page
from projects.figures.completion.ranks import ranked
from projects.figures.open_milestones import DueMilestone
from projects.figures.register.sheet import Holding, HoldingBounds, StageCount
from projects.figures.register.tally import Tally, brought_up_to_date
from projects.figures.scope import Scope
from projects.models import Organisation, Project, User
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Role, Stage

from .counting import LEAST_RANKED, Basis, Values
from .judging import ORDER
from .lists import MOVED, NAMES, OPENED, REGISTER
from .pages import COUNTS, COVERAGE, COVERED, FUNNEL_KIND, HOLDING, LINE, MONTH, PROOF, RANK, TARGET

KEPT = "写入后更新的合计"
NEWEST_ENTRIES = 25
"""Of each history, so many entries are taken back and brought in again."""
EVERYTHING = 10**6
"""More rows than a list can have."""


class BothEnds(Protocol):
    """A number of the product that may be known within bounds only."""

    @property
    def certain(self) -> int: ...

    @property
    def possible(self) -> int: ...


class Product:
    """The product, asked as its pages ask it, by a leader of the district or by staff of a unit."""

    def __init__(self) -> None:
        self.organisations = list(Organisation.objects.all())
        self.by_id = {unit.pk: unit for unit in self.organisations}
        self.root = next((unit for unit in self.organisations if unit.is_district), None)

    def scope(self, asked: Basis, known_at: datetime | None) -> Scope:
        reader = self._reader(asked.reader)
        return Scope(
            Project.objects.counted_for(reader),
            asked.day.year,
            asked.day,
            asked.level,
            None if asked.unit is None else self.by_id[asked.unit],
            known_at,
            self.organisations,
            reach=reader.reach,
        )

    def _reader(self, unit: int | None) -> User:
        """A person who is not stored; the roles are those that signing in would read."""
        home = self.by_id[unit] if unit is not None else self.root
        role = Role.STAFF if unit is not None else Role.LEADER if home else Role.OFFICE  # who needs no unit
        reader = User(username="recount", organisation=home)
        reader.__dict__["role_names"] = role.label
        return reader

    def page(self, asked: Basis, known_at: datetime | None) -> tuple[Values, CompletionPage]:
        found = completion_page(self.scope(asked, known_at))
        return page_values(found), found

    def kept(self, asked: Basis) -> tuple[Values, Values] | None:
        """The sums that are kept and brought up to date after each write, beside those that are counted anew; None
        where the newest entries concern too many projects.
        """
        found = brought_up_to_date(self.scope(asked, None), entries=NEWEST_ENTRIES)
        return None if found is None else (kept_values(found[0]), kept_values(found[1]))

    def lists(self, page: CompletionPage) -> Values:
        return list_values(page)

    def opened(self, page: CompletionPage, indicator: Indicator) -> Values:
        return opened_values(breakdown(page.scope, page.line(indicator)))

    def moved(self, then: CompletionPage, now: CompletionPage, indicator: Indicator) -> Values:
        """The projects behind the change between two days, by the function of the page that compares them."""
        sides = [breakdown(page.scope, page.line(indicator)) for page in (then, now)]
        found = sorted((each.name, each.shift.lower, each.shift.upper) for each in contributions(*sides))
        return {(MOVED, f"{indicator.label} 与 {then.scope.as_of} 相比"): tuple(found)}

    def registered(self, asked: Basis) -> Values:
        """What the list of projects finds, as it stands now."""
        scope = self.scope(asked, None)
        projects, day, month = scope.concerned, asked.day, asked.day.replace(day=1)
        found = {
            "在名单上": projects.listed_in(day.year, level=asked.level, as_of=day),
            "在各自最新年度的名单上": projects.listed_in(None, level=asked.level, as_of=day),
            "有晚于计划的节点": projects.late_on(day),
            "本月须报月报": projects.owing_reports(month, today=day),
        }
        values: Values = {
            (REGISTER, name): _sorted(rows.values_list("name", flat=True)) for name, rows in found.items()
        }
        places = Counter(projects.with_furthest(by=day).values_list("furthest", flat=True))
        for place, stage in [(None, "起点"), *((ORDER.index(each), each.label) for each in ORDER)]:
            values[REGISTER, f"走到{stage}"] = places[place]
        return values


def kept_values(found: Tally) -> Values:
    """Every sum of a tally, as text; what counts nothing is left out."""
    values: Values = {}
    for (level, row), sheet in found.sheets.items():
        stages = {stage: count for stage, count in sheet.stages.items() if count != StageCount()}
        parts: dict[str, Mapping[Any, object]] = {
            "节点": stages,
            "月份": sheet.spans,
            "项目": sheet.holdings,
            "月报": sheet.reports,
            "逾期": sheet.waiting,
        }
        for name, sums in parts.items():
            texts = sorted(f"{key} {amounts}" for key, amounts in sums.items())
            values[KEPT, f"{level or '全部'} {row or '合计'} {name}"] = tuple(texts)
    return values


def page_values(page: CompletionPage) -> Values:
    values: Values = {}
    _holding(values, "", page.holding)
    _both(values, HOLDING, "年初在库", page.carried_over)
    _both(values, HOLDING, "新入库", page.newly_entered)
    _lines(values, "", page.lines, page)
    for step in page.funnel:
        _both(values, FUNNEL_KIND, f"到达{step.stage.label}", step.holding)
    for row in page.rows:
        name = _name(row, page.scope)
        _holding(values, name, row.holding)
        _lines(values, name, row.lines, page)
    for line in page.lines:
        for row in ranked(page.rows, by=line.indicator, least=LEAST_RANKED):
            values[RANK, f"{row.organisation} 按{line.indicator.label}"] = row.rank
    return values


def _both(values: Values, kind: str, words: str, found: HoldingBounds | None) -> None:
    _ends(values, kind, words, found.count if found else None)
    _ends(values, kind, f"{words}的总投资", found.investment if found else None)


def _ends(values: Values, kind: str, words: str, found: BothEnds | None) -> None:
    values[kind, f"{words} 至少"] = found.certain if found else None
    values[kind, f"{words} 至多"] = found.possible if found else None


def _name(row: RowLine, scope: Scope) -> str:
    top = scope.organisation or scope.units.root
    return f"{row.organisation}（本级）" if row.organisation == top else f"{row.organisation}"


def _holding(values: Values, where: str, holding: Holding) -> None:
    values[HOLDING, f"{where} 项目数".strip()] = holding.count
    values[HOLDING, f"{where} 应报项目数".strip()] = holding.owing
    values[HOLDING, f"{where} 有总投资的项目数".strip()] = holding.priced
    values[HOLDING, f"{where} 总投资".strip()] = holding.investment
    values[HOLDING, f"{where} 有年度计划的项目数".strip()] = holding.planning
    values[HOLDING, f"{where} 年度计划投资".strip()] = holding.planned


def _lines(values: Values, where: str, lines: Iterable[IndicatorLine], page: CompletionPage) -> None:
    for line in lines:
        name = f"{where} {line.indicator.label}".strip()
        _ends(values, LINE, f"{name} 台账合计", line.register)
        values[TARGET, f"{name} 目标"] = line.target.amount if line.target else None
        values[TARGET, f"{name} 序时进度"] = line.completion.time_share
        values[TARGET, f"{name} 完成率"] = line.completion.share
        values[TARGET, f"{name} 较序时"] = line.completion.pace_gap
        values[TARGET, f"{name} 灯"] = line.light.value
        values[TARGET, f"{name} 逾期黄灯项目数"] = line.overdue.yellow if line.overdue else 0
        values[TARGET, f"{name} 逾期红灯项目数"] = line.overdue.red if line.overdue else 0
        stage = STAGE_OF_INDICATOR.get(line.indicator)
        if stage is not None:
            _stage(values, name, line, stage)
        if line.indicator == Indicator.INVESTED:
            values[LINE, f"{name} 列统投资"] = line.accepted
            _coverage(values, where, line.coverage)
        if stage is not None or line.indicator == Indicator.INVESTED:
            for month, amount in enumerate(line.by_month, start=1):
                _ends(values, MONTH, f"{name} 1—{month}月", amount)


def _stage(values: Values, name: str, line: IndicatorLine, stage: Stage) -> None:
    values[LINE, f"{name} 有记录"] = line.count.records
    for count, words in COUNTS.items():
        values[LINE, f"{name} {words}"] = getattr(line.count, count)
    values[PROOF, f"{name} 须佐证"] = line.count.provable
    values[PROOF, f"{name} 已佐证"] = line.count.verified
    if stage == Stage.SIGNED:
        values[LINE, f"{name} 10亿元以上"] = line.count.over_1bn
        values[LINE, f"{name} 百亿项目"] = line.count.over_10bn
        values[LINE, f"{name} 可能的10亿元以上"] = line.count.perhaps_over_1bn
        values[LINE, f"{name} 可能的百亿项目"] = line.count.perhaps_over_10bn


def _coverage(values: Values, where: str, coverage: Coverage | None) -> None:
    for each, words in COVERED.items():
        values[COVERAGE, f"{where} {words}".strip()] = getattr(coverage, each) if coverage else None


def list_values(page: CompletionPage) -> Values:
    found = attention(page.scope, most=EVERYTHING, rules=page.rules)
    values: Values = {
        (NAMES, "未报月报的项目"): _sorted(project.name for project in found.silent),
        (NAMES, "晚于计划的节点"): _sorted(_late(item) for item in found.late),
        (NAMES, "将到期的节点"): _sorted(
            f"{item.project.name} {item.stage.label} 还有 {item.days_to_go} 天" for item in found.ahead
        ),
        (NAMES, "开工、入库逾期的项目"): _sorted(
            f"{item.project.name} {item.overdue.family.label} {item.overdue.months} {item.overdue.light.label}"
            for item in found.overdue
        ),
        (NAMES, "未销号的问题"): _sorted(
            f"{item.project.name}：{item.text}（晚 {item.days_late} 天）" for item in found.problems
        ),
    }
    for gap in found.gaps:
        _ends(values, NAMES, f"{gap.label}的个数", gap.count)
        values[NAMES, gap.label] = _sorted(
            f"{row.project.name} {row.days} 天{'以上' if row.at_least else ''}" for row in gap.rows
        )
    return values


def _late(item: DueMilestone) -> str:
    return f"{item.project.name} {item.stage.label} 晚 {item.days_late} 天 {item.light.label}"


def opened_values(found: Breakdown) -> Values:
    indicator = found.line.indicator
    counted = tuple(sorted((row.name, row.value or 0) for row in found.counted))
    values: Values = {(OPENED, f"{indicator.label} 计入的项目"): counted}
    possible = tuple(sorted((row.name, row.value or 0) for row in found.possible))
    values[OPENED, f"{indicator.label} 可能计入的项目"] = possible
    if indicator != Indicator.INVESTED:
        for reason, number in found.reasons:
            values[OPENED, f"{indicator.label} 未计入：{reason}"] = number
    return values


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
