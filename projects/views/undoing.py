"""One change of a project's history, taken back as a new change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions.undoing import undo
from projects.figures.history import history_entry
from projects.forms.undoing import UndoForm
from projects.once import once
from projects.rules.broken import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_history_undo(request: HttpRequest, pk: int, table: str, number: int) -> HttpResponse:
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    entry = history_entry(project, table, number)
    if entry is None or not entry.can_undo:
        raise Http404("没有这条可以撤销的记录。")
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            units = set(access.assignable_organisations(user).values_list("pk", flat=True))
            with once(request, resolve_url("project_history", pk)):
                undo(project, table, number, units=units, by=user, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "已撤销，撤销本身也记入了历史。")
            return redirect("project_history", pk)
    context = {"project": project, "entry": entry, "form": form}
    return render(request, "projects/project_history_undo.html", context, status=422 if form.errors else 200)
