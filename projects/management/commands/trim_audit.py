"""`manage.py trim_audit`: takes away entries of the audit that are older than `AUDIT_DAYS`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from projects.actions.auditing import trim


class Command(BaseCommand):
    help = "清理超过 AUDIT_DAYS 天的审计记录（至少留六个月；0 为永久保留），并在链上记下清理了哪些。"

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"清理了 {trim(now=timezone.now())} 条审计记录。")
