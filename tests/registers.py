"""Registers of their own, outside the test database: a folder, a database in it, and commands run as processes.

A register stands on the engine of the test run: a SQLite file, or a database of its own on the same PostgreSQL
server. The first is prepared once in a session (migrated, with the article loaded); the others are copies of it.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-tests-" + "x" * 60}
_numbers = count(1)


@dataclass(frozen=True)
class Register:
    """`database`: its name on the server; "" for a SQLite file."""

    var: Path
    database: str = ""

    @property
    def file(self) -> Path:
        return self.var / "db.sqlite3"

    @property
    def uploads(self) -> Path:
        return self.var / "uploads"

    @property
    def environment(self) -> dict[str, str]:
        own = PLAIN | {"VAR_DIR": str(self.var)} | ({"DATABASE_URL": self.url} if self.database else {})
        inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
        return inherited | own

    @property
    def url(self) -> str:
        server = connections["default"].settings_dict
        user = f"{server['USER']}:{server['PASSWORD']}" if server["PASSWORD"] else server["USER"]
        return f"postgres://{user}@{server['HOST']}:{server['PORT'] or 5432}/{self.database}"

    def manage(self, *arguments: str | Path, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment | changed,
            capture_output=True,
            text=True,
        )

    def run(self, *arguments: str | Path, **changed: str) -> str:
        """Like `manage`, for a command that must succeed; gives what it printed."""
        ended = self.manage(*arguments, **changed)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement, without Django; what it writes is kept."""
        if self.database:
            with psycopg.connect(self.url) as connection:
                found = connection.execute(sql)
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.file, timeout=60)) as connection, connection:
            return connection.execute(sql).fetchall()


UNSET = frozenset({"DATABASE_URL", "DEMO", "HTTPS", "DEBUG", "BEHIND_PROXY", "DATABASE_POOL"})


@contextmanager
def prepared(folder: Path) -> Iterator[Register]:
    """A register that is migrated and holds the article."""
    with empty(folder) as register:
        fill(register)
        yield register


def fill(register: Register) -> None:
    register.run("migrate", "-v0")
    register.run("loaddata", "article", "-v0")


@contextmanager
def copied(register: Register, folder: Path) -> Iterator[Register]:
    with empty(folder, template=register.database) as copy:
        if not register.database:
            shutil.copyfile(register.file, copy.file)
        if register.uploads.is_dir():
            shutil.copytree(register.uploads, copy.uploads)
        yield copy


@contextmanager
def empty(folder: Path, *, template: str = "") -> Iterator[Register]:
    folder.mkdir(parents=True, exist_ok=True)
    if connections["default"].vendor == "sqlite":
        yield Register(folder)
        return
    name = f"{connections['default'].settings_dict['NAME']}_own_{os.getpid()}_{next(_numbers)}"
    register = Register(folder, name)
    of_template = f' TEMPLATE "{template}"' if template else ""
    _at_server(register, f'CREATE DATABASE "{name}"{of_template}')
    try:
        yield register
    finally:
        _at_server(register, f'DROP DATABASE "{name}" WITH (FORCE)')


def sqlite(folder: Path) -> Register:
    """An empty register in a SQLite file, whatever the engine of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    return Register(folder)


def _at_server(register: Register, statement: str) -> None:
    server = register.url.rsplit("/", 1)[0] + "/postgres"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(statement)
