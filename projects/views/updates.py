"""A stage from the list: its small form in the place of the row, the changed row, and the way back.

For htmx; without it the same buttons lead to the page of the stage, which can do all of this.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from projects import access
from projects.actions import lifecycle
from projects.figures.history import stage_conflict
from projects.figures.registry import registry_row, stage_timeline
from projects.filters import asked_year, shown_columns
from projects.models import Milestone, Project
from projects.once import once
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.merge import Conflict
from projects.stage_acts import ACTS, Act
from projects.views.acts import perform, version_of
from projects.vocabulary import Stage

IN_PLACE = frozenset({"reach", "postpone"})
"""What is small enough for a row."""
BESIDE_COLUMNS = 2
"""A row has the name and the buttons besides its columns."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What was done a moment ago, and the version that can be taken back."""

    stage: Stage
    version: int
    words: str


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_update(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    user, chosen = access.signed_in(request), _stage(stage)
    subject = access.writable_project(user, pk)
    if not _htmx(request):
        return redirect("project_milestone", pk, stage)
    prefix = f"p{pk}_"
    if request.method != "POST":
        act = _act(request.GET)
        mark = stage_timeline(subject, as_of=timezone.localdate()).marks[chosen]
        form = act.blank(mark, user, prefix=prefix)
        next(iter(form.fields.values())).widget.attrs["autofocus"] = True
        return _form(request, subject, chosen, act, form, version=mark.version)
    act, version = _act(request.POST), version_of(request.POST)
    form = act.filled(request.POST, request.FILES, user, prefix=prefix)
    try:
        milestone = perform(request, act, form, subject, chosen, led_to=_here(request)[0])
    except Overtaken:
        conflict = stage_conflict(subject, chosen, base_version=version, mine=act.words(form.cleaned_data))
        return _form(request, subject, chosen, act, form, conflict=conflict)
    if milestone is None:
        return _form(request, subject, chosen, act, form, version=version)
    words = f"{chosen.label}已登记" if act.code == "reach" else f"{chosen.label}已推迟"
    return _row(request, subject, undo=Undo(chosen, _version(milestone), words))


@require_POST
@access.allowed(access.reads_figures)
def project_undo(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Take the newest change of a stage back; what somebody else wrote since stays."""
    user, chosen = access.signed_in(request), _stage(stage)
    subject = access.writable_project(user, pk)
    version = version_of(request.POST)
    if version is None:
        raise BadRequest("没有说明要撤销哪一次改动。")
    try:
        with once(request, _here(request)[0] if _htmx(request) else resolve_url("project", pk)):
            lifecycle.undo(subject, chosen, version=version, by=user)
        words = f"{chosen.label}：已撤销"
    except RuleBroken as broken:
        words = f"没有撤销：{broken}"
    if _htmx(request):
        return _row(request, subject, undone=words)
    messages.info(request, words)
    return redirect("project", pk)


@require_safe
@access.allowed(access.reads_figures)
def project_row(request: HttpRequest, pk: int) -> HttpResponse:
    """The row as it stands."""
    subject = access.readable_project(access.signed_in(request), pk)
    return _row(request, subject) if _htmx(request) else redirect("project", pk)


def _row(request: HttpRequest, project: Project, **context: Any) -> HttpResponse:
    """The row as the list shows it that asks: with its columns, its year and its search."""
    here, asked = _here(request)
    user = access.signed_in(request)
    row = registry_row(
        project,
        writable=access.writable_projects(user),
        reader=user,
        as_of=timezone.localdate(),
        year=asked_year(asked),
        asked=asked.get("q", ""),
    )
    context |= {"row": row, "here": here, "columns": _columns(asked)}
    return render(request, "projects/projects.html#row", context)


def _form(
    request: HttpRequest,
    project: Project,
    stage: Stage,
    act: Act,
    form: Any,
    *,
    version: int | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The form in the place of the row; htmx swaps in only what comes with 200."""
    here, asked = _here(request)
    mark = stage_timeline(project, as_of=timezone.localdate()).marks[stage]
    context = {
        "project": project,
        "mark": mark,
        "act": act,
        "form": form,
        "conflict": conflict,
        "version": mark.version if conflict else version,
        "here": here,
        "span": len(_columns(asked)) + BESIDE_COLUMNS,
    }
    return render(request, "projects/projects.html#row_form", context)


def _here(request: HttpRequest) -> tuple[str, QueryDict]:
    """The address of the list that asks, and what it asks."""
    address = _htmx(request).current_url_abs_path or resolve_url("projects")
    return address, QueryDict(urlsplit(address).query)


def _columns(asked: QueryDict) -> tuple[str, ...]:
    """The columns of the list that asks."""
    return shown_columns(asked.getlist("columns"), asked.get("group", ""))


def _htmx(request: HttpRequest) -> HtmxDetails:
    return cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]  # from the middleware


def _stage(stage: str) -> Stage:
    if stage not in Stage.values:
        raise Http404(f"没有“{stage}”这个节点。")
    return Stage(stage)


def _act(data: QueryDict) -> Act:
    code = data.get("act", "")
    if code not in IN_PLACE:
        raise BadRequest("不认识的操作。")
    return ACTS[code]


def _version(milestone: Milestone) -> int:
    number: int = milestone.history.latest("history_id").history_id
    return number
