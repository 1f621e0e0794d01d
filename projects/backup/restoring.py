"""Restore a backup: everything is checked before anything changes, and the current register is backed up first."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from projects.backup import manifest as manifests
from projects.backup import postgres, sqlite, taking, totals, uploads
from projects.backup.manifest import Manifest
from projects.backup.taking import UPLOADS, Say
from projects.models import Bulletin, Import, Organisation, Project, Restoration, User
from projects.rules.broken import RuleBroken

UPLOADS_MASK = 0o027
"""Uploaded files are 640, as when they came in."""
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside`: the folder of the replaced register's backup; None when the register was empty."""

    manifest: Manifest
    aside: Path | None
    is_behind: bool


def restore(source: Path, *, replace: bool, say: Say) -> Restored:
    """Put the register of a backup in the place of this one; RuleBroken, and nothing has changed."""
    say("▸ 核对备份")
    manifest = manifests.read(source)
    is_behind = _refuse_other(manifest)
    manifests.check_files(source, manifest)
    is_empty = _is_empty()
    if not is_empty and not replace:
        raise RuleBroken("这里已有登记册，没有覆盖。确实要替换时请加 --replace，现有内容会先另存。")
    with taking.masked(UPLOADS_MASK), _staged(source, manifest, say) as (root, staged):
        aside = None if is_empty else _kept_aside(say)
        say("▸ 写入数据库")
        _write_database(source, manifest, staged, aside)
        _swap_uploads(root, staged)
    _mark_demonstration(manifest)
    for alias in settings.CACHES:
        caches[alias].clear()
    return Restored(manifest, aside, is_behind)


def _refuse_other(manifest: Manifest) -> bool:
    """RuleBroken for a backup of another engine or a newer program; else whether the backup is of an older one."""
    if manifest.engine != connection.vendor:
        wanted, here = (ENGINES.get(name, name) for name in (manifest.engine, connection.vendor))
        raise RuleBroken(f"备份取自 {wanted}，这里使用 {here}：只能恢复到同一种数据库。")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise RuleBroken(
            f"备份取自较新的程序（{manifest.product}），本程序不认识其数据库结构：{manifests.listed(unknown)}。"
        )
    if settings.DEMO and not settings.DEMO_MARK.is_file() and not manifest.is_demonstration:
        raise RuleBroken("备份是真实数据，而这里设了 DEMO=1：请先去掉 DEMO。")
    return bool(known - set(manifest.migrations))


def _is_empty() -> bool:
    present = set(connection.introspection.table_names())
    holds_rows = any(
        model._meta.db_table in present and model._base_manager.exists()
        for model in (Project, User, Bulletin, Import, Organisation)
    )
    return not holds_rows and next(uploads.files_below(settings.MEDIA_ROOT), None) is None


@contextmanager
def _staged(source: Path, manifest: Manifest, say: Say) -> Iterator[tuple[Path, Path]]:
    """The folder of uploads, and a folder in it that holds the backup's files, checked once more after copying."""
    root = settings.MEDIA_ROOT
    root.mkdir(parents=True, exist_ok=True)
    staged = root / f"{uploads.UNFINISHED}-{timezone.now():%Y%m%d%H%M%S%f}"
    try:
        say("▸ 复制备份中的文件")
        staged.mkdir(mode=0o700)
        (staged / UPLOADS).mkdir()
        for name, digest in manifest.files.items():
            uploads.copy(source / name, staged / name)
            if manifests.digest(staged / name) != digest:
                raise RuleBroken(f"{name} 复制后与清单不符，什么也没有改动。")
        yield root, staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _kept_aside(say: Say) -> Path:
    """A backup of the register that is to be replaced, in `VAR_DIR`."""
    aside: Path = settings.VAR_DIR / f"before-restore-{timezone.localtime():%Y%m%d-%H%M%S-%f}"
    say(f"▸ 现有登记册另存到 {aside}")
    taking.take(aside, say=say)
    return aside


def _write_database(source: Path, manifest: Manifest, staged: Path, aside: Path | None) -> None:
    entry = _restoration(source, manifest)
    if connection.vendor == "sqlite":
        prepared = staged / sqlite.FILE
        sqlite.prepare(prepared, manifest, entry)
        if aside is not None:
            _refuse_writers(aside)
        connections.close_all()
        sqlite.replace(Path(connection.settings_dict["NAME"]), prepared)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        postgres.hold_still()
        if aside is not None:
            _refuse_writers(aside)
        postgres.replace(staged / postgres.FILE, manifest.schema)
        totals.compare(cursor, manifest.totals, manifest.seals)
        cursor.execute(entry[0].replace("?", "%s"), entry[1])
    connections.close_all()


def _refuse_writers(aside: Path) -> None:
    """RuleBroken when something was written since the present register was kept aside."""
    kept = manifests.read(aside)
    with connection.cursor() as cursor:
        try:
            totals.compare(cursor, kept.totals, kept.seals)
        except RuleBroken as broken:
            raise RuleBroken("有人正在写入，什么也没有改动：请停止 script/server 后再试。") from broken


def _restoration(source: Path, manifest: Manifest) -> tuple[str, list[Any]]:
    """The statement that stores this restoration, which invalidates cached answers of the replaced register."""
    values = [timezone.now(), datetime.fromisoformat(manifest.taken_at)]
    moments = [connection.ops.adapt_datetimefield_value(value) for value in values]
    statement = (
        f"INSERT INTO {Restoration._meta.db_table} (restored_at, taken_at, manifest_digest) VALUES (?, ?, ?)"  # nosec B608 # names from the models
    )
    return statement, [*moments, manifests.digest(source / manifests.NAME)]


def _swap_uploads(root: Path, staged: Path) -> None:
    """The last step, two renames for each folder: everything that could fail has been done before it."""
    try:
        uploads.swap(root, staged / UPLOADS, staged / uploads.REPLACED)
    except OSError as fault:
        raise RuleBroken(
            f"数据库已恢复，但上传的文件没有换上：{fault}。请排除后用 --replace 再恢复一次。"
        ) from fault


def _mark_demonstration(manifest: Manifest) -> None:
    """Mark a restored demonstration, so that every page says so."""
    if manifest.is_demonstration:
        settings.DEMO_MARK.touch()
    else:
        settings.DEMO_MARK.unlink(missing_ok=True)
