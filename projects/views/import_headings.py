"""What the headings of a workbook mean: shown as they were recognised, chosen by hand, read again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.forms.headings import HeadingsForm
from projects.models import Import, User
from projects.once import once
from projects.rules.broken import RuleBroken
from projects.views.imports import visible_import
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import decide, jobs

MAPPED = frozenset({ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED})


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def import_headings(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    found = visible_import(user, pk)
    if found.state not in MAPPED or not found.layout:
        return redirect("imported", pk)
    form = HeadingsForm(
        request.POST if request.method == "POST" else None,
        kind=ImportKind(found.kind),
        layout=found.layout,
        columns=found.columns,
    )
    if form.is_bound and form.is_valid() and _read_again(request, found, form, user):
        return redirect("imported", pk)
    context: dict[str, Any] = {"imported": found, "form": form}
    return render(request, "projects/import_headings.html", context, status=422 if form.is_bound else 200)


def _read_again(request: HttpRequest, found: Import, form: HeadingsForm, user: User) -> bool:
    """Keep the choices and read the workbook again; False, and a message, where that may not be done now."""
    try:
        with once(request, resolve_url("imported", found.pk)):
            explained = decide.explain(found, form.meanings, left_out=form.unread_sheets, by=user)
            begun = jobs.begin(explained, ImportState.READING, by=user)
        jobs.start(begun)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return False
    return True
