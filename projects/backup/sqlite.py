"""A SQLite register, copied by SQLite's own online backup: the newest writes are in it, whoever writes meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from projects.backup.manifest import Manifest
from projects.backup.totals import compare
from projects.rules.broken import RuleBroken

FILE = "database.sqlite3"
TIMEOUT = 20
MOST_TRIES = 6
"""How often a locked database is asked again, each time for `TIMEOUT` seconds."""


def snapshot(database: Path, copy: Path) -> None:
    """Copy a live database into a new file, in one read transaction, and check the copy."""
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(database, timeout=TIMEOUT)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        _copy(source, target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        demand_sound(target)


@contextmanager
def reading(copy: Path) -> Iterator[sqlite3.Cursor]:
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection.cursor()


def prepare(database: Path, manifest: Manifest, restoration: tuple[str, list[Any]]) -> None:
    """Check a copied database against its manifest, then note in it that it was restored."""
    try:
        with closing(sqlite3.connect(database)) as connection, connection:
            demand_sound(connection)
            compare(connection.cursor(), manifest.totals, manifest.seals)
            connection.execute(*restoration)
    except sqlite3.DatabaseError as fault:
        raise RuleBroken(f"备份中的数据库读不出，什么也没有改动：{fault}") from fault


def replace(database: Path, prepared: Path) -> None:
    """Write a prepared database over the register in one transaction: a server that is running reads it at once."""
    with (
        closing(sqlite3.connect(prepared)) as source,
        closing(sqlite3.connect(database, timeout=TIMEOUT)) as target,
    ):
        _copy(source, target)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    tries = 0

    def count(status: int, remaining: int, total: int) -> None:
        nonlocal tries
        tries += 1
        if status != sqlite3.SQLITE_DONE and tries > MOST_TRIES:
            raise RuleBroken("数据库一直被占用，什么也没有改动：请停止 script/server 后再试。")

    source.backup(target, pages=-1, progress=count, sleep=1)


def demand_sound(connection: sqlite3.Connection) -> None:
    """RuleBroken where SQLite itself finds the file damaged, or a link that leads to nothing."""
    faults = [str(row[0]) for row in connection.execute("PRAGMA integrity_check").fetchall()]
    faults = [] if faults == ["ok"] else faults
    faults += [
        f"{row[0]} 第 {row[1]} 行的外键" for row in connection.execute("PRAGMA foreign_key_check").fetchall()
    ]
    if faults:
        raise RuleBroken(f"数据库本身有损坏：{'；'.join(faults[:5])}。")
