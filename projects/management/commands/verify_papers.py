"""`manage.py verify_papers FILE …`: computes every number of a paper again from its seal and names the differences."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from projects.models import Bulletin
from projects.papers.bulletin import sealed_paper
from projects.papers.document import differences, kept_paper
from projects.rules.broken import RuleBroken
from projects.rules.seals import chain_fault


class Command(BaseCommand):
    help = "核对通报文件：按封存的月份重新计算每个数字，指出不一致的；有不一致时以 1 退出。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="文件.docx")

    def handle(self, *, files: list[Path], **options: Any) -> None:
        faulty = 0
        for file in files:
            try:
                told, count = _verified(file.read_bytes())
            except (OSError, RuleBroken) as fault:
                told, count = [str(fault)], 0
            for words in told:
                self.stderr.write(f"{file.name} {words}")
            if told:
                faulty += 1
            else:
                self.stdout.write(f"相符 {file.name}：{count} 个数字")
        if faulty:
            raise CommandError(f"{faulty} 个文件与封存不一致。")


def _verified(content: bytes) -> tuple[list[str], int]:
    """What is otherwise in a paper, and how many numbers it has. RuleBroken where it is none."""
    kept = kept_paper(content)
    digest, part = kept.properties.get("hp_seal", ""), kept.properties.get("hp_part", "")
    found = Bulletin.objects.select_related("organisation").filter(digest=digest).first() if digest else None
    if found is None:
        raise RuleBroken("找不到这个文件所依据的封存。")
    if fault := chain_fault(found.content, found.digest, found.previous_digest, found.previous_digest):
        raise RuleBroken(f"所依据的封存{fault}")
    again = sealed_paper(found, part)
    if again is None:
        raise RuleBroken("所依据的封存无法读取。")
    return differences(kept, again.fields), len(kept.keys)
