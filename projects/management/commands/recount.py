"""`manage.py recount`: computes every figure a second time from the raw tables, and names each difference."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from projects.recount.questions import Questions, default_days, earlier_moment, one_unit
from projects.recount.refereeing import Comparison, compare_days, compare_seals
from projects.recount.tables import snapshot

ALL = "all"


@contextmanager
def one_state() -> Iterator[None]:
    """Both sides read the same state of the register, whoever writes meanwhile; nobody waits for it."""
    if connection.in_atomic_block:  # of a caller, as in a test
        yield
    elif connection.vendor == "sqlite":  # `atomic` would keep the writers out until the end
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


class Command(BaseCommand):
    help = (
        "用另一套独立、简单的算法，从原始记录逐行重算各项数字，与系统的数字逐一比对。"
        "退出状态：0 完全一致；1 有差异，逐条列出。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days",
            nargs="+",
            type=date.fromisoformat,
            help="截至日，如 2024-09-30；默认近 12 个月末和月中 3 天",
        )
        parser.add_argument(
            "--units", nargs="+", help=f"另按哪些单位重算：名称或简称，{ALL} 为全部；默认抽一个"
        )
        parser.add_argument("--sealed", action="store_true", help="只核对已封存的月份")
        parser.add_argument(
            "--seed", type=int, default=1, help="抽取月中日期、单位和“当时所知”的随机数，默认 1"
        )

    def handle(self, *, sealed: bool, **options: Any) -> None:
        comparison = Comparison()
        with one_state():
            for done in compare_seals(comparison):
                self.stdout.write(f"▸ {done}")
            if not sealed:
                for done in compare_days(self.asked(**options), comparison):
                    self.stdout.write(f"▸ {done}")
        self.tell(comparison)

    def asked(
        self, *, days: Sequence[date] | None, units: list[str] | None, seed: int, **_: Any
    ) -> Questions:
        chance, today = Random(seed), timezone.localdate()
        chosen = sorted(days) if days else default_days(today, chance)
        if chosen[-1] > today:
            raise CommandError(f"截至日不能晚于今天（{today}）：{chosen[-1]}")
        sample, moments = one_unit(chance), earlier_moment(chance)
        named = self.named(units) if units else sample
        return Questions(chosen, [None, *named], sample, [None, *moments])

    def named(self, names: list[str]) -> list[int]:
        tree = snapshot(None).tree
        below = {row.id: row for row in tree.rows.values() if row.id != tree.root}
        if names == [ALL]:
            return list(below)
        found = []
        for name in names:
            units = [row.id for row in below.values() if name in (row.name, row.short_name)]
            if not units:
                raise CommandError(f"没有叫“{name}”的单位")
            found += units
        return found

    def tell(self, comparison: Comparison) -> None:
        for difference in comparison.differences:
            self.stdout.write(f"✗ [{difference.kind}] {difference}")
        compared, differing = comparison.compared, comparison.differing
        for kind in sorted(compared):
            self.stdout.write(f"  {kind}：比对 {compared[kind]} 个，差异 {differing[kind]} 个")
        words = f"共比对 {compared.total()} 个数，差异 {differing.total()} 个"
        if differing:
            raise CommandError(f"{words}。")
        self.stdout.write(f"▸ {words}。")
