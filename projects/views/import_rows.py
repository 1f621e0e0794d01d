"""One row of an import: its cells are mended, its look-alike is decided, its conflict is settled; in its place."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from projects import access
from projects.forms.bulk import ChosenForm
from projects.forms.workbook import CellsForm, ChoicesForm
from projects.models import Import, ImportRow, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import decide
from projects.workbooks.preview import cells_of, preview, preview_line

MOST_SHOWN = 100
UNKNOWN_ACT = "不认识的操作。"
NOTHING_NEW = "没有改动。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def import_row(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """GET shows all cells of the row; POST says something about it and returns to where one was."""
    user = access.signed_in(request)
    found = access.readable_import(user, pk)
    row = get_object_or_404(found.rows, pk=number)
    if request.method == "POST":
        return _changed(request, found, row, user)
    if found.state != ImportState.PREVIEW:
        return redirect("imported", pk)
    context = {"imported": found, "line": preview_line(found, row), "cells": cells_of(found, row)}
    return render(request, "projects/import_row.html", context)


def _changed(request: HttpRequest, found: Import, row: ImportRow, user: User) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest(UNKNOWN_ACT)
    fault = ""
    try:
        row = act(found, row, request.POST, user)
        answer = f"{row.sheet} 第 {row.line} 行：{row.get_outcome_display()}。"
    except RuleBroken as broken:
        answer = fault = str(broken)
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx:
        return _in_place(request, found.pk, user, answer, is_fault=bool(fault))
    (messages.error if fault else messages.success)(request, answer)
    return redirect(_preview_address(found.pk, request.GET, row.pk))


def _preview_address(pk: int, asked: Mapping[str, str], row: int) -> str:
    """The preview where one was, at the row that one was at."""
    where = urlencode({name: asked[name] for name in ("outcome", "page") if asked.get(name)})
    return f"{resolve_url('imported', pk)}{f'?{where}' if where else ''}#row-{row}"


def _in_place(request: HttpRequest, pk: int, user: User, answer: str, *, is_fault: bool) -> HttpResponse:
    """The rows that the page shows, where they were, whatever they have become; counts and sums with them."""
    found = access.readable_import(user, pk)
    asked = ChosenForm({"projects": request.POST.get("shown", "")})
    shown = preview(
        found,
        visible=Import.objects.visible_to(user),
        today=timezone.localdate(),
        outcome=request.GET.get("outcome", ""),
        number=request.GET.get("page", 1),
        shown=asked.cleaned_data["projects"][:MOST_SHOWN] if asked.is_valid() else None,
    )
    context = {"imported": found, "preview": shown, "answer": answer, "is_fault": is_fault}
    return render(request, "projects/imported.html#preview", context)


def _mend(found: Import, row: ImportRow, sent: QueryDict, user: User) -> ImportRow:
    form = CellsForm(sent, kind=ImportKind(found.kind), cells=row.cells)
    if not form.is_valid():
        raise RuleBroken("；".join(map(str, form.non_field_errors())))
    if not form.cleaned_data:
        raise RuleBroken(NOTHING_NEW)
    return decide.mend(found, row.pk, form.cleaned_data, by=user, fills_down="same" in sent)


def _decide(found: Import, row: ImportRow, sent: QueryDict, user: User) -> ImportRow:
    return decide.decide(found, row.pk, sent.get("subject", ""), by=user)


def _reopen(found: Import, row: ImportRow, sent: QueryDict, user: User) -> ImportRow:
    return decide.reopen(found, row.pk, by=user)


def _settle(found: Import, row: ImportRow, sent: QueryDict, user: User) -> ImportRow:
    form = ChoicesForm(sent, conflicts=row.conflicts)
    if not form.is_valid():
        raise RuleBroken("；".join(str(error) for errors in form.errors.values() for error in errors))
    return decide.settle(found, row.pk, form.choices, by=user)


ACTS: dict[str, Callable[[Import, ImportRow, QueryDict, User], ImportRow]] = {
    "mend": _mend,
    "decide": _decide,
    "reopen": _reopen,
    "settle": _settle,
}
"""What the buttons of a row do."""
