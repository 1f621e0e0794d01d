"""The map of the completion page, and the file that it is drawn from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import maps as actions
from projects.figures.maps import drawn, map_page
from projects.forms.maps import MapKeepForm, MapUploadForm
from projects.models import DistrictMap, Organisation
from projects.once import once
from projects.questions.completion import CompletionAnswer
from projects.rules.broken import RuleBroken
from projects.vocabulary import Indicator


@require_safe
@access.allowed(access.reads_figures)
def completion_map(request: HttpRequest) -> HttpResponse:
    """Units by the light of an indicator, projects by their investment."""
    user = access.signed_in(request)
    asked = CompletionAnswer(request.GET, user)
    if not asked.question.is_valid():
        return render(request, "projects/completion_map.html", {"controls": asked.question}, status=400)
    scope, indicator = asked.scope, asked.question.asked.rank_by
    controls = asked.question.shown(scope.year, scope.as_of)
    page = asked.page
    shown = indicator if any(line.indicator == indicator for line in page.lines) else Indicator.INVESTED
    context = {
        "controls": controls,
        "kept": controls.kept,
        "scope": scope,
        "page": page,
        "map": map_page(page, shown),
        "indicator": Indicator(shown),
        "indicators": [line.indicator for line in page.lines],
        "may_upload": access.keeps_register(user),
    }
    return render(request, "projects/completion_map.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def map_files(request: HttpRequest) -> HttpResponse:
    """Take a file in for a look; the maps that were in force, the newest first."""
    form = MapUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            with once(request) as outcome:
                uploaded = actions.upload_map(
                    values["map_file"].read(),
                    name=values["map_file"].name,
                    datum=values["datum"],
                    approval_number=values["approval_number"],
                    origin=values["origin"],
                    by=access.signed_in(request),
                )
                outcome.led_to = resolve_url("map_file", uploaded.pk)
        except RuleBroken as broken:
            form.add_error("map_file", str(broken))
        else:
            return redirect("map_file", uploaded.pk)
    context = {"form": form, "maps": DistrictMap.objects.listed()}
    return render(request, "projects/map_files.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def map_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at an uploaded file, and put it in force with a reason."""
    uploaded = get_object_or_404(DistrictMap.objects.select_related("uploaded_by", "kept_by"), pk=pk)
    form = MapKeepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, resolve_url("completion_map")):
                actions.keep_map(uploaded, by=access.signed_in(request), reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "地图已启用。")
            return redirect("completion_map")
    context = {"form": form, "file": uploaded, "drawing": drawn(uploaded, list(Organisation.objects.all()))}
    return render(request, "projects/map_file.html", context, status=422 if form.errors else 200)
