"""The month as a sheet: staff type, check and hand in."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import reporting
from projects.figures.reporting import MonthSheet, SheetRow
from projects.figures.todo import refused
from projects.forms.report import ReopeningForm, ReportRowForm
from projects.forms.sheet import unit_sent
from projects.models import Reopening, User
from projects.models.district import report_days_after
from projects.month_rows import row_form, written
from projects.once import once
from projects.questions.months import choices_of_rows, month_asked, month_of, month_rows, next_month
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.entries import CELLS
from projects.rules.money import SHEET_UNITS, MoneyUnit
from projects.rules.reporting import deadline
from projects.views.sheets import UNIT, choose_unit

HAND_IN, REOPEN = "hand_in", "reopen"


@require_safe
@access.allowed(access.writes_projects)
def months(request: HttpRequest) -> HttpResponse:
    """The month that is due: last month's until its window closes, then this one's."""
    today = timezone.localdate()
    last = periods.month_start(periods.month_start(today) - timedelta(days=1))
    due = last if today <= deadline(last, report_days_after()) else periods.month_start(today)
    return redirect("month", due.year, f"{due.month:02}")


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def month(request: HttpRequest, year: str, number: str) -> HttpResponse:
    """Type, check, hand in. A row that is faulty is kept on the page and written nowhere."""
    user, on = access.signed_in(request), month_asked(year, number)
    sheet = month_of(user, on)
    if request.method != "POST":
        return _show(request, sheet, [])
    if request.POST.get("act") == REOPEN:
        return _ask_reopening(request, user, on)
    if request.POST.get("act") == UNIT:
        return choose_unit(request, user)
    rows = _sent(sheet.rows, request.POST)
    kept = _keep(rows, on, user)
    if request.headers.get("HX-Request"):
        return _show_saved(request, rows, user, on, kept=kept)
    if not kept:
        return _show(request, sheet, rows, status=422)
    if request.POST.get("act") == HAND_IN:
        return _hand_in(request, user, on)
    messages.success(request, "已保存草稿。")
    return redirect(request.get_full_path())


type Row = tuple[SheetRow, ReportRowForm]


def _sent(rows: Iterable[SheetRow], data: QueryDict) -> list[Row]:
    """The rows that were sent, on whatever page they stand, each with its bound form."""
    prefixes = {name.partition("-")[0] for name in data}
    unit = unit_sent(data)
    return [(row, _form(row, unit, data)) for row in rows if f"p{row.project.pk}" in prefixes]


def _form(row: SheetRow, unit: MoneyUnit, data: QueryDict | None = None) -> ReportRowForm:
    return row_form(row, unit, data, prefix=f"p{row.project.pk}")


def _keep(sent: list[Row], on: date, user: User) -> bool:
    """Write the rows that were sent; all of them, or none when one is faulty."""
    if [form for _, form in sent if not form.is_valid()]:
        return False
    try:
        reporting.write_all([written(row, form) for row, form in sent], on, by=user)
    except reporting.Refused as refused:
        for row, form in sent:
            _explain(form, refused.faults.get(row.project.pk))
        return False
    return True


def _explain(form: ReportRowForm, fault: RuleBroken | None) -> None:
    if isinstance(fault, reporting.Contested):
        form.contest(fault.conflict, fault.version)
    elif fault is not None:
        form.add_error(None, str(fault))


def _hand_in(request: HttpRequest, user: User, on: date) -> HttpResponse:
    try:
        with once(request, request.path):
            handed = reporting.hand_in([row.project for row in month_of(user, on).open_rows], on, by=user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"已提交 {len(handed)} 个项目的月报，等待项目办审核。")
    return redirect(request.get_full_path())


def _ask_reopening(request: HttpRequest, user: User, on: date) -> HttpResponse:
    form = ReopeningForm(request.POST)
    if form.is_valid() and user.organisation is not None:
        try:
            with once(request, request.path):
                reporting.ask_reopening(user.organisation, on, reason=form.cleaned_data["reason"], by=user)
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, "重开申请已送项目办。")
    else:
        messages.error(request, "请写明申请重开的原因。")
    return redirect(request.path)


def _show_saved(request: HttpRequest, rows: list[Row], user: User, on: date, *, kept: bool) -> HttpResponse:
    """For a page that saves while one types: the checks of the rows that were sent, and the sums.

    Beside a row that was kept the cells that hold something else now, since somebody else wrote them. The header
    tells the page that it need not remember the rows any longer.
    """
    sent = {row.project.pk: form for row, form in rows}
    sheet, unit = month_of(user, on), unit_sent(request.POST)
    fresh = [(row, _form(row, unit)) for row in sheet.rows if row.project.pk in sent]
    shown = [
        (row, form, _moved(sent[row.project.pk], form)) if kept else (row, sent[row.project.pk], [])
        for row, form in fresh
    ]
    context = {
        "sheet": sheet,
        "rows": shown,
        "saved": kept,
        "unit": unit,
        "choices": choices_of_rows(sheet.rows),
    }
    response = render(request, "projects/month.html#saved", context)
    if kept:
        response["X-Kept"] = "1"
    return response


def _refused(user: User, month: date) -> list[Reopening]:
    """The answers that the month is not opened again for the reader's unit."""
    if user.organisation is None:
        return []
    return [each for each in refused(user.organisation, now=timezone.now()) if each.month == month]


def _moved(sent: ReportRowForm, now: ReportRowForm) -> list[BoundField]:
    """The cells of a row that hold something else than was sent; the amounts and “no change” go together."""
    typed, stands = sent.cleaned_data, now.initial
    names = {name for name in CELLS if typed[name] != stands[name]}
    if typed["unchanged"] != stands["unchanged"] or "invested" in names:
        names |= {"invested", "year_to_date", "unchanged"}
    return [now[name] for name in now.fields if name in names]


def _show(request: HttpRequest, sheet: MonthSheet, sent: list[Row], *, status: int = 200) -> HttpResponse:
    """The page that was asked for; rows that were sent show what was typed, those of other pages come first."""
    user = access.signed_in(request)
    unit = unit_sent(request.POST) if sent else MoneyUnit(user.amount_unit)
    question, page = month_rows(request.GET, sheet.rows, user)
    typed = {row.project.pk: form for row, form in sent}
    on_page = {row.project.pk for row in page}
    context = {
        "sheet": sheet,
        "unit": unit,
        "units": SHEET_UNITS,
        "question": question,
        "choices": choices_of_rows(sheet.rows),
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "rows": [
            *((row, form) for row, form in sent if row.project.pk not in on_page),
            *((row, typed.get(row.project.pk) or _form(row, unit)) for row in page),
        ],
        "reopening": ReopeningForm(),
        "refused": _refused(user, sheet.month),
        "days_left": (sheet.closes_on - timezone.localdate()).days,
        "before": periods.month_start(sheet.month - timedelta(days=1)),
        "after": next_month(sheet.month),
    }
    return render(request, "projects/month.html", context, status=status)
