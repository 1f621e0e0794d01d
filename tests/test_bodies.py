"""How much a request may bring is asked before anything of it is read."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from tests import build

pytestmark = pytest.mark.django_db


class Unread:
    """A body that nobody may read."""

    def read(self, *args: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def post(client: Client, url: str, length: int) -> Any:
    kind = "multipart/form-data; boundary=x"
    return client.generic(
        "POST", url, content_type=kind, CONTENT_LENGTH=str(length), **{"wsgi.input": Unread()}
    )


@pytest.fixture
def office() -> Client:
    return build.browser_of(build.office())


@pytest.mark.parametrize(
    "url",
    ["/projects/new/", "/problems/1/", "/handover/", "/accounts/login/", "/nowhere/", "/api/v1/projects/1/"],
)
def test_what_is_too_large_is_refused_unread(url: str, office: Client, settings: Any) -> None:
    response = post(office, url, settings.BODY_LIMIT + 1)
    assert response.status_code == 413
    said = response.json()["detail"] if url.startswith("/api/") else response.content.decode()
    assert "发送的内容太大：这个页面最多接收 1 MB" in said


def test_each_upload_has_its_own_bound(office: Client, settings: Any) -> None:
    for url, name, within in (
        ("/projects/import/", "import_new", 422),
        ("/projects/1/milestones/started/evidence/", "project_milestone_evidence", 404),
        ("/admin/projects/evidence/add/", "admin:projects_evidence_add", 200),
    ):
        assert post(office, url, settings.BODY_LIMITS[name] + 1).status_code == 413
        assert post(office, url, settings.BODY_LIMITS[name]).status_code == within


def test_a_stranger_brings_no_files(settings: Any) -> None:
    assert post(build.browser_of(None), "/projects/import/", settings.BODY_LIMIT + 1).status_code == 413


@pytest.mark.parametrize("length", ["9" * 30, "-5", "1e9", "abc"])
def test_a_length_that_is_no_length_is_refused(length: str, office: Client) -> None:
    response = office.generic("POST", "/handover/", CONTENT_LENGTH=length, **{"wsgi.input": Unread()})
    assert response.status_code == 413


@pytest.mark.parametrize(("size", "status"), [(10, 411), (1024 * 1024, 411), (1024 * 1024 + 1, 413)])
def test_a_body_without_a_length_is_read_no_further_than_its_bound(
    size: int, status: int, office: Client
) -> None:
    body = BytesIO(b"x" * size * 3 if status == 413 else b"x" * size)
    response = office.generic(
        "POST", "/handover/", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": body}
    )
    assert response.status_code == status
    assert body.tell() <= 1024 * 1024 + 64 * 1024


def test_too_many_files_or_fields_are_a_sentence(office: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    many = [build.upload(name=f"{number}.jpg") for number in range(3)]
    response = office.post("/projects/1/milestones/started/evidence/", {"evidence": many})
    assert response.status_code == 413
    assert "发送的内容太多" in response.content.decode()
