"""The ledger of decisions as a sheet: every line that the conditions leave, the pressing ones first."""

from collections.abc import Sequence
from datetime import date

from projects.figures.decisions import DecisionLine
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.templatetags.formats import day
from projects.workbooks.sheets.table import SheetColumn, table

COLUMNS: Sequence[SheetColumn[DecisionLine]] = (
    SheetColumn("number", Column("序号", Kind.COUNT)),
    SheetColumn("words", Column("期限情况"), lambda line: line.words),
    SheetColumn("text", Column("督办事项"), lambda line: line.decision.text),
    SheetColumn("state", Column("状态"), lambda line: line.decision.get_state_display()),
    SheetColumn("source", Column("来源"), lambda line: line.decision.get_source_display()),
    SheetColumn("occasion", Column("来源说明"), lambda line: line.decision.occasion),
    SheetColumn("organisation", Column("承办单位"), lambda line: str(line.decision.organisation)),
    SheetColumn("person", Column("承办人"), lambda line: line.decision.person),
    SheetColumn(
        "project",
        Column("项目名称"),
        lambda line: line.decision.project.name if line.decision.project else "",
    ),
    SheetColumn("given_on", Column("交办日期", Kind.DAY), lambda line: line.decision.given_on),
    SheetColumn("due_on", Column("办结期限", Kind.DAY), lambda line: line.decision.due_on),
    SheetColumn("closed_on", Column("销号日期", Kind.DAY), lambda line: line.decision.closed_on),
)


def decision_sheet(lines: Sequence[DecisionLine], conditions: str, *, today: date) -> Sheet:
    notes = [f"条件：{conditions}；截至 {day(today)}"]
    total: dict[str, Cell] = {"number": len(lines), "words": "件"}
    return table("督办台账", "督办台账", COLUMNS, lines, notes, total, frozen=3)
