"""The way in, and the sign of life."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from projects.access import signed_in
from projects.vocabulary import Role


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Leaders begin with the completion, those who write with what they owe."""
    user = signed_in(request)
    return redirect("todo" if user.writes and Role.LEADER not in user.roles else "completion")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For monitors: the application answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
