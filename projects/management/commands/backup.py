"""`manage.py backup TO`: the whole register in one new folder, also while people write."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.backup import manifest as manifests
from projects.backup.taking import complaints, take
from projects.rules.broken import RuleBroken

DAMAGED = 3


class Command(BaseCommand):
    help = (
        "备份数据库与上传的文件到一个新文件夹，运行中也可以。不含密钥（var/secret_key）与首批账号文件。"
        "退出状态：0 完整；1 没有备份；3 已备份，但登记册自己有文件缺失或被改动（逐一列出）。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", type=Path, metavar="TO", help="新文件夹，不能已经存在")

    def handle(self, *, to: Path, **options: Any) -> None:
        try:
            with complaints():
                taken = take(to.absolute(), say=self.say)
                digest = manifests.digest(to / manifests.NAME)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        rows = sum(table["rows"] for table in taken.totals.values())
        self.say(f"▸ 备份完成：{to}，{len(taken.files)} 个文件，{rows} 行。不含密钥 secret_key。")
        self.say(f"  清单的 SHA-256：{digest}")
        if taken.damaged:
            raise CommandError(
                f"备份已写好，但登记册中有文件已缺失或被改动：{manifests.listed(taken.damaged)}。",
                returncode=DAMAGED,
            )

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
