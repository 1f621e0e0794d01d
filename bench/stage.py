"""What a run stands on: folders and databases of its own, steps in processes of their own, a table that is printed."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


@contextmanager
def scratch_folder() -> Iterator[dict[str, str]]:
    """The surroundings of a run on a SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield os.environ | {
            "ENV_FILE": os.devnull,
            "VAR_DIR": folder,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": "",
        }


def run(
    what: str, size: int, surroundings: dict[str, str], way: str = "", *, folder: Path | None = None
) -> str:
    """A step in a process of its own, since settings are read once in a process; `folder`: of another checkout."""
    command = [sys.executable, "-m", "bench", what, "--sizes", str(size), "--way", way]
    return subprocess.run(
        command, env=surroundings, cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@contextmanager
def scratch_database() -> Iterator[str]:
    """The address of a new database on the server, dropped afterwards."""
    server = os.environ.get("BENCH_DATABASE_URL") or SERVER
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def head(headings: Sequence[str]) -> None:
    say(row(headings))
    say(row(["---"] * len(headings)))
