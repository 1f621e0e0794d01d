"""The opening balance of a project's year: recorded, corrected, taken back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import openings
from projects.forms.opening import OpeningForm, WithdrawOpeningForm
from projects.models import MonthlyReport, Project, User
from projects.once import once
from projects.questions.months import month_named
from projects.rules.broken import RuleBroken

SET, WITHDRAW = "set", "withdraw"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """`month` of the address: up to which month; an opening balance of its year is shown for correction."""
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    month = month_named(request.GET.get("month", ""))
    stored = openings.opening_of(project, month.year)
    sent = request.POST if request.method == "POST" else None
    act = sent.get("act", "") if sent is not None else ""
    if sent is not None and act not in (SET, WITHDRAW):
        raise BadRequest("不认识的操作。")
    initial: dict[str, object] = {"month": stored.month if stored else month}
    if stored is not None:
        initial |= {"amount": stored.opening, "accepted": stored.accepted}
    form = OpeningForm(
        sent if act == SET else None, initial=initial, is_keeper=user.is_keeper, auto_id="set_%s"
    )
    withdraw = WithdrawOpeningForm(
        sent if act == WITHDRAW else None, is_keeper=user.is_keeper, auto_id="withdraw_%s"
    )
    chosen = form if act == SET else withdraw
    if sent is not None and chosen.is_valid() and _done(request, chosen, project, stored, user):
        return redirect("project", pk)
    context = {"project": project, "stored": stored, "form": form, "withdraw": withdraw if stored else None}
    return render(request, "projects/project_opening.html", context, status=200 if sent is None else 422)


def _done(
    request: HttpRequest, form: forms.Form, project: Project, stored: MonthlyReport | None, by: User
) -> bool:
    """Whether it was carried out; if not, the form says why."""
    data = form.cleaned_data
    try:
        with once(request, resolve_url("project", project.pk)):
            if isinstance(form, WithdrawOpeningForm):
                openings.withdraw_opening(project, stored.month.year if stored else 0, **data, by=by)
                messages.success(request, "已撤销期初累计。")
                return True
            report = openings.set_opening(project, by=by, **data)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return False
    waits = "" if by.is_keeper else "，等待项目办审核"
    messages.success(request, f"已登记{report.opening_words}{waits}。")
    return True
