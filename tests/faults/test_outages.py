"""A started site whose database goes away, is locked, or whose job never ends: it is up at the end, nothing is lost.

The gate runs a short form. `FAULTS=long` runs the long one: 20 s away, locks of 30 s, an import of 60,000 rows
beside a writing user, with the timeouts of production; `script/faults` does that and prints the figures.
"""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg
import pytest
from django_tasks_db.models import DBTaskResult
from psycopg import sql

from tests.servers import PATIENCE, ROOT, Server, served, until

IS_LONG = os.environ.get("FAULTS") == "long"
LOCK_SECONDS = 20 if IS_LONG else 2
"""How long a writer waits for another's lock."""
AWAY = 20 if IS_LONG else 7
"""Longer than it takes to notice that the database is away."""
LOCKED = 30 if IS_LONG else 5
ROWS = 60_000 if IS_LONG else 3_000


OWN_PASSWORD = "项目办-自己的-2027"

REST = {"content": "一期", "reason": "新列入"}
"""What else is typed of a new project."""


class Person:
    """The office at a browser: signs in, makes projects, and counts what is answered."""

    def __init__(self, server: Server, password: str = "") -> None:
        password = password or OWN_PASSWORD
        self.base = f"http://127.0.0.1:{server.port}"
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.statuses: Counter[int] = Counter()
        self.acknowledged: set[str] = set()
        self.longest = 0.0
        self.ask("/accounts/login/")
        self.ask("/accounts/login/", username="office", password=password)

    def ask(self, path: str, **fields: str) -> tuple[int, str]:
        begun = time.monotonic()
        if fields:
            token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
            fields["csrfmiddlewaretoken"] = token or ""
        asked = Request(self.base + path, urlencode(fields).encode() if fields else None)
        try:
            with self.opener.open(asked, timeout=PATIENCE) as answer:
                status, page = answer.status, answer.read().decode()
        except HTTPError as refused:
            status, page = refused.code, refused.read().decode()
        self.statuses[status] += 1
        self.longest = max(self.longest, time.monotonic() - begun)
        return status, page

    def make(self, name: str) -> tuple[int, str]:
        """Fill in the form of a new project and send it."""
        status, page = self.ask("/projects/new/")
        if status != 200:
            return status, page
        return self.send(page, name=name, **REST)

    def send(self, page: str, **typed: str) -> tuple[int, str]:
        """Send the form of the page; what comes back with 200 as the project's page was acknowledged."""
        form = Form(page)
        fields = form.fields | typed
        name = fields["name"]
        status, answered = self.ask(form.action or "/projects/new/", **fields)
        if status == 200:
            assert f"<h1>{name}" in answered, answered
            self.acknowledged.add(name)
        return status, answered


