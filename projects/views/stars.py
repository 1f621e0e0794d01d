"""The star beside a project's name, on the list and on the project's page."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST

from projects import access
from projects.actions import stars
from projects.forms.star import StarForm
from projects.once import once
from projects.views.milestones import next_address


@require_POST
@access.allowed(access.reads_figures)
def project_star(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a project, or follow it no more; htmx gets the button as it is now."""
    user = access.signed_in(request)
    project = access.readable_project(user, pk)
    form = StarForm(request.POST)
    if not form.is_valid():
        raise BadRequest("没有说明是否关注。")
    starred = form.cleaned_data["starred"]
    led_to = next_address(request) or resolve_url("project", pk)
    with once(request, led_to):
        (stars.follow if starred else stars.unfollow)(project, by=user)
    if request.htmx:  # type: ignore[attr-defined]  # from the middleware
        context = {"project": project, "starred": starred, "is_swapped": True}
        return render(request, "components/star.html", context)
    return redirect(led_to)
