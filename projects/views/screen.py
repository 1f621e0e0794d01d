"""The screen of the meeting room: the figures of the completion page in large type, a page at a time."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.completion.curve import month_curve
from projects.figures.completion.explained import gap_of
from projects.figures.completion.screen import (
    LATE,
    LATE_A_PAGE,
    MOST_LATE,
    RANKED_A_PAGE,
    RANKING,
    UNIT,
    ScreenTour,
    late_cards,
    of_part,
)
from projects.figures.open_milestones import DueMilestone, due_milestones
from projects.forms.screen import ScreenForm
from projects.questions.completion import CompletionAnswer
from projects.vocabulary import Indicator


@require_safe
@access.allowed(access.reads_figures)
def completion_screen(request: HttpRequest) -> HttpResponse:
    """One page of the screen; it is fetched again by itself."""
    user = access.signed_in(request)
    asked = CompletionAnswer(request.GET, user)
    if not asked.question.is_valid():
        return render(request, "projects/completion.html", {"controls": asked.question}, status=400)
    mode, part = ScreenForm(request.GET).asked
    if not mode and request.GET.get("organisation"):
        mode = UNIT  # from the page of a unit
    whole = CompletionAnswer(_whole(request.GET), user) if mode == UNIT else asked
    if not whole.question.is_valid():
        return render(request, "projects/completion.html", {"controls": whole.question}, status=400)
    late = [
        due
        for due in due_milestones(whole.scope, most=MOST_LATE, rules=whole.page.rules)[0]
        if not due.is_unheard
    ]
    unit = asked.scope.organisation.pk if asked.scope.organisation else None
    tour = ScreenTour.at(whole.rows, len(late), mode, part, unit)
    shown = asked if tour.here.mode == UNIT else whole
    context = {
        "page": shown.page,
        "tour": tour,
        "here": tour.here,
        "taken_at": timezone.localtime(),
        "basis": asked.question.asked.basis,
        "may_change_basis": asked.may_change_basis,
        **_shown(shown, tour, late),
    }
    return render(request, "projects/completion_screen.html", context)


def _whole(data: QueryDict) -> QueryDict:
    """The question of the pages before and after those of the units: without the unit that this page shows."""
    found = data.copy()
    found.pop("organisation", None)
    return found


def _shown(asked: CompletionAnswer, tour: ScreenTour, late: list[DueMilestone]) -> dict[str, Any]:
    """What the page of this mode needs besides the figures."""
    here, ranked_by = tour.here, asked.question.asked.rank_by
    if here.mode == RANKING:
        rows = of_part(asked.rows, here.part, RANKED_A_PAGE)
        shown = (
            ranked_by if any(line.indicator == ranked_by for line in asked.page.lines) else Indicator.INVESTED
        )
        return {"rows": [(row, row.line(shown)) for row in rows], "ranked_by": Indicator(shown)}
    if here.mode == LATE:
        return {"cards": late_cards(of_part(late, here.part, LATE_A_PAGE), asked.scope.visible), "late": late}
    gap = gap_of(asked.page)
    line = gap.line if gap else asked.page.lines[0]
    return {"gap": gap, "charted": line, "curve": month_curve(asked.page.scope, line)}
