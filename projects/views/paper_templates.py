"""The bulletin's Word template: what the office changes, every version of it, and the way back to the system's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import access
from projects.actions.paper_templates import put_in_force
from projects.forms.paper import SystemTemplateForm, TemplateVersionForm
from projects.models import PaperTemplate
from projects.once import once_or_fault
from projects.papers.bulletin_template import template_content
from projects.papers.document import DOCX
from projects.papers.making import try_template
from projects.rules.broken import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def paper_templates(request: HttpRequest) -> HttpResponse:
    """Every version; a template that was sent is filled on trial and put in force."""
    if request.method != "POST":
        return _page(request, TemplateVersionForm(), SystemTemplateForm())
    form = TemplateVersionForm(request.POST, request.FILES)
    if form.is_valid():
        file, now = form.cleaned_data["template"], timezone.localtime()
        content = file.read()
        try:
            try_template(content, as_of=now.date(), known_at=now)
        except RuleBroken as broken:
            form.add_error("template", str(broken))
    if form.is_valid():
        with once_or_fault(request, form, resolve_url("paper_templates")):
            put_in_force(
                content, name=file.name, reason=form.cleaned_data["reason"], by=access.signed_in(request)
            )
    if form.errors:
        return _page(request, form, SystemTemplateForm())
    messages.success(request, "模板已启用，以后生成的通报都用它。")
    return redirect("paper_templates")


@require_POST
@access.allowed(access.keeps_register)
def paper_template_system(request: HttpRequest) -> HttpResponse:
    """Back to the system's own template, as a version of its own."""
    form = SystemTemplateForm(request.POST)
    if form.is_valid():
        with once_or_fault(request, form, resolve_url("paper_templates")):
            put_in_force(
                None, name="", reason=form.cleaned_data["system_reason"], by=access.signed_in(request)
            )
    if form.errors:
        return _page(request, TemplateVersionForm(), form)
    messages.success(request, "已用回系统的模板。")
    return redirect("paper_templates")


def _page(request: HttpRequest, form: TemplateVersionForm, system: SystemTemplateForm) -> HttpResponse:
    versions = PaperTemplate.objects.newest_first()
    context = {"form": form, "system": system, "versions": versions}
    status = 422 if form.errors or system.errors else 200
    return render(request, "projects/paper_templates.html", context, status=status)


@require_safe
@access.allowed(access.keeps_register)
def paper_template_version(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(PaperTemplate, number=number)
    name = f"通报模板-第{found.number}版.docx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(template_content(found), content_type=DOCX, headers=headers)
