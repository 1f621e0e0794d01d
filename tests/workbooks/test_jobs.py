"""A step runs once, whoever runs it how often; one that died is told from one that waits, and begins again."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from projects.models import Import, Project, User, Workbook
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportState
from projects.workbooks import jobs, progress, receive
from tests import build
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db

HEAD = ["项目名称", "总投资（万元）", "责任单位"]


@pytest.fixture
def office() -> User:
    build.town("罗溪镇")
    return build.office()


@pytest.fixture
def ready(office: User) -> Import:
    return received(xlsx(HEAD, ["热泵项目", 12000, "罗溪镇"]), office)


def silent(imported: Import, *, is_waiting: bool = False, seconds: int = 3600) -> Import:
    """The import as it looks when its job has said nothing for so long."""
    at = timezone.now() - timedelta(seconds=seconds)
    Import.objects.filter(pk=imported.pk).update(begun_at=at)
    caches["progress"].set(f"import-{imported.pk}", (0, at, is_waiting))
    return Import.objects.get(pk=imported.pk)


def test_a_step_that_died_is_begun_again_as_it_was_asked_for(ready, office):
    jobs.begin(ready, ImportState.APPLYING, by=office, only_good=True)
    with pytest.raises(RuleBroken, match="不能重复操作"):
        jobs.begin_again(ready, by=office)
    died = silent(ready)
    assert progress.state_of(died).has_died

    again = jobs.begin_again(died, by=office)

    assert again.only_good
    assert not progress.state_of(again).has_died
    assert jobs.perform(again).state == ImportState.APPLIED
    assert Project.objects.count() == 1


def test_an_earlier_attempt_that_wakes_up_does_nothing(ready, office):
    first = jobs.begin(ready, ImportState.APPLYING, by=office)
    second = jobs.begin_again(silent(first), by=office)

    jobs.work.func(ready.pk, first.attempt)
    assert not Project.objects.exists()
    jobs.work.func(ready.pk, second.attempt)
    jobs.work.func(ready.pk, second.attempt)

    assert Project.objects.count() == 1
    assert Import.objects.get(pk=ready.pk).state == ImportState.APPLIED


def test_an_earlier_attempt_that_fails_late_takes_nothing_back(ready, office):
    first = jobs.begin(ready, ImportState.APPLYING, by=office)
    second = jobs.begin_again(silent(first), by=office)
    jobs.perform(second)

    told = jobs.perform(first)

    assert (told.state, told.fault) == (ImportState.APPLIED, "")


def test_a_job_of_an_import_that_is_gone_does_nothing(ready):
    jobs.work.func(ready.pk + 1, 1)

    assert Import.objects.get() == ready
    assert Import.objects.get().state == ready.state
    assert not Project.objects.exists()


def test_a_job_that_waits_has_not_died_and_has_no_worker_after_a_while(ready, office):
    begun = jobs.begin(ready, ImportState.APPLYING, by=office)
    waiting = silent(begun, is_waiting=True, seconds=1)
    assert (progress.state_of(waiting).is_waiting, progress.state_of(waiting).has_no_worker) == (True, False)

    waiting = silent(begun, is_waiting=True)

    state_of = progress.state_of(waiting)
    assert (state_of.is_waiting, state_of.has_no_worker, state_of.has_died) == (True, True, False)


def test_a_job_that_waits_behind_another_has_a_worker(ready, office):
    other = received(xlsx(HEAD, ["第二个项目", 12000, "罗溪镇"]), office)
    jobs.begin(other, ImportState.APPLYING, by=office)
    waiting = silent(jobs.begin(ready, ImportState.APPLYING, by=office), is_waiting=True)
    assert not progress.state_of(waiting).has_no_worker

    silent(other)

    assert progress.state_of(waiting).has_no_worker


def test_a_large_workbook_is_left_to_a_job(ready, office, settings, django_capture_on_commit_callbacks):
    settings.IMPORT_AT_ONCE_BYTES = 1
    with django_capture_on_commit_callbacks() as queued:
        left = jobs.start(jobs.begin(ready, ImportState.APPLYING, by=office))
    assert progress.state_of(left).is_waiting
    assert not Project.objects.exists()

    queued[0]()  # in tests the queue works at once

    assert Project.objects.count() == 1


def test_an_import_that_wrote_nothing_can_be_forgotten_with_its_workbook(ready):
    storage, name = ready.workbook.file.storage, ready.workbook.file.name
    receive.discard(ready)
    assert not Import.objects.exists()
    assert not Workbook.objects.exists()
    assert storage.exists(name)  # until the transaction is certain


def test_a_sheet_that_is_left_out_is_not_read(office):
    imported = received(xlsx(HEAD, ["热泵项目", 12000, "罗溪镇"]), office, left_out=["项目清单"])
    assert imported.state == ImportState.FAILED
    assert "没有找到表头" in imported.fault
