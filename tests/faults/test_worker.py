"""The worker outlives what goes wrong with its jobs and with its database; no real time is waited for."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError
from django.tasks import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from projects.management import worker as working
from projects.management.worker import JobOutcome, Sign, Worker, lives
from projects.models import Import, User
from projects.vocabulary import ImportState
from projects.workbooks import jobs, progress
from tests import build
from tests.views.test_unavailable import of_sqlite
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> User:
    build.town("罗溪镇")
    return build.office()


@pytest.fixture
def queued(office: User) -> Import:
    """An import that is to be written by a job, which stands in the queue."""
    imported = received(xlsx(["项目名称", "责任单位"], ["热泵项目", "罗溪镇"]), office)
    begun = jobs.begin(imported, ImportState.APPLYING, by=office)
    DatabaseBackend("default", {}).enqueue(jobs.work, [begun.pk, begun.attempt], {})
    return begun


@pytest.fixture
def at_work() -> Iterator[Callable[..., Worker]]:
    """Makes workers that claim jobs; what becomes of their processes is for the test to say."""
    made = []

    def make(name: str = "here") -> Worker:
        found = Worker(DBTaskResult.objects.all, worker_id=name, interval=0, is_batch=True)
        found.sign = Sign(name)
        made.append(found)
        return found

    yield make
    for worker in made:
        with suppress(OSError):
            worker.sign.remove()


def job() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_job_that_died_is_taken_again_and_set_aside_at_the_third_death(at_work, queued: Import) -> None:
    worker = at_work()
    for _ in range(2):
        taken = worker.take()
        assert taken
        worker.settle(taken.pk, JobOutcome.DIED)
        assert job().status == TaskResultStatus.READY
        assert progress.state_of(Import.objects.get()).is_waiting

    worker.settle(worker.take().pk, JobOutcome.DIED)

    assert job().status == TaskResultStatus.FAILED
    aside = Import.objects.get()
    assert (aside.state, aside.fault) == (ImportState.PREVIEW, jobs.DIED_AGAIN.format(3))
    assert worker.take() is None


def test_a_job_that_took_too_long_is_set_aside_at_once(at_work, queued: Import, settings) -> None:
    settings.JOB_MOST_SECONDS = 90
    worker = at_work()

    worker.settle(worker.take().pk, JobOutcome.TOO_LONG)

    assert "处理超过 1.5 分钟，已经停止，没有写入任何内容" in Import.objects.get().fault
    assert worker.take() is None
    again = jobs.begin(Import.objects.get(), ImportState.APPLYING, by=queued.created_by)
    assert again.fault == ""  # a person may begin it again


def test_an_outage_under_a_job_is_no_death_of_it(at_work, queued: Import) -> None:
    worker = at_work()
    for _ in range(working.MOST_DEATHS + 1):
        DBTaskResult.objects.update(run_after="2024-01-01T00:00:00Z")
        worker.settle(worker.take().pk, JobOutcome.OUTAGE)
    assert job().status == TaskResultStatus.READY
    assert Import.objects.get().state == ImportState.APPLYING


def test_what_a_dead_worker_left_is_taken_back_and_a_living_ones_is_not(at_work, queued: Import) -> None:
    other = at_work("other")
    other.take()
    worker = at_work()
    worker.take_back()
    assert job().status == TaskResultStatus.RUNNING

    os.close(other.sign.number)  # as the system does when a process ends

    assert not lives("other")
    worker.take_back()
    assert job().status == TaskResultStatus.READY


def test_a_result_is_not_overwritten_by_whoever_comes_late(at_work, queued: Import) -> None:
    worker = at_work()
    taken = worker.take()
    taken.set_successful(None)
    worker.settle(taken.pk, JobOutcome.DIED)
    assert job().status == TaskResultStatus.SUCCESSFUL


def test_the_worker_waits_longer_each_time_and_goes_on(queued: Import, monkeypatch) -> None:
    pauses, turns = [], iter(["lost"] * 7 + ["back", "lost", "end"])
    monkeypatch.setattr(working.time, "sleep", pauses.append)

    class Tried(Worker):
        def turn(self) -> bool:
            turn = next(turns)
            if turn == "lost":
                raise of_sqlite(5)
            return turn == "back"

    Tried(DBTaskResult.objects.all, worker_id="here", interval=0).run()

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1]


def test_a_fault_that_is_no_outage_ends_the_worker(monkeypatch) -> None:
    class Broken(Worker):
        def turn(self) -> bool:
            raise of_sqlite(1)

    with pytest.raises(OperationalError):
        Broken(DBTaskResult.objects.all, worker_id="here", interval=0).run()


def test_an_outcome_that_could_not_be_written_is_written_later(at_work, queued: Import, monkeypatch) -> None:
    worker = at_work()
    monkeypatch.setattr(worker, "outcome_of", lambda job: JobOutcome.DIED)
    assert worker.turn()
    assert job().status == TaskResultStatus.RUNNING

    worker.turn()

    assert len(job().worker_ids) == 2


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("", JobOutcome.DONE),
        ("raise SystemExit(75)", JobOutcome.OUTAGE),
        ("raise SystemExit(1)", JobOutcome.DIED),
        ("import os; os.kill(os.getpid(), 11)", JobOutcome.DIED),
        ("import re; re.match('(a+)+$', 'a' * 99 + 'b')", JobOutcome.TOO_LONG),
    ],
)
def test_a_process_of_a_job_ends_in_one_of_these_ways(
    at_work, queued: Import, settings, tmp_path, code: str, outcome: JobOutcome
) -> None:
    """The last hangs in C code, which no signal handler interrupts."""
    settings.BASE_DIR, settings.JOB_MOST_SECONDS = tmp_path, 3 if outcome == JobOutcome.TOO_LONG else 300
    (tmp_path / "manage.py").write_text(code)
    assert at_work().outcome_of(job()) == outcome


def test_the_first_signal_lets_the_job_end_and_the_second_does_not(at_work, queued: Import) -> None:
    worker = at_work()
    with pytest.raises(SystemExit):
        worker.shutdown(signal.SIGTERM, None)

    killed = []
    worker.process = type("Process", (), {"kill": lambda self: killed.append(self)})()
    worker.shutdown(signal.SIGTERM, None)
    assert not worker.is_running
    assert not killed
    with pytest.raises(SystemExit):
        worker.shutdown(signal.SIGTERM, None)
    assert killed == [worker.process]


def test_two_workers_do_not_bear_one_name(at_work, queued: Import) -> None:
    first = at_work()
    first.take()
    with pytest.raises(CommandError, match="已有一个名为 here 的后台处理程序"):
        at_work()
    first.sign.remove()

    at_work().take_back()  # the same name in its next life knows that the job is nobody's

    assert job().status == TaskResultStatus.READY
