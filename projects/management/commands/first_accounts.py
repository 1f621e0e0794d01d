"""`manage.py first_accounts`: an account for each role, if there is no user yet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from projects.actions.accounts import create_first_accounts
from projects.rules.broken import RuleBroken


class Command(BaseCommand):
    help = "建立首批账号（领导、经办、项目办、管理员）；已有用户时什么也不做。"

    def handle(self, **options: Any) -> None:
        path = settings.VAR_DIR / "accounts.txt"
        try:
            accounts = create_first_accounts(path)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        if accounts:
            self.stdout.write(f"▸ 建立首批账号（用户名 密码 角色），只显示这一次，另存于 {path}")
        for account in accounts:
            self.stdout.write(f"  {account}")
