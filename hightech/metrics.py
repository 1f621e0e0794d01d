"""`/metrics` for Prometheus: requests of all processes, and how the installation is (`projects.figures.operation`).

Labels are names of addresses, methods and classes of status: a bounded number of values and no personal data. With
several processes (`gunicorn.conf.py` sets PROMETHEUS_MULTIPROC_DIR) each counts in files of its own there.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from hightech.proxy import client_address
from hightech.slots import slot
from projects.figures.operation import machine_measures, register_measures

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
"""The route of an address that does not exist: such addresses are as many as anybody likes."""
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
if _folder:  # before the first metric is made
    values.ValueClass = values.MultiProcessValue(lambda: slot(Path(_folder)))  # type: ignore[no-untyped-call]

own_registry = CollectorRegistry()
requests_total = Counter(
    "hightech_requests", "Requests answered", ["route", "method", "status"], registry=own_registry
)
request_seconds = Histogram(
    "hightech_request_seconds",
    "Seconds until a request was answered; what is streamed afterwards is not in it",
    ["route", "method"],
    buckets=SECONDS,
    registry=own_registry,
)


class MetricsMiddleware:
    """Counts every request; the outermost middleware, so that refusals of the others count, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS_ACCESS.is_on:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        route = (request.resolver_match and request.resolver_match.view_name) or NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        requests_total.labels(route, method, f"{response.status_code // 100}xx").inc()
        request_seconds.labels(route, method).observe(time.perf_counter() - begun)
        return response


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: 404 to everybody but a listed address, 401 to it without the token."""
    if not settings.METRICS_ACCESS.admits_address(client_address(request)):
        raise Http404
    if not settings.METRICS_ACCESS.admits_token(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    if _folder:
        counted = CollectorRegistry()
        MultiProcessCollector(counted, _folder)  # type: ignore[no-untyped-call]
    else:
        counted = own_registry
    installation = CollectorRegistry()
    installation.register(Installation())
    return HttpResponse(generate_latest(counted) + generate_latest(installation), content_type=CONTENT_TYPE)


class Installation(Collector):
    """How the installation is at the moment of asking. What is not known is left out; it is never 0."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        register = register_measures()
        yield _gauge("database_up", "1 where the database answers, else 0", float(register is not None))
        if register is not None:
            yield _gauge("jobs_waiting", "Jobs that wait for the worker", register.jobs_waiting)
            yield _gauge(
                "oldest_job_seconds", "How long the oldest of them waits", register.oldest_job_seconds
            )
            yield _gauge("refused_sign_ins", "Sign-ins refused in the last hour", register.refused_sign_ins)
            yield _gauge("outbox_waiting", "Notices that wait to be sent", register.outbox_waiting)
        machine = machine_measures()
        yield _gauge("workers_running", "Workers that run now", machine.workers_running)
        yield _gauge(
            "worker_silent_seconds", "Since a worker last asked the queue", machine.worker_silent_seconds
        )
        yield _gauge("backup_age_seconds", "Age of the newest complete backup", machine.backup_age_seconds)
        yield _gauge("disk_free_bytes", "Free disk where data are kept", machine.disk_free_bytes)


def _gauge(name: str, words: str, value: float | None) -> GaugeMetricFamily:
    """A gauge; without a sample where the value is not known."""
    family = GaugeMetricFamily(f"hightech_{name}", words)
    if value is not None:
        family.add_metric([], value)
    return family
