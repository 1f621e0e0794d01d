"""Some rows of an import are taken back: tick them, see what goes with them, undo them; the rest stays."""

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.forms.workbook import UndoForm
from projects.models import Import, ImportRow, User
from projects.once import once
from projects.rules.broken import RuleBroken
from projects.views.import_messages import report_step
from projects.vocabulary import ImportState
from projects.workbooks import jobs
from projects.workbooks.undo import undo_preview

PAGE_SIZE = 100
NONE_CHOSEN = "请先勾选要撤销的行。"
UNKNOWN_ACT = "不认识的操作。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """GET lists the rows that stand; POST keeps the ticks, shows what taking them back would do, or does it."""
    user = access.signed_in(request)
    found = access.readable_import(user, pk)
    if found.state != ImportState.APPLIED:
        return redirect("imported", pk)
    form = UndoForm(request.POST, ticked=request.POST.getlist("pk"))
    if not form.is_valid():
        return _choice(request, found, form, status=422)
    match request.POST.get("act", "choose"):
        case "choose":
            return _choice(request, found, form)
        case "preview":
            return _previewed(request, found, form, user)
        case "undo":
            return _undone(request, found, form, user)
    raise BadRequest(UNKNOWN_ACT)


def _choice(
    request: HttpRequest, found: Import, form: UndoForm, *, fault: str = "", status: int = 200
) -> HttpResponse:
    rows = found.rows.standing().called(form.sought)
    page: Page[ImportRow] = Paginator(rows, PAGE_SIZE).get_page(request.POST.get("page", 1))
    context = {
        "imported": found,
        "form": form,
        "page": page,
        "shown": ",".join(str(row.pk) for row in page),
        "fault": fault,
    }
    return render(request, "projects/import_undo.html", context, status=status)


def _previewed(request: HttpRequest, found: Import, form: UndoForm, user: User) -> HttpResponse:
    if not form.chosen:
        return _choice(request, found, form, fault=NONE_CHOSEN, status=422)
    outcome = undo_preview(found, form.chosen, by=user, reason=form.cleaned_data["reason"])
    context = {"imported": found, "form": form, "preview": outcome}
    return render(request, "projects/import_undo.html", context)


def _undone(request: HttpRequest, found: Import, form: UndoForm, user: User) -> HttpResponse:
    """The rows that the preview has shown, all or none."""
    if not form.chosen:
        return _choice(request, found, form, fault=NONE_CHOSEN, status=422)
    reason = form.cleaned_data["reason"]
    try:
        with once(request, resolve_url("imported", found.pk)):
            begun = jobs.begin(found, ImportState.UNDOING, by=user, reason=reason, rows=form.chosen)
        report_step(request, jobs.start(begun))
    except RuleBroken as broken:
        return _choice(request, found, form, fault=str(broken), status=422)
    return redirect("imported", found.pk)
