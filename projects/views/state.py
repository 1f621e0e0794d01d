"""A project as a whole: paused, terminated, or going on again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import lifecycle
from projects.forms.state import AsideForm, ResumeForm
from projects.models import Project, User
from projects.once import once_or_fault
from projects.vocabulary import SideState


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_state(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    resumes = request.POST.get("act") == "resume"
    sent = _form(project, resumes, request.POST) if request.method == "POST" else None
    if sent is not None and _done(request, sent, project, resumes, user):
        words = "已恢复推进。" if resumes else f"已{SideState(sent.cleaned_data['state']).label}。"
        messages.success(request, words)
        return redirect("project", pk)
    context = {
        "project": project,
        "aside": _offered(project, sent, resumes=False),
        "resume": _offered(project, sent, resumes=True),
    }
    return render(request, "projects/project_state.html", context, status=422 if sent else 200)


def _form(project: Project, resumes: bool, data: Any = None) -> forms.Form:
    today = timezone.localdate()
    if resumes:
        return ResumeForm(data, initial={"on": today}, auto_id="resume_%s")
    paused = project.side_state == SideState.PAUSED
    initial = {"on": today, "state": SideState.TERMINATED if paused else SideState.PAUSED}
    return AsideForm(data, initial=initial, paused=paused, auto_id="aside_%s")


def _offered(project: Project, sent: forms.Form | None, *, resumes: bool) -> forms.Form | None:
    """The form of the act that is possible now, as it was sent if it was; None for the other one."""
    if isinstance(sent, ResumeForm if resumes else AsideForm):
        return sent
    possible = bool(project.side_state) if resumes else project.side_state != SideState.TERMINATED
    return _form(project, resumes) if possible else None


def _done(request: HttpRequest, form: forms.Form, project: Project, resumes: bool, by: User) -> bool:
    """Whether it was carried out; if not, the form says why."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    with once_or_fault(request, form, resolve_url("project", project.pk)):
        if resumes:
            lifecycle.resume(project, on=data["on"], by=by, reason=data["reason"])
        else:
            lifecycle.turn_aside(
                project, data["state"], on=data["on"], cause=data["cause"], by=by, reason=data["note"]
            )
    return not form.errors
