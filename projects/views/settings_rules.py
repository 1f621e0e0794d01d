"""Two rules of the office, each with what a change would do before it is kept, and its history."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions.district import set_reporting_window
from projects.actions.stage_rules import set_stage_rules
from projects.figures import settings_rules as figures
from projects.forms.settings_rules import ReportingWindowForm, StageRulesForm
from projects.models import Project, User
from projects.models.district import forget_district, report_days_after
from projects.once import once_or_fault
from projects.rules.lifecycle import CHAIN


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_targets)
def reporting_window(request: HttpRequest) -> HttpResponse:
    """A form that was sent without `confirmed` is a question: the page says what it would do."""
    user, now = access.signed_in(request), report_days_after()
    form = ReportingWindowForm(
        request.POST if request.method == "POST" else None, initial={"days_after": now}
    )
    context = {
        "form": form,
        "now": figures.days_in_words(now),
        "entries": figures.window_history(settings.REPORT_DAYS_AFTER),
    }
    if form.is_bound and form.is_valid():
        then = form.cleaned_data["days_after"]
        if request.POST.get("confirmed") and _window_kept(request, form, user):
            return redirect("reporting_window")
        context["then"] = figures.days_in_words(then)
        context["months"] = figures.months_moved(
            Project.objects.all(), today=timezone.localdate(), now=now, then=then
        )
    return render(request, "projects/reporting_window.html", context, status=422 if form.errors else 200)


def _window_kept(request: HttpRequest, form: ReportingWindowForm, by: User) -> bool:
    """Whether it was kept; if not, the form says why."""
    with once_or_fault(request, form, resolve_url("reporting_window")):
        set_reporting_window(form.cleaned_data["days_after"], by=by, reason=form.cleaned_data["reason"])
    if form.errors:
        return False
    forget_district()
    messages.success(request, "月报截止日已保存。")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_targets)
def stage_rules(request: HttpRequest) -> HttpResponse:
    """As `reporting_window`, for the stages that ask for evidence."""
    today, user = timezone.localdate(), access.signed_in(request)
    lines = figures.stage_lines(today)
    asking = [line.stage for line in lines if line.asks]
    form = StageRulesForm(request.POST if request.method == "POST" else None, initial={"proven": asking})
    context = {"form": form, "lines": lines, "year": today.year, "chain": CHAIN}
    if form.is_bound and form.is_valid():
        if request.POST.get("confirmed") and _stages_kept(request, form, user):
            return redirect("stage_rules")
        context["changed"] = figures.stages_changed(lines, form.cleaned_data["proven"])
    context["entries"] = figures.stage_history()
    return render(request, "projects/stage_rules.html", context, status=422 if form.errors else 200)


def _stages_kept(request: HttpRequest, form: StageRulesForm, by: User) -> bool:
    """Whether it was kept; if not, the form says why."""
    with once_or_fault(request, form, resolve_url("stage_rules")):
        set_stage_rules(form.cleaned_data["proven"], by=by, reason=form.cleaned_data["reason"])
    if form.errors:
        return False
    messages.success(request, "节点的佐证要求已保存。")
    return True
