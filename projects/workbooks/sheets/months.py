"""The reports of a month as sheets: one that is filled in with Excel and imported again, one for the review."""

from collections.abc import Callable, Sequence
from datetime import date

from projects.columns import REPORTS, by_key
from projects.figures.reporting import MonthSheet, SheetRow
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.rules import periods
from projects.rules.versions import REPORT, RecordVersion
from projects.templatetags.formats import day
from projects.vocabulary import ImportKind, Precision, ReportState
from projects.workbooks.sheets.table import UNITS, SheetColumn, heading, table, unit_name, whole

KNOWN = by_key(REPORTS)
YES = ("是",)
INVESTED = "按亿元填数字，也可以写单位，如 1200万元；没有投资填 0，空白是未报。"
OPENING = "1月至本月合计，以前各月没有在本系统填报时才填；同时不填本月完成投资。"
UNCHANGED = "本月没有变化时填“是”，同时不填本月完成投资。"


def month_sheet(sheet: MonthSheet, whose: str, *, today: date, is_form: bool = False) -> Sheet:
    """The month of the projects of somebody; `is_form`: to be filled in, with the rest of it locked."""
    words = _month_words(sheet)
    notes = [
        f"范围：{whose}；截至 {day(today)}；{day(sheet.closes_on)}截止，已填 {sheet.filled} / {len(sheet.rows)}",
        f"{UNITS}；本月没有投资填 0，没有变化填“是”",
        SheetTerms(ImportKind.REPORTS, month=sheet.month).line,
    ]
    missing = sheet.invested.missing
    total: dict[str, Cell] = {
        "number": len(sheet.rows),
        "month": "合计",
        "name": f"{missing} 个没有金额，未计入合计" if missing else "",
        "invested": whole(sheet.invested),
    }
    columns = _columns(words, with_opening=any(row.opening is not None for row in sheet.rows))
    return table("月报", f"{words}月报", columns, sheet.rows, notes, total, frozen=3, is_form=is_form)


def _month_words(sheet: MonthSheet) -> str:
    return periods.wording(periods.month_end(sheet.month), Precision.MONTH)


def _shown(
    key: str, cell: Callable[[SheetRow], Cell] | None, kind: Kind = Kind.TEXT, *, is_key: bool = False
) -> SheetColumn[SheetRow]:
    """A column that is not filled in."""
    return SheetColumn(key, Column(heading(KNOWN[key], kind), kind, is_key, is_locked=True), cell)


def _typed(
    key: str,
    cell: Callable[[SheetRow], Cell],
    kind: Kind = Kind.TEXT,
    choices: tuple[str, ...] = (),
    hint: str = "",
) -> SheetColumn[SheetRow]:
    return SheetColumn(key, Column(heading(KNOWN[key], kind), kind, choices=choices, hint=hint), cell)


def _of_report(name: str) -> Callable[[SheetRow], Cell]:
    """A field of the report; empty where nothing was typed yet."""
    return lambda row: getattr(row.report, name, None)


def _invested(row: SheetRow) -> Cell:
    return row.invested


def _year_to_date(row: SheetRow) -> Cell:
    return row.year_to_date


def _unchanged(row: SheetRow) -> Cell:
    return "是" if row.report and row.report.unchanged else None


def _state(row: SheetRow) -> Cell:
    return ReportState(row.report.state).label if row.report else "未填"


def _unit(row: SheetRow) -> Cell:
    return row.project.organisation.name if row.project.organisation else "未明确"


def _columns(month: str, *, with_opening: bool) -> Sequence[SheetColumn[SheetRow]]:
    opening = _typed("opening", lambda row: row.opening, Kind.MONEY, hint=OPENING)
    return (
        _shown("number", None, Kind.COUNT),
        _shown("month", lambda row: month),
        _shown("name", lambda row: row.project.name),
        _shown("enterprise", lambda row: row.project.enterprise),
        _shown("national_code", lambda row: row.project.national_code),
        _shown("organisation", _unit),
        _shown("planned_investment", lambda row: row.planned, Kind.MONEY),
        _shown("year_before", lambda row: row.background.year_before, Kind.MONEY),
        _typed("invested", _invested, Kind.MONEY, hint=INVESTED),
        *([opening] if with_opening else []),
        _shown("shown_year_to_date", _year_to_date, Kind.MONEY),
        _typed("explanation", _of_report("explanation")),
        _typed("unchanged", _unchanged, choices=YES, hint=UNCHANGED),
        *(_typed(key, _of_report(key)) for key in ("progress", "needs_coordination", "next_step")),
        _shown("state", _state),
        _shown("key", lambda row: row.project.pk, Kind.COUNT, is_key=True),
        _shown("version", lambda row: str(RecordVersion(REPORT, row.version or 0)), is_key=True),
    )


REVIEWED: Sequence[SheetColumn[SheetRow]] = (
    SheetColumn("number", Column("序号", Kind.COUNT)),
    SheetColumn("name", Column("项目名称"), lambda row: row.project.name),
    SheetColumn("organisation", Column("责任单位"), lambda row: unit_name(row.project.organisation)),
    SheetColumn("state", Column("审核状态"), _state),
    SheetColumn(
        "last", Column("上月完成（亿元）", Kind.MONEY), lambda row: row.last.invested if row.last else None
    ),
    SheetColumn("invested", Column("本月完成投资（亿元）", Kind.MONEY), _invested),
    SheetColumn("opening", Column("期初累计（亿元）", Kind.MONEY), lambda row: row.opening),
    SheetColumn("year_to_date", Column("含本月年累计（亿元）", Kind.MONEY), _year_to_date),
    SheetColumn("unchanged", Column("无变化"), _unchanged),
    SheetColumn("progress", Column("形象进度"), _of_report("progress")),
    SheetColumn("needs_coordination", Column("需要协调的事项"), _of_report("needs_coordination")),
    SheetColumn("next_step", Column("下一步打算"), _of_report("next_step")),
    SheetColumn("doubts", Column("疑问"), lambda row: "；".join(doubt.sentence for doubt in row.doubts)),
    SheetColumn("explanation", Column("金额说明"), _of_report("explanation")),
    SheetColumn("return_reason", Column("退回原因"), _of_report("return_reason")),
    SheetColumn(
        "submitted_by",
        Column("提交人"),
        lambda row: str(row.report.submitted_by or "") if row.report else None,
    ),
    SheetColumn("is_late", Column("迟报"), lambda row: "迟报" if row.is_late else None),
)


def review_sheet(sheet: MonthSheet, *, today: date) -> Sheet:
    """Every project that owes a report, with what the office asks about."""
    notes = [
        f"范围：全区；截至 {day(today)}；待审核 {len(sheet.waiting)}，应报 {len(sheet.rows)}，已填 {sheet.filled}",
        UNITS,
    ]
    total: dict[str, Cell] = {"number": len(sheet.rows), "name": "合计", "invested": whole(sheet.invested)}
    return table("月报审核", f"{_month_words(sheet)}月报审核", REVIEWED, sheet.rows, notes, total, frozen=2)
