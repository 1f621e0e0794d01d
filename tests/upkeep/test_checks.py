"""What `check_data` finds, each fault made on purpose behind the back of the program."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from projects.actions.auditing import note
from projects.demo import demonstrate
from projects.models import AuditEntry, Evidence, Milestone, Project, append_only
from projects.upkeep.checks import data_checks
from projects.vocabulary import AuditAct
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_its_own(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def project() -> Project:
    project = build.project("热泵")
    build.listing(project)
    build.report(project, "2024-08", 4 * build.YI)
    return project


def photo_of(project: Project, *, stage: str = "started", colour: str = "red") -> Evidence:
    return build.evidence(build.milestone(project, stage, "2024-03-01"), build.photo(colour=colour))


def faults() -> dict[str, list[str]]:
    return {check.title: check.faults for check in data_checks() if check.faults}


def test_a_register_that_holds_together(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    photo_of(project)

    call_command("check_data")

    said = capsys.readouterr().out.splitlines()
    assert [line.split("：")[0] for line in said] == [
        f"完好 {what}"
        for what in ("数据库", "关联", "历史", "文件", "封存链", "审计链", "职责分离", "加密内容")
    ]
    assert "文件：3 个" in said[3]


def test_the_demonstration_holds_together(tmp_path: Path) -> None:
    demonstrate(12, seed=1, today=date(2024, 10, 15), accounts=tmp_path / "accounts.txt")
    assert faults() == {}


def test_a_record_that_was_changed_past_its_history(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(total_investment=7)
    assert faults() == {"历史": [f"项目（第 {project.pk} 号） 和最新一条历史不一致"]}


def test_a_record_that_was_made_past_its_history(project: Project) -> None:
    Project.history.filter(id=project.pk).delete()
    assert faults() == {"历史": [f"项目（第 {project.pk} 号） 没有历史"]}


def test_a_record_that_was_deleted_past_its_history(project: Project) -> None:
    gone = build.milestone(project, "started")
    Milestone._base_manager.filter(pk=gone.pk)._raw_delete("default")
    assert faults() == {"历史": [f"节点（第 {gone.pk} 号） 没有删除的记录却不见了"]}


def test_many_records_are_named_by_five(project: Project) -> None:
    pks = [build.project(f"项目{number}").pk for number in range(7)]
    Project.objects.filter(pk__in=pks).update(remark="偷偷改过")
    named = "、".join(map(str, sorted(pks)[:5]))
    assert faults() == {"历史": [f"项目（第 {named}等 号） 和最新一条历史不一致"]}


def test_a_link_to_nothing(project: Project, without_links: Callable[[], None]) -> None:
    without_links()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET town_id = 987654 WHERE id = %s", [project.pk])
        cursor.execute("UPDATE projects_historicalproject SET town_id = 987654 WHERE id = %s", [project.pk])
    try:
        assert faults() == {"关联": [f"项目（第 {project.pk} 号） 的“所属镇街”指向不存在的记录"]}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE projects_project SET town_id = NULL WHERE id = %s", [project.pk])


@pytest.fixture
def without_links() -> Callable[[], None]:
    """The engine checks links at the end of the transaction, which the test never reaches."""

    def off() -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")

    return off


def test_a_file_that_is_lost_and_one_that_was_altered(project: Project) -> None:
    lost, altered = photo_of(project), photo_of(project, stage="topped_out", colour="green")
    Path(lost.file.path).unlink()
    Path(altered.file.path).write_bytes(b"other")
    assert faults() == {"文件": sorted([f"{lost.file.name} 缺失", f"{altered.file.name} 与登记的摘要不符"])}


def test_a_file_that_nobody_names_is_told_and_is_no_fault(project: Project) -> None:
    (settings.MEDIA_ROOT / "left.bin").write_bytes(b"1")
    (files,) = [check for check in data_checks() if check.title == "文件"]
    assert (files.faults, files.remarks) == ([], ["没有记录用到的文件 1 个：left.bin"])


def test_the_command_exits_with_what_is_wrong(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Project.objects.filter(pk=project.pk).update(total_investment=7)
    with pytest.raises(CommandError, match="发现 1 处问题。"):
        call_command("check_data")
    assert f"  ✗ 项目（第 {project.pk} 号） 和最新一条历史不一致" in capsys.readouterr().out


def test_an_altered_entry_of_the_audit() -> None:
    """The table refuses updates by itself; whoever gets past that is found by the chain."""
    for number in range(3):
        note(AuditAct.EXPORTED, by=build.leader(), subject=f"清单{number}")
    append_only.unprotect()
    AuditEntry.objects.filter(subject="清单1").update(subject="别的")
    append_only.protect()
    (fault,) = faults()["审计链"]
    assert fault.startswith("审计记录被改动：")
