"""Saved views of the list: kept, renamed, shared, taken away by whoever saved them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from projects import access
from projects.actions import saved_views as actions
from projects.filters import canonical
from projects.forms.saved_view import NewViewForm, SavedViewForm
from projects.models import SavedView, User
from projects.once import once, once_or_fault
from projects.questions.lists import projects_question


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def saved_views(request: HttpRequest) -> HttpResponse:
    """The reader's own views, each with its form; POST keeps the question of the list under a name."""
    user = access.signed_in(request)
    if request.method != "POST":
        return _page(request, user)
    query = request.POST.get("query", "")
    question = projects_question(QueryDict(query), user)
    form = NewViewForm(request.POST, instance=SavedView(owner=user, query=canonical(QueryDict(query))))
    if form.is_valid() and not question.is_valid():
        form.add_error(None, "列表的条件有误，不能保存为视图。")
    kept_at = f"{resolve_url('projects')}?{form.instance.query}"
    if _kept(request, form, user, kept_at):
        messages.success(request, f"已保存视图“{form.instance}”。")
        return redirect(kept_at)
    return _page(request, user, new=form)


@require_POST
@access.allowed(access.reads_figures)
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or move one of the reader's own; `drop` takes it away."""
    user = access.signed_in(request)
    view = get_object_or_404(SavedView.objects.owned_by(user), pk=pk)
    if "drop" in request.POST:
        with once(request, resolve_url("saved_views")):
            actions.drop_view(view)
        messages.success(request, f"已删除视图“{view}”。")
        return redirect("saved_views")
    form = SavedViewForm(request.POST, instance=view, prefix=str(pk))
    if _kept(request, form, user, resolve_url("saved_views")):
        messages.success(request, f"已保存视图“{form.instance}”。")
        return redirect("saved_views")
    return _page(request, user, changed=form)


def _kept(request: HttpRequest, form: NewViewForm | SavedViewForm, user: User, led_to: str) -> bool:
    """Whether the view was written; if not, the form says why."""
    if form.errors:
        return False
    with once_or_fault(request, form, led_to):
        actions.save_view(form.instance, by=user)
    return not form.errors


def _page(
    request: HttpRequest,
    user: User,
    *,
    new: NewViewForm | None = None,
    changed: SavedViewForm | None = None,
) -> HttpResponse:
    own = [
        changed
        if changed is not None and changed.instance.pk == view.pk
        else SavedViewForm(instance=view, prefix=str(view.pk))
        for view in SavedView.objects.offered_to(user).owned_by(user)
    ]
    context = {"new": new, "own": own}
    return render(request, "projects/saved_views.html", context, status=422 if new or changed else 200)
