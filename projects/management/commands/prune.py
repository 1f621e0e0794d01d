"""`manage.py prune`: deletes what nobody needs any more, and says what."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from projects.upkeep.pruning import prune


class Command(BaseCommand):
    help = "清理过期的登录、旧的任务和没有写入的导入等；历史、封存、账号从不清理。保留多久见 .env.example 的 KEEP_…。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只数，不删")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        total = 0
        for step in prune(is_rehearsal=dry_run):
            self.stdout.write(f"▸ {step.what}：{step.number}")
            total += step.number
        self.stdout.write(f"{'会删除' if dry_run else '已删除'} {total} 条。")
