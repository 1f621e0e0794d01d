"""The register as of a day and as known at a moment: a list to look back at, and its export."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.past_list import past_page
from projects.questions.completion import RegisterAnswer


@require_safe
@access.allowed(access.reads_figures)
def project_past(request: HttpRequest) -> HttpResponse:
    """Read only: what was is changed nowhere."""
    asked = RegisterAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(request, "projects/project_past.html", {"controls": asked.question}, status=400)
    scope = asked.scope
    page = past_page(scope, words=asked.words, number=request.GET.get("page", 1))
    controls = asked.question.shown(scope.year, scope.as_of)
    return render(request, "projects/project_past.html", {"page": page, "controls": controls})
