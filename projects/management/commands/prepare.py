"""`manage.py prepare`: migrate, load first data and collect static files, so that the register can be served."""

import hashlib
import os
import stat
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from projects.actions import sending
from projects.models import Project, User, append_only


class Command(BaseCommand):
    help = "迁移数据库、载入报道数据、建立首批账号、收集静态文件；已就绪的步骤不做。"
    requires_system_checks = []  # migrate runs those that matter here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new", action="store_true", help="从空的登记册开始：没有报道数据，只有一个管理员账号"
        )

    def handle(self, *, new: bool = False, **options: Any) -> None:
        try:
            self.prepare_database(new=new)
        except OperationalError as error:
            raise CommandError(
                f"数据库打不开，请检查 DATABASE_URL 或 {settings.VAR_DIR}：{error}"
                f" The database does not open; check DATABASE_URL or {settings.VAR_DIR}."
            ) from error
        self.collect_static_files()
        close_to_others(settings.VAR_DIR)

    def prepare_database(self, *, new: bool) -> None:
        article = settings.FIXTURE_DIRS[0] / "article.json"
        is_empty = register_is_empty()
        began_new = settings.VAR_DIR / "began_new"
        if new and not is_empty and not began_new.is_file():
            raise CommandError(
                f"{settings.VAR_DIR} 里已有登记册，不能再作为新的开始；请另设 VAR_DIR 或 DATABASE_URL。"
                f" There is a register already; choose another VAR_DIR or DATABASE_URL.",
            )
        if is_empty and not new and not settings.DEMO and not article.is_file():
            raise CommandError(
                f"缺少数据文件 {article}，请从代码仓库恢复。"
                f" Missing {article}; restore it from the repository."
            )
        if is_behind():
            self.stdout.write("▸ 更新数据库结构")
            call_command("migrate", interactive=False, verbosity=0)
        append_only.protect()  # also where a backup of an earlier version was put back
        if is_empty and settings.DEMO:
            call_command("demo", stdout=self.stdout)
        elif is_empty and not new:
            self.stdout.write("▸ 载入 fixtures/article.json")
            call_command("loaddata", "article", verbosity=0)
        if new and is_empty:
            began_new.touch()
        call_command("first_accounts", empty=new, stdout=self.stdout)
        sending.forget_old()

    def collect_static_files(self) -> None:
        stamp = settings.VAR_DIR / "static.stamp"
        wanted = static_digest()
        if stamp.is_file() and stamp.read_text() == wanted and settings.STATIC_ROOT.is_dir():
            return
        self.stdout.write("▸ 收集并压缩静态文件")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)


def register_is_empty() -> bool:
    """No project and no account: a register that somebody began with `--new` has an administrator."""
    has_tables = {Project._meta.db_table, User._meta.db_table} <= set(connection.introspection.table_names())
    return not (has_tables and (Project.objects.exists() or User.objects.exists()))


def close_to_others(folder: Path) -> None:
    """Take the rights of group and others from all that lies in the folder, as earlier versions left it."""
    mine = os.geteuid()
    for path in (folder, *folder.rglob("*")):
        try:
            found = path.lstat()
            if found.st_uid == mine and found.st_mode & 0o077 and not stat.S_ISLNK(found.st_mode):
                path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
        except FileNotFoundError:  # SQLite takes its journals away while we look
            continue


def is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_digest() -> str:
    """Changes when a static file of any application does, by name, size or time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
