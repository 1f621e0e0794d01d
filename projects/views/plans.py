"""All plans of a project's stages on one form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from projects import access
from projects.actions.planning import PlansOvertaken, PlansRefused, set_plans
from projects.figures.history import stage_conflict
from projects.figures.registry import stage_timeline
from projects.figures.timeline import Timeline
from projects.forms.plans import PlansForm, with_versions
from projects.models import Project
from projects.once import once
from projects.rules.merge import Conflict
from projects.rules.periods import wording
from projects.rules.plans import effects_of, faults_by_stage
from projects.vocabulary import Stage


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_plans(request: HttpRequest, pk: int) -> HttpResponse:
    """Write every plan that was changed, or none: what others wrote meanwhile is shown beside it first."""
    user = access.signed_in(request)
    subject = access.writable_project(user, pk)
    timeline = stage_timeline(subject, as_of=timezone.localdate())
    sent = request.POST if request.method == "POST" else None
    form = _form(timeline, subject, sent)
    conflicts: list[tuple[Stage, Conflict]] = []
    if sent is not None and form.is_valid():
        try:
            with once(request, resolve_url("project", pk)):
                written = set_plans(subject, form.typed, by=user)
        except PlansOvertaken as overtaken:
            conflicts = [(stage, _conflict(subject, form, stage)) for stage in overtaken.stages]
            timeline = stage_timeline(subject, as_of=timezone.localdate())
            newer = with_versions(sent, _versions(timeline), overtaken.stages)
            form = _form(timeline, subject, newer)
        except PlansRefused as refused:
            for stage, fault in refused.faults.items():
                form.add_error(f"on_{stage}", fault)
        else:
            said = f"已保存 {len(written)} 个节点的计划。" if written else "没有改动，未写入记录。"
            messages.success(request, said)
            return redirect("project", pk)
    rows = [(row, timeline.marks[row.step.stage]) for row in form.rows]
    context = {"project": subject, "form": form, "conflicts": conflicts, "plan_rows": rows}
    status = 200 if sent is None else 409 if conflicts else 422
    return render(request, "projects/project_plans.html", context, status=status)


@require_POST
@access.allowed(access.reads_figures)
def project_plans_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What saving the plans as they are typed would do, or why it would be refused; writes nothing."""
    subject = access.writable_project(access.signed_in(request), pk)
    timeline = stage_timeline(subject, as_of=timezone.localdate())
    form = _form(timeline, subject, request.POST)
    form.is_valid()
    effects = effects_of(form.steps.values(), form.typed)
    after = {**form.steps, **{effect.stage: effect.after for effect in effects}}
    for stage, fault in faults_by_stage(after.values(), {effect.stage for effect in effects}).items():
        form.add_error(f"on_{stage}", fault)
    made = {effect.stage: effect for effect in effects}
    rows = [(row, timeline.marks[row.step.stage], made.get(row.step.stage)) for row in form.rows if row.on]
    context = {"form": form, "previewed": rows, "effects": effects}
    return render(request, "projects/project_plans.html#preview", context)


def _form(timeline: Timeline, project: Project, sent: object) -> PlansForm:
    steps = {mark.stage: mark.step for mark in timeline.records}
    return PlansForm(sent, project, steps, _versions(timeline))  # type: ignore[arg-type]


def _versions(timeline: Timeline) -> dict[Stage, int]:
    return {mark.stage: mark.version for mark in timeline.records if mark.version is not None}


def _conflict(project: Project, form: PlansForm, stage: Stage) -> Conflict:
    """What others wrote of the stage, beside what I would write."""
    mine = next(change for change in form.typed if change.stage == stage)
    words = {"current_on": wording(mine.on, mine.precision)}
    if mine.cause is not None:
        words |= {"reason": mine.cause.label, "reason_note": mine.note}
    return stage_conflict(project, stage, base_version=mine.version, mine=words)
