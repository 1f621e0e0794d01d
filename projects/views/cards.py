"""一项目一档 as PDF: the sheet of one project, and the sheets of all that the filters of the list leave."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.cards import project_cards
from projects.models import Project, User
from projects.models.district import current_district
from projects.models.project import ProjectQuerySet
from projects.papers.cards import MOST_CARDS, CardsAsked, cards_pdf
from projects.papers.typesetting import NoChineseFont
from projects.questions.lists import projects_question
from projects.vocabulary import MADE_UP

TOO_MANY = "符合条件的有 {} 个项目，一次最多打 {} 页。请先用条件缩小范围。"
NOBODY = "没有符合条件的项目，没有可打的页。"


@require_safe
@access.allowed(access.reads_figures)
def project_card(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    project = access.readable_project(user, pk)
    chosen = Project.objects.visible_to(user).filter(pk=project.pk)
    return _printed(request, chosen, user, f"一项目一档-{project.name}")


@require_safe
@access.allowed(access.reads_figures)
def cards(request: HttpRequest) -> HttpResponse:
    user = access.signed_in(request)
    question = projects_question(request.GET, user)
    if not question.is_valid():
        return render(request, "projects/projects.html", {"question": question}, status=400)
    count = question.qs.count()
    if not 0 < count <= MOST_CARDS:
        sentence = TOO_MANY.format(count, MOST_CARDS) if count else NOBODY
        return render(request, "400.html", {"sentence": sentence}, status=400)
    return _printed(request, question.qs, user, f"一项目一档-{question.today.isoformat()}")


def _printed(request: HttpRequest, projects: ProjectQuerySet, user: User, name: str) -> HttpResponse:
    """Shown in the browser, which prints it; 503 where the server has no Chinese font."""
    found = project_cards(
        projects,
        problems=access.readable_problems(user),
        as_of=timezone.localdate(),
        most=MOST_CARDS,
    )
    district = current_district()
    asked = CardsAsked(
        head=f"{district.name}{district.product} · 一项目一档",
        printed_at=timezone.localtime(),
        address=request.build_absolute_uri(resolve_url("project", 0)),
        folder=settings.FONTS_DIR,
        mark=MADE_UP if settings.DEMO else "",
    )
    try:
        content = cards_pdf(found, asked)
    except NoChineseFont as missing:
        context = {"title": "打不出 PDF", "sentence": str(missing), "back": request.get_full_path()}
        return render(request, "503.html", context, status=503)
    headers = {"Content-Disposition": content_disposition_header(False, f"{name}.pdf") or "inline"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
