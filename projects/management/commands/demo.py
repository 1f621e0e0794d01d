"""`manage.py demo`: fill an empty register with a made-up district; every name is marked 演示."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from projects.actions.accounts import FirstAccount
from projects.actions.sealing import seal
from projects.demo import demonstrate
from projects.demo.district import sealed_on
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.models import Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.bulletin import figures_of
from projects.rules.completion import LEAST_RANKED
from projects.vocabulary import Indicator, Level

SEALED_AT = time(17, 30)


class Command(BaseCommand):
    help = "在空库中生成演示数据：一个虚构的区，两年的项目、节点、月报、目标与封存的月份。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        size = settings.DEMO_PROJECTS
        parser.add_argument("--projects", type=int, default=size, help=f"项目个数，默认 {size}")
        parser.add_argument("--seed", type=int, default=1, help="同一天同一个数得到同样的数据，默认 1")

    def handle(self, *, projects: int, seed: int, **options: Any) -> None:
        path, today = settings.VAR_DIR / "accounts.txt", timezone.localdate()
        try:
            accounts = self.fill(projects, seed, today)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        settings.DEMO_MARK.touch()
        self.stdout.write(
            f"▸ 已生成演示数据：{projects} 个虚构项目。This is demonstration data: no real project."
        )
        self.stdout.write(f"▸ 演示账号（用户名 密码 角色 单位），只显示这一次，另存于 {path}")
        for account in accounts:
            self.stdout.write(f"  {account}")

    @transaction.atomic
    def fill(self, projects: int, seed: int, today: date) -> list[FirstAccount]:
        accounts = demonstrate(projects, seed=seed, today=today, accounts=settings.VAR_DIR / "accounts.txt")
        office = User.objects.get(username="office")
        for as_of in ended_months(today):
            seal_month(as_of, by=office)
        return accounts


def ended_months(today: date) -> Iterator[date]:
    """The last days of the months of two years that are sealed: the newest is still being reported."""
    for year in (today.year - 1, today.year):
        for month in periods.months_of(year):
            as_of = periods.month_end(month)
            if sealed_on(sealed_on(as_of)) < today:
                yield as_of


def seal_month(as_of: date, *, by: User) -> None:
    """Seal the municipal list as it was known some days after the month."""
    known_at = timezone.make_aware(datetime.combine(sealed_on(as_of), SEALED_AT))
    units = list(Organisation.objects.all())
    scope = Scope(Project.objects.all(), as_of.year, as_of, Level.CITY, None, known_at, units, reach=DISTRICT)
    month = printed_month(scope, known_at=known_at, ranked_by=Indicator.INVESTED, least=LEAST_RANKED)
    seal(
        year=month.year,
        month=month.month,
        level=month.level,
        organisation=None,
        known_at=known_at,
        content=month.content,
        figures=figures_of(month),
        by=by,
    )
