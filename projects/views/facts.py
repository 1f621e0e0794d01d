"""One fact of a project, shown, and changed in its place."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from projects import access
from projects.actions import registry
from projects.figures.project_facts import Fact
from projects.figures.registry import project_sheet
from projects.forms.fact import ALONE, FactDossier
from projects.forms.project import ProjectForm
from projects.models import Project, User
from projects.once import once
from projects.rules.broken import Overtaken, RuleBroken

BUSY = "很多人正在修改这个项目，请稍后再保存。"


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@access.allowed(access.reads_figures)
def project_fact(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The form of the fact in its place (a page of its own without htmx); `shown`: the fact as it stands."""
    user = access.signed_in(request)
    subject = access.writable_project(user, pk)
    if name not in ALONE:
        raise Http404("没有这个可以单独修改的字段。")
    if request.method != "POST":
        return _shown(request, subject, name) if "shown" in request.GET else _form(request, subject, name)
    dossier = FactDossier(request.POST, subject, name)
    if not _kept(request, dossier, subject, user):
        return _form(request, subject, name, dossier)
    if request.htmx:  # type: ignore[attr-defined]  # from the middleware
        return _shown(request, access.writable_project(user, pk), name)
    messages.success(request, "已保存。")
    return redirect("project", pk)


def _kept(request: HttpRequest, dossier: FactDossier, subject: Project, user: User) -> bool:
    """Write the fact; False where the form, or what somebody else wrote of the same fact, says why not."""
    form = dossier.form
    if dossier.conflict or not form.is_valid():
        return False
    try:
        with once(request, resolve_url("project", subject.pk)):
            registry.amend_fact(
                subject, str(form.fact.label), version=dossier.current, by=user, reason=form.why
            )
    except RuleBroken as broken:
        form.add_error(None, BUSY if isinstance(broken, Overtaken) else str(broken))
        return False
    return True


def _form(
    request: HttpRequest, subject: Project, name: str, dossier: FactDossier | None = None
) -> HttpResponse:
    """htmx swaps in only what comes with 200."""
    is_part = bool(request.htmx)  # type: ignore[attr-defined]  # from the middleware
    status = 200 if dossier is None or is_part else 409 if dossier.conflict else 422
    context = {"project": subject, "dossier": dossier or FactDossier(None, subject, name), "is_part": is_part}
    template = "projects/project_fact.html" + ("#form" if is_part else "")
    return render(request, template, context, status=status)


def _shown(request: HttpRequest, subject: Project, name: str) -> HttpResponse:
    sheet = project_sheet(subject, as_of=timezone.localdate())
    fact = next((fact for fact in (*sheet.facts, *sheet.texts) if fact.field == name), None)
    context = {"project": subject, "fact": fact or _emptied(subject, name), "whole": fact in sheet.texts}
    return render(request, "projects/project_fact.html#fact", context)


def _emptied(subject: Project, name: str) -> Fact:
    """A fact that the page leaves out while it is empty."""
    return Fact(str(ProjectForm.base_fields[name].label), str(getattr(subject, name) or ""), field=name)
