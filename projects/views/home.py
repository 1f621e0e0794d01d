"""The way in, and the sign of life."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
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
    """For monitors: 200 where the application reaches a table of its database, else 503."""
    try:
        with connection.cursor() as cursor:  # a table: SQLite answers SELECT 1 without its file
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"status": "ok"})
