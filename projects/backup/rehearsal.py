"""A restore rehearsed: the backup is put into a scratch database and counted, and nothing of the register changes."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from projects.backup import manifest as manifests
from projects.backup import postgres, sqlite
from projects.backup.manifest import Manifest
from projects.backup.taking import Say
from projects.backup.totals import compare
from projects.rules.broken import RuleBroken


def rehearse(source: Path, *, say: Say) -> Manifest:
    """Check every file of a backup, restore its database beside the register's, and compare all totals.

    RuleBroken where the backup could not be restored; the scratch database is gone afterwards either way.
    """
    say("▸ 核对备份")
    manifest = manifests.read(source)
    if manifest.engine != connection.vendor:
        raise RuleBroken(
            f"备份取自 {manifest.engine}，这里使用 {connection.vendor}：只能在同一种数据库上演练。"
        )
    manifests.check_files(source, manifest)
    say("▸ 恢复到临时数据库")
    if manifest.engine == "sqlite":
        _rehearse_sqlite(source / sqlite.FILE, manifest)
    else:
        _rehearse_postgresql(source / postgres.FILE, manifest)
    return manifest


def _rehearse_sqlite(file: Path, manifest: Manifest) -> None:
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="rehearsal-") as folder:
        copy = Path(folder) / sqlite.FILE
        shutil.copyfile(file, copy)
        try:
            with closing(sqlite3.connect(copy)) as scratch:
                sqlite.demand_sound(scratch)
                compare(scratch.cursor(), manifest.totals, manifest.seals)
        except sqlite3.DatabaseError as fault:
            raise RuleBroken(f"备份中的数据库读不出：{fault}") from fault


def _rehearse_postgresql(file: Path, manifest: Manifest) -> None:
    with (
        _scratch_database() as name,
        closing(psycopg.connect(_at(name))) as scratch,
        scratch.cursor() as cursor,
    ):
        cursor.execute("DROP SCHEMA public CASCADE")  # the dump makes its own
        scratch.commit()
        postgres.restore_into(name, file)
        cursor.execute(f"SET search_path TO {connection.ops.quote_name(manifest.schema)}")
        compare(cursor, manifest.totals, manifest.seals)


@contextmanager
def _scratch_database() -> Iterator[str]:
    name = f"rehearsal_{timezone.now():%Y%m%d%H%M%S%f}"
    with closing(psycopg.connect(_at(connection.settings_dict["NAME"]), autocommit=True)) as server:
        try:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except psycopg.errors.InsufficientPrivilege as refused:
            raise RuleBroken(
                "数据库账号不能新建临时数据库，没有演练：请让管理员执行 ALTER ROLE … CREATEDB，或在另一台机器上恢复。"
            ) from refused
        try:
            yield name
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _at(database: str) -> str:
    known = connection.settings_dict
    stated = {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
    }
    return make_conninfo(dbname=database, **{name: value for name, value in stated.items() if value})
