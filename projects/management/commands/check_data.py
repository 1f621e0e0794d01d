"""`manage.py check_data`: whether the stored data hold together."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.notices.watch import Observed, observe
from projects.upkeep.checks import data_checks


class Command(BaseCommand):
    help = (
        "核对数据：数据库自检、关联、每条记录和它最新的历史、上传的文件和登记的摘要、封存链、审计链。只读，运行中也可以。"
        "退出状态：0 全部完好；1 有问题（逐条列出）。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--tell", action="store_true", help="有问题时通知管理员一次，恢复时再通知一次（定时运行用）"
        )

    def handle(self, *, tell: bool, **options: Any) -> None:
        faults = 0
        for check in data_checks():
            self.stdout.write(f"{'不符' if check.faults else '完好'} {check.title}：{check.checked}")
            for sentence in check.faults:
                self.stdout.write(f"  ✗ {sentence}")
            for sentence in check.remarks:
                self.stdout.write(f"  ▸ {sentence}")
            faults += len(check.faults)
            if tell:
                observe([Observed(f"核对数据，{check.title}", "；".join(check.faults), "不符")])
        if faults:
            raise CommandError(f"发现 {faults} 处问题。")
