"""The worker's loop: take jobs from the queue, run each in its own process, and survive failures.

It waits while the database is down or locked. A job that runs too long is stopped and set aside, also when its code
ignores signals. A job whose process died is retried, and set aside when it died three times.
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

from projects.figures.health import note_worker, workers_folder
from projects.models.outages import outage_of
from projects.notices.jobs import enqueue_due
from projects.papers import making
from projects.workbooks import jobs

log = logging.getLogger("projects.worker")

type Job = DBTaskResult[..., Any]

MOST_DEATHS = 3
MOST_OUTAGES = 30
LONGEST_PAUSE = 30
OUTBOX_SECONDS = 15
"""So often an idle worker looks whether notices are to be sent."""
LOST = "lost:"
"""Prefix of the worker's name in `worker_ids`: the database was down during the job, which is not a failure of it."""
STEPS = {jobs.work.module_path: jobs, making.work.module_path: making}
"""By the path of a task, what hears that its job waits again or was set aside, and words that."""
TRY_AGAIN = os.EX_TEMPFAIL
"""Exit status of a job's process when the database was down or locked."""


class JobOutcome(Enum):
    DONE = auto()
    OUTAGE = auto()
    DIED = auto()
    TOO_LONG = auto()


class JobStopped(Exception):
    """The reason for setting a job aside, stored in the table of jobs."""


class Sign:
    """A file that is locked while the worker or the process of its job is running."""

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
    return workers_folder() / quote(worker_id, safe="")


def lives(worker_id: str) -> bool:
    """Whether the worker that took a job is still running."""
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
    """`jobs`: the jobs of the queue that this worker takes."""

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
        self.looks_at = 0.0

    def shutdown(self, number: int, frame: FrameType | None) -> None:
        """The first signal lets the current job finish, the second stops it."""
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
        """Run at most one job of the queue. Return whether to continue."""
        note_worker()
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
        elif not self.posts():
            time.sleep(self.interval)
        return True

    def posts(self) -> bool:
        """Now and then, while there is no job: make one of each outbox where something in it is due."""
        if time.monotonic() < self.looks_at:
            return False
        self.looks_at = time.monotonic() + OUTBOX_SECONDS
        return enqueue_due(timezone.now())

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
        """Claim the next job. The queue is locked only when there is one."""
        if not self.jobs().ready().exists():
            return None
        with exclusive_transaction():
            job: Job | None = self.jobs().ready().get_locked()
            if job is not None:
                job.claim(self.worker_id)
        return job

    def take_back(self) -> None:
        """Requeue the jobs of workers that are not running; between two turns this includes jobs of this one's name."""
        for pk, worker_ids in self.jobs().running().values_list("pk", "worker_ids"):
            owner = worker_ids[-1]
            if owner == self.worker_id or not lives(owner):
                self.settle(pk, JobOutcome.DIED, owner)

    def outcome_of(self, job: Job) -> JobOutcome:
        """Run the job in a process of its own, detached from the terminal, and return how it ended."""
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
        """Put the job back into the queue, or set it aside, unless it is done or another worker has it."""
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
    """The sentence for setting the job aside; None when it is retried."""
    outages = sum(worker_id.startswith(LOST) for worker_id in job.worker_ids)
    words = STEPS.get(job.task_path, jobs)
    if outcome == JobOutcome.TOO_LONG:
        return str(words.TOO_LONG).format(f"{settings.JOB_MOST_SECONDS / 60:g}")
    if len(job.worker_ids) - outages >= MOST_DEATHS:
        return str(words.DIED_AGAIN).format(MOST_DEATHS)
    return str(words.BUSY) if outages >= MOST_OUTAGES else None


def _put_back(job: Job) -> None:
    outages = sum(worker_id.startswith(LOST) for worker_id in job.worker_ids)
    job.status = TaskResultStatus.READY
    job.run_after = timezone.now() + timedelta(seconds=min(LONGEST_PAUSE, outages))
    job.save(update_fields=["status", "run_after", "worker_ids"])
    if (step := STEPS.get(job.task_path)) is not None:
        pk, attempt = job.args_kwargs["args"]
        step.wait_again(pk, attempt)


def _set_aside(job: Job, why: str) -> None:
    if (step := STEPS.get(job.task_path)) is not None:
        pk, attempt = job.args_kwargs["args"]
        step.set_aside(pk, attempt, why)
    job.save(update_fields=["worker_ids"])
    job.set_failed(JobStopped(why))


def carry_out(pk: str, parent: int) -> int:
    """In the job's own process: run the job and return the exit status. The process is killed when the worker ends."""
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
    """Have Linux kill this process when the worker ends; exit at once if the worker has ended already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


PR_SET_PDEATHSIG = 1
