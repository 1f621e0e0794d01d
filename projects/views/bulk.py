"""Many projects at once: choose what, see what would change, carry it out, take it back."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions.batches import running
from projects.actions.batches.acts import Assign, BatchableAct, Enlist, Move
from projects.figures.batches import Chosen, batch_sheet, chosen
from projects.forms.bulk import AssignForm, ChosenForm, EnlistForm, MoveForm
from projects.models import Batch, Project, User
from projects.once import once
from projects.questions.lists import projects_question
from projects.rules.broken import RuleBroken
from projects.vocabulary import BatchAct, Stage

RECENT = 10
UNKNOWN_ACT = "不认识的操作。"
NONE_CHOSEN = "没有选择项目，请在项目清单里勾选。"
GONE = "有 {} 个项目已不存在或您看不到，请回到项目清单重新选择。"
TOO_MANY = f"一次最多处理 {running.MOST} 个项目，请加条件缩小范围。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def project_bulk(request: HttpRequest) -> HttpResponse:
    """GET `?pk=&pk=`, or `?all=1` with the conditions of the list; POST what to do with the projects shown."""
    user, today = access.signed_in(request), timezone.localdate()
    sent = request.POST if request.method == "POST" else None
    if sent is not None and sent.get("act") not in BatchAct.values:
        raise BadRequest(UNKNOWN_ACT)
    try:
        projects = _asked(request, user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("projects")
    picked = chosen(projects, as_of=today)
    offered = _forms(sent, picked, user, today)
    for form in offered.values():
        if form.is_bound and (batch := _previewed(request, form, projects, user)):
            return redirect("project_batch", batch.pk)
    context = {
        "picked": picked,
        "chosen": ChosenForm(initial={"projects": [project.pk for project in projects]}, auto_id=""),
        "offered": offered.items(),
        "recent": Batch.objects.visible_to(user).carried_out()[:RECENT],
    }
    return render(request, "projects/project_bulk.html", context, status=200 if sent is None else 422)


def _asked(request: HttpRequest, user: User) -> list[Project]:
    """The projects asked for, with `may_write`, in the order shown; RuleBroken when they cannot be had."""
    if request.method == "POST":
        return _picked(request.POST.get("projects", ""), user)
    if request.GET.get("all"):
        return _matching(request, user)
    ticked = ",".join(request.GET.getlist("pk"))
    return _picked(ticked, user) if ticked else []


def _picked(numbers: str, user: User) -> list[Project]:
    form = ChosenForm({"projects": numbers})
    if not form.is_valid():
        raise RuleBroken(NONE_CHOSEN)
    pks = form.cleaned_data["projects"]
    if len(pks) > running.MOST:
        raise RuleBroken(TOO_MANY)
    found = Project.objects.visible_to(user).marked(access.writable_projects(user)).facts().in_bulk(pks)
    if len(found) < len(pks):
        raise RuleBroken(GONE.format(len(pks) - len(found)))
    return [found[pk] for pk in pks]


def _matching(request: HttpRequest, user: User) -> list[Project]:
    question = projects_question(request.GET, user)
    if not question.is_valid():
        raise RuleBroken("条件有误，没有选中项目。")
    found = question.qs.marked(access.writable_projects(user)).facts()
    projects = list(found[: running.MOST + 1])
    if len(projects) > running.MOST:
        raise RuleBroken(TOO_MANY)
    return projects


def _forms(sent: Any, picked: Chosen, user: User, today: date) -> dict[BatchAct, forms.BaseForm]:
    """A form for each act; only the one that was sent is bound."""

    def data_of(act: BatchAct) -> dict[str, Any]:
        return {"data": sent if sent is not None and sent["act"] == act else None, "auto_id": f"{act}_%s"}

    stage = picked.likely_stage or Stage.STARTED
    return {
        BatchAct.MOVE: MoveForm(
            **data_of(BatchAct.MOVE),
            count=len(picked.lines),
            today=today,
            initial={"stage": stage, "on": today},
        ),
        BatchAct.ASSIGN: AssignForm(
            **data_of(BatchAct.ASSIGN), organisations=access.assignable_organisations(user)
        ),
        BatchAct.ENLIST: EnlistForm(**data_of(BatchAct.ENLIST), initial={"year": today.year}),
    }


def _previewed(
    request: HttpRequest, form: forms.BaseForm, projects: list[Project], user: User
) -> Batch | None:
    """The preview; None when there is none, and the form says why."""
    if not form.is_valid():
        return None
    writable, reason = access.writable_projects(user), form.cleaned_data["reason"]
    try:
        with once(request) as outcome:
            batch = running.preview(_act(form), projects, writable=writable, by=user, reason=reason)
            outcome.led_to = resolve_url("project_batch", batch.pk)
            return batch
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None


def _act(form: forms.BaseForm) -> BatchableAct:
    """What a form says, as an action takes it."""
    data = form.cleaned_data
    match form:
        case MoveForm():
            return Move(data["stage"], form.periods)
        case AssignForm():
            return Assign(form.values, data["handed_on"] or timezone.localdate())
    return Enlist(data["year"], data["level"], data["category"], data["listed_on"])


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def project_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: what it would change, and the button for it; afterwards what it did, and the way back."""
    user = access.signed_in(request)
    batch = get_object_or_404(Batch.objects.visible_to(user).select_related("created_by", "undone_by"), pk=pk)
    if request.method == "POST":
        try:
            with once(request, resolve_url("project_batch", batch.pk)):
                done = _done(request.POST, batch, user)
            messages.success(request, done)
        except RuleBroken as broken:
            messages.error(request, str(broken))
        return redirect("project_batch", batch.pk)
    return render(request, "projects/project_batch.html", {"sheet": batch_sheet(batch)})


def _done(data: Any, batch: Batch, user: User) -> str:
    """Do what the button says, and word what was done."""
    writable = access.writable_projects(user)
    match data.get("act"):
        case "apply_all":
            done = running.apply_all(batch, writable=writable, by=user)
            return f"已修改 {done.changed} 个项目。"
        case "apply_good":
            done = running.apply_good(batch, writable=writable, by=user)
            return f"已修改 {done.changed} 个项目，其余没有改动。"
        case "undo":
            units = access.assignable_organisations(user).in_bulk()
            reason = data.get("reason", "")
            done = running.undo(batch, writable=writable, units=units, by=user, reason=reason)
            return f"已撤销，{done.changed} 个项目恢复原状。"
    raise BadRequest(UNKNOWN_ACT)
