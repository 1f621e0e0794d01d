"""The leaders' page: completion against target, with its lists, its screen for meetings, and each number opened."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.attention import attention, grouped_late
from projects.figures.completion.curve import month_curve
from projects.figures.completion.explained import gap_of, units_behind
from projects.figures.completion.named import named_projects
from projects.figures.completion.shortfall import explained_units
from projects.figures.completion.units import UnitTable, chosen_columns, unit_table
from projects.figures.corrected import since_seal, since_this_seal
from projects.figures.decisions import overdue
from projects.figures.open_milestones import due_milestones
from projects.figures.paging import MOST_AT_ONCE, Pages
from projects.forms.questions import LEDGER
from projects.papers.sentences import sentences
from projects.questions.completion import ComparisonAnswer, CompletionAnswer
from projects.rules.completion import LEAST_RANKED
from projects.vocabulary import Indicator

MOST_DUE = 10
MOST_LISTED = 50
MOST_SKIMMED = 20
ROWS_SHOWN = 50
COLUMNS_COOKIE, A_YEAR = "completion_columns", 365 * 24 * 3600
"""Which indicators the table of units shows in this browser, where the address does not say."""
BASES = {"sealed": "封存", "published": "公布", LEDGER: "台账"}
"""What the numbers of a day come from, by `CompletionAnswer.basis`."""
GROUPINGS = (("", "不分组"), ("reason", "按原因"), ("unit", "按单位"), ("person", "按责任人"))
"""Of the late milestones on the attention page: value of the parameter `group`, and its words."""


@require_safe
@access.allowed(access.reads_figures)
def completion(request: HttpRequest) -> HttpResponse:
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(
            request,
            "projects/completion.html",
            {"controls": asked.question, "more": "more" in request.GET},
            status=400,
        )
    scope, page = asked.scope, asked.page
    worst = gap_of(page)
    gap = gap_of(page, request.GET["rank_by"]) if request.GET.get("rank_by") else worst
    units = [unit.organisation for unit in gap.units] if gap else []
    late, ahead = due_milestones(scope, most=MOST_DUE, rules=page.rules, units=units)
    controls = asked.question.shown(scope.year, scope.as_of)
    context = {
        "controls": controls,
        "kept": [*controls.kept, *(("columns", code) for code in request.GET.getlist("columns"))],
        "more": "more" in request.GET,
        "asked": asked.question.asked,
        "page": page,
        "silent": page.silent if len(page.rows) > 1 else [],
        "ranked_by": Indicator(asked.question.asked.rank_by).label,
        "least": LEAST_RANKED,
        "table": _table(asked, request),
        "columns_form": _columns_form(request),
        "named": named_projects(scope) if page.is_sparse and scope.known_at is None else None,
        "worst": worst,
        "gap": gap,
        "behind": units_behind(gap, late, scope.units),
        "late": late[:MOST_DUE],
        "ahead": ahead,
        "since": since_seal(page.lines, asked.stated.sealed),
        "sentences": sentences(page, asked.whose, least=LEAST_RANKED),
        "moved": since_this_seal(page),
        "may_ask": access.asks_reasons(access.signed_in(request)),
        **_basis(asked),
    }
    response = render(request, "projects/completion.html", context)
    _remember_columns(response, request.GET.getlist("columns"))
    return response


def _remember_columns(response: HttpResponse, chosen: Sequence[str]) -> None:
    """The next visit shows the columns that were chosen on this one."""
    if chosen:
        response.set_cookie(
            COLUMNS_COOKIE,
            ".".join(code for code in chosen if code in Indicator),
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _table(asked: CompletionAnswer, request: HttpRequest) -> UnitTable:
    """The table of units with the columns of the address, else those that this browser chose before."""
    chosen = request.GET.getlist("columns") or request.COOKIES.get(COLUMNS_COOKIE, "").split(".")
    return unit_table(
        asked.page,
        asked.rows,
        by=asked.question.asked.rank_by,
        columns=chosen_columns(chosen, asked.page),
        sealed=asked.sealed_before,
        least=LEAST_RANKED,
    )


def _columns_form(request: HttpRequest) -> list[tuple[str, str]]:
    """The parameters of the address that the form of the columns keeps."""
    return [(name, value) for name in request.GET if name != "columns" for value in request.GET.getlist(name)]


@require_safe
@access.allowed(access.reads_figures)
def completion_units(request: HttpRequest) -> HttpResponse:
    """Which projects explain the rate of each unit behind; the completion page fetches it after its first screen."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(request, "projects/completion_units.html", {"question": asked.question}, status=400)
    page, by = asked.headed, asked.question.asked.rank_by
    line = next((line for line in page.lines if line.indicator == by), page.line(Indicator.INVESTED))
    context = {
        "page": page,
        "line": line,
        "units": explained_units(page, line.indicator),
        **_basis(asked),
    }
    template = "projects/completion_units.html"
    return render(request, f"{template}#parts" if request.headers.get("HX-Request") else template, context)


