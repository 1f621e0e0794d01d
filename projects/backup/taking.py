"""Take a backup: it is written beside its final place and renamed when it is complete and checked."""

import os
import platform
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from projects.backup import encryption, postgres, sqlite, totals, uploads
from projects.backup import manifest as manifests
from projects.backup.manifest import Manifest
from projects.rules.broken import RuleBroken

UPLOADS = "uploads"
SECRET_MASK = 0o077
"""What a backup is made of is for its owner alone: files 600, folders 700."""

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Content:
    """What the copied database holds, asked of the copy itself (SQLite) or of the moment dumped (PostgreSQL).

    `begun_at`: when copying it began; every write acknowledged before is in it.
    """

    begun_at: datetime
    migrations: list[str]
    totals: totals.Totals
    seals: dict[str, Any]
    named: dict[str, set[str]]


def take(to: Path, *, say: Say, recipients: Sequence[Any] = ()) -> Manifest:
    """Write a backup of the register to the new folder `to`, encrypted where there are public keys (`recipients`).

    RuleBroken, and nothing is left behind, when it cannot be completed. Files that the register itself has lost
    do not stop it: they are named in `damaged`.
    """
    _refuse_place(to)
    with masked(SECRET_MASK), _folder_beside(to) as unfinished:
        if recipients:
            with encryption.plain_folder() as plain:
                stated = _write(plain, say)
                say("▸ 加密")
                encryption.encrypt(plain, unfinished, list(recipients), stated.taken_at)
        else:
            stated = _write(unfinished, say)
        _sync(unfinished)
        _finish(unfinished, to)
    return stated


def _write(folder: Path, say: Say) -> Manifest:
    content = _copy(folder, say)
    say("▸ 核对每个文件的摘要")
    digests = {name: manifests.digest(folder / name) for name in manifests.files_in(folder)}
    there = [name for name in content.named if f"{UPLOADS}/{name}" in digests]
    clear = {name: uploads.clear_digest(folder / UPLOADS / name) for name in there}
    stated = _manifest(content, digests, uploads.damaged(content.named, clear))
    stated.write(folder)
    return stated


@contextmanager
def complaints() -> Iterator[None]:
    """Turn errors of the disk or the database into sentences; a stop signal cleans up first."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except (OSError, sqlite3.Error) as fault:
        raise RuleBroken(f"没有完成：{fault}。没有留下不完整的备份，登记册也没有改动。") from fault
    finally:
        signal.signal(signal.SIGTERM, before)


def product_version() -> str:
    """The version of the program and, in a checkout, its commit."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = str(tomllib.load(file)["project"]["version"])
    git = shutil.which("git")
    if git is None:
        return version
    asked = [git, "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return f"{version} {commit}".strip()


def _refuse_place(to: Path) -> None:
    if os.path.lexists(to):
        raise RuleBroken(f"{to} 已经存在，没有覆盖：请换一个名称。")
    if not to.parent.is_dir():
        raise RuleBroken(f"文件夹 {to.parent} 不存在，请先建立。")
    if to.resolve().is_relative_to(settings.MEDIA_ROOT.resolve()):
        raise RuleBroken("备份不能放在上传文件的文件夹里。")
    if connection.vendor not in ("sqlite", "postgresql"):
        raise RuleBroken(f"备份只支持 SQLite 与 PostgreSQL，不支持 {connection.vendor}。")
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        raise RuleBroken(f"还没有登记册：{connection.settings_dict['NAME']} 不存在。")
    if "django_migrations" not in connection.introspection.table_names():
        raise RuleBroken("数据库中还没有登记册，没有可备份的内容。")


@contextmanager
def masked(mask: int) -> Iterator[None]:
    """Files made meanwhile lack these permissions."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _folder_beside(to: Path) -> Iterator[Path]:
    """A folder beside the final place, on the same disk; it is gone afterwards unless it was renamed."""
    unfinished = Path(tempfile.mkdtemp(prefix=f".{to.name}.unfinished-", dir=to.parent))
    try:
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _copy(folder: Path, say: Say) -> Content:
    """Copy files, database, and the files that came meanwhile: whatever a copied record names was there before it.

    A workbook may be deleted between the two: then the database is copied again, in which it is no longer named.
    """
    say("▸ 复制上传的文件")
    copying = uploads.Copying(settings.MEDIA_ROOT, folder / UPLOADS)
    copying.run()
    missing: set[str] | None = None
    while True:
        say("▸ 复制数据库")
        content = _database(folder)
        copying.run()
        now = content.named.keys() - set(uploads.files_below(folder / UPLOADS))
        if not now or now == missing:
            return content
        missing = now


def _database(folder: Path) -> Content:
    begun_at = timezone.now()
    if connection.vendor == "sqlite":
        copy = folder / sqlite.FILE
        sqlite.snapshot(Path(connection.settings_dict["NAME"]), copy)
        with sqlite.reading(copy) as cursor:
            return _content(cursor, begun_at)
    with postgres.snapshot() as (cursor, name):
        postgres.dump(folder / postgres.FILE, name)
        return _content(cursor, begun_at)


def _content(cursor: totals.Cursor, begun_at: datetime) -> Content:
    table = MigrationRecorder.Migration._meta.db_table
    cursor.execute(f"SELECT app, name FROM {table} ORDER BY app, name")  # nosec B608 # names from the models
    migrations = [f"{app}.{name}" for app, name in cursor.fetchall()]
    return Content(
        begun_at,
        migrations,
        totals.totals_of(cursor, totals.wanted()),
        totals.seals_of(cursor),
        uploads.named_by_records(cursor),
    )


def _manifest(content: Content, digests: dict[str, str], damaged: list[str]) -> Manifest:
    is_sqlite = connection.vendor == "sqlite"
    return Manifest(
        format=manifests.FORMAT,
        taken_at=content.begun_at.isoformat(),
        engine=connection.vendor,
        engine_version=sqlite3.sqlite_version if is_sqlite else postgres.server_version(),
        schema="" if is_sqlite else postgres.current_schema(),
        product=f"{product_version()}; Python {platform.python_version()}",
        is_demonstration=settings.DEMO,
        migrations=content.migrations,
        files=digests,
        totals=content.totals,
        seals=content.seals,
        damaged=damaged,
    )


def _sync(folder: Path) -> None:
    """Have everything on the disk before the backup gets its name."""
    for path in [*folder.rglob("*"), folder]:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _finish(unfinished: Path, to: Path) -> None:
    if os.path.lexists(to):
        raise RuleBroken(f"{to} 在备份期间被别人建立，没有覆盖：请换一个名称。")
    unfinished.rename(to)
    opened = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
