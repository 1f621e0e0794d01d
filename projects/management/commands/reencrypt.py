"""`manage.py reencrypt`: encrypts telephone numbers and imported rows by the first of `CONTACT_KEYS`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.upkeep.reencrypting import reencrypt


class Command(BaseCommand):
    help = "换密钥的第二步：把旧密钥加密的（或没有加密的）电话和导入内容改用 CONTACT_KEYS 的第一个密钥加密。"

    def handle(self, **options: Any) -> None:
        done = reencrypt()
        self.stdout.write(f"改用新密钥加密 {done.rows} 项。")
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable} 项读不出，原样保留：加密它们的密钥不在 CONTACT_KEYS 里，先不要丢掉旧密钥。"
            )
