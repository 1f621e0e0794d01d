"""The first steps of a new register."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions.setup import found_district
from projects.figures.setup import setup_steps
from projects.forms.setup import DistrictNameForm
from projects.models import Organisation
from projects.models.district import forget_district
from projects.once import once_or_fault


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_directories)
def setup(request: HttpRequest) -> HttpResponse:
    """The district's name first; then the steps that follow, each with what is there."""
    root = Organisation.objects.root()
    form = DistrictNameForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        if _founded(request, form):
            messages.success(request, "本区已登记，可以开始录入单位和人员。")
            return redirect("setup")
        status = 422
    context = {"root": root, "form": form, "steps": setup_steps() if root else []}
    return render(request, "projects/setup.html", context, status=status)


def _founded(request: HttpRequest, form: DistrictNameForm) -> bool:
    if not form.is_valid():
        return False
    with once_or_fault(request, form, resolve_url("setup")):
        found_district(**form.cleaned_data, by=access.signed_in(request))
    if form.errors:
        return False
    forget_district()
    return True
