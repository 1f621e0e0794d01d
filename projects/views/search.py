"""The search from anywhere: a page of its own, and the part of it that the masthead's dialog shows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from projects import access
from projects.forms.search import SearchForm
from projects.questions.lists import search_everywhere


@require_safe
@vary_on_headers("HX-Request")
@access.allowed(access.reads_figures)
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    groups = search_everywhere(form.words, access.signed_in(request)) if form.words else []
    context = {"form": form, "words": form.words, "groups": groups}
    if request.htmx:  # type: ignore[attr-defined]  # from the middleware; htmx swaps in only what comes with 200
        return render(request, "projects/search.html#found", context)
    return render(request, "projects/search.html", context, status=400 if form.errors else 200)
