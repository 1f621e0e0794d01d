"""Faults of the installation: administrators are told once, and once that it is well again; nobody else is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from projects import access
from projects.actions.auditing import note
from projects.figures import health
from projects.management.worker import Sign
from projects.models import AuditEntry, Delivery, Notice, User
from projects.models.append_only import protect, unprotect
from projects.notices.watch import Observed, observe, watch
from projects.vocabulary import AuditAct, DeliveryState, NoticeKind
from projects.workbooks import jobs
from tests import build
from tests.notices.test_mail import Letterbox, letterbox

__all__ = ["letterbox"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings, tmp_path: Path) -> Iterator[Sign]:
    """An installation without a fault: a backup, a worker, room on the disk."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "uploads"
    health.note_backup(timezone.now().isoformat())
    sign = Sign("one")
    yield sign
    sign.remove()


@pytest.fixture
def admin() -> User:
    return build.admin(email="admin@gov.example")


def told(person: User) -> list[str]:
    return list(access.readable_notices(person).order_by("pk").values_list("text", flat=True))


def looked(after: timedelta = timedelta()) -> list[str]:
    return [notice.text for notice in watch(timezone.now() + after)]


@pytest.mark.usefixtures("well")
def test_a_full_disk_is_told_once_and_its_end_once(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for person in (build.office(), build.leader(), build.staff(build.town())):
        assert looked() == []
        assert told(person) == []

    with monkeypatch.context() as patched:
        patched.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**8, total=10**12))
        assert looked() == ["磁盘：要处理"]
        assert looked() == looked() == []
    assert looked() == ["磁盘：恢复正常"]
    assert looked() == []

    with monkeypatch.context() as patched:  # a second time is news again
        patched.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**8, total=10**12))
        assert looked() == ["磁盘：要处理"]
    assert told(admin) == ["磁盘：要处理", "磁盘：恢复正常", "磁盘：要处理"]
    assert Notice.objects.exclude(person=admin).count() == 0
    first = access.readable_notices(admin).earliest("pk")
    assert first.detail.startswith("还剩 0.1 GB")
    assert (first.kind, first.get_absolute_url()) == (NoticeKind.TROUBLE, "/settings/health/")


def test_a_worker_that_is_started_again_is_no_news_and_a_silent_one_is(admin: User, well: Sign) -> None:
    health.note_worker()
    well.remove()
    assert looked() == []
    assert looked(after=timedelta(minutes=4)) == ["后台处理程序：要处理"]
    again = Sign("two")
    assert looked(after=timedelta(minutes=5)) == ["后台处理程序：恢复正常"]
    again.remove()
    well.__init__("one")
    assert told(admin) == ["后台处理程序：要处理", "后台处理程序：恢复正常"]


@pytest.mark.usefixtures("well", "admin")
def test_an_old_backup_and_an_unusable_folder_are_told(settings) -> None:
    health.note_backup((timezone.now() - timedelta(hours=30)).isoformat())
    settings.MEDIA_ROOT.write_text("in the way")
    assert sorted(looked()) == ["上传文件夹：不能用", "备份：要处理"]
    assert looked() == []


@pytest.mark.usefixtures("well")
def test_a_job_that_failed_is_told_once_and_an_old_one_is_not(admin: User) -> None:
    for _ in range(2):
        DatabaseBackend("default", {}).enqueue(jobs.work, [1, 1], {})
    old, new = DBTaskResult.objects.order_by("pk")
    for job in (old, new):
        job.claim("one")
        job.set_failed(ValueError("永安"))
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=2))

    assert looked() == ["后台任务失败：导入"]
    assert looked() == []
    assert "永安" not in str(access.readable_notices(admin).values())


def test_who_is_no_administrator_any_more_reads_none_of_it(admin: User) -> None:
    observe([Observed("磁盘", "还剩 0.1 GB。")])
    assert told(admin) == ["磁盘：要处理"]
    admin.groups.clear()
    assert told(User.objects.with_roles().get(pk=admin.pk)) == []


def test_a_silent_worker_is_mailed_although_it_does_not_send(
    admin: User, well: Sign, letterbox: Letterbox, capsys: pytest.CaptureFixture[str]
) -> None:
    well.remove()
    for _ in range(2):
        call_command("watch")
    assert capsys.readouterr().out == "后台处理程序：要处理\n"
    (letter,) = letterbox.letters
    assert letter["To"] == admin.email
    assert "没有在运行" in letter.get_content()
    assert [each.state for each in Delivery.objects.all()] == [DeliveryState.SENT]
    well.__init__("one")


@pytest.mark.usefixtures("well")
def test_a_broken_audit_chain_is_told_by_the_weekly_check_and_its_end(admin: User) -> None:
    note(AuditAct.SETTINGS, by=admin, subject="本区设置")
    call_command("check_data", "--tell")
    assert told(admin) == []

    unprotect()
    last = AuditEntry.objects.filter(subject="本区设置")
    (number,) = last.values_list("number", flat=True)
    last.update(subject="别的")
    for words in (["--tell"], ["--tell"], []):
        with pytest.raises(CommandError):
            call_command("check_data", *words)
    assert told(admin) == ["核对数据，审计链：不符"]
    assert f"第 {number} 条" in access.readable_notices(admin).get().detail

    AuditEntry.objects.filter(number=number).update(subject="本区设置")
    protect()
    call_command("check_data", "--tell")
    assert told(admin) == ["核对数据，审计链：不符", "核对数据，审计链：恢复正常"]


@pytest.mark.usefixtures("well")
def test_a_scheduled_backup_that_fails_is_told(admin: User, settings, tmp_path: Path) -> None:
    settings.BACKUP_RECIPIENTS = ["age1nonsense"]
    for _ in range(2):
        with pytest.raises(CommandError):
            call_command("backup", "--below", tmp_path / "backups")
    with pytest.raises(CommandError):
        call_command("backup", tmp_path / "by-hand")
    assert told(admin) == ["定时备份：要处理"]
    assert "age1nonsense" in access.readable_notices(admin).get().detail