class Form(HTMLParser):
    """What a browser would send of the last form on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields, self.open = "", dict[str, str](), ""
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        name, kind = facts.get("name") or "", facts.get("type") or ""
        if tag == "form" and facts.get("method") == "post":
            self.action, self.fields = facts.get("action") or "", {}
        elif tag == "select":
            self.select = name
            self.fields[name] = ""
        elif tag == "option" and "selected" in facts:
            self.fields[self.select] = facts.get("value") or ""
        elif tag == "textarea":
            self.open, self.fields[name] = name, ""
        elif tag == "input" and name and kind not in ("submit", "file", "checkbox", "radio"):
            self.fields[name] = facts.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.fields[self.open] = (self.fields[self.open] + data).removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.open = ""


class Sqlite:
    def __init__(self, var: Path) -> None:
        self.path = var / "db.sqlite3"
        self.environment: dict[str, str] = {}

    def names(self) -> set[str]:
        with sqlite3.connect(self.path, timeout=PATIENCE) as database:
            found = {name for (name,) in database.execute("select name from projects_project")}
        database.close()
        return found

    @contextmanager
    def away(self) -> Iterator[None]:
        """The disk with the file is gone: another file system lies over it, so to speak."""
        hidden = self.path.with_suffix(".hidden")
        for end in ("", "-wal", "-shm"):
            part = Path(f"{self.path}{end}")
            if part.exists():
                part.rename(f"{hidden}{end}")
        self.path.mkdir()
        try:
            yield
        finally:
            self.path.rmdir()
            for end in ("-wal", "-shm", ""):
                part = Path(f"{hidden}{end}")
                if part.exists():
                    part.rename(f"{self.path}{end}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        holder = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        holder.execute("begin immediate")
        try:
            yield
        finally:
            holder.execute("rollback")
            holder.close()


class Postgresql:
    def __init__(self, var: Path) -> None:
        self.server = os.environ["DATABASE_URL"].rpartition("/")[0]
        self.name = f"faults_{os.getpid()}"
        self._do("drop database if exists {} with (force)", "create database {}")
        self.environment = {"DATABASE_URL": f"{self.server}/{self.name}"}

    def _do(self, *statements: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(sql.SQL(statement).format(sql.Identifier(self.name)))

    def names(self) -> set[str]:
        with psycopg.connect(f"{self.server}/{self.name}") as connection:
            return {name for (name,) in connection.execute("select name from projects_project")}

    @contextmanager
    def away(self) -> Iterator[None]:
        """Only this database: it takes no connections, and those that it had are ended."""
        self._do("alter database {} allow_connections false")
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [self.name]
            )
        try:
            yield
        finally:
            self._do("alter database {} allow_connections true")

    @contextmanager
    def locked(self) -> Iterator[None]:
        with psycopg.connect(f"{self.server}/{self.name}") as holder:
            tables = f"projects_project, {DBTaskResult._meta.db_table}"
            holder.execute(f"lock table {tables} in exclusive mode")
            yield
            holder.rollback()

    def drop(self) -> None:
        self._do("drop database if exists {} with (force)")


type Database = Sqlite | Postgresql


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def database(var: Path) -> Iterator[Database]:
    if "DATABASE_URL" in os.environ:
        found = Postgresql(var)
        yield found
        found.drop()
    else:
        yield Sqlite(var)


@pytest.fixture(scope="module")
def server(var: Path, database: Database) -> Iterator[Server]:
    (var / "sitecustomize.py").write_text(DIES)
    environment = {
        "PYTHONPATH": str(var),
        "DATABASE_LOCK_SECONDS": str(LOCK_SECONDS),
        "DATABASE_STATEMENT_SECONDS": str(LOCK_SECONDS * 3),
        "IMPORT_AT_ONCE_KILOBYTES": "0",
        "IMPORT_MOST_SECONDS": "900",
        **database.environment,
    }
    with served(var, **environment) as running:
        until(lambda: running.program("db_worker") is not None)
        change_password(running)
        yield running


def change_password(server: Server) -> None:
    """The office changes the first password, which the server printed once."""
    issued = re.search(r"^  office (\S+) office$", server.log, re.MULTILINE)
    assert issued, server.log
    office = Person(server, issued[1])
    own = {"new_password1": OWN_PASSWORD, "new_password2": OWN_PASSWORD}
    office.ask("/accounts/password_change/", old_password=issued[1], **own)


@pytest.fixture
def person(server: Server) -> Iterator[Person]:
    """At the end of each test: the site is up, the worker is the same, nothing acknowledged is lost, and no 500."""
    worker = server.program("db_worker")
    found = Person(server)
    yield found
    until(lambda: server.answer() == 200)
    assert server.program("db_worker") == worker, server.log
    assert set(found.statuses) <= {200, 503}
    assert "意外退出" not in server.log


@pytest.mark.parametrize("seconds", [2, AWAY])
def test_the_database_is_away(server: Server, database: Database, person: Person, seconds: int) -> None:
    assert person.make(f"断开之前{seconds}")[0] == 200
    status, form = person.ask("/projects/new/")
    name = f"断开期间{seconds}"
    with database.away():
        until(lambda: server.answer() == 503)
        status, kept = person.send(form, name=name, **REST)
        time.sleep(seconds)
    assert status == 503
    assert "数据库暂时连不上" in kept
    assert Form(kept).fields["name"] == name

    until(lambda: person.ask("/projects/")[0] == 200)
    assert person.send(kept)[0] == 200  # 再次提交
    assert person.acknowledged <= database.names()


def test_anothers_lock_lasts_longer_than_a_writer_waits(
    server: Server, database: Database, person: Person
) -> None:
    _, form = person.ask("/projects/new/")
    with database.locked():
        begun = time.monotonic()
        status, kept = person.send(form, name="锁住期间", **REST)
        assert person.ask("/projects/")[0] == 200  # who reads does not wait
        time.sleep(max(0, LOCKED - (time.monotonic() - begun)))
    assert status == 503
    assert "还没有轮到" in kept
    assert "锁住期间" not in database.names()

    assert person.send(kept)[0] == 200  # 再次提交
    assert person.acknowledged <= database.names()


DIES = """
import os, signal, sys
if "--job" in sys.orig_argv and os.path.exists(os.environ["VAR_DIR"] + "/poisoned"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
"""What the process of each job runs first."""

POISON = """
import os, sys
import django; django.setup()
from django_tasks_db.backend import DatabaseBackend
from django.utils.module_loading import import_string
from projects.workbooks import jobs
from projects.models import Import, User
from tests.workbooks.sheets_made import received, xlsx
office = User.objects.get(username="office")
imported = received(xlsx(["项目名称"], ["毒项目"]), office)
begun = jobs.begin(imported, "applying", by=office)
DatabaseBackend("default", {}).enqueue(jobs.work, [begun.pk, begun.attempt], {})
print(begun.pk)
"""


def start(server: Server, database: Database, *words: str) -> subprocess.Popen[str]:
    """Another program beside the server, with its settings."""
    surroundings = os.environ | {
        "VAR_DIR": str(server.var),
        "DJANGO_SETTINGS_MODULE": "hightech.settings",
        **database.environment,
    }
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=surroundings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_a_job_whose_process_dies_each_time_is_set_aside(
    server: Server, database: Database, person: Person
) -> None:
    """Its process is killed as often as it is begun, as the system does with one that takes all memory."""
    (server.var / "poisoned").touch()
    queueing = start(server, database, "-c", POISON)
    queued = queueing.communicate()[0]
    assert queueing.returncode == 0, queued

    number = queued.split()[-1]
    until(lambda: "3 次意外中断，已经搁置，没有写入任何内容" in person.ask(f"/imports/{number}/")[1])

    (server.var / "poisoned").unlink()
    assert "毒项目" not in database.names()


def test_an_import_of_many_rows_beside_a_writing_user(
    server: Server, database: Database, person: Person, tmp_path: Path
) -> None:
    lines = "\n".join(f"批量项目{number},企业{number}" for number in range(ROWS))
    (tmp_path / "清单.csv").write_text(f"项目名称,建设单位\n{lines}\n")
    words = ["import_workbook", str(tmp_path / "清单.csv"), "--what", "projects", "--year", "2024"]
    begun = time.monotonic()
    importing = start(server, database, "manage.py", *words, "--level", "city")
    number = 0
    while importing.poll() is None:
        person.make(f"旁边的项目{number}")
        number += 1
    report = importing.communicate()[0]

    assert importing.returncode == 0, report
    names = database.names()
    assert person.acknowledged <= names
    assert sum(name.startswith("批量项目") for name in names) == ROWS
    print(  # noqa: T201 - `script/faults` shows it
        f"{ROWS} rows in {time.monotonic() - begun:.0f} s beside {number} forms sent: "
        f"{len(person.acknowledged)} acknowledged, answers {dict(person.statuses)}, longest {person.longest:.1f} s"
    )
