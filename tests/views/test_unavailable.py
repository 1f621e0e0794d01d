"""The database is away, locked or full: a sentence and all that was typed, never a 500; nothing else is hidden so."""

import sqlite3

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from psycopg import errors

from hightech import unavailable
from projects.models import User
from projects.models.outages import Outage, outage_of
from tests import build

pytestmark = pytest.mark.django_db


def of_sqlite(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("broken")
    cause.sqlite_errorcode = code
    return from_cause(OperationalError("broken"), cause)


def from_cause[E: Exception](error: E, cause: Exception) -> E:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY), Outage.LOCKED),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Outage.LOCKED),
        (of_sqlite(sqlite3.SQLITE_FULL), Outage.FULL),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), Outage.AWAY),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Outage.AWAY),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),  # no such table, a wrong statement: a fault of ours
        (from_cause(OperationalError(), psycopg.OperationalError("connection refused")), Outage.AWAY),
        (from_cause(OperationalError(), errors.AdminShutdown()), Outage.AWAY),
        (from_cause(OperationalError(), errors.LockNotAvailable()), Outage.LOCKED),
        (from_cause(OperationalError(), errors.QueryCanceled()), Outage.LOCKED),
        (from_cause(OperationalError(), errors.DeadlockDetected()), Outage.LOCKED),
        (from_cause(OperationalError(), errors.DiskFull()), Outage.FULL),
        (from_cause(ProgrammingError(), errors.UndefinedTable()), None),
        (from_cause(RuntimeError(), of_sqlite(sqlite3.SQLITE_BUSY)), Outage.LOCKED),
        (ValueError(), None),
    ],
)
def test_what_an_error_says_of_the_database(error: Exception, outage: Outage | None) -> None:
    assert outage_of(error) == outage


@pytest.fixture
def office() -> User:
    return build.office()


class Broken:
    """The database fails at every statement that begins so."""

    def __init__(self, beginning: str, error: Exception) -> None:
        self.beginning, self.error = beginning, error

    def __call__(self, execute, sql, *rest):
        if str(sql).startswith(self.beginning):
            raise self.error
        return execute(sql, *rest)


def ours(user: User) -> Client:
    """A browser that checks CSRF as a real one meets it."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    client.get("/projects/new/")
    return client


def post(client: Client, address: str, fields: dict[str, str], **headers: str):
    token = client.cookies["csrftoken"].value
    return client.post(address, fields | {"csrfmiddlewaretoken": token}, headers=headers)


def test_a_lock_keeps_what_was_typed(office: User) -> None:
    client = ours(office)
    with connection.execute_wrapper(Broken("SELECT", of_sqlite(sqlite3.SQLITE_BUSY))):
        locked = post(client, "/projects/new/?from=list", {"name": "<b>热泵</b>\n二期", "act": "save"})
    page = locked.content.decode()

    assert (locked.status_code, locked["Retry-After"]) == (503, "5")
    assert Outage.LOCKED in page
    assert "刚才的内容还没有保存" in page
    assert '<form class="form" method="post" action="/projects/new/?from=list">' in page
    assert '<textarea name="name" hidden>\n&lt;b&gt;热泵&lt;/b&gt;\n二期</textarea>' in page
    assert '<textarea name="act" hidden>\nsave</textarea>' in page
    assert page.count("csrfmiddlewaretoken") == 1
    assert "再次提交" in page
    assert "default-src 'none'" in locked["Content-Security-Policy"]


def test_a_session_that_cannot_be_read_is_an_outage_too(office: User) -> None:
    client = ours(office)
    lost = from_cause(OperationalError(), psycopg.OperationalError("connection refused"))
    with connection.execute_wrapper(Broken("SELECT", lost)):
        page = client.get("/projects/?q=热泵")
    assert page.status_code == 503
    assert Outage.AWAY in page.content.decode()
    assert "再次提交" not in page.content.decode()
    assert client.get("/projects/").status_code == 200


def test_nobody_elses_form_is_offered(office: User) -> None:
    """A form of another site that meets an outage would else become one of ours, with a button."""
    client = ours(office)
    with connection.execute_wrapper(Broken("SELECT", of_sqlite(sqlite3.SQLITE_BUSY))):
        page = client.post("/projects/new/", {"name": "陷阱", "csrfmiddlewaretoken": "x" * 64})
    assert "陷阱" not in page.content.decode()
    assert "再次提交" not in page.content.decode()


def test_no_password_is_shown_again() -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/accounts/login/")
    with connection.execute_wrapper(Broken("SELECT", of_sqlite(sqlite3.SQLITE_BUSY))):
        page = post(client, "/accounts/login/", {"username": "office", "password": build.PASSWORD})
    assert page.status_code == 503
    assert build.PASSWORD not in page.content.decode()
    assert "再次提交" not in page.content.decode()


def test_htmx_keeps_its_page_and_is_told(office: User) -> None:
    client = ours(office)
    with connection.execute_wrapper(Broken("SELECT", of_sqlite(sqlite3.SQLITE_BUSY))):
        answer = post(client, "/projects/new/", {"name": "热泵"}, **{"HX-Request": "true"})
    assert answer.status_code == 503
    assert Outage.LOCKED.encode("unicode-escape").decode() in answer["HX-Trigger"]
    assert "<" not in answer.content.decode()


def test_the_api_and_the_sign_of_life_answer_in_json(office: User) -> None:
    client = ours(office)
    lost = from_cause(OperationalError(), psycopg.OperationalError("connection refused"))
    with connection.execute_wrapper(Broken("SELECT", lost)):
        api, sign = client.get("/api/v1/projects/"), client.get("/healthz")
    assert (api.status_code, api.json()["detail"]) == (503, str(Outage.AWAY))
    assert (sign.status_code, sign.json()) == (503, {"status": "database unavailable"})
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_fault_of_ours_stays_a_500(office: User) -> None:
    client = ours(office)
    with connection.execute_wrapper(Broken("SELECT", of_sqlite(sqlite3.SQLITE_ERROR))):
        assert client.get("/projects/").status_code == 500


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_never_said_to_be_lost(rf) -> None:
    def answer(request):
        build.town("罗溪镇")
        raise of_sqlite(sqlite3.SQLITE_BUSY)

    def said(request, view) -> str:
        def caught(asked):
            try:
                return view(asked)
            except OperationalError as error:
                return middleware.process_exception(asked, error)

        middleware = unavailable.OutageMiddleware(caught)
        return middleware(request).content.decode()

    def rolled_back(request):
        with transaction.atomic():
            answer(request)

    saved, lost = said(rf.post("/x/"), answer), said(rf.post("/x/"), rolled_back)
    assert unavailable.SAVED in saved
    assert unavailable.NOT_SAVED in lost
    assert 'name="outcome" content="saved"' in saved  # what was typed need not be offered again
    assert 'name="outcome" content="failed"' in lost
