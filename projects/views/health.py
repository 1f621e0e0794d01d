"""Signs of life: for monitors (`/healthz`, `/readyz`) and for the administrator (运行情况)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.health import Verdict, database_answers, health_checks

RETRY_SECONDS = "5"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For monitors: 200 where the application reaches a table of its database, else 503."""
    if database_answers():
        return JsonResponse({"status": "ok"})
    return JsonResponse(
        {"status": "database unavailable"}, status=503, headers={"Retry-After": RETRY_SECONDS}
    )


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """For monitors: each check with its verdict; 503 where the application cannot serve, 200 otherwise.

    Anyone may read it, so it names no folder, number or version: these stand on the administrator's page.
    """
    checks = health_checks()
    verdicts = {check.verdict for check in checks}
    worst = next(verdict for verdict in (Verdict.DOWN, Verdict.LOOK, Verdict.GOOD) if verdict in verdicts)
    return JsonResponse(
        {"status": worst, "checks": {check.key: check.verdict for check in checks}},
        status=503 if worst == Verdict.DOWN else 200,
        headers={"Retry-After": RETRY_SECONDS} if worst == Verdict.DOWN else {},
    )


@require_safe
@never_cache
@access.allowed(access.keeps_directories)
def health(request: HttpRequest) -> HttpResponse:
    context = {"checks": health_checks(), "now": timezone.localtime()}
    return render(request, "projects/health.html", context)
