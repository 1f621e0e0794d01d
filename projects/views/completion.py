"""The leaders' page: completion against target."""

from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.attention import attention, due_milestones
from projects.figures.completion.lines import CompletionPage, RowLine
from projects.figures.completion.page import completion_page, ranking
from projects.figures.completion.published import Stated, newest_published
from projects.figures.corrected import since_seal
from projects.figures.scope import Scope
from projects.forms.questions import BY_INDUSTRY, Asked, CompletionQuestion
from projects.models import Industry, Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.vocabulary import Indicator

MOST_DUE = 10
MOST_LISTED = 50
MOST_SKIMMED = 20
LEAST_RANKED = 3
"""Units with fewer projects are listed and not ranked: one project would decide."""


def question_of(data: QueryDict, user: User, organisations: list[Organisation]) -> CompletionQuestion:
    """The question with the units that the reader may ask about."""
    return CompletionQuestion(
        data,
        readable=access.readable_among(user, organisations),
        reach=user.reach,
        today=timezone.localdate(),
    )


def scope_of(
    question: CompletionQuestion, user: User, organisations: list[Organisation]
) -> tuple[Scope, Stated]:
    """The reader's scope, and what bulletins state of it, which may set its day."""
    asked = question.asked
    sealed = (asked.level, asked.known_at)
    today = timezone.localdate()  # a bulletin of a day that is to come does not set everybody's day
    stated = newest_published(asked.year, asked.whose, by=asked.as_of, today=today, sealed=sealed)
    as_of = asked.as_of or stated.day or _last_day(asked.year)
    projects = Project.objects.visible_to(user)
    if asked.town:
        projects = projects.located_in(asked.town)
    if asked.industry:
        projects = projects.of_industry(asked.industry)
    scope = Scope(
        projects,
        as_of.year,
        as_of,
        asked.level,
        asked.organisation,
        asked.known_at,
        organisations,
        reach=question.reach,
    )
    return scope, _comparable(stated, asked)


def _comparable(stated: Stated, asked: Asked) -> Stated:
    """Bulletins know units only, and speak of what was known when they were made."""
    if asked.town or asked.industry:
        return Stated(stated.day)
    return replace(stated, figures=()) if asked.known_at else stated


def page_of(question: CompletionQuestion, scope: Scope, stated: Stated) -> CompletionPage:
    return completion_page(scope, stated.figures, rows=_industries(question.asked))


def rows_of(question: CompletionQuestion, page: CompletionPage) -> list[RowLine]:
    """The rows of the page in the order asked for."""
    asked = question.asked
    return ranking(page, by=asked.rank_by, least=LEAST_RANKED, names=_industries(asked))


def _industries(asked: Asked) -> dict[int, str] | None:
    """Names of the rows by industry; None: the rows are units."""
    return dict(Industry.objects.values_list("pk", "name")) if asked.by == BY_INDUSTRY else None


@require_safe
@access.allowed(access.reads_figures)
def completion(request: HttpRequest) -> HttpResponse:
    user, organisations = access.signed_in(request), list(Organisation.objects.all())
    question = question_of(request.GET, user, organisations)
    if not question.is_valid():
        return render(
            request,
            "projects/completion.html",
            {"controls": question, "more": "more" in request.GET},
            status=400,
        )
    scope, stated = scope_of(question, user, organisations)
    page = page_of(question, scope, stated)
    late, ahead = due_milestones(scope, most=MOST_DUE, rules=page.rules)
    asked = question.asked
    controls = question.shown(scope.year, scope.as_of)
    context = {
        "controls": controls,
        "kept": controls.kept,
        "more": "more" in request.GET,
        "asked": asked,
        "page": page,
        "silent": page.silent if len(page.rows) > 1 else [],
        "ranked_by": Indicator(asked.rank_by).label,
        "least": LEAST_RANKED,
        "rows": rows_of(question, page),
        "late": late,
        "ahead": ahead,
        "since": since_seal(page.lines, stated.sealed),
    }
    return render(request, "projects/completion.html", context)


@require_safe
@access.allowed(access.reads_figures)
def completion_attention(request: HttpRequest) -> HttpResponse:
    """What is late, what stands still, what was changed since the last seal."""
    user, organisations = access.signed_in(request), list(Organisation.objects.all())
    question = question_of(request.GET, user, organisations)
    if not question.is_valid():
        return render(request, "projects/completion_attention.html", {"controls": question}, status=400)
    scope, stated = scope_of(question, user, organisations)
    page = page_of(question, scope, stated)
    controls = question.shown(scope.year, scope.as_of)
    context = {
        "controls": controls,
        "kept": controls.kept,
        "scope": scope,
        "page": page,
        "coverage": page.coverage,
        "since": since_seal(page.lines, stated.sealed),
        "attention": attention(scope, most=MOST_LISTED, few=MOST_SKIMMED, rules=page.rules),
        "most": MOST_LISTED,
        "few": MOST_SKIMMED,
    }
    return render(request, "projects/completion_attention.html", context)


@require_safe
@access.allowed(access.reads_figures)
def completion_screen(request: HttpRequest) -> HttpResponse:
    """The same figures in large type for the meeting room; it refreshes by itself and steps through the units."""
    user, organisations = access.signed_in(request), list(Organisation.objects.all())
    question = question_of(request.GET, user, organisations)
    if not question.is_valid():
        return render(request, "projects/completion.html", {"controls": question}, status=400)
    scope, stated = scope_of(question, user, organisations)
    page = page_of(question, scope, stated)
    before, after = beside(question, scope)
    context = {"page": page, "before": before, "after": after, "asked": question.asked}
    return render(request, "projects/completion_screen.html", context)


def beside(question: CompletionQuestion, scope: Scope) -> tuple[int | None, int | None]:
    """The units before and after the one shown, in the order of the choices; None stands for the whole."""
    units: list[int | None] = [unit.pk for unit in question.offered]
    ring = [None, *units] if question.reach == DISTRICT else units
    here = ring.index(scope.organisation.pk if scope.organisation else None)
    return ring[here - 1], ring[(here + 1) % len(ring)]


def _last_day(year: int | None) -> date:
    today = timezone.localdate()
    return today if year is None or year == today.year else date(year, 12, 31)
