"""How the installation is: what serving needs, and what an operator has to look after before it hurts.

Called by `/readyz` for monitors and by the page 运行情况 for administrators.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from projects.models import User
from projects.rules.durations import ago
from projects.rules.duties import DUTIES, duties_fault

LEAST_FREE_BYTES = 1024**3
LONGEST_WAIT = timedelta(minutes=15)
"""A job that waits longer waits for a worker that is not there, or is not enough."""
GIGABYTE = 1024**3
NAMED = 5
"""Accounts that a check names."""


class Verdict(StrEnum):
    GOOD = "good"
    LOOK = "look"
    """Serving goes on, but somebody has to act."""
    DOWN = "down"
    """Serving is not possible, or loses what is uploaded."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One check. `words`: what was found, and what to do, for an administrator; it may name folders of the server."""

    key: str
    title: str
    verdict: Verdict
    words: str

    @property
    def light(self) -> str:
        return {Verdict.GOOD: "green", Verdict.LOOK: "yellow", Verdict.DOWN: "red"}[self.verdict]

    @property
    def state_words(self) -> str:
        return {Verdict.GOOD: "正常", Verdict.LOOK: "要处理", Verdict.DOWN: "不能用"}[self.verdict]


def health_checks() -> list[HealthCheck]:
    """All checks; where the database does not answer, those that ask it are left out."""
    database = _database()
    asked = [] if database.verdict == Verdict.DOWN else [_migrations(), _queue(), _duties()]
    return [database, *asked, _storage(), _disk(), _worker(), _backup()]


def workers_folder() -> Path:
    """Holds a file for each worker, locked while the worker runs."""
    return Path(settings.VAR_DIR) / "workers"


def last_backup() -> datetime | None:
    """When the newest complete backup of this register was begun; None where there is none."""
    try:
        return datetime.fromisoformat(_backup_mark().read_text().strip())
    except (OSError, ValueError):
        return None


def note_backup(taken_at: str) -> None:
    """Note that a backup is complete, of the moment in ISO 8601; renamed into place, so it is never half a text."""
    mark = _backup_mark()
    draft = mark.with_suffix(".new")
    draft.write_text(taken_at)
    draft.replace(mark)


def _backup_mark() -> Path:
    return Path(settings.VAR_DIR) / "last_backup"


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:  # a table: SQLite answers SELECT 1 without its file
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except Error:
        return False
    return True


def note_worker() -> None:
    """Note that a worker is at work; called at each of its turns."""
    with suppress(OSError):  # a full disk does not end it
        _worker_mark().touch(mode=0o600)


def worker_seen() -> datetime | None:
    """When a worker last began a turn; None where none ever did."""
    try:
        return datetime.fromtimestamp(_worker_mark().stat().st_mtime, UTC)
    except OSError:
        return None


def workers_running() -> int:
    return sum(_is_locked(path) for path in _signs())


def _worker_mark() -> Path:
    return Path(settings.VAR_DIR) / "last_worker"


def _database() -> HealthCheck:
    title = "数据库"
    if not database_answers():
        return HealthCheck("database", title, Verdict.DOWN, "连不上。恢复后页面自己会好，不用重启。")
    return HealthCheck("database", title, Verdict.GOOD, f"能读（{connection.vendor}）。")


def _migrations() -> HealthCheck:
    executor = MigrationExecutor(connection)
    open_ones = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if open_ones:
        words = f"有 {len(open_ones)} 步结构更新没有做：先备份，再运行 manage.py prepare。"
        return HealthCheck("migrations", "数据库结构", Verdict.DOWN, words)
    return HealthCheck("migrations", "数据库结构", Verdict.GOOD, "和程序一致。")


