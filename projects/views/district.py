"""The settings of the installation: its names and its logo."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import district as actions
from projects.forms.district import DistrictForm
from projects.models import DistrictSettings, User
from projects.models.district import ONLY_ROW, current_district, forget_district
from projects.once import once_or_fault


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_directories)
def district(request: HttpRequest) -> HttpResponse:
    """Show the settings and change them, with a reason."""
    settings = DistrictSettings.objects.filter(pk=ONLY_ROW).first() or DistrictSettings(pk=ONLY_ROW)
    if request.method != "POST":
        return render(request, "projects/district.html", {"form": DistrictForm(instance=settings)})
    form = DistrictForm(request.POST, request.FILES, instance=settings)
    if _changed(request, form, access.signed_in(request)):
        messages.success(request, "本区设置已保存。")
        return redirect("district")
    return render(request, "projects/district.html", {"form": form}, status=422)


def _changed(request: HttpRequest, form: DistrictForm, by: User) -> bool:
    """Whether the settings were written; if not, the form says why."""
    if not form.is_valid():
        return False
    values = form.cleaned_data
    with once_or_fault(request, form, resolve_url("district")):
        actions.change_district(
            form.instance,
            logo=values["logo_file"] or None,
            drop_logo=values["no_logo"],
            by=by,
            reason=values["reason"],
        )
    if form.errors:
        return False
    forget_district()
    return True


@require_safe
@login_not_required
@cache_control(public=True, max_age=300)
def district_logo(request: HttpRequest) -> HttpResponseBase:
    """The logo; the sign-in page shows it too, so anyone may see it."""
    logo = current_district().logo
    try:
        content = logo.open("rb") if logo else None
    except OSError:  # the page goes without it
        content = None
    if content is None:
        raise Http404("没有设置标志。")
    response = FileResponse(content, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    return response