@require_safe
@access.allowed(access.reads_figures)
def completion_attention(request: HttpRequest) -> HttpResponse:
    """What is late, what stands still, what was changed since the last seal."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(request, "projects/completion_attention.html", {"controls": asked.question}, status=400)
    scope, page = asked.scope, asked.page
    controls = asked.question.shown(scope.year, scope.as_of)
    most, few = (MOST_AT_ONCE, MOST_AT_ONCE) if "all" in request.GET else (MOST_LISTED, MOST_SKIMMED)
    found = attention(scope, most=most, few=few, rules=page.rules)
    grouped = request.GET.get("group", "")
    user = access.signed_in(request)
    context = {
        "controls": controls,
        "kept": controls.kept,
        "scope": scope,
        "page": page,
        "coverage": page.coverage,
        "since": since_seal(page.lines, asked.stated.sealed),
        "attention": found,
        "late": grouped_late(found.late, grouped),
        "grouped": grouped,
        "groupings": GROUPINGS,
        "most": most,
        "few": few,
        "is_cut": most == MOST_LISTED and found.is_cut(most, few),
        "may_ask": access.asks_reasons(user),
        "decisions": overdue(access.readable_decisions(user), scope, today=timezone.localdate()),
        **_basis(asked),
    }
    return render(request, "projects/completion_attention.html", context)


def _basis(asked: CompletionAnswer) -> dict[str, object]:
    """The switch between what was published and the ledger."""
    return {"basis": asked.question.asked.basis, "may_change_basis": asked.may_change_basis}


@require_safe
@access.allowed(access.reads_figures)
def completion_compare(request: HttpRequest) -> HttpResponse:
    """Two days side by side: every number, every unit, and the projects behind the change of one number."""
    asked = ComparisonAnswer(request.GET, access.signed_in(request))
    if not asked.is_valid():
        return render(request, "projects/completion_compare.html", {"controls": asked.question}, status=400)
    now, then, explained = asked.now, asked.then, asked.explanation
    controls = asked.question.shown(now.scope.year, now.scope.as_of, against=asked.against)
    moved = Pages(explained.contributions if explained else [], MOST_SKIMMED).get_page(
        request.GET.get("page")
    )
    context = {
        "controls": controls,
        "kept": controls.kept,
        "asked": asked.question.asked,
        "comparison": asked.comparison,
        "number": asked.comparison.number(asked.indicator),
        "explained": explained,
        "moved": moved,
        "numbers": moved.paginator.get_elided_page_range(moved.number),
        "page": now.headed,
        "then": then.scope,
        "bases": [BASES[side.basis] for side in (then, now)],
        "jumps": asked.jumps,
        "basis": asked.question.asked.basis,
        "may_change_basis": now.may_change_basis or then.may_change_basis,
    }
    return render(request, "projects/completion_compare.html", context)


@require_safe
@access.allowed(access.reads_figures)
def completion_figure(request: HttpRequest, indicator: str) -> HttpResponse:
    """One number: formula, target, the projects that it counts and those that it leaves out."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(request, "projects/completion_figure.html", {"question": asked.question}, status=400)
    page, opened = asked.page, asked.opened(indicator)
    counted = Pages(opened.counted, ROWS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "line": opened.line,
        "curve": month_curve(page.scope, opened.line),
        "breakdown": opened,
        "sentences": sentences(page, asked.whose, least=LEAST_RANKED, about=opened.line),
        "may_give": access.gives_decisions(access.signed_in(request)),
        "counted": counted,
        "numbers": counted.paginator.get_elided_page_range(counted.number),
        "possible": Pages(opened.possible, ROWS_SHOWN).get_page(request.GET.get("perhaps")),
        **_basis(asked),
        "left_out": Pages(opened.left_out, ROWS_SHOWN).get_page(request.GET.get("left")),
    }
    return render(request, "projects/completion_figure.html", context)
