"""`manage.py demo`: fills an empty register with a made-up district, marked 演示 in every name."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects.actions.demonstration import demonstrate
from projects.rules.broken import RuleBroken


class Command(BaseCommand):
    help = "在空库中生成演示数据：一个虚构的区，两年的项目、节点、月报与目标。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projects", type=int, default=300, help="项目个数，默认 300")
        parser.add_argument("--seed", type=int, default=1, help="同一天同一个数得到同样的数据，默认 1")

    def handle(self, *, projects: int, seed: int, **options: Any) -> None:
        path = settings.VAR_DIR / "accounts.txt"
        try:
            accounts = demonstrate(projects, seed=seed, today=timezone.localdate(), accounts=path)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        settings.DEMO_MARK.touch()
        self.stdout.write(
            f"▸ 已生成演示数据：{projects} 个虚构项目。This is demonstration data: no real project."
        )
        self.stdout.write(f"▸ 演示账号（用户名 密码 角色），只显示这一次，另存于 {path}")
        for account in accounts:
            self.stdout.write(f"  {account}")
