"""The completion page as a workbook, and one number of it with the rows behind it."""

from collections.abc import Iterator, Sequence

from projects.figures.attention import Attention
from projects.figures.completion.breakdown import Breakdown, Row
from projects.figures.completion.lines import CompletionPage, IndicatorLine, RowLine
from projects.figures.completion.target import TargetFact
from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.rules.bounds import Bounds
from projects.templatetags.formats import bounds, rate
from projects.vocabulary import Light
from projects.workbooks.sheets.attention import about, late, overdue, stalled
from projects.workbooks.sheets.table import SheetColumn, table

TWICE = "协同项目在各有关单位各计一次，合计只计一次，各行相加可能大于合计。"
MONTH_NAMES = [f"{month}月" for month in range(1, 13)]
DUE = "“应完成”按目标的应完成月份或逐月计划折算；“台账合计”行右侧为年度目标"


def completion_sheets(page: CompletionPage, rows: Sequence[RowLine], listed: Attention) -> list[Sheet]:
    """指标, 各单位 (or 各产业), 逐月, 需要关注, 逾期亮灯, 停留项目."""
    return [
        _indicators(page),
        _units(page, rows),
        _months(page),
        late(page, listed),
        overdue(page, listed),
        stalled(page, listed),
    ]


def _kind(line: IndicatorLine) -> Kind:
    return Kind.MONEY if line.is_money else Kind.COUNT


def _amount(line: IndicatorLine, amount: Cell) -> As:
    assert not isinstance(amount, As)
    return As(_kind(line), amount)


def _within(line: IndicatorLine, number: Bounds | None) -> Cell:
    """A number, or the range of one that is known within bounds only, as a text: 0–34."""
    if number is None:
        return None
    return bounds(number, line.is_money) if number.is_open else As(_kind(line), number.exact)


def _rate(line: IndicatorLine) -> Cell:
    return rate(line.completion) if line.completion.is_pending else line.completion.share


def _of_coverage(key: str, title: str) -> SheetColumn[IndicatorLine]:
    return SheetColumn(key, Column(title, Kind.COUNT), lambda line: getattr(line.coverage, key, None))


def _of_evidence(key: str, title: str) -> SheetColumn[IndicatorLine]:
    return SheetColumn(key, Column(title, Kind.COUNT), lambda line: getattr(line.count.proven, key, None))


def _light(line: IndicatorLine) -> Cell:
    return "" if line.light == Light.NONE else line.light.label


def _target(line: IndicatorLine) -> Cell:
    return line.target.amount if line.target else None


def _end(line: IndicatorLine, name: str) -> Cell:
    """`certain` or `possible`: the least and the most that the page states."""
    number: Cell = getattr(line.bounds, name, None)
    return number


def _published(line: IndicatorLine) -> Cell:
    return line.published.amount if line.published else None


INDICATORS: Sequence[SheetColumn[IndicatorLine]] = (
    SheetColumn("indicator", Column("指标"), lambda line: line.indicator.label),
    SheetColumn("unit", Column("计量"), lambda line: line.unit_word),
    SheetColumn("actual", Column("实际", Kind.MONEY), lambda line: _amount(line, line.actual)),
    SheetColumn("certain", Column("实际至少", Kind.MONEY), lambda line: _amount(line, _end(line, "certain"))),
    SheetColumn(
        "possible", Column("实际至多", Kind.MONEY), lambda line: _amount(line, _end(line, "possible"))
    ),
    SheetColumn("target", Column("年度目标", Kind.MONEY), lambda line: _amount(line, _target(line))),
    SheetColumn("completion", Column("完成率", Kind.PERCENT), _rate),
    SheetColumn("time", Column("时间进度", Kind.PERCENT), lambda line: line.completion.time_share),
    SheetColumn("pace", Column("较时间进度（百分点）", Kind.POINTS), lambda line: line.completion.pace_gap),
    SheetColumn("light", Column("亮灯"), _light),
    SheetColumn("published", Column("公布", Kind.MONEY), lambda line: _amount(line, _published(line))),
    SheetColumn("computed", Column("台账合计", Kind.MONEY), lambda line: _within(line, line.ledger)),
    SheetColumn("difference", Column("公布 − 台账", Kind.MONEY), lambda line: _amount(line, line.difference)),
    SheetColumn("accepted", Column("列统投资", Kind.MONEY), lambda line: _amount(line, line.accepted)),
    _of_coverage("expected", "应报"),
    _of_coverage("approved", "已审核"),
    _of_coverage("waiting", "待审核"),
    _of_coverage("returned", "已退回"),
    _of_coverage("missing", "缺报"),
    _of_evidence("verified", "已佐证"),
    _of_evidence("claimed", "待佐证"),
    SheetColumn("remarks", Column("说明"), lambda line: "；".join(_remarks(line))),
)


def _indicators(page: CompletionPage) -> Sheet:
    total: dict[str, Cell] = {
        "indicator": "范围内项目",
        "unit": "个",
        "actual": As(Kind.COUNT, page.holding.count),
    }
    return table("指标", f"{page.scope.year} 年完成情况", INDICATORS, page.lines, about(page), total)


