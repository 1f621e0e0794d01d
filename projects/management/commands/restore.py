"""`manage.py restore FROM`: puts a backup in the place of the register, whole or not at all."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from projects.backup import manifest as manifests
from projects.backup import rehearsal
from projects.backup.encryption import opened
from projects.backup.restoring import restore
from projects.backup.taking import SECRET_MASK, complaints, masked
from projects.figures.chain import checked_seals
from projects.rules.broken import RuleBroken


class Command(BaseCommand):
    help = (
        "从 manage.py backup 的备份恢复。先停止 script/server。已有登记册时须加 --replace，现有内容先另存到 "
        "VAR_DIR/before-restore-…。退出状态：0 已恢复；1 什么也没有改动。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="FROM", help="备份的文件夹")
        parser.add_argument(
            "--rehearse", action="store_true", help="演练：恢复到临时数据库核对合计，什么也不改"
        )
        parser.add_argument("--replace", action="store_true", help="替换现有登记册（先另存）")

        parser.add_argument(
            "--identity", type=Path, metavar="FILE", help="加密的备份：age 私钥文件，用完请从服务器上拿走"
        )

    def handle(
        self, *, source: Path, replace: bool, rehearse: bool, identity: Path | None, **options: Any
    ) -> None:
        if rehearse:
            self.rehearse(source.absolute(), identity)
            return
        try:
            with complaints(), self.opened(source.absolute(), identity) as plain:
                restored = restore(plain, replace=replace, say=self.say)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        except DatabaseError as fault:
            raise CommandError(f"数据库没有接受，什么也没有改动：{fault}") from fault
        self.say(f"▸ 已恢复 {restored.manifest.taken_at} 的备份，合计与清单一致。")
        if restored.aside:
            self.say(f"  恢复前的登记册：{restored.aside}")
        if restored.manifest.damaged:
            self.say(f"  备份时就已缺失或被改动的文件：{manifests.listed(restored.manifest.damaged)}")
        if restored.is_behind:
            self.say("  备份取自较早的程序：请运行 script/server（或 manage.py migrate）更新数据库结构。")
        else:
            self.say_seals()

    @contextmanager
    def opened(self, source: Path, identity: Path | None) -> Iterator[Path]:
        """What is decrypted is for its owner alone; what is restored of it gets the permissions that it should have."""
        with masked(SECRET_MASK), opened(source, identity) as plain:
            yield plain

    def rehearse(self, source: Path, identity: Path | None) -> None:
        try:
            with complaints(), self.opened(source, identity) as plain:
                manifest = rehearsal.rehearse(plain, say=self.say)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        rows = sum(table["rows"] for table in manifest.totals.values())
        self.say(
            f"▸ 演练通过：{manifest.taken_at} 的备份可以恢复，{rows} 行，合计与清单一致。什么也没有改动。"
        )

    def say_seals(self) -> None:
        seals = checked_seals()
        faults = [f"《{seal.title}》{seal.fault}" for seal in seals if seal.fault]
        self.say(f"  封存链：{'；'.join(faults) if faults else f'{len(seals)} 期完好'}")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
