"""What `prune` deletes and what it leaves."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessLog
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from projects.models import Import, ImportRow, Project, SentForm, Workbook
from projects.models.account import Session
from projects.upkeep.pruning import prune
from projects.workbooks.undo import NOTHING_STANDS
from tests import build
from tests.workbooks.sheets_made import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_its_own(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def pruned(**options: bool) -> dict[str, int]:
    return {step.what: step.number for step in prune(**options) if step.number}


def ago(**span: int):
    return timezone.now() - timedelta(**span)


def test_sessions_that_are_over() -> None:
    for key, ends in (("over", ago(minutes=1)), ("open", timezone.now() + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    assert pruned() == {"过期的登录": 1}
    assert Session.objects.get().session_key == "open"


def test_marks_jobs_and_sign_ins_by_their_settings(settings) -> None:
    user = build.office()
    for days in (29, 31, 199, 201):
        SentForm.objects.create(digest=str(days), user=user, sent_at=ago(days=days))
        log = AccessLog.objects.create(username=f"u{days}")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=ago(days=days))
        DBTaskResult.objects.create(
            args_kwargs={},
            status="SUCCESSFUL",
            finished_at=ago(days=days),
            run_after=ago(days=days),
            task_path="x",
        )
    assert pruned() == {"已提交表单的记号": 3, "登录尝试的记录": 1, "做完的后台任务": 3}
    settings.KEEP_SENT_FORMS_DAYS = 0
    SentForm.objects.create(digest="old", user=user, sent_at=ago(days=4000))
    assert pruned() == {}


def test_an_import_that_nobody_wrote_goes_with_its_workbook(tmp_path: Path) -> None:
    office = build.office()
    imported = received(xlsx(["项目名称"], ["甲"]), office)
    Import.objects.filter(pk=imported.pk).update(begun_at=ago(days=91))
    kept = received(xlsx(["项目名称"], ["乙"]), office)
    (workbook,) = [path for path in tmp_path.rglob("*.bin") if path.name in imported.workbook.file.name]

    assert pruned() == {"没有写入的导入": 1}

    assert list(Import.objects.all()) == [kept]
    assert Workbook.objects.get() == kept.workbook
    assert workbook.exists()  # until the transaction is over, which a test never reaches


def test_a_written_import_keeps_its_rows_unless_the_setting_says_otherwise(settings) -> None:
    office = build.office()
    imported = applied(received(xlsx(["项目名称"], ["甲"], ["乙"]), office), office)
    Import.objects.filter(pk=imported.pk).update(applied_at=ago(days=1000))
    assert pruned() == {}
    settings.KEEP_IMPORT_ROWS_DAYS = 900

    assert pruned() == {"早已写入的导入的逐行内容": 2}

    assert not ImportRow.objects.exists()
    assert undone(Import.objects.get(), office).fault == NOTHING_STANDS
    assert Project.objects.count() == 2


def test_files_that_no_record_names_but_not_those_that_just_came(tmp_path: Path) -> None:
    photo = build.evidence(build.milestone(build.project(), "started", "2024-03-01"))
    for name, age in (("old.bin", 2 * 86400), ("new.bin", 60)):
        (tmp_path / name).write_bytes(b"1")
        os.utime(tmp_path / name, (timezone.now().timestamp() - age,) * 2)
    os.utime(photo.file.path, (0, 0))

    assert pruned() == {"没有记录用到的文件": 1}

    assert (tmp_path / "new.bin").exists()
    assert Path(photo.file.path).exists()


def test_a_rehearsal_counts_and_deletes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Session.objects.create(session_key="over", session_data="", expire_date=ago(minutes=1))
    call_command("prune", "--dry-run")
    assert "▸ 过期的登录：1" in capsys.readouterr().out
    assert Session.objects.exists()
    call_command("prune")
    assert "已删除 1 条。" in capsys.readouterr().out
    assert not Session.objects.exists()
