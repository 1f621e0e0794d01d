"""The month as a sheet to take along: typed in Excel it comes back in by an import."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.columns import REPORTS, by_key
from projects.figures.reporting import MonthSheet, SheetRow
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.questions import month_of
from projects.rules import periods
from projects.rules.versions import REPORT, RecordVersion
from projects.templatetags.formats import day
from projects.views.downloads import UNITS, download
from projects.views.months import month_asked
from projects.vocabulary import ImportKind, Precision, ReportState

KNOWN = by_key(REPORTS)
YES = ("是",)


def _column(key: str, kind: Kind = Kind.TEXT, *, is_key: bool = False) -> Column:
    title = KNOWN[key].title
    return Column(f"{title}（亿元）" if kind is Kind.MONEY else title, kind, is_key, is_locked=True)


def _typed(key: str, kind: Kind = Kind.TEXT, choices: tuple[str, ...] = (), hint: str = "") -> Column:
    title = KNOWN[key].title
    return Column(f"{title}（亿元）" if kind is Kind.MONEY else title, kind, choices=choices, hint=hint)


COLUMNS = (
    _column("number", Kind.COUNT),
    *map(_column, ("month", "name", "enterprise", "national_code", "organisation")),
    _column("planned_investment", Kind.MONEY),
    _column("year_before", Kind.MONEY),
    _typed(
        "invested", Kind.MONEY, hint="按亿元填数字，也可以写单位，如 1200万元；没有投资填 0，空白是未报。"
    ),
    _column("shown_year_to_date", Kind.MONEY),
    _typed("unchanged", choices=YES, hint="本月没有变化时填“是”，同时不填本月完成投资。"),
    *map(_typed, ("progress", "needs_coordination", "next_step")),
    _column("state"),
    _column("key", Kind.COUNT, is_key=True),
    _column("version", is_key=True),
)
REVIEWED = (
    Column("序号", Kind.COUNT),
    Column("项目名称"),
    Column("责任单位"),
    Column("审核状态"),
    Column("上月完成（亿元）", Kind.MONEY),
    Column("本月完成投资（亿元）", Kind.MONEY),
    Column("含本月年累计（亿元）", Kind.MONEY),
    Column("无变化"),
    Column("形象进度"),
    Column("需要协调的事项"),
    Column("下一步打算"),
    Column("疑问"),
    Column("退回原因"),
    Column("提交人"),
    Column("迟报"),
)


@require_safe
@access.allowed(access.writes_projects)
def month_export(request: HttpRequest, year: str, number: str, suffix: str) -> HttpResponseBase:
    user, on = access.signed_in(request), month_asked(year, number)
    whose = access.reach_name(user)
    sheet = month_form(month_of(user, on), whose)
    return download(suffix, [sheet], f"月报-{whose}-{on:%Y-%m}")


def month_form(sheet: MonthSheet, whose: str, *, is_form: bool = False) -> Sheet:
    """The month of the projects of somebody; `is_form`: to be filled in, with the rest of it locked."""
    words = periods.wording(periods.month_end(sheet.month), Precision.MONTH)
    notes = [
        f"范围：{whose}；截至 {day(timezone.localdate())}；{day(sheet.closes_on)}截止，"
        f"已填 {sheet.filled} / {len(sheet.rows)}",
        f"{UNITS}；本月没有投资填 0，没有变化填“是”",
        SheetTerms(ImportKind.REPORTS, month=sheet.month).line,
    ]
    rows = _numbered(sheet.rows, words)
    return Sheet("月报", f"{words}月报", COLUMNS, rows, notes, _total(sheet), frozen=3, is_form=is_form)


def _numbered(rows: list[SheetRow], month: str) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, start=1):
        project, report = row.project, row.report
        yield [
            number,
            month,
            project.name,
            project.enterprise,
            project.national_code,
            project.organisation.name if project.organisation else "未明确",
            row.planned,
            row.background.year_before,
            row.invested,
            row.year_to_date,
            "是" if report and report.unchanged else None,
            report.progress if report else None,
            report.needs_coordination if report else None,
            report.next_step if report else None,
            _state(row),
            project.pk,
            str(RecordVersion(REPORT, row.version or 0)),
        ]


def _state(row: SheetRow) -> str:
    return ReportState(row.report.state).label if row.report else "未填"


def _total(sheet: MonthSheet) -> list[Cell]:
    cells: list[Cell] = [None] * len(COLUMNS)
    missing = sheet.invested.missing
    cells[0], cells[1] = len(sheet.rows), "合计"
    cells[2] = f"{missing} 个没有金额，未计入合计" if missing else ""
    cells[[column.title for column in COLUMNS].index("本月完成投资（亿元）")] = _yuan(sheet)
    return cells


def _yuan(sheet: MonthSheet) -> int | None:
    return None if sheet.invested.value is None else int(sheet.invested.value)


@require_safe
@access.allowed(access.keeps_targets)
def month_review_export(request: HttpRequest, year: str, number: str, suffix: str) -> HttpResponseBase:
    """Every project that owes a report, with what the office asks about."""
    on = month_asked(year, number)
    return download(suffix, [_review(month_of(access.signed_in(request), on), on)], f"月报审核-{on:%Y-%m}")


def _review(sheet: MonthSheet, on: date) -> Sheet:
    words = periods.wording(periods.month_end(on), Precision.MONTH)
    notes = [
        f"范围：全区；截至 {day(timezone.localdate())}；待审核 {len(sheet.waiting)}，应报 {len(sheet.rows)}，"
        f"已填 {sheet.filled}",
        UNITS,
    ]
    total: list[Cell] = [len(sheet.rows), "合计", *[None] * 3, _yuan(sheet), *[None] * 9]
    return Sheet("月报审核", f"{words}月报审核", REVIEWED, _reviewed(sheet.rows), notes, total, frozen=2)


def _reviewed(rows: list[SheetRow]) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, start=1):
        report = row.report
        yield [
            number,
            row.project.name,
            str(row.project.organisation or "未明确"),
            _state(row),
            row.last.invested if row.last else None,
            row.invested,
            row.year_to_date,
            "是" if report and report.unchanged else None,
            report.progress if report else None,
            report.needs_coordination if report else None,
            report.next_step if report else None,
            "；".join(doubt.sentence for doubt in row.doubts),
            report.return_reason if report else None,
            str(report.submitted_by or "") if report else None,
            "迟报" if row.is_late else None,
        ]
