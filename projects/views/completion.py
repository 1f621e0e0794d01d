"""The leaders' page: completion against target."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.attention import late_milestones, next_milestones
from projects.figures.completion import completion_page
from projects.figures.scope import Scope
from projects.forms.questions import CompletionQuestion
from projects.models import Bulletin, Project

MOST_DUE = 10


@require_safe
@access.allowed(access.reads_figures)
def completion(request: HttpRequest) -> HttpResponse:
    user = access.signed_in(request)
    question = CompletionQuestion(
        request.GET,
        organisations=access.readable_organisations(user),
        home=None if user.covers_district else user.organisation,
        latest=Bulletin.objects.latest_day() or timezone.localdate(),
    )
    if not question.is_valid():
        return render(request, "projects/completion.html", {"controls": question}, status=400)
    asked = question.cleaned_data
    scope = Scope(Project.objects.visible_to(user), asked["year"], asked["level"], asked["organisation"])
    as_of = asked["as_of"]
    context = {
        "controls": question.controls(),
        "page": completion_page(scope, as_of=as_of),
        "late": late_milestones(scope, as_of=as_of, most=MOST_DUE),
        "ahead": next_milestones(scope, as_of=as_of, most=MOST_DUE),
    }
    return render(request, "projects/completion.html", context)
