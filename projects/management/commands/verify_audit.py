"""`manage.py verify_audit`: walks the chain of the audit and names the first entry that was altered or is missing."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.figures.audit import checked_audit

NOTED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class Command(BaseCommand):
    help = "核对审计链；发现被改动、删除或插入的记录时指出第一条，并以 1 退出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--noted", metavar="序号:摘要", help="此前另行记下的一条（上次核对时打印的），还应在链上"
        )

    def handle(self, *, noted: str | None = None, **options: Any) -> None:
        found = NOTED.fullmatch(noted) if noted else None
        if noted and not found:
            raise CommandError("--noted 应是“序号:摘要”，照上次核对时打印的写。")
        checked = checked_audit(number=int(found[1]), digest=found[2]) if found else checked_audit()
        if checked.fault:
            raise CommandError(f"审计记录被改动：{checked.fault}。")
        if not checked.entries:
            self.stdout.write("还没有审计记录。")
            return
        self.stdout.write(f"完好 {checked.entries} 条，最后一条 {checked.newest}:{checked.digest}")
        self.stdout.write("请把“序号:摘要”记在别处，下次用 --noted 核对末尾没有被删。")
