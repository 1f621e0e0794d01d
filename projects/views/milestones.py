"""One stage of one project: reach, plan, postpone, take back, leave out."""

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from projects import access
from projects.actions.inquiries import ask_reason
from projects.figures.evidence import gallery
from projects.figures.history import stage_conflict
from projects.figures.inquiries import asked_of
from projects.figures.open_milestones import Asked
from projects.figures.registry import stage_timeline
from projects.figures.timeline import StageMark
from projects.forms.evidence import EvidenceForm
from projects.models import Project
from projects.once import once
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.merge import Conflict
from projects.stage_acts import ACTS, Act
from projects.views.acts import perform, version_of
from projects.vocabulary import Stage


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_milestone(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    user, chosen = access.signed_in(request), _stage(stage)
    subject = access.writable_project(user, pk)
    sent: dict[str, forms.Form] = {}
    conflict: Conflict | None = None
    if request.method == "POST":
        act, version = _act(request), version_of(request.POST)
        form = sent[act.code] = act.filled(request.POST, request.FILES, user)
        try:
            if perform(request, act, form, subject, chosen, led_to=_destination(request, subject)):
                messages.success(request, f"{chosen.label}：{act.title}，已保存。")
                return redirect(_destination(request, subject))
        except Overtaken:
            conflict = stage_conflict(
                subject, chosen, base_version=version, mine=act.words(form.cleaned_data)
            )
    mark = stage_timeline(subject, as_of=timezone.localdate()).marks[chosen]
    offered = [
        (act, sent.get(act.code) or act.blank(mark, user))
        for act in ACTS.values()
        if act.code in sent or act.code in _open_acts(mark)
    ]
    context = {
        "project": subject,
        "mark": mark,
        "asked": _asked(mark),
        "albums": [album for album in gallery(subject) if album.stage == chosen],
        "upload": EvidenceForm(auto_id="upload_%s"),
        "acts": offered,
        "conflict": conflict,
        "version": mark.version if conflict or not sent else version_of(request.POST),
        "next": next_address(request),
    }
    status = 409 if conflict else 422 if sent else 200
    return render(request, "projects/project_milestone.html", context, status=status)


@require_POST
@access.allowed(access.asks_reasons)
def project_milestone_ask(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Ask the unit why the stage is late; whoever may read the project may see who asked."""
    user, chosen = access.signed_in(request), _stage(stage)
    subject = access.readable_project(user, pk)
    led_to = _destination(request, subject)
    try:
        with once(request, led_to):
            ask_reason(subject, chosen, by=user)
    except RuleBroken as broken:
        messages.warning(request, f"没有询问：{broken}")
    else:
        messages.success(request, f"已请{subject.organisation}说明“{subject}”{chosen.label}为什么晚。")
    return redirect(led_to)


def _asked(mark: StageMark) -> Asked | None:
    """Who asked why the stage is late."""
    if mark.milestone is None or not mark.days_late:
        return None
    return asked_of([mark.milestone.pk]).get(mark.milestone.pk)


def _stage(code: str) -> Stage:
    if code not in Stage.values:
        raise Http404(f"没有“{code}”这个节点。")
    return Stage(code)


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
    if not mark.step.current_on:
        return ("reach", "plan", "skip")
    return ("reach", "postpone", *(("explain",) if mark.days_late else ()), "plan", "skip")


def next_address(request: HttpRequest) -> str:
    """The address to go back to, when it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else ""


def _destination(request: HttpRequest, project: Project) -> str:
    return next_address(request) or resolve_url("project", project.pk)
