"""The office's review of a month: approve what was handed in, send it back, answer who asks to write again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import reminding, reporting
from projects.figures.reporting import MonthSheet
from projects.figures.review import (
    APPROVED,
    SILENT,
    WAITING,
    ReviewTab,
    approval_without_doubts,
    by_unit,
    last_approval,
    missing_by_unit,
    reminders,
    review_tabs,
)
from projects.forms.report import ReopeningDecisionForm, ReviewForm
from projects.models import Organisation, Reopening, User
from projects.once import once
from projects.questions.months import choices_of_rows, month_asked, month_of, month_rows, next_month
from projects.rules import periods
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.money import MoneyUnit
from projects.rules.typed import whole_number

MOST_REQUESTS = 20
GRANT, REFUSE = "grant", "refuse"
REPORTS = ("approve", "approve_clean", "send_back", "undo", "remind")


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_targets)
def month_review(request: HttpRequest, year: str, number: str) -> HttpResponse:
    """The office approves what was handed in, row by row or all without a doubt, or sends it back with a reason."""
    user, on = access.signed_in(request), month_asked(year, number)
    sheet = month_of(user, on)
    sent = request.POST if request.method == "POST" else None
    act = sent.get("act") if sent else None
    answer = ReopeningDecisionForm(sent) if act in (GRANT, REFUSE) else None
    form = answer or ReviewForm(sent, returns=act == "send_back")
    if sent is not None and (said := _carried_out(request, sheet, form, user)):
        messages.success(request, said)
        return redirect(request.get_full_path())
    context = _shown(request, sheet, user) | {"form": form if answer is None else ReviewForm(None)}
    context["place"] = _place_of_faults(act, context)
    context["decisions"] = decisions = _decisions(on, answer, sent)
    if context["place"] == "dock":  # also on a phone one sees why
        form.fields["reason"].widget.attrs["autofocus"] = True
    if answer is not None and all(each is not answer for _, each in decisions):
        context["lost"] = answer  # its request waits no more
    status = 200 if sent is None else 422
    return render(request, "projects/month_review.html", context, status=status)


def _carried_out(request: HttpRequest, sheet: MonthSheet, form: forms.Form, user: User) -> str:
    """Do what the office asked; the sentence to say, "" when the form says why not."""
    act = request.POST.get("act")
    if act not in (*REPORTS, GRANT, REFUSE):
        raise BadRequest("没有选择要做什么。")
    try:
        with once(request) as outcome:
            answer = _done(act, request.POST, sheet, form, user) if form.is_valid() else ""
            outcome.led_to = request.path if answer else ""
            return answer
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return ""


def _done(act: str, data: QueryDict, sheet: MonthSheet, form: forms.Form, user: User) -> str:
    acts: dict[str, Callable[[], str]] = {
        "approve": lambda: _approve(_picked(data, sheet.waiting), form, user),
        "approve_clean": lambda: _approve_clean(data, sheet, form, user),
        "send_back": lambda: _send_back(data, sheet, form, user),
        "undo": lambda: _undo(data, sheet, form, user),
        "remind": lambda: _remind(sheet, user),
    }
    return acts[act]() if act in acts else _decide(act, data, form, user)


def _picked(data: QueryDict, rows: list[Any]) -> list[Any]:
    chosen = set(data.getlist("project"))
    reports = [row.report for row in rows if row.report and str(row.project.pk) in chosen]
    if not reports:
        raise RuleBroken("没有选中月报，请先勾选。")
    return reports


def _approve(reports: list[Any], form: forms.Form, user: User) -> str:
    count = reporting.approve(reports, by=user, correction=form.cleaned_data["correction"])
    return f"已通过 {count} 个项目的月报。"


def _approve_clean(data: QueryDict, sheet: MonthSheet, form: forms.Form, user: User) -> str:
    """All without a doubt, as they were shown."""
    shown = approval_without_doubts(sheet)
    if data.get("key") != shown.key:
        raise Overtaken("待审核的月报刚刚有变化，请核对下面的数字后再通过。")
    return _approve([row.report for row in shown.rows], form, user)


def _send_back(data: QueryDict, sheet: MonthSheet, form: forms.Form, user: User) -> str:
    """Approved ones as well: in a sealed month that is a correction."""
    handed_in = [*sheet.waiting, *sheet.in_state("approved")]
    cleaned = form.cleaned_data
    returned = reporting.send_back(
        _picked(data, handed_in), reason=cleaned["reason"], by=user, correction=cleaned["correction"]
    )
    return f"已退回 {returned} 个项目的月报。"


def _remind(sheet: MonthSheet, user: User) -> str:
    done = reminding.remind(missing_by_unit(sheet), sheet.month, closes_on=sheet.closes_on, by=user)
    said = f"已催 {len(done.units)} 个单位，通知 {done.people} 人。" if done.units else ""
    if done.already:
        said += f"今天已经催过，没有重复发送：{_names(done.already)}。"
    return said + (f"没有经办账号，无法通知：{_names(done.unheard)}。" if done.unheard else "")


def _names(units: Sequence[Organisation]) -> str:
    return "、".join(map(str, units))


def _undo(data: QueryDict, sheet: MonthSheet, form: forms.Form, user: User) -> str:
    at = _moment(data.get("at", ""))
    count = reporting.take_back_approval(sheet.month, at, by=user, correction=form.cleaned_data["correction"])
    return f"已撤销，{count} 个项目的月报回到待审核。"


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise RuleBroken("不认识这次通过的时间，请刷新页面。")
    return found


def _decide(act: str, data: QueryDict, form: forms.Form, user: User) -> str:
    request = Reopening.objects.waiting().filter(pk=whole_number(data.get("request", "")) or 0).first()
    if request is None:
        raise RuleBroken("这个申请已经处理过，或者不存在：请选择一个等待审批的申请。")
    until, answer = form.cleaned_data["until"], form.cleaned_data["answer"]
    if act == REFUSE:
        reporting.decide_reopening(request, until=None, by=user, reason=answer)
        return f"已答复{request.organisation}：不同意重开。"
    if until is None:
        raise RuleBroken("请填写开放到哪一天。")
    reporting.decide_reopening(request, until=until, by=user, reason=answer)
    return f"已同意{request.organisation}重开。"


def _shown(request: HttpRequest, sheet: MonthSheet, user: User) -> dict[str, object]:
    tabs = review_tabs(sheet)
    tab = _tab(tabs, request.GET.get("state", ""))
    question, page = month_rows(request.GET, tab.rows, user)
    clean = approval_without_doubts(sheet)
    choices = [each for each in choices_of_rows(tab.rows) if each.count or not each.key]
    return {
        "sheet": sheet,
        "unit": MoneyUnit(user.amount_unit),
        "before": periods.month_start(sheet.month - timedelta(days=1)),
        "after": next_month(sheet.month),
        "choices": choices,
        "owing": missing_by_unit(sheet) if tab.key == SILENT else {},
        "reminders": reminders(sheet.month) if tab.key == SILENT else [],
        "groups": by_unit(page, sheet),
        "is_grouped": not question["sort"].value(),
        "tabs": tabs,
        "tab": tab,
        "question": question,
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "clean": clean,
        "previews": bool(clean.rows)
        and ("clean" in request.GET or request.POST.get("act") == "approve_clean"),
        "undoable": last_approval(sheet.month, user, since=timezone.now() - reporting.UNDO_FOR),
        "chosen": {number for value in request.POST.getlist("project") if (number := whole_number(value))},
    }


def _place_of_faults(act: str | None, context: dict[str, Any]) -> str:
    """Where one looks after pressing the button: beside the preview, beside the buttons below the rows, else on top."""
    if act == "approve_clean":
        return "preview" if context["previews"] else "top"
    has_dock = context["tab"].rows and context["tab"].key in (WAITING, APPROVED)
    return "dock" if act in ("approve", "send_back") and has_dock else "top"


def _tab(tabs: list[ReviewTab], key: str) -> ReviewTab:
    found = next((tab for tab in tabs if tab.key == key), None)
    if found is None:
        raise BadRequest("没有这一类月报。")
    return found


def _decisions(on: Any, answered: ReopeningDecisionForm | None, sent: QueryDict | None) -> Any:
    """A page of the requests, each with its form; the one that was answered shows what was typed and why not."""
    requests = Reopening.objects.waiting().filter(month=on).select_related("organisation", "requested_by")
    page: Any = Paginator(requests, MOST_REQUESTS).get_page(1)
    asked = whole_number(sent.get("request", "")) if sent else None
    page.object_list = [
        (
            each,
            answered
            if answered is not None and each.pk == asked
            else ReopeningDecisionForm(None, key=each.pk),
        )
        for each in page.object_list
    ]
    return page
