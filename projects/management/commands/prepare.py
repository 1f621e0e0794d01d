"""`manage.py prepare`: migrate, load first data and collect static files, so that the register can be served."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from projects.actions import sending
from projects.models import Project


class Command(BaseCommand):
    help = "迁移数据库、载入报道数据、建立首批账号、收集静态文件；已就绪的步骤不做。"
    requires_system_checks = []  # migrate runs those that matter here

    def handle(self, **options: Any) -> None:
        try:
            self.prepare_database()
        except OperationalError as error:
            raise CommandError(
                f"数据库打不开，请检查 DATABASE_URL 或 {settings.VAR_DIR}：{error}"
                f" The database does not open; check DATABASE_URL or {settings.VAR_DIR}."
            ) from error
        self.collect_static_files()

    def prepare_database(self) -> None:
        article = settings.FIXTURE_DIRS[0] / "article.json"
        is_empty = register_is_empty()
        if is_empty and not settings.DEMO and not article.is_file():
            raise CommandError(
                f"缺少数据文件 {article}，请从代码仓库恢复。"
                f" Missing {article}; restore it from the repository."
            )
        if is_behind():
            self.stdout.write("▸ 更新数据库结构")
            call_command("migrate", interactive=False, verbosity=0)
        if is_empty and settings.DEMO:
            call_command("demo", stdout=self.stdout)
        elif is_empty:
            self.stdout.write("▸ 载入 fixtures/article.json")
            call_command("loaddata", "article", verbosity=0)
        call_command("first_accounts", stdout=self.stdout)
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
    has_table = Project._meta.db_table in connection.introspection.table_names()
    return not (has_table and Project.objects.exists())


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
