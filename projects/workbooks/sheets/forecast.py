"""The forecast of a year and its record as sheets."""

from collections.abc import Callable, Sequence

from projects.figures.forecast.page import ForecastLine, ForecastPage, PastForecast
from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.rules.forecast import Spread
from projects.templatetags.formats import day
from projects.workbooks.sheets.attention import scope_name
from projects.workbooks.sheets.table import SheetColumn, table


def forecast_sheets(page: ForecastPage) -> list[Sheet]:
    """年底预计, 以往的预测."""
    return [_outlook(page), _past(page)]


def _amount(line: ForecastLine, number: int | None) -> Cell:
    """Yuan as 亿元, projects as they are."""
    return As(Kind.MONEY if line.is_money else Kind.COUNT, number)


def _end(line: ForecastLine, end: Callable[[Spread], int]) -> Cell:
    """A number of the forecast; empty where none is shown."""
    return None if line.spread is None else _amount(line, end(line.spread))


OUTLOOK: Sequence[SheetColumn[ForecastLine]] = (
    SheetColumn("indicator", Column("指标"), lambda line: line.indicator.label),
    SheetColumn("unit", Column("单位"), lambda line: line.unit_word),
    SheetColumn("reached", Column("封存时已完成"), lambda line: _amount(line, line.outlook.reached)),
    SheetColumn("target", Column("年度目标"), lambda line: _amount(line, line.target)),
    SheetColumn("middle", Column("年底最可能"), lambda line: _end(line, lambda spread: spread.middle)),
    SheetColumn("half_low", Column("P50 下限"), lambda line: _end(line, lambda spread: spread.half[0])),
    SheetColumn("half_high", Column("P50 上限"), lambda line: _end(line, lambda spread: spread.half[1])),
    SheetColumn("most_low", Column("P80 下限"), lambda line: _end(line, lambda spread: spread.most[0])),
    SheetColumn("most_high", Column("P80 上限"), lambda line: _end(line, lambda spread: spread.most[1])),
    SheetColumn("cases", Column("以往预测（次）", Kind.COUNT), lambda line: line.record.cases),
    SheetColumn("kept", Column("落在 P80 内（次）", Kind.COUNT), lambda line: line.record.kept),
    SheetColumn("refusal", Column("说明"), lambda line: line.refusal),
)

PAST: Sequence[SheetColumn[tuple[ForecastLine, PastForecast]]] = (
    SheetColumn("indicator", Column("指标"), lambda row: row[0].indicator.label),
    SheetColumn("unit", Column("单位"), lambda row: row[0].unit_word),
    SheetColumn("made_on", Column("预测于"), lambda row: day(row[1].made_on)),
    SheetColumn("until", Column("预测到"), lambda row: day(row[1].until)),
    SheetColumn("middle", Column("最可能"), lambda row: _amount(row[0], row[1].spread.middle)),
    SheetColumn("low", Column("P80 下限"), lambda row: _amount(row[0], row[1].spread.most[0])),
    SheetColumn("high", Column("P80 上限"), lambda row: _amount(row[0], row[1].spread.most[1])),
    SheetColumn("outcome", Column("实际"), lambda row: _amount(row[0], row[1].outcome)),
    SheetColumn("kept", Column("落在 P80 内"), lambda row: "是" if row[1].is_kept else "否"),
)


def _outlook(page: ForecastPage) -> Sheet:
    return table("年底预计", f"{page.scope.year} 年年底预计", OUTLOOK, page.lines, _about(page))


def _past(page: ForecastPage) -> Sheet:
    rows = [(line, past) for line in page.lines for past in line.past]
    return table("以往的预测", f"提前 {page.ahead} 个月的预测与实际", PAST, rows, _about(page))


def _about(page: ForecastPage) -> list[str]:
    made = f"按 {day(page.seal.as_of)} 封存时所知" if page.seal else "还没有封存的月份"
    return [
        f"范围：{scope_name(page.scope)}；{made}，当时名单上的 {page.listed} 个项目",
        "单位：亿元，个数为个；空白为没有预计",
        "每次预测只用当时所知的内容；“实际”是同样这些项目到后来封存时的数字",
    ]
