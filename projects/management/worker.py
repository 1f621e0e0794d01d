"""The worker's loop: takes jobs from the queue, has each done by a process of its own, and outlives what goes wrong.

It waits while the database is away or locked. A job that runs too long is stopped and set aside, also where it hangs
in code that listens to nothing. A job whose process died is taken again, and set aside at its third death.
"""

import ctypes
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error, close_old_connections, connections
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet
from django_tasks_db.utils import exclusive_transaction

from projects.models.outages import outage_of
from projects.workbooks import jobs

log = logging.getLogger("projects.worker")

type Job = DBTaskResult[..., Any]

MOST_DEATHS = 3
MOST_OUTAGES = 30
LONGEST_PAUSE = 30
LOST = "lost:"
"""Before the worker's name in `worker_ids`: the database went away under the job, which is no death of it."""
TRY_AGAIN = os.EX_TEMPFAIL
"""With this status a job's process says that the database was away or locked."""


class JobOutcome(Enum):
    DONE = auto()
    OUTAGE = auto()
    DIED = auto()
    TOO_LONG = auto()


class JobStopped(Exception):
    """Why a job was set aside, for the table of jobs."""


class Sign:
    """A file that stays locked while the worker, or the process of its job, lives."""

    def __init__(self, worker_id: str) -> None:
        self.path = _sign_of(worker_id)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.number = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            os.close(self.number)
            raise CommandError(f"已有一个名为 {worker_id} 的后台处理程序。") from taken

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self.number)


def _sign_of(worker_id: str) -> Path:
    return Path(settings.VAR_DIR) / "workers" / quote(worker_id, safe="")


