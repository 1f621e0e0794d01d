"""`manage.py notify`: tells people what is due, overdue or to be reported today; run once a day or more often."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from projects.actions.outbox import sum_up
from projects.models.district import report_days_after
from projects.notices.dated import notify


class Command(BaseCommand):
    help = "写当天的通知：快到期、逾期、月报填报期；同一件事只通知一次，可以重复运行。"

    def handle(self, **options: Any) -> None:
        today = timezone.localdate()
        new = notify(today, days_after=report_days_after())
        people = len({notice.person_id for notice in new})
        self.stdout.write(f"写了 {len(new)} 条通知，给 {people} 个人。")
        if summed_up := sum_up(today):
            self.stdout.write(f"每周汇总：{summed_up} 个人的邮件已排队。")
