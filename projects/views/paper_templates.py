"""The bulletin's Word template and the master of the slides: what the office changes, every version of it, and the way
back to the system's.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import access
from projects.actions.paper_templates import put_in_force
from projects.forms.paper import MasterVersionForm, SystemTemplateForm, TemplateVersionForm
from projects.models import PaperTemplate
from projects.once import once_or_fault
from projects.papers.deck.files import PPTX
from projects.papers.document import DOCX
from projects.papers.making import try_template
from projects.papers.office_templates import template_content
from projects.rules.broken import RuleBroken
from projects.vocabulary import PaperKind


@dataclass(frozen=True, slots=True)
class Kind:
    """What the page says and where it leads. `page`, `system` and `version`: names of addresses; `own`: of the file."""

    kind: PaperKind
    title: str
    noun: str
    form: type[TemplateVersionForm] | type[MasterVersionForm]
    media: str
    ending: str
    page: str
    system: str
    version: str
    own: str


WORD = Kind(
    PaperKind.BULLETIN, "通报模板", "模板", TemplateVersionForm, DOCX, "docx",
    "paper_templates", "paper_template_system", "paper_template_version", "paper_template",
)  # fmt: skip
SLIDES = Kind(
    PaperKind.DECK, "幻灯片母版", "母版", MasterVersionForm, PPTX, "pptx",
    "paper_masters", "paper_master_system", "paper_master_version", "paper_master",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def paper_templates(request: HttpRequest, of: Kind = WORD) -> HttpResponse:
    """Every version; one that was sent is filled on trial and put in force."""
    if request.method != "POST":
        return _page(request, of, of.form(), SystemTemplateForm())
    form = of.form(request.POST, request.FILES)
    if form.is_valid():
        file, now = form.cleaned_data["template"], timezone.localtime()
        content = file.read()
        try:
            try_template(of.kind, content, as_of=now.date(), known_at=now)
        except RuleBroken as broken:
            form.add_error("template", str(broken))
    if form.is_valid():
        with once_or_fault(request, form, resolve_url(of.page)):
            put_in_force(
                content,
                kind=of.kind,
                name=file.name,
                reason=form.cleaned_data["reason"],
                by=access.signed_in(request),
            )
    if form.errors:
        return _page(request, of, form, SystemTemplateForm())
    messages.success(request, f"{of.noun}已启用，以后生成的{of.kind.label.partition('（')[0]}都用它。")
    return redirect(of.page)


@require_POST
@access.allowed(access.keeps_register)
def paper_template_system(request: HttpRequest, of: Kind = WORD) -> HttpResponse:
    """Back to the system's own, as a version of its own."""
    form = SystemTemplateForm(request.POST)
    if form.is_valid():
        with once_or_fault(request, form, resolve_url(of.page)):
            put_in_force(
                None,
                kind=of.kind,
                name="",
                reason=form.cleaned_data["system_reason"],
                by=access.signed_in(request),
            )
    if form.errors:
        return _page(request, of, of.form(), form)
    messages.success(request, f"已用回系统的{of.noun}。")
    return redirect(of.page)


def _page(
    request: HttpRequest, of: Kind, form: TemplateVersionForm | MasterVersionForm, system: SystemTemplateForm
) -> HttpResponse:
    versions = PaperTemplate.objects.newest_first(of.kind)
    context = {"of": of, "form": form, "system": system, "versions": versions}
    status = 422 if form.errors or system.errors else 200
    return render(request, "projects/paper_templates.html", context, status=status)


@require_safe
@access.allowed(access.keeps_register)
def paper_template_version(request: HttpRequest, number: int, of: Kind = WORD) -> HttpResponse:
    found = get_object_or_404(PaperTemplate, kind=of.kind, number=number)
    return _file(of, template_content(of.kind, found), f"{of.title}-第{found.number}版")


@require_safe
@access.allowed(access.keeps_register)
def paper_master(request: HttpRequest) -> HttpResponse:
    """The system's own master, to be changed in PowerPoint."""
    return _file(SLIDES, template_content(PaperKind.DECK, None), SLIDES.title)


def _file(of: Kind, content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.{of.ending}") or "attachment"}
    return HttpResponse(content, content_type=of.media, headers=headers)
