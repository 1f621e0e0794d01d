"""The issue ledger as a sheet: every line that the conditions leave, the pressing ones first."""

from collections.abc import Sequence
from datetime import date

from projects.figures.problems import ProblemLine
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.templatetags.formats import day
from projects.workbooks.sheets.table import SheetColumn, table

COLUMNS: Sequence[SheetColumn[ProblemLine]] = (
    SheetColumn("number", Column("序号", Kind.COUNT)),
    SheetColumn("words", Column("情况"), lambda line: line.words),
    SheetColumn("name", Column("项目名称"), lambda line: line.problem.project.name),
    SheetColumn("kind", Column("类别"), lambda line: line.problem.get_kind_display()),
    SheetColumn("text", Column("问题"), lambda line: line.problem.text),
    SheetColumn("organisation", Column("责任单位"), lambda line: line.unit or "未明确"),
    SheetColumn("person", Column("责任人"), lambda line: line.problem.person),
    SheetColumn("raised_on", Column("提出日期", Kind.DAY), lambda line: line.problem.raised_on),
    SheetColumn("due_on", Column("办结期限", Kind.DAY), lambda line: line.problem.due_on),
    SheetColumn("resolved_on", Column("销号日期", Kind.DAY), lambda line: line.problem.resolved_on),
    SheetColumn("resolution", Column("办理情况"), lambda line: line.problem.resolution),
)


def problem_sheet(lines: Sequence[ProblemLine], conditions: str, *, today: date) -> Sheet:
    notes = [f"条件：{conditions}；截至 {day(today)}"]
    total: dict[str, Cell] = {"number": len(lines), "words": "条"}
    return table("问题台账", "问题台账", COLUMNS, lines, notes, total, frozen=3)
