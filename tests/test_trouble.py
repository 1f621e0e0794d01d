"""A full disk, a folder that cannot be used, a database that only reads: a sentence, and what was typed is kept."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, connection
from django.test import Client

from hightech.static import StaticFilesStorage
from hightech.trouble import FOLDER
from hightech.unavailable import NOT_SAVED, SAVED
from projects.models import Evidence, Import, Milestone, Problem, Project
from projects.models.outages import Outage
from projects.models.refused import REFUSED
from tests import build
from tests.views.import_desk import GOOD, sheet
from tests.views.test_unavailable import of_sqlite

pytestmark = pytest.mark.django_db

PROBLEM = {"kind": "land", "text": "未交地", "raised_on": "2024-03-01"}


class FullDisk(FileSystemStorage):
    """A disk on which no file can be written any more."""

    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")


class LostMessages(CookieStorage):
    """Fails after the view has written, when it tells so."""

    fault: Exception = OSError(errno.ENOSPC, "No space left on device")

    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        raise self.fault


class BrokenMessages(LostMessages):
    fault = RuntimeError("a fault of our own")


@pytest.fixture
def full_disk(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "tests.test_trouble.FullDisk"}}


@pytest.fixture
def project() -> Project:
    return build.project("热泵")


@pytest.fixture
def office() -> Client:
    client = build.browser_of(build.office())
    client.raise_request_exception = False
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@contextmanager
def refusing(table: str, fault: Exception) -> Iterator[None]:
    """The database as it answers every write to a table."""

    def execute(run: Any, sql: str, *args: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")) and f'"{table}"' in sql:
            raise fault
        return run(sql, *args)

    with connection.execute_wrapper(execute):
        yield


# A full disk


def test_a_stage_with_a_photo_on_a_full_disk_writes_nothing_and_keeps_what_was_typed(
    full_disk: None, project: Project, office: Client
) -> None:
    said = {"act": "reach", "on": "2024-03-15", "precision": "day", "note": "现场已确认", "version": ""}
    response = office.post(
        f"/projects/{project.pk}/milestones/started/", {**said, "evidence": build.upload()}
    )

    assert response.status_code == 507
    page = text(response)
    assert Outage.FULL in page
    assert NOT_SAVED in page
    assert "现场已确认" in page
    assert "附件没有留下，提交后请重新选择。" in page
    assert not Milestone.objects.exists()


def test_evidence_and_workbooks_on_a_full_disk_are_answered_with_a_sentence(
    full_disk: None, project: Project, office: Client
) -> None:
    build.milestone(project, "started", "2024-03-15")
    for url, typed in (
        (
            f"/projects/{project.pk}/milestones/started/evidence/",
            {"evidence": build.upload(), "caption": "南侧基坑"},
        ),
        (
            "/projects/import/",
            {
                "kind": "projects",
                "year": "2024",
                "file": build.upload(sheet(GOOD), "清单.xlsx"),
                "reason": "第二批",
            },
        ),
    ):
        response = office.post(url, typed)
        assert response.status_code == 507
        assert Outage.FULL in text(response)
        assert (typed.get("caption") or typed["reason"]) in text(response)
    assert not Evidence.objects.exists()
    assert not Import.objects.exists()


def test_the_page_sends_once_more_what_it_shows(project: Project, office: Client) -> None:
    url = f"/projects/{project.pk}/problems/new/"
    with refusing("projects_problem", of_sqlite(sqlite3.SQLITE_FULL)):
        page = text(office.post(url, PROBLEM))
    assert f'<form class="form" method="post" action="{url}">' in page
    for name, value in PROBLEM.items():
        assert f'name="{name}"' in page
        assert value in page


# The database


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (sqlite3.SQLITE_FULL, Outage.FULL),
        (sqlite3.SQLITE_READONLY, Outage.ONLY_READ),
        (sqlite3.SQLITE_CANTOPEN, Outage.AWAY),
        (sqlite3.SQLITE_IOERR, Outage.AWAY),
    ],
)
def test_a_database_that_cannot_write_is_a_sentence(
    code: int, sentence: str, project: Project, office: Client
) -> None:
    with refusing("projects_problem", of_sqlite(code)):
        response = office.post(f"/projects/{project.pk}/problems/new/", PROBLEM)
    assert response.status_code == 503
    assert sentence in text(response)
    assert "未交地" in text(response)
    assert not Problem.objects.exists()


def test_pages_that_read_go_on_while_nothing_can_be_written(project: Project, office: Client) -> None:
    with refusing("projects_problem", of_sqlite(sqlite3.SQLITE_FULL)):
        for url in ("/projects/", f"/projects/{project.pk}/", "/problems/", "/completion/", "/todo/"):
            assert office.get(url).status_code == 200


def test_what_a_constraint_refuses_is_a_page_where_no_form_says_it(project: Project, office: Client) -> None:
    with refusing("projects_savedview", IntegrityError("something of the database")):
        response = office.post("/projects/views/", {"name": "晚点的", "query": "", "audience": "own"})
    assert response.status_code == 422
    assert REFUSED in text(response)


# What was committed


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("messages", "status"), [("LostMessages", 507), ("BrokenMessages", 500)])
def test_what_was_committed_is_never_called_unchanged(messages: str, status: int, settings: Any) -> None:
    project = build.project("热泵")
    client = build.browser_of(build.office())
    client.raise_request_exception = False
    settings.MESSAGE_STORAGE = f"tests.test_trouble.{messages}"

    response = client.post(f"/projects/{project.pk}/problems/new/", PROBLEM)

    assert Problem.objects.count() == 1
    assert response.status_code == status
    assert SAVED in text(response)
    assert "数据没有改动" not in text(response)
    assert NOT_SAVED not in text(response)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("at_once", [True, False])
def test_an_import_ends_well_where_its_progress_cannot_be_told(
    at_once: bool, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "progress").write_text("a file in the place of the folder")
    settings.CACHES = {
        **settings.CACHES,
        "progress": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": tmp_path / "progress",
        },
    }
    settings.IMPORT_AT_ONCE_BYTES = 10**9 if at_once else 1
    build.town("罗溪镇")
    client = build.browser_of(build.office())

    sent = client.post(
        "/projects/import/",
        {"kind": "projects", "year": "2024", "file": build.upload(sheet(GOOD), "清单.xlsx")},
    )
    shown = client.get(sent["Location"])
    done = client.post(sent["Location"], {"act": "apply_all"}, follow=True)

    assert (sent.status_code, shown.status_code, done.status_code) == (302, 200, 200)
    assert Project.objects.count() == 1
    assert Import.objects.get().state == "applied"


# Folders


def test_reading_goes_on_without_the_folder_of_uploads(
    project: Project, office: Client, settings: Any, tmp_path: Path
) -> None:
    build.milestone(project, "started", "2024-03-15")
    kept = build.evidence(project.milestones.get())
    (tmp_path / "uploads").write_text("a file in the place of the folder")
    settings.MEDIA_ROOT = tmp_path / "uploads"

    assert office.get(f"/projects/{project.pk}/").status_code == 200
    assert office.get("/admin/projects/evidence/").status_code == 200
    lost = office.get(f"/evidence/{kept.pk}/thumbnail/")
    assert lost.status_code == 404
    sent = office.post(
        f"/projects/{project.pk}/milestones/started/evidence/",
        {"evidence": build.upload(build.photo(colour="blue")), "caption": "南侧基坑"},
    )
    assert sent.status_code == 503
    assert FOLDER in text(sent)
    assert "南侧基坑" in text(sent)


@pytest.mark.parametrize("state", ["missing", "a file"])
def test_pages_go_without_their_style_where_the_static_files_are_gone(
    state: str, office: Client, settings: Any, tmp_path: Path
) -> None:
    if state == "a file":
        (tmp_path / "static").write_text("")
    settings.STATIC_ROOT = tmp_path / "static"
    assert StaticFilesStorage().url("projects/site.css") == "/static/projects/site.css"
