"""One stage of one project: reach, plan, postpone, take back, leave out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import lifecycle
from projects.figures.registry import stage_timeline
from projects.figures.timeline import StageMark
from projects.forms.milestone import PlanForm, PostponeForm, ReachForm, WhyForm, first_day_offered
from projects.models import Milestone, Project, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import Stage

type Run = Callable[[Project, Stage, dict[str, Any], User], Milestone]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be said about a stage: its form, and the action that it calls."""

    code: str
    title: str
    button: str
    form: type[forms.Form]
    run: Run

    def blank(self, mark: StageMark) -> forms.Form:
        today = timezone.localdate()
        offered = first_day_offered(today, mark.step.current_on) if self.code == "reach" else None
        return self.form(initial={"on": offered}, auto_id=f"{self.code}_%s")

    def filled(self, data: Any) -> forms.Form:
        return self.form(data, auto_id=f"{self.code}_%s")


def _reach(project: Project, stage: Stage, said: dict[str, Any], by: User) -> Milestone:
    return lifecycle.reach(
        project, stage, on=said["on"], precision=said["precision"], by=by, reason=said["note"]
    )


def _plan(project: Project, stage: Stage, said: dict[str, Any], by: User) -> Milestone:
    return lifecycle.plan(
        project, stage, on=said["on"], precision=said["precision"], by=by, reason=said["note"]
    )


def _postpone(project: Project, stage: Stage, said: dict[str, Any], by: User) -> Milestone:
    return lifecycle.postpone(
        project,
        stage,
        to=said["on"],
        precision=said["precision"],
        cause=said["cause"],
        by=by,
        reason=said["note"],
    )


def _take_back(project: Project, stage: Stage, said: dict[str, Any], by: User) -> Milestone:
    return lifecycle.take_back(project, stage, by=by, reason=said["reason"])


def _skip(project: Project, stage: Stage, said: dict[str, Any], by: User) -> Milestone:
    return lifecycle.skip(project, stage, by=by, reason=said["reason"])


def _restore(project: Project, stage: Stage, said: dict[str, Any], by: User) -> Milestone:
    return lifecycle.restore(project, stage, by=by, reason=said["reason"])


ACTS = {
    act.code: act
    for act in (
        Act("reach", "登记完成", "登记", ReachForm, _reach),
        Act("postpone", "推迟计划", "推迟", PostponeForm, _postpone),
        Act("plan", "计划日期", "保存计划", PlanForm, _plan),
        Act("skip", "不设此节点", "设为不设", WhyForm, _skip),
        Act("take_back", "撤回登记", "撤回", WhyForm, _take_back),
        Act("restore", "恢复此节点", "恢复", WhyForm, _restore),
    )
}


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_milestone(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    if stage not in Stage.values:
        raise Http404(f"没有“{stage}”这个节点。")
    user = access.signed_in(request)
    subject, chosen = access.writable_project(user, pk), Stage(stage)
    sent: dict[str, forms.Form] = {}
    if request.method == "POST":
        act = _act(request)
        sent[act.code] = act.filled(request.POST)
        if _done(act, sent[act.code], subject, chosen, user):
            messages.success(request, f"{chosen.label}：{act.title}，已保存。")
            return redirect(_destination(request, subject))
    mark = stage_timeline(subject, as_of=timezone.localdate()).marks[chosen]
    offered = [
        (act, sent.get(act.code) or act.blank(mark))
        for act in ACTS.values()
        if act.code in sent or act.code in _open_acts(mark)
    ]
    context = {"project": subject, "mark": mark, "acts": offered, "next": _asked_next(request)}
    return render(request, "projects/project_milestone.html", context, status=422 if sent else 200)


def _act(request: HttpRequest) -> Act:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest("不认识的操作。")
    return act


def _open_acts(mark: StageMark) -> tuple[str, ...]:
    """What may be done with a stage that stands like this; the action judges again."""
    if mark.step.reached_on:
        return ("take_back",)
    if mark.step.skipped:
        return ("restore",)
    return ("reach", "postpone", "plan", "skip") if mark.step.current_on else ("reach", "plan", "skip")


def _done(act: Act, form: forms.Form, project: Project, stage: Stage, by: User) -> bool:
    """Whether the act was carried out; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        act.run(project, stage, form.cleaned_data, by)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return False
    return True


def _asked_next(request: HttpRequest) -> str:
    """The address to go back to, when it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else ""


def _destination(request: HttpRequest, project: Project) -> str:
    return _asked_next(request) or resolve_url("project", project.pk)
