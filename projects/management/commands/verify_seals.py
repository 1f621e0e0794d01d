"""`manage.py verify_seals`: walks the chain of sealed months and names the first that was altered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.figures.chain import checked_seals


class Command(BaseCommand):
    help = "核对封存链：逐期报告；发现被改动的封存时指出第一期，并以 1 退出。"

    def handle(self, **options: Any) -> None:
        seals = checked_seals()
        for seal in seals:
            if seal.fault:
                raise CommandError(f"《{seal.title}》被改动：{seal.fault}。")
            self.stdout.write(f"完好 {seal.as_of} {seal.short_digest} 《{seal.title}》")
        if not seals:
            self.stdout.write("还没有封存的月份。")
