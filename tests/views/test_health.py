"""Signs of life: each check turns when what it looks at turns, and strangers learn no more than that."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from projects.figures import health
from projects.management.worker import Sign
from projects.workbooks import jobs
from tests import build
from tests.views.test_unavailable import Broken, from_cause

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "uploads"
    return tmp_path


def checks() -> dict[str, str]:
    return Client().get("/readyz").json()["checks"]


def words(key: str) -> str:
    return next(check.words for check in health.health_checks() if check.key == key)


def test_a_new_installation_serves_and_says_what_is_to_do() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "look",
        "checks": {
            "database": "good", "migrations": "good", "queue": "good", "duties": "good", "storage": "good",
            "disk": "good", "worker": "look", "backup": "look",
        },
    }  # fmt: skip
    assert "no-store" in answer["Cache-Control"]


def test_nobody_learns_folders_or_numbers(folder: Path) -> None:
    text = Client().get("/readyz").content.decode()
    assert str(folder) not in text
    assert not any(sign.isdigit() for sign in text)


def test_without_its_database_it_cannot_serve() -> None:
    lost = from_cause(OperationalError(), psycopg.OperationalError("connection refused"))
    with connection.execute_wrapper(Broken("SELECT", lost)):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["checks"]["database"] == "down"


def test_a_step_that_was_not_made_stops_serving() -> None:
    MigrationRecorder(connection).record_unapplied("projects", "0002_first_data")
    assert Client().get("/readyz").status_code == 503
    assert checks()["migrations"] == "down"
    assert "1 步" in words("migrations")


def test_uploads_need_a_folder(settings, folder: Path) -> None:
    settings.MEDIA_ROOT = folder / "file"
    settings.MEDIA_ROOT.write_text("in the way")
    assert checks()["storage"] == "down"
    assert str(settings.MEDIA_ROOT) in words("storage")


def test_little_space_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    assert checks()["disk"] == "look"
    assert "请清理磁盘" in words("disk")


def test_a_job_that_waits_too_long_is_told() -> None:
    DatabaseBackend("default", {}).enqueue(jobs.work, [1, 1], {})
    assert checks()["queue"] == "good"
    assert words("queue") == "1 个任务在等，最早的 不到 1 分钟前排上。"
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=16))
    assert checks()["queue"] == "look"
    assert words("queue") == "1 个任务在等，最早的 16 分钟前排上。"


def test_a_worker_is_seen_while_it_runs_and_not_by_what_it_left() -> None:
    sign = Sign("desk")
    assert checks()["worker"] == "good"
    assert words("worker") == "1 个在运行。"
    left = sign.path.with_name("killed")
    left.touch()
    assert words("worker") == "1 个在运行。"
    sign.remove()
    assert checks()["worker"] == "look"


def test_the_age_of_the_newest_backup(settings, folder: Path) -> None:
    health.note_backup((timezone.now() - timedelta(hours=25)).isoformat())
    assert checks()["backup"] == "good"
    health.note_backup((timezone.now() - timedelta(hours=27)).isoformat())
    assert checks()["backup"] == "look"
    assert "1 天前" in words("backup")
    settings.BACKUP_MOST_HOURS = 0
    assert checks()["backup"] == "good"
    settings.BACKUP_MOST_HOURS = 26
    (folder / "last_backup").write_text("not a day")
    assert "从来没有备份过" in words("backup")


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_noted(settings, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if connection.vendor == "sqlite":  # the tests' own database is in memory, and no file to copy
        kept = folder / "db.sqlite3"
        with closing(sqlite3.connect(kept)) as copy:
            connection.connection.backup(copy)
        settings_of = connection.settings_dict
        name, settings_of["NAME"] = settings_of["NAME"], str(kept)
    try:
        call_command("backup", tmp_path_factory.mktemp("kept") / "now", verbosity=0)
    finally:
        if connection.vendor == "sqlite":
            settings_of["NAME"] = name
    assert checks()["backup"] == "good"


@pytest.mark.parametrize(
    ("role", "status"), [("leader", 403), ("staff", 403), ("office", 403), ("admin", 200), (None, 403)]
)
def test_the_page_is_the_administrator_s(role: str | None, status: int) -> None:
    answer = build.browser_of(build.person(role)).get("/settings/health/")
    assert answer.status_code == status
    if status == 200:
        assert "没有在运行：大的导入会一直等" in answer.content.decode()
