"""`manage.py backup TO`: the whole register in one new folder, also while people write.

`manage.py backup --below FOLDER --keep 14`, for a schedule, makes a folder named by the moment and drops old ones.
With BACKUP_RECIPIENTS it is encrypted for these public keys, unless `--plain` is given.
"""

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from projects.backup import manifest as manifests
from projects.backup import retention
from projects.backup.encryption import recipients_of
from projects.backup.taking import complaints, take
from projects.figures.health import note_backup
from projects.notices.watch import Observed, observe
from projects.rules.broken import RuleBroken

DAMAGED = 3
TITLE = "定时备份"
log = logging.getLogger(__name__)


@contextmanager
def telling() -> Iterator[None]:
    """For a backup that nobody looks at: administrators are told where it fails, and when one succeeds again."""
    try:
        yield
    except CommandError as fault:
        _tell(str(fault))
        raise
    _tell("")


def _tell(fault: str) -> None:
    try:
        observe([Observed(TITLE, fault)])
    except Error:
        log.exception("没有通知到管理员（administrators were not told）")


class Command(BaseCommand):
    help = (
        "备份数据库与上传的文件到一个新文件夹，运行中也可以。不含密钥（var/secret_key）与首批账号文件。"
        "退出状态：0 完整；1 没有备份；3 已备份，但登记册自己有文件缺失或被改动（逐一列出）。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", type=Path, nargs="?", metavar="TO", help="新文件夹，不能已经存在")
        parser.add_argument(
            "--below", type=Path, metavar="FOLDER", help="在这个文件夹下按时间命名，用于定时备份"
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="定时备份保留最近几份（用 --below 时，至少 1）"
        )

        parser.add_argument(
            "--plain", action="store_true", help="不加密（设了 BACKUP_RECIPIENTS 时默认加密）"
        )

    def handle(
        self, *, to: Path | None, below: Path | None, keep: int | None, plain: bool, **options: Any
    ) -> None:
        if (to is None) == (below is None) or (keep is not None and (below is None or keep < 1)):
            raise CommandError("请写备份到哪个新文件夹，或用 --below FOLDER [--keep N]。")
        words = [] if plain else settings.BACKUP_RECIPIENTS
        if below is None:
            self.back_up(to, words)  # type: ignore[arg-type]
            return
        with telling():
            self.back_up(retention.next_folder(below.absolute()), words)
        if keep is not None:
            for old in retention.drop_old(below, keep=keep):
                self.say(f"  已删除旧备份 {old.name}")

    def back_up(self, to: Path, public_keys: list[str]) -> None:
        try:
            with complaints():
                taken = take(to.absolute(), say=self.say, recipients=recipients_of(public_keys))
                digest = manifests.digest(to / manifests.NAME)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        note_backup(taken.taken_at)
        rows = sum(table["rows"] for table in taken.totals.values())
        self.say(f"▸ 备份完成：{to}，{len(taken.files)} 个文件，{rows} 行。不含密钥 secret_key。")
        self.say(f"  清单的 SHA-256：{digest}")
        if public_keys:
            self.say(f"  已为 {len(public_keys)} 把公钥加密：恢复时要用相应的私钥。")
        if taken.damaged:
            raise CommandError(
                f"备份已写好，但登记册中有文件已缺失或被改动：{manifests.listed(taken.damaged)}。",
                returncode=DAMAGED,
            )

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
