"""The register as of a day and as known at a moment, as a sheet that says so and that no import takes."""

from collections.abc import Iterable

from projects.figures.list_sums import RegistryTotals
from projects.figures.past_list import PastRow
from projects.figures.scope import Scope
from projects.files.terms import PAST
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.rules.completion import Sum
from projects.templatetags.formats import day, list_name, percent
from projects.workbooks.sheets.attention import scope_name
from projects.workbooks.sheets.table import UNITS, SheetColumn, table, unit_name, whole

COLUMNS: list[SheetColumn[PastRow]] = [
    SheetColumn("number", Column("序号", Kind.COUNT)),
    SheetColumn("name", Column("项目名称"), lambda row: row.name),
    SheetColumn("enterprise", Column("建设单位"), lambda row: row.enterprise),
    SheetColumn("unit", Column("责任单位"), lambda row: unit_name(row.unit)),
    SheetColumn("levels", Column("级别"), lambda row: "、".join(map(list_name, row.levels))),
    SheetColumn("investment", Column("总投资（亿元）", Kind.MONEY), lambda row: row.investment),
    SheetColumn("planned", Column("年度计划（亿元）", Kind.MONEY), lambda row: _yuan(row.completion.target)),
    SheetColumn(
        "reported", Column("年累计完成（亿元）", Kind.MONEY), lambda row: _yuan(row.completion.actual)
    ),
    SheetColumn("rate", Column("完成率"), lambda row: percent(row.completion.share)),
    SheetColumn("stage", Column("阶段"), lambda row: row.furthest.label if row.furthest else "尚无节点"),
    SheetColumn("state", Column("状态"), lambda row: row.state.words),
]


def past_sheet(scope: Scope, words: str, rows: Iterable[PastRow], totals: RegistryTotals) -> Sheet:
    notes = [PAST, past_words(scope, words), UNITS]
    total: dict[str, Cell] = {
        "number": totals.count,
        "name": f"个项目合计{_missing(totals.investment)}",
        "investment": whole(totals.investment),
        "planned": whole(totals.planned),
        "reported": whole(totals.reported),
        "rate": percent(totals.completion.share),
    }
    return table("台账回看", "重大项目台账回看", COLUMNS, rows, notes, total, frozen=2)


def past_words(scope: Scope, words: str) -> str:
    """范围：全区 市重点项目；截至 2025年6月30日；只用 2025年7月5日结束前录入的内容."""
    known = f"；只用 {day(scope.known_at.date())}结束前录入的内容" if scope.known_at else "；按现在所知"
    found = f"；名称、企业含“{words}”" if words else ""
    return f"范围：{scope_name(scope)}；截至 {day(scope.as_of)}{known}{found}"


def _missing(total: Sum) -> str:
    return f"（{total.missing} 个总投资未公布）" if total.missing else ""


def _yuan(amount: object) -> int | None:
    return None if amount is None else int(amount)  # type: ignore[call-overload]
