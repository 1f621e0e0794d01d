"""`manage.py watch`: tells administrators once of what is wrong with the installation, and when it is well again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects.figures.health import database_answers, workers_running
from projects.notices.jobs import send_due
from projects.notices.watch import watch


class Command(BaseCommand):
    help = (
        "查看磁盘、上传文件夹、后台处理程序、备份、排队和失败的任务；有变化时通知管理员一次，恢复时再通知一次。"
        "后台处理程序没在运行时，由本命令发出待发的邮件。可以每五分钟运行一次。"
    )

    def handle(self, **options: Any) -> None:
        if not database_answers():
            raise CommandError("数据库连不上，没有查看，也通知不了任何人：请启动数据库。")
        for text in sorted({notice.text for notice in watch(timezone.now())}):
            self.stdout.write(text)
        if not workers_running():  # nobody else would send that it is silent
            send_due(timezone.now())
