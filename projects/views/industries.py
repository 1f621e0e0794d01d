"""The industries: their names, groups and order, and new ones."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions.recording import record
from projects.figures.industries import industry_lines
from projects.forms.industry import IndustryForm
from projects.models import Industry, User
from projects.once import once_or_fault


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def industries(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The list, and a form for a new industry, or for the one that was opened."""
    industry = get_object_or_404(Industry, pk=pk) if pk else Industry()
    form = IndustryForm(request.POST if request.method == "POST" else None, instance=industry)
    status = 200
    if form.is_bound:
        if _kept(request, form, access.signed_in(request)):
            messages.success(request, f"“{form.instance}”已保存。")
            return redirect("industries")
        status = 422
    context = {"lines": industry_lines(), "form": form, "opened": pk}
    return render(request, "projects/industries.html", context, status=status)


def _kept(request: HttpRequest, form: IndustryForm, by: User) -> bool:
    if not form.is_valid():
        return False
    with once_or_fault(request, form, resolve_url("industries")):
        record(form.instance, by=by, reason=form.cleaned_data["reason"])
    return not form.errors
