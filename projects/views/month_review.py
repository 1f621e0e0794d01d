"""The office's review of a month: approve what was handed in, send it back, answer who asks to write again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import reporting
from projects.figures.reporting import MonthSheet
from projects.forms.report import ReopeningDecisionForm, ReviewForm
from projects.models import Reopening, User
from projects.once import once
from projects.questions import month_asked, month_of, month_rows
from projects.rules.broken import RuleBroken
from projects.rules.typed import whole_number

MOST_REQUESTS = 20
APPROVE, APPROVE_CLEAN, SEND_BACK, DECIDE = "approve", "approve_clean", "send_back", "decide"


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
    question, page = month_rows(request.GET, sheet.waiting, user)
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
