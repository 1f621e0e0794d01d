"""Figures worded as sheets: the same objects as the page, in the columns that an office expects."""

from collections.abc import Iterator, Sequence

from projects.figures.attention import Attention, DueMilestone
from projects.figures.completion.breakdown import Breakdown, Row
from projects.figures.completion.lines import CompletionPage, IndicatorLine, RowLine
from projects.figures.scope import Scope
from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.templatetags.formats import day, level_name
from projects.views.downloads import moment
from projects.vocabulary import Light

TWICE = "协同项目在各有关单位各计一次，合计只计一次，各行相加可能大于合计。"
MONTH_NAMES = [f"{month}月" for month in range(1, 13)]


def scope_name(scope: Scope) -> str:
    """全区 市重点项目."""
    return f"{scope.organisation or '全区'} {level_name(scope.level)}"


def file_name(subject: str, scope: Scope) -> str:
    """完成情况-全区-市重点项目-2024-09-30."""
    return f"{subject}-{scope_name(scope).replace(' ', '-')}-{scope.as_of.isoformat()}"


def notes(scope: Scope, page: CompletionPage, *more: str) -> list[str]:
    """What every sheet says above its table: scope, day, what was known when, units, sources."""
    known = f"；只用 {day(scope.known_at.date())}结束前录入的内容" if scope.known_at else ""
    printed = page.published[0] if page.published else None
    source = f"{printed.source_title}（截至 {day(printed.as_of)}）；" if printed else ""
    return [
        f"范围：{scope_name(scope)}；截至 {day(scope.as_of)}{known}",
        "单位：亿元，个数为个；空白为未知，不是零",
        f"来源：{source}重大项目台账",
        *more,
    ]


def completion_sheets(page: CompletionPage, rows: Sequence[RowLine], attention: Attention) -> list[Sheet]:
    """指标, 各单位 (or 各产业), 逐月, 需要关注, 逾期亮灯, 停留项目."""
    return [
        _indicators(page),
        _units(page, rows),
        _months(page),
        _late(page, attention),
        _overdue(page, attention),
        _standing(page, attention),
    ]


def _amount(line: IndicatorLine, amount: Cell) -> As:
    assert not isinstance(amount, As)
    return As(Kind.MONEY if line.is_money else Kind.COUNT, amount)


def _indicators(page: CompletionPage) -> Sheet:
    columns = [
        Column("指标"),
        Column("计量"),
        Column("实际", Kind.MONEY),
        Column("年度目标", Kind.MONEY),
        Column("完成率", Kind.PERCENT),
        Column("时间进度", Kind.PERCENT),
        Column("较时间进度（百分点）", Kind.POINTS),
        Column("亮灯"),
        Column("公布", Kind.MONEY),
        Column("台账合计", Kind.MONEY),
        Column("公布 − 台账", Kind.MONEY),
        Column("列统投资", Kind.MONEY),
        Column("应报", Kind.COUNT),
        Column("已审核", Kind.COUNT),
        Column("待审核", Kind.COUNT),
        Column("已退回", Kind.COUNT),
        Column("缺报", Kind.COUNT),
        Column("已佐证", Kind.COUNT),
        Column("待佐证", Kind.COUNT),
        Column("说明"),
    ]
    total: list[Cell] = ["范围内项目", "个", As(Kind.COUNT, page.holding.count)]
    total += [None] * (len(columns) - len(total))
    lines = [_indicator(line) for line in page.lines]
    return Sheet("指标", f"{page.scope.year} 年完成情况", columns, lines, notes(page.scope, page), total)


def _indicator(line: IndicatorLine) -> list[Cell]:
    target, coverage, completion, proven = line.target, line.coverage, line.completion, line.count.proven
    return [
        line.indicator.label,
        line.unit_word,
        _amount(line, line.actual),
        _amount(line, target.amount if target else None),
        completion.share,
        completion.time_share,
        completion.pace_gap,
        "" if line.light == Light.NONE else line.light.label,
        _amount(line, line.published.amount if line.published else None),
        _amount(line, line.computed),
        _amount(line, line.difference),
        _amount(line, line.accepted),
        coverage.expected if coverage else None,
        coverage.approved if coverage else None,
        coverage.waiting if coverage else None,
        coverage.returned if coverage else None,
        coverage.missing if coverage else None,
        proven.verified if proven else None,
        proven.claimed if proven else None,
        "；".join(_remarks(line)),
    ]


