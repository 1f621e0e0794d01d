"""`/metrics`: only a program of the operator reads it, it counts what was answered, and it names nobody."""

import os
import re
import signal
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from ipaddress import ip_network
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from hightech.metrics import requests_total
from hightech.monitoring import MetricsAccess, metrics_access
from projects.figures import health
from projects.workbooks import jobs
from tests import build
from tests.servers import alive, children, served, until
from tests.test_sign_in import sign_in
from tests.views.test_unavailable import Broken, from_cause

TOKEN = "operator-" + "7" * 32
BRINGS = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def _on(settings, tmp_path: Path) -> None:
    settings.METRICS_ACCESS = MetricsAccess(TOKEN, (ip_network("127.0.0.1"), ip_network("10.1.0.0/24")))
    settings.VAR_DIR = tmp_path


def text(client: Client | None = None) -> str:
    answer = (client or Client()).get("/metrics", headers=BRINGS)
    assert answer.status_code == 200
    return answer.content.decode()


def sample(name: str, written: str) -> float | None:
    found = re.search(rf"^{re.escape(name)} (\S+)$", written, re.MULTILINE)
    return float(found[1]) if found else None


@pytest.mark.django_db
def test_without_a_token_the_address_does_not_exist() -> None:
    assert Client().get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    assert Client().get("/metrics").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize(
    ("address", "authorization", "status"),
    [
        ("127.0.0.1", f"Bearer {TOKEN}", 200),
        ("::ffff:10.1.0.9", f"Bearer {TOKEN}", 200),
        ("10.2.0.9", f"Bearer {TOKEN}", 404),
        ("", f"Bearer {TOKEN}", 404),
        ("127.0.0.1", "", 401),
        ("127.0.0.1", TOKEN, 401),
        ("127.0.0.1", f"Bearer {TOKEN}7", 401),
        ("127.0.0.1", "Bearer 密", 401),
    ],
)
def test_only_a_listed_address_with_the_token_reads_it(address: str, authorization: str, status: int) -> None:
    answer = Client().get("/metrics", REMOTE_ADDR=address, HTTP_AUTHORIZATION=authorization)

    assert answer.status_code == status
    assert ("hightech_database_up" in answer.content.decode()) == (status == 200)


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_behind_a_proxy_the_reader_counts_and_not_the_proxy(settings) -> None:
    settings.PROXY_NETWORKS = [ip_network("127.0.0.1")]
    asked = {"headers": BRINGS | {"x-forwarded-for": "192.0.2.1"}}

    assert Client().get("/metrics", **asked).status_code == 404
    settings.METRICS_ACCESS = MetricsAccess(TOKEN, (ip_network("192.0.2.1"),))
    assert Client().get("/metrics", **asked).status_code == 200


def test_a_token_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "short")
    with pytest.raises(ImproperlyConfigured, match="至少要 32 个字符"):
        metrics_access()
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    assert metrics_access().admits_address("::1")


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_requests_are_counted_by_route_and_name_nobody() -> None:
    requests_total.clear()
    person = build.office()
    project = build.project("永安厂房")
    client = Client()
    client.force_login(person)

    client.get(f"/projects/{project.pk}/?q=永安")
    client.get(f"/projects/{project.pk}/")
    client.get("/no/such/address/")
    client.get("/another/one/")
    client.generic("BREW", "/healthz")
    written = text(client)

    route = 'hightech_requests_total{method="GET",route="%s",status="%s"}'
    assert sample(route % ("project", "2xx"), written) == 2
    assert sample(route % ("none", "4xx"), written) == 2
    assert sample('hightech_requests_total{method="other",route="healthz",status="4xx"}', written) == 1
    assert 'hightech_request_seconds_bucket{le="0.05",method="GET",route="project"}' in written
    for word in (person.username, "永安", "/projects/", "/no/such", "BREW"):
        assert word not in written


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_the_installation_is_told_and_what_is_unknown_is_left_out() -> None:
    before = text()
    assert sample("hightech_database_up", before) == 1
    assert sample("hightech_jobs_waiting", before) == 0
    assert sample("hightech_workers_running", before) == 0
    assert sample("hightech_backup_age_seconds", before) is None
    assert sample("hightech_worker_silent_seconds", before) is None

    DatabaseBackend("default", {}).enqueue(jobs.work, [1, 1], {})
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=9))
    health.note_backup((timezone.now() - timedelta(hours=5)).isoformat())
    health.note_worker()
    sign_in(build.office().username, "wrong")
    after = text()

    assert sample("hightech_jobs_waiting", after) == 1
    assert 540 <= (sample("hightech_oldest_job_seconds", after) or 0) < 1000
    assert 18_000 <= (sample("hightech_backup_age_seconds", after) or 0) < 18_400
    assert sample("hightech_worker_silent_seconds", after) is not None
    assert sample("hightech_refused_sign_ins", after) == 1
    assert sample("hightech_outbox_waiting", after) == 0
    assert (sample("hightech_disk_free_bytes", after) or 0) > 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_it_costs_three_queries(django_assert_num_queries) -> None:
    client = Client()
    client.get("/metrics")
    with django_assert_num_queries(3):
        text(client)


@pytest.mark.django_db
@pytest.mark.usefixtures("_on")
def test_it_answers_while_the_database_does_not() -> None:
    lost = from_cause(OperationalError(), psycopg.OperationalError("connection refused"))
    with connection.execute_wrapper(Broken("SELECT", lost)):
        written = text()

    assert sample("hightech_database_up", written) == 0
    assert sample("hightech_jobs_waiting", written) is None
    assert sample("hightech_workers_running", written) == 0


@pytest.mark.once
def test_processes_count_together_and_one_that_is_replaced_goes_on(tmp_path: Path) -> None:
    """The server in earnest: two processes, one of them killed again and again."""
    with served(tmp_path, METRICS_TOKEN=TOKEN, WEB_PROCESSES="2") as server:
        master = server.program("gunicorn")
        assert master
        asked = 0
        for _ in range(3):
            for _ in range(20):
                assert server.answer("/manifest.webmanifest") == 200
                asked += 1
            (gone, *_) = workers(master)
            os.kill(gone, signal.SIGKILL)
            until(lambda gone=gone: gone not in workers(master) and len(workers(master)) == 2)
            until(lambda: server.answer() == 200)

        written = read(server.port)
        counted = 'hightech_requests_total{method="GET",route="manifest",status="2xx"}'
        assert sample(counted, written) == asked
        assert sample("hightech_workers_running", written) == 1
        files = sorted(path.name for path in (tmp_path / "metrics").glob("*.db"))
        # A slot for each process, and one for the first, which reads the program for both.
        assert set(files) <= {f"{kind}_{slot}.db" for kind in ("counter", "histogram") for slot in (0, 1, 2)}


def workers(master: int) -> list[int]:
    return sorted(pid for pid in children(master) if alive(pid))


def read(port: int) -> str:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as asking:
        asking.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        return asking.getresponse().read().decode()