def _remarks(line: IndicatorLine) -> Iterator[str]:
    if line.target:
        yield from _about_target(line.target)
    if line.why:
        yield line.why
    if line.is_pending:
        yield f"待定：{line.count.perhaps} 个项目的日期只知道大概，截至这一天不能确定"
    if line.year_unknown:
        yield f"其中 {line.year_unknown} 个年份不能确定"
    if line.sizes and line.sizes.over_1bn is not None:
        yield f"其中≥10亿元或≥1亿美元 {bounds(line.sizes.over_1bn, is_money=False)} 个"
    if line.sizes and line.sizes.over_10bn is not None:
        yield f"≥100亿元 {bounds(line.sizes.over_10bn, is_money=False)} 个"
    if line.coverage:
        yield f"月报情况为 {line.coverage.month} 月"


def _about_target(target: TargetFact) -> Iterator[str]:
    if target.amount is None:
        yield "目标值未公布，来源称已提前完成" if target.stated_met else "目标值未公布"
    if target.planned:
        yield "目标为项目计划合计"
    if target.excuse:
        yield f"已认可：{target.excuse}"


def _units(page: CompletionPage, rows: Sequence[RowLine]) -> Sheet:
    by_industry = any(row.organisation is None for row in rows)
    name = "各产业" if by_industry else "各单位"
    columns = [
        Column("排名", Kind.COUNT),
        Column("产业" if by_industry else "责任单位"),
        Column("项目数", Kind.COUNT),
    ]
    for line in page.lines:
        columns += [
            Column(f"{line.indicator.label}（{line.unit_word}）", _kind(line)),
            Column(f"{line.indicator.label}目标", _kind(line)),
            Column(f"{line.indicator.label}完成率", Kind.PERCENT),
            Column(f"{line.indicator.label}较时间进度", Kind.POINTS),
        ]
    cells = [_unit(_rank(row), row.label, row.holding.count, row.lines) for row in rows]
    total = _unit(None, "合计", page.holding.count, page.lines)
    notes = about(page, *(() if by_industry else (TWICE,)))
    return Sheet(name, f"{page.scope.year} 年{name}完成情况", columns, cells, notes, total, frozen=2)


def _rank(row: RowLine) -> Cell:
    return "待定" if row.is_rank_pending else row.rank


def _unit(rank: Cell, label: str, count: int | None, lines: Sequence[IndicatorLine]) -> list[Cell]:
    cells: list[Cell] = [rank, label, count]
    for line in lines:
        cells += [_within(line, line.bounds), _target(line), _rate(line), line.completion.pace_gap]
    return cells


def _months(page: CompletionPage) -> Sheet:
    """From January to each month; the last line is what the register adds up to, and the year's target."""
    columns: list[SheetColumn[int]] = [SheetColumn("month", Column("月份"), MONTH_NAMES.__getitem__)]
    total: dict[str, Cell] = {"month": "台账合计"}
    for line in page.lines:
        sum_key, due_key = f"{line.indicator.value}_sum", f"{line.indicator.value}_due"
        columns += _month_columns(line, sum_key, due_key)
        total |= {sum_key: _within(line, line.register), due_key: _target(line)}
    return table("逐月", f"{page.scope.year} 年逐月累计", columns, range(12), about(page, DUE), total)


def _month_columns(line: IndicatorLine, sum_key: str, due_key: str) -> tuple[SheetColumn[int], ...]:
    """The sum from January to a month, counted from 0, and what was due by then."""
    label, due = line.indicator.label, line.target.by_month() if line.target else None
    summed = Column(f"{label}累计（{line.unit_word}）", _kind(line))
    expected = Column(f"{label}应完成", Kind.MONEY if line.is_money else Kind.PART)
    return (
        SheetColumn(sum_key, summed, lambda month: _within(line, line.by_month[month])),
        SheetColumn(due_key, expected, lambda month: due[month] if due else None),
    )


def figure_sheets(page: CompletionPage, opened: Breakdown) -> list[Sheet]:
    """The rows behind one number: 计入, 可能计入 where a day is known within bounds only, 未计入."""
    title = f"{page.scope.year} 年{opened.line.indicator.label}"
    counted, left_out = _figure_columns(opened.line)
    notes = about(page, f"口径：{opened.formula}")
    register = opened.line.register
    sums: dict[str, Cell] = {"name": "合计", "value": register.certain if register else None}
    more: dict[str, Cell] = {"name": "合计", "unit": "加上计入的，为上限", "value": opened.possible_total}
    words = "，".join(f"{kind} {count} 个" for kind, count in opened.reasons)
    left: dict[str, Cell] = {"kind": "合计", "name": words}
    possible = table("可能计入", f"{title}：可能计入", counted, opened.possible, notes, more)
    return [
        table("计入", f"{title}：计入", counted, opened.counted, notes, sums),
        *([possible] if opened.possible else []),
        table("未计入", f"{title}：未计入", left_out, opened.left_out, notes, left, frozen=2),
    ]


def _figure_columns(line: IndicatorLine) -> tuple[list[SheetColumn[Row]], list[SheetColumn[Row]]]:
    kind, unit = _kind(line), line.unit_word
    name = SheetColumn[Row]("name", Column("项目"), lambda row: row.name)
    responsible = SheetColumn[Row]("unit", Column("责任单位"), lambda row: row.unit)
    return [
        name,
        responsible,
        SheetColumn("value", Column(f"数值（{unit}）", kind), lambda row: row.value),
        SheetColumn("words", Column("日期或月份"), lambda row: row.words),
    ], [
        SheetColumn("kind", Column("原因"), lambda row: row.kind),
        name,
        responsible,
        SheetColumn("value", Column(f"未计入（{unit}）", kind), lambda row: row.value),
        SheetColumn("words", Column("说明"), lambda row: row.words),
    ]
