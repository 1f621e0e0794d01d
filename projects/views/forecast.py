"""What the year will have come to, with the record of such forecasts, on a page of its own: no other waits for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.forecast.page import forecast_page
from projects.questions.completion import CompletionAnswer
from projects.rules.forecast import LEAST_CASES


@require_safe
@access.allowed(access.reads_figures)
def completion_forecast(request: HttpRequest) -> HttpResponse:
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(request, "projects/completion_forecast.html", {"controls": asked.question}, status=400)
    scope = asked.scope
    controls = asked.question.shown(scope.year, scope.as_of)
    context = {
        "controls": controls,
        "kept": controls.kept,
        "scope": scope,
        "page": forecast_page(scope),
        "least_cases": LEAST_CASES,
    }
    return render(request, "projects/completion_forecast.html", context)