def _duties() -> HealthCheck:
    """Where the duties are kept apart: that each has somebody, and that nobody has two."""
    title = "三员分立"
    if not settings.SEPARATE_DUTIES:
        return HealthCheck("duties", title, Verdict.GOOD, "没有启用（SEPARATE_DUTIES）。")
    people = list(User.objects.with_roles().filter(is_active=True))
    doubled = [str(person) for person in people if duties_fault(person.roles, separate=True)]
    if doubled:
        words = f"一人兼任了不能兼任的角色：{'、'.join(doubled[:NAMED])}。请在“人员”页改。"
        return HealthCheck("duties", title, Verdict.LOOK, words)
    missing = [duty.label for duty in DUTIES if not any(duty in person.roles for person in people)]
    if missing:
        return HealthCheck("duties", title, Verdict.LOOK, f"还没有人担任：{'、'.join(missing)}。")
    return HealthCheck("duties", title, Verdict.GOOD, "管理员、安全员、审计员各由不同的人担任。")


def _queue() -> HealthCheck:
    waiting = DBTaskResult.objects.ready()
    oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    if oldest is None:
        return HealthCheck("queue", "后台任务", Verdict.GOOD, "没有在等的任务。")
    words = f"{waiting.count()} 个任务在等，最早的 {ago(timezone.now() - oldest)}前排上。"
    late = timezone.now() - oldest > LONGEST_WAIT
    return HealthCheck("queue", "后台任务", Verdict.LOOK if late else Verdict.GOOD, words)


def _storage() -> HealthCheck:
    title = "上传文件夹"
    try:
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
            file.write(b"1")
    except OSError as fault:
        words = f"{settings.MEDIA_ROOT} 不能写：{fault.strerror}。"
        return HealthCheck("storage", title, Verdict.DOWN, words)
    return HealthCheck("storage", title, Verdict.GOOD, "能写。")


def _disk() -> HealthCheck:
    title = "磁盘"
    try:
        usage = shutil.disk_usage(settings.VAR_DIR)
    except OSError as fault:
        return HealthCheck("disk", title, Verdict.LOOK, f"看不到 {settings.VAR_DIR}：{fault.strerror}。")
    words = f"还剩 {usage.free / GIGABYTE:.1f} GB，共 {usage.total / GIGABYTE:.0f} GB。"
    if usage.free < LEAST_FREE_BYTES:
        return HealthCheck("disk", title, Verdict.LOOK, f"{words}请清理磁盘：满了以后就不能写入。")
    return HealthCheck("disk", title, Verdict.GOOD, words)


def _worker() -> HealthCheck:
    title = "后台处理程序"
    running = workers_running()
    if not running:
        words = "没有在运行：大的导入会一直等。请启动 manage.py db_worker，或用 script/server。"
        return HealthCheck("worker", title, Verdict.LOOK, words)
    return HealthCheck("worker", title, Verdict.GOOD, f"{running} 个在运行。")


def _signs() -> list[Path]:
    try:
        return [path for path in workers_folder().iterdir() if path.is_file()]
    except OSError:
        return []


def _is_locked(path: Path) -> bool:
    """Whether somebody holds the file; the lock that is tried goes with the number."""
    try:
        number = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(number)
    return False


def _backup() -> HealthCheck:
    title = "备份"
    if not settings.BACKUP_MOST_HOURS:
        return HealthCheck("backup", title, Verdict.GOOD, "设置里写明不由本系统备份（BACKUP_MOST_HOURS=0）。")
    taken = last_backup()
    if taken is None:
        words = "从来没有备份过。请运行 manage.py backup，并设成每天自动做。"
        return HealthCheck("backup", title, Verdict.LOOK, words)
    age = timezone.now() - taken
    words = f"最近一次在 {timezone.localtime(taken):%Y-%m-%d %H:%M}（{ago(age)}前）。"
    if age > timedelta(hours=settings.BACKUP_MOST_HOURS):
        return HealthCheck(
            "backup", title, Verdict.LOOK, f"{words}已超过 {settings.BACKUP_MOST_HOURS} 小时。"
        )
    return HealthCheck("backup", title, Verdict.GOOD, words)
