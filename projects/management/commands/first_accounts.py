"""`manage.py first_accounts`: an account for each role, if there is no user yet."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from projects.actions.accounts import create_first_accounts, create_first_administrator
from projects.rules.broken import RuleBroken


class Command(BaseCommand):
    help = "建立首批账号（每个角色一个）；已有用户时什么也不做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--empty", action="store_true", help="只建一个管理员（三员分立时三员各一个），首次登录须改密码"
        )

    def handle(self, *, empty: bool = False, **options: Any) -> None:
        try:
            accounts = create_first_administrator() if empty else create_first_accounts()
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        if accounts:
            self.stdout.write(
                "▸ 建立首批账号（用户名 密码 角色），只显示这一次；"
                f"首次登录须改密码，{settings.ISSUED_PASSWORD_DAYS} 天内有效。"
                "没有记下的，用 manage.py new_password 重发"
            )
        for account in accounts:
            self.stdout.write(f"  {account}")
