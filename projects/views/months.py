"""The month as a sheet: staff type, check and hand in; the office approves or sends back."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import reporting
from projects.figures.month_page import RowsAsked, month_page
from projects.figures.reporting import MonthSheet, SheetRow
from projects.forms.report import (
    MonthQuestionForm,
    ReopeningDecisionForm,
    ReopeningForm,
    ReportRowForm,
    ReviewForm,
)
from projects.models import Reopening, User
from projects.once import once
from projects.questions import month_asked, month_of
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.entries import CELLS, Entry
from projects.rules.reporting import deadline
from projects.rules.typed import whole_number

HAND_IN, REOPEN = "hand_in", "reopen"
MOST_REQUESTS = 20
APPROVE, APPROVE_CLEAN, SEND_BACK, DECIDE = "approve", "approve_clean", "send_back", "decide"


@require_safe
@access.allowed(access.writes_projects)
def months(request: HttpRequest) -> HttpResponse:
    """The month that is due: last month's until its window closes, then this one's."""
    today = timezone.localdate()
    last = periods.month_start(periods.month_start(today) - timedelta(days=1))
    due = last if today <= deadline(last, settings.REPORT_DAYS_AFTER) else periods.month_start(today)
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


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_targets)
def month_review(request: HttpRequest, year: str, number: str) -> HttpResponse:
    """The office approves what was handed in, row by row or all without a doubt, or sends it back with a reason."""
    user, on = access.signed_in(request), month_asked(year, number)
    sheet = month_of(user, on)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            with once(request) as outcome:
                answer = _review(request.POST, sheet, form, user)
                outcome.led_to = request.path if answer else ""
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            if answer:
                messages.success(request, answer)
                return redirect(request.get_full_path())
    question, page = _asked(request, sheet.waiting, user)
    requests = Reopening.objects.waiting().filter(month=on).select_related("organisation", "requested_by")
    context = {
        "sheet": sheet,
        "question": question,
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "clean": sum(not row.doubts for row in sheet.waiting),
        "form": form,
        "requests": Paginator(requests, MOST_REQUESTS).get_page(1),
        "decision": ReopeningDecisionForm(),
    }
    return render(request, "projects/month_review.html", context, status=422 if form.errors else 200)


type Row = tuple[SheetRow, ReportRowForm]


def _asked(
    request: HttpRequest, rows: list[SheetRow], user: User
) -> tuple[MonthQuestionForm, Page[SheetRow]]:
    """The question of the address and the page of rows that answers it; a faulty question narrows nothing."""
    question = MonthQuestionForm(request.GET)
    asked = RowsAsked()
    if question.is_valid():
        asked = RowsAsked(question.cleaned_data["q"], question.cleaned_data["rows"], question.chosen)
    return question, month_page(rows, access.writable_projects(user), asked, request.GET.get("page"))


def _sent(rows: Iterable[SheetRow], data: QueryDict) -> list[Row]:
    """The rows that were sent, on whatever page they stand, each with its bound form."""
    prefixes = {name.partition("-")[0] for name in data}
    return [(row, _form(row, data)) for row in rows if f"p{row.project.pk}" in prefixes]


def _form(row: SheetRow, data: QueryDict | None = None) -> ReportRowForm:
    report = row.report
    initial = {
        "invested": row.invested,
        "year_to_date": row.year_to_date,
        "unchanged": report.unchanged if report else False,
        "progress": report.progress if report else "",
        "next_step": report.next_step if report else "",
        "needs_coordination": report.needs_coordination if report else "",
        "seen": row.version,
    }
    return ReportRowForm(data, prefix=f"p{row.project.pk}", initial=initial, background=row.background)


def _keep(sent: list[Row], on: date, user: User) -> bool:
    """Write the rows that were sent; all of them, or none when one is faulty."""
    if [form for _, form in sent if not form.is_valid()]:
        return False
    try:
        reporting.write_all([_written(row, form) for row, form in sent], on, by=user)
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


def _written(row: SheetRow, form: ReportRowForm) -> reporting.Written:
    cleaned = form.cleaned_data
    entry = Entry(
        cleaned["invested"],
        cleaned["progress"],
        cleaned["next_step"],
        cleaned["needs_coordination"],
        cleaned["unchanged"],
    )
    seen = reporting.Seen(cleaned["seen"], form.choices, cleaned["shown"])
    return reporting.Written(row.project, entry, row.reopened, seen)


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


def _review(data: QueryDict, sheet: MonthSheet, form: ReviewForm, user: User) -> str:
    """Do what the office asked; the sentence to say, "" when the form is faulty."""
    act, chosen = data.get("act"), set(data.getlist("project"))
    picked = [row for row in sheet.waiting if str(row.project.pk) in chosen]
    if act == APPROVE_CLEAN:
        picked = [row for row in sheet.waiting if not row.doubts]
    if act == DECIDE:
        return _decide(data, user)
    if not picked:
        raise RuleBroken("没有选中待审核的月报。")
    reports = [row.report for row in picked if row.report]
    if not form.is_valid():
        return ""
    cleaned = form.cleaned_data
    if act in (APPROVE, APPROVE_CLEAN):
        return (
            f"已通过 {reporting.approve(reports, by=user, correction=cleaned['correction'])} 个项目的月报。"
        )
    if act == SEND_BACK:
        returned = reporting.send_back(
            reports, reason=cleaned["reason"], by=user, correction=cleaned["correction"]
        )
        return f"已退回 {returned} 个项目的月报。"
    raise RuleBroken("没有选择要做什么。")


def _decide(data: QueryDict, user: User) -> str:
    form = ReopeningDecisionForm(data)
    request = Reopening.objects.waiting().filter(pk=whole_number(data.get("request", "")) or 0).first()
    if request is None or not form.is_valid():
        raise RuleBroken("请选择一个等待审批的申请，并填写有效的日期。")
    decided = reporting.decide_reopening(request, until=form.cleaned_data["until"], by=user)
    return "已同意重开。" if decided.granted else "已答复不同意重开。"


def _show_saved(request: HttpRequest, rows: list[Row], user: User, on: date, *, kept: bool) -> HttpResponse:
    """For a page that saves while one types: the checks of the rows that were sent, and the sums.

    Beside a row that was kept the cells that hold something else now, since somebody else wrote them. The header
    tells the page that it need not remember the rows any longer.
    """
    sent = {row.project.pk: form for row, form in rows}
    sheet = month_of(user, on)
    fresh = [(row, _form(row)) for row in sheet.rows if row.project.pk in sent]
    shown = [
        (row, form, _moved(sent[row.project.pk], form)) if kept else (row, sent[row.project.pk], [])
        for row, form in fresh
    ]
    context = {"sheet": sheet, "rows": shown, "saved": kept}
    response = render(request, "projects/month.html#saved", context)
    if kept:
        response["X-Kept"] = "1"
    return response


def _moved(sent: ReportRowForm, now: ReportRowForm) -> list[BoundField]:
    """The cells of a row that hold something else than was sent; the amounts and “no change” go together."""
    typed, stands = sent.cleaned_data, now.initial
    names = {name for name in CELLS if typed[name] != stands[name]}
    if typed["unchanged"] != stands["unchanged"] or "invested" in names:
        names |= {"invested", "year_to_date", "unchanged"}
    return [now[name] for name in now.fields if name in names]


def _show(request: HttpRequest, sheet: MonthSheet, sent: list[Row], *, status: int = 200) -> HttpResponse:
    """The page that was asked for; rows that were sent show what was typed, those of other pages come first."""
    question, page = _asked(request, sheet.rows, access.signed_in(request))
    typed = {row.project.pk: form for row, form in sent}
    on_page = {row.project.pk for row in page}
    context = {
        "sheet": sheet,
        "question": question,
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "rows": [
            *((row, form) for row, form in sent if row.project.pk not in on_page),
            *((row, typed.get(row.project.pk) or _form(row)) for row in page),
        ],
        "reopening": ReopeningForm(),
        "days_left": (sheet.closes_on - timezone.localdate()).days,
        "before": periods.month_start(sheet.month - timedelta(days=1)),
        "after": _next(sheet.month),
    }
    return render(request, "projects/month.html", context, status=status)


def _next(month: date) -> date | None:
    """The month after, once it has begun."""
    after = periods.month_end(month) + timedelta(days=1)
    return after if after <= timezone.localdate() else None
