"""A project is split or merged: see what that would leave, do it, take it back."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import successions
from projects.figures.successions import succession_links, succession_sheet
from projects.forms.succession import MergeForm, SplitForm, UndoSuccessionForm
from projects.models import Project, User
from projects.once import once_or_fault

ACTS = ("split", "merge", "undo")


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def project_succession(request: HttpRequest, pk: int) -> HttpResponse:
    """A form that was sent without `confirmed` is a question: the page says what it would do."""
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    sent = request.POST if request.method == "POST" else None
    act = sent.get("act", "") if sent is not None else ""
    if sent is not None and act not in ACTS:
        raise BadRequest("不认识的操作。")
    offered, asked = _forms(project, act, sent, user), None
    if form := offered.get(act):
        if form.is_valid() and (act == "undo" or request.POST.get("confirmed")):
            if _done(request, form, project, user):
                return redirect("project", pk)
        elif form.is_valid():
            asked = succession_sheet(project, form.cleaned_data["on"])
    context = {
        "project": project,
        "offered": offered,
        "asked": asked,
        "act": act,
        "links": succession_links(project, Project.objects.visible_to(user)),
    }
    status = 200 if sent is None or asked else 422
    return render(request, "projects/project_succession.html", context, status=status)


def _forms(project: Project, act: str, sent: Any, user: User) -> dict[str, forms.Form]:
    """The acts that are possible now; only the one that was sent is bound."""

    def data_of(name: str) -> dict[str, Any]:
        return {"data": sent if act == name else None, "auto_id": f"{name}_%s"}

    if project.ended_on is not None:
        return {"undo": UndoSuccessionForm(**data_of("undo"))}
    initial: dict[str, date] = {"on": timezone.localdate()}
    others = access.writable_projects(user).exclude(pk=project.pk)
    return {
        "split": SplitForm(**data_of("split"), initial=initial),
        "merge": MergeForm(**data_of("merge"), initial=initial, projects=others),
    }


def _done(request: HttpRequest, form: forms.Form, project: Project, by: User) -> bool:
    """Whether it was carried out; if not, the form says why."""
    with once_or_fault(request, form, resolve_url("project", project.pk)):
        messages.success(request, _carried_out(form, project, by))
    return not form.errors


def _carried_out(form: forms.Form, project: Project, by: User) -> str:
    data = form.cleaned_data
    match form:
        case SplitForm():
            parts = [successions.Part(*part) for part in data["parts"]]
            made = successions.split_project(project, parts, on=data["on"], by=by, reason=data["reason"])
            return f"已拆分为 {len(made)} 个项目。"
        case MergeForm():
            return f"已并入{successions.merge_project(project, **data, by=by)}。"
    successions.undo_succession(project, by=by, reason=data["reason"])
    return "已撤销，项目继续计入。"
