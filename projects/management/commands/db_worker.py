"""`manage.py db_worker`: the library's command with a worker that survives outages; each job has its own process."""

import random
import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from projects.management.worker import Worker, carry_out


class Command(db_worker.Command):
    help = "后台处理程序：逐个完成队列里的任务；数据库断开时等待，恢复后继续。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--job", nargs=2, metavar=("ID", "PID"), help="供内部使用：在本进程完成一个任务")

    def handle(self, *, job: tuple[str, str] | None = None, **options: Any) -> None:  # type: ignore[override]
        self.configure_logging(options["verbosity"])
        if job is not None:
            sys.exit(carry_out(job[0], int(job[1])))
        queues = options["queue_name"].split(",")
        excluded = [name for name in options["exclude_queues"].split(",") if name]
        if excluded and "*" not in queues:
            raise CommandError("--exclude-queues can only be used with --queue-name=*")

        def jobs() -> DBTaskResultQuerySet:
            found = DBTaskResult.objects.filter(backend_name=options["backend_name"])
            if "*" not in queues:
                found = found.filter(queue_name__in=queues)
            return found.exclude(queue_name__in=excluded) if excluded else found

        worker = Worker(
            jobs,
            worker_id=options["worker_id"],
            interval=options["interval"],
            is_batch=options["batch"],
            most=options["max_tasks"],
        )
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, worker.shutdown)
        if options["startup_delay"] and options["interval"]:
            time.sleep(random.random())  # several workers do not start at one moment
        worker.run()
