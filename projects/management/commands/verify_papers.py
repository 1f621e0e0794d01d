"""`manage.py verify_papers [FILE …]`: computes every number of papers again and names the differences."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from projects.papers.verifying import Verified, verified_file, verified_kept


class Command(BaseCommand):
    help = (
        "核对材料：按封存的月份或当时所知的台账重新计算每个数字，指出不一致的；有不一致时以 1 退出。"
        "不写文件时核对系统里保存的全部会议材料。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="文件")

    def handle(self, *, files: list[Path], **options: Any) -> None:
        faulty = 0
        for paper in map(_read, files) if files else verified_kept():
            for words in paper.faults:
                self.stderr.write(f"{paper.name} {words}")
            if paper.faults:
                faulty += 1
            else:
                self.stdout.write(f"相符 {paper.name}：{paper.numbers} 个数字")
        if faulty:
            raise CommandError(f"{faulty} 个文件与封存或台账不一致。")


def _read(file: Path) -> Verified:
    try:
        return verified_file(file.name, file.read_bytes())
    except OSError as fault:
        return Verified(file.name, 0, [str(fault)])