def lives(worker_id: str) -> bool:
    """Whether the worker that took a job is still there."""
    try:
        with _sign_of(worker_id).open() as sign:
            fcntl.flock(sign, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    _sign_of(worker_id).unlink(missing_ok=True)
    return False


class Worker:
    """`jobs`: which of the queue's jobs are its own."""

    def __init__(
        self,
        jobs: Callable[[], DBTaskResultQuerySet],
        *,
        worker_id: str,
        interval: float,
        is_batch: bool = False,
        most: int | None = None,
    ) -> None:
        self.jobs = jobs
        self.worker_id = worker_id
        self.interval = interval
        self.is_batch = is_batch
        self.left = most
        self.is_running = True
        self.process: subprocess.Popen[bytes] | None = None
        self.unsettled: Callable[[], None] | None = None

    def shutdown(self, number: int, frame: FrameType | None) -> None:
        """The first signal lets the job at hand come to its end, the second does not."""
        if self.process is None or not self.is_running:
            if self.process is not None:
                self.process.kill()
            sys.exit(0 if self.is_running else 1)
        self.is_running = False

    def run(self) -> None:
        self.sign = Sign(self.worker_id)
        pause = 0
        try:
            while self.is_running and self.left != 0:
                try:
                    goes_on = self.turn()
                except Error as error:
                    pause = self._wait_out(error, pause)
                    continue
                if pause:
                    log.warning("数据库恢复了，继续处理（the database is back）")
                    pause = 0
                if not goes_on:
                    return
        finally:
            self.sign.remove()

    def turn(self) -> bool:
        """One look at the queue, and one job at most; whether to look again."""
        close_old_connections()
        if self.unsettled:
            self.unsettled()
            self.unsettled = None
        self.take_back()
        job = self.take()
        if job is not None:
            self.unsettled = partial(self.settle, job.pk, self.outcome_of(job))
            self.left = None if self.left is None else self.left - 1
        elif self.is_batch:
            return False
        else:
            time.sleep(self.interval)
        return True

    def _wait_out(self, error: Error, pause: int) -> int:
        """Wait while the database is away or locked, longer each time; any other error is raised."""
        if outage_of(error) is None:
            raise error
        if not pause:
            log.warning("数据库暂时不可用，等它恢复（the database is unavailable, waiting）：%s", error)
        for connection in connections.all(initialized_only=True):
            try:
                connection.close()
            except Error:
                connection.connection = None  # it is gone already
        pause = min(LONGEST_PAUSE, pause * 2 or 1)
        time.sleep(pause)
        return pause

    def take(self) -> Job | None:
        """The next job, claimed. Only where there is one the queue is locked for it."""
        if not self.jobs().ready().exists():
            return None
        with exclusive_transaction():
            job: Job | None = self.jobs().ready().get_locked()
            if job is not None:
                job.claim(self.worker_id)
        return job

    def take_back(self) -> None:
        """The jobs of workers that are no more; this one has none between two turns, unless in an earlier life."""
        for pk, worker_ids in self.jobs().running().values_list("pk", "worker_ids"):
            owner = worker_ids[-1]
            if owner == self.worker_id or not lives(owner):
                self.settle(pk, JobOutcome.DIED, owner)

    def outcome_of(self, job: Job) -> JobOutcome:
        """Have the job done by a process of its own, which listens to no terminal, and see how that ends."""
        manage = Path(settings.BASE_DIR) / "manage.py"
        words = ["db_worker", "--job", str(job.pk), str(os.getpid()), "--worker-id", self.worker_id]
        self.process = subprocess.Popen(
            [sys.executable, manage, *words], process_group=0, pass_fds=[self.sign.number]
        )
        try:
            code = self.process.wait(settings.JOB_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return JobOutcome.TOO_LONG
        finally:
            self.process = None
        return {0: JobOutcome.DONE, TRY_AGAIN: JobOutcome.OUTAGE}.get(code, JobOutcome.DIED)

    def settle(self, pk: UUID, outcome: JobOutcome, worker_id: str = "") -> None:
        """Put the job back into the queue, or set it aside; nothing where it is done, or somebody else has it."""
        if outcome == JobOutcome.DONE:
            return
        owner = worker_id or self.worker_id
        with exclusive_transaction():
            job = DBTaskResult.objects.select_for_update().get(pk=pk)
            if job.status != TaskResultStatus.RUNNING or job.worker_ids[-1:] != [owner]:
                return
            if outcome == JobOutcome.OUTAGE:
                job.worker_ids[-1] = LOST + owner
            why = _why_aside(job, outcome)
            if why is None:
                _put_back(job)
            else:
                _set_aside(job, why)
        log.warning("任务 %s 没有做完（%s）：%s", pk, outcome.name, why or "稍后再做")


def _why_aside(job: Job, outcome: JobOutcome) -> str | None:
    """The sentence with which the job is set aside; None: it is taken again."""
    outages = sum(worker_id.startswith(LOST) for worker_id in job.worker_ids)
    if outcome == JobOutcome.TOO_LONG:
        return jobs.TOO_LONG.format(f"{settings.JOB_MOST_SECONDS / 60:g}")
    if len(job.worker_ids) - outages >= MOST_DEATHS:
        return jobs.DIED_AGAIN.format(MOST_DEATHS)
    return jobs.BUSY if outages >= MOST_OUTAGES else None


def _put_back(job: Job) -> None:
    outages = sum(worker_id.startswith(LOST) for worker_id in job.worker_ids)
    job.status = TaskResultStatus.READY
    job.run_after = timezone.now() + timedelta(seconds=min(LONGEST_PAUSE, outages))
    job.save(update_fields=["status", "run_after", "worker_ids"])
    if job.task_path == jobs.work.module_path:
        pk, attempt = job.args_kwargs["args"]
        jobs.wait_again(pk, attempt)


def _set_aside(job: Job, why: str) -> None:
    if job.task_path == jobs.work.module_path:
        pk, attempt = job.args_kwargs["args"]
        jobs.set_aside(pk, attempt, why)
    job.save(update_fields=["worker_ids"])
    job.set_failed(JobStopped(why))


def carry_out(pk: str, parent: int) -> int:
    """In the job's own process: do it; gives the exit status. The process dies with the worker, and with it alone."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    _die_with(parent)
    try:
        job = DBTaskResult.objects.get(pk=pk)
        arguments = job.args_kwargs
        try:
            job.set_successful(job.task.call(*arguments["args"], **arguments["kwargs"]))
        except Exception as error:
            if outage_of(error):
                raise
            log.exception("任务 %s 出错", pk)
            job.set_failed(error)
    except Error as error:
        log.warning("任务 %s：数据库不可用：%s", pk, error)
        return TRY_AGAIN
    return 0


def _die_with(parent: int) -> None:
    """Linux ends this process when the worker's ends; a worker that ended before this was asked for is noticed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


PR_SET_PDEATHSIG = 1
