"""The bulletin of a sealed month as a Word document, by the system's template or by one that the office has changed.

Nothing is written: the template is used for the one answer and not kept, and the document keeps what it came from.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.forms.paper import TemplateForm
from projects.models import Bulletin, Organisation, PaperTemplate, User
from projects.papers.bulletin import BulletinPaper, sealed_paper
from projects.papers.bulletin_template import own_template
from projects.papers.document import DOCX, filled_bulletin
from projects.papers.frozen import part_of
from projects.papers.office_templates import template_content
from projects.rules.broken import RuleBroken
from projects.rules.seals import chain_fault
from projects.vocabulary import PaperKind

ALTERED = "这期封存被改动过，不能生成文件。请管理员运行 verify_seals 核对。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is to download; a template that was sent comes back filled."""
    found, made = _paper(pk, access.signed_in(request))
    sent = request.method == "POST"
    form = TemplateForm(request.POST, request.FILES) if sent else TemplateForm()
    if sent and form.is_valid():
        try:
            return _answer(made, form.cleaned_data["template"].read())
        except RuleBroken as broken:
            form.add_error("template", str(broken))
    context = {"bulletin": found, "form": form, "count": len(made.fields)}
    return render(request, "projects/bulletin_paper.html", context, status=422 if form.errors else 200)


@require_safe
@access.allowed(access.reads_figures)
def paper_file(request: HttpRequest, pk: int) -> HttpResponse:
    made = _paper(pk, access.signed_in(request))[1]
    return _answer(
        made, template_content(PaperKind.BULLETIN, PaperTemplate.objects.in_force(PaperKind.BULLETIN))
    )


@require_safe
@access.allowed(access.reads_figures)
def paper_template(request: HttpRequest) -> HttpResponse:
    """The system's template, to be changed in Word."""
    return _file(own_template(), "通报模板")


def _paper(pk: int, user: User) -> tuple[Bulletin, BulletinPaper]:
    """The reader's part of a sealed month. Http404 for what was not sealed, was altered or cannot be read."""
    found = get_object_or_404(Bulletin.objects.select_related("organisation"), pk=pk)
    if not found.is_sealed:
        raise Http404("只有封存的月份能生成通报。")
    if chain_fault(found.content, found.digest, found.previous_digest, found.previous_digest):
        raise Http404(ALTERED)
    units = None
    if not user.covers_district:
        units = {unit.pk for unit in access.readable_among(user, list(Organisation.objects.all()))}
    made = sealed_paper(found, part_of(units))
    if made is None:
        raise Http404(ALTERED)
    return found, made


def _answer(made: BulletinPaper, template: bytes) -> HttpResponse:
    return _file(filled_bulletin(made, template), f"{made.title}-通报")


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.docx") or "attachment"}
    return HttpResponse(content, content_type=DOCX, headers=headers)
