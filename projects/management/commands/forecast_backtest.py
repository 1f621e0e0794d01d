"""`manage.py forecast_backtest`: every forecast that the sealed months allow, against what was sealed later."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects.figures.completion.lines import LINES
from projects.figures.forecast.page import DECEMBER, forecasters, past_forecasts, sealed_days
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.forecast import TrackRecord
from projects.vocabulary import Level


class Command(BaseCommand):
    help = "核对年底预计的方法：按封存的月份逐月预测，列出各指标、各提前期落在 P80 范围内的次数。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--level", default=Level.CITY.value, choices=["", *Level.values], help="名单级别，默认 city"
        )

    def handle(self, *, level: str, **options: Any) -> None:
        today = timezone.localdate()
        units = list(Organisation.objects.all())
        scope = Scope(Project.objects.all(), today.year, today, level, organisations=units, reach=DISTRICT)
        seals = sealed_days(scope)
        if not seals:
            raise CommandError("这个名单还没有封存的月份。")
        made = forecasters(scope, seals)
        self.stdout.write(f"封存 {len(seals)} 个月：{seals[0].as_of} 至 {seals[-1].as_of}")
        self.stdout.write("| 提前（月） | " + " | ".join(each.label for each in LINES) + " |")
        self.stdout.write("|---" * (len(LINES) + 1) + "|")
        for ahead in range(1, DECEMBER):
            records = [
                TrackRecord.of([(past.spread, past.outcome) for past in past_forecasts(made, each, ahead)])
                for each in LINES
            ]
            if any(record.cases for record in records):
                self.stdout.write(f"| {ahead} | " + " | ".join(_words(record) for record in records) + " |")


def _words(record: TrackRecord) -> str:
    """`11/14 显示`: how many outcomes lay in the range, of how many."""
    return f"{record.kept}/{record.cases}{' 显示' if record.is_kept else ''}"