def _remarks(line: IndicatorLine) -> Iterator[str]:
    target = line.target
    if target and target.amount is None:
        yield "目标值未公布，来源称已提前完成"
    if target and target.planned:
        yield "目标为项目计划合计"
    if target and target.excuse:
        yield f"已认可：{target.excuse}"
    if line.overdue:
        yield line.overdue.words
    if line.year_unknown:
        yield f"另有 {line.year_unknown} 个年份不能确定，未计入"
    if line.sizes and line.sizes.over_1bn is not None:
        yield f"其中≥10亿元或≥1亿美元 {line.sizes.over_1bn} 个"
    if line.sizes and line.sizes.over_10bn is not None:
        yield f"≥100亿元 {line.sizes.over_10bn} 个"
    if line.coverage:
        yield f"月报情况为 {line.coverage.month} 月"


def _units(page: CompletionPage, rows: Sequence[RowLine]) -> Sheet:
    by_industry = any(row.organisation is None for row in rows)
    name = "各产业" if by_industry else "各单位"
    columns = [
        Column("排名", Kind.COUNT),
        Column("产业" if by_industry else "责任单位"),
        Column("项目数", Kind.COUNT),
    ]
    for line in page.lines:
        kind, unit = (Kind.MONEY if line.is_money else Kind.COUNT), line.unit_word
        columns += [
            Column(f"{line.indicator.label}（{unit}）", kind),
            Column(f"{line.indicator.label}目标", kind),
            Column(f"{line.indicator.label}完成率", Kind.PERCENT),
            Column(f"{line.indicator.label}较时间进度", Kind.POINTS),
        ]
    cells: list[list[Cell]] = [[row.rank, row.label, row.holding.count, *_results(row.lines)] for row in rows]
    total: list[Cell] = [None, "合计", page.holding.count, *_results(page.lines)]
    more = () if by_industry else (TWICE,)
    title = f"{page.scope.year} 年{name}完成情况"
    return Sheet(name, title, columns, cells, notes(page.scope, page, *more), total, frozen=2)


def _results(lines: Sequence[IndicatorLine]) -> Iterator[Cell]:
    for line in lines:
        yield line.actual
        yield line.target.amount if line.target else None
        yield line.completion.share
        yield line.completion.pace_gap


def _months(page: CompletionPage) -> Sheet:
    """From January to each month; the last line is what the register adds up to, and the year's target."""
    columns = [Column("月份")]
    for line in page.lines:
        kind = Kind.MONEY if line.is_money else Kind.COUNT
        columns.append(Column(f"{line.indicator.label}累计（{line.unit_word}）", kind))
        columns.append(Column(f"{line.indicator.label}应完成", Kind.MONEY if line.is_money else Kind.PART))
    rows = [[name, *_month(page, at)] for at, name in enumerate(MONTH_NAMES)]
    total: list[Cell] = ["台账合计"]
    for line in page.lines:
        total += [line.computed, line.target.amount if line.target else None]
    title = f"{page.scope.year} 年逐月累计"
    more = "“应完成”按目标的应完成月份或逐月计划折算；“台账合计”行右侧为年度目标"
    return Sheet("逐月", title, columns, rows, notes(page.scope, page, more), total)


def _month(page: CompletionPage, at: int) -> Iterator[Cell]:
    for line in page.lines:
        due = line.target.by_month() if line.target else None
        yield line.by_month[at]
        yield due[at] if due else None


def _late(page: CompletionPage, attention: Attention) -> Sheet:
    columns = [
        Column("晚（天）", Kind.COUNT),
        Column("项目"),
        Column("节点"),
        Column("现计划"),
        Column("比原计划推迟（天）", Kind.COUNT),
        Column("推迟次数", Kind.COUNT),
        Column("责任单位"),
        Column("原因"),
        Column("说明"),
    ]
    rows = [_due(due) for due in attention.late]
    total: list[Cell] = [As(Kind.COUNT, len(rows)), "个节点晚于计划", *[None] * 7]
    title = "晚于计划的节点"
    return Sheet("需要关注", title, columns, rows, notes(page.scope, page), total, frozen=2)


def _overdue(page: CompletionPage, attention: Attention) -> Sheet:
    columns = [Column("亮灯"), Column("项目"), Column("情况"), Column("从哪天起"), Column("责任单位")]
    rows: list[list[Cell]] = [
        [
            row.overdue.light.label,
            row.project.name,
            row.overdue.words,
            row.since,
            str(row.project.organisation or "未明确"),
        ]
        for row in attention.overdue
    ]
    total: list[Cell] = [f"{len(rows)} 个项目", *[None] * 4]
    title = "开工、入库逾期的项目"
    return Sheet("逾期亮灯", title, columns, rows, notes(page.scope, page), total, frozen=2)


def _due(due: DueMilestone) -> list[Cell]:
    return [
        due.days_late,
        due.project.name,
        due.stage.label,
        due.planned,
        due.moved,
        due.moves,
        str(due.project.organisation or "未明确"),
        due.reason,
        due.note,
    ]


