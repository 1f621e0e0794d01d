"""`manage.py new_password`: a temporary password for somebody whom no administrator can help, such as the only one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from projects.actions.people import issue_password, reset_second_factor
from projects.models import User
from projects.rules.broken import RuleBroken

REASON = "在服务器上用命令重发"


class Command(BaseCommand):
    help = "给一个账号重发临时密码并解锁，显示一次；会进入账号记录和审计。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="账号")
        parser.add_argument("--second-factor", action="store_true", help="同时重置第二步验证")
        parser.add_argument("--reason", default=REASON, help=f"原因，默认：{REASON}")

    def handle(self, *, username: str, second_factor: bool, reason: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"没有叫 {username} 的账号。 There is no account of this name.")
        try:
            with transaction.atomic():
                password = issue_password(person, by=None, reason=reason)
                if second_factor:
                    reset_second_factor(person, by=None, reason=reason)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        self.stdout.write(f"▸ 临时密码，只显示这一次，首次登录须改：{username} {password}")