def _standing(page: CompletionPage, attention: Attention) -> Sheet:
    columns = [
        Column("类别"),
        Column("项目"),
        Column("停留（天）", Kind.COUNT),
        Column("到达日期"),
        Column("责任单位"),
        Column("总投资（亿元）", Kind.MONEY),
    ]
    rows: list[list[Cell]] = [
        [
            gap.label,
            row.project.name,
            row.days,
            row.reached,
            str(row.project.organisation or "未明确"),
            row.project.total_investment,
        ]
        for gap in attention.gaps
        for row in gap.rows
    ]
    words = "，".join(f"{gap.label} {gap.count} 个" for gap in attention.gaps)
    total: list[Cell] = ["合计", words, *[None] * 4]
    return Sheet(
        "停留项目", "停留在两个节点之间的项目", columns, rows, notes(page.scope, page), total, frozen=2
    )


def attention_sheets(page: CompletionPage, attention: Attention) -> list[Sheet]:
    """需要关注, 逾期亮灯, 停留项目, 未办结问题, 下一批节点, 封存以来的变化."""
    return [
        _late(page, attention),
        _overdue(page, attention),
        _standing(page, attention),
        _problems(page, attention),
        _ahead(page, attention),
        _changes(page, attention),
    ]


def _problems(page: CompletionPage, attention: Attention) -> Sheet:
    columns = [
        Column("项目"),
        Column("类别"),
        Column("问题"),
        Column("责任单位"),
        Column("责任人"),
        Column("办结期限", Kind.DAY),
        Column("逾期（天）", Kind.COUNT),
    ]
    rows: list[list[Cell]] = [
        [
            row.project.name,
            row.kind,
            row.text,
            str(row.organisation or "未明确"),
            row.person,
            row.due_on,
            row.days_late or None,
        ]
        for row in attention.problems
    ]
    total: list[Cell] = [f"{len(rows)} 个问题未办结", *[None] * 6]
    return Sheet("未办结问题", "未办结的问题", columns, rows, notes(page.scope, page), total)


def _ahead(page: CompletionPage, attention: Attention) -> Sheet:
    columns = [
        Column("还有（天）", Kind.COUNT),
        Column("项目"),
        Column("节点"),
        Column("现计划"),
        Column("责任单位"),
    ]
    rows: list[list[Cell]] = [
        [
            due.days_to_go,
            due.project.name,
            due.stage.label,
            due.planned,
            str(due.project.organisation or "未明确"),
        ]
        for due in attention.ahead
    ]
    total: list[Cell] = [As(Kind.COUNT, len(rows)), "个节点", *[None] * 3]
    return Sheet("下一批节点", "下一批节点", columns, rows, notes(page.scope, page), total, frozen=2)


def _changes(page: CompletionPage, attention: Attention) -> Sheet:
    columns = [Column("时间", Kind.MOMENT), Column("项目"), Column("节点"), Column("谁"), Column("原因")]
    rows: list[list[Cell]] = [
        [moment(change.at), change.project.name, change.stage.label, change.by, change.why]
        for change in attention.changes
    ]
    since = attention.seal.title if attention.seal else "还没有封存过月份"
    total: list[Cell] = [None, f"{len(rows)} 处变化", *[None] * 3]
    about = notes(page.scope, page, f"上次封存：{since}")
    return Sheet("封存以来的变化", "上次封存以来的变化", columns, rows, about, total, frozen=2)


def figure_sheets(page: CompletionPage, opened: Breakdown) -> list[Sheet]:
    """The rows behind one number: 计入, 未计入."""
    line = opened.line
    kind = Kind.MONEY if line.is_money else Kind.COUNT
    title, unit = f"{page.scope.year} 年{line.indicator.label}", line.unit_word
    columns = [Column("项目"), Column("责任单位"), Column(f"数值（{unit}）", kind), Column("日期或月份")]
    reasons = [
        Column("原因"),
        Column("项目"),
        Column("责任单位"),
        Column(f"未计入（{unit}）", kind),
        Column("说明"),
    ]
    about = notes(page.scope, page, f"口径：{opened.formula}")
    left_out = [[row.kind, *_row(row)] for row in opened.left_out]
    words = "，".join(f"{kind} {count} 个" for kind, count in opened.reasons)
    return [
        Sheet(
            "计入",
            f"{title}：计入",
            columns,
            map(_row, opened.counted),
            about,
            ["合计", None, opened.line.computed, None],
        ),
        Sheet(
            "未计入",
            f"{title}：未计入",
            reasons,
            left_out,
            about,
            ["合计", words, None, None, None],
            frozen=2,
        ),
    ]


def _row(row: Row) -> list[Cell]:
    return [row.name, row.unit, row.value, row.words]
