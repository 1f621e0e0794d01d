"""A milestone on its own page, and its evidence."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects.models import Evidence, Milestone
from tests import build
from tests.admin.desk import JPG, address, change_page, faults, newest, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def client(office):
    return build.browser_of(office)


@pytest.fixture
def project():
    project = build.project("热泵")
    build.milestone(project, "started", "2024-03-15")
    return project


@pytest.fixture
def completion(project):
    return build.milestone(project, "completed", planned="2024-12-31", planned_precision="month")


def test_the_list_words_the_periods(client, completion):
    page = client.get(address(Milestone)).content.decode()
    assert "2024年12月" in page
    assert "2024年3月15日" in page


def test_a_new_milestone_keeps_its_first_plan(client, office, project):
    send(
        client,
        address(Milestone, "add"),
        project=project.pk,
        stage="topped_out",
        current_on="2024-09-01",
        current_precision="quarter",
    )
    milestone = project.milestones.get(stage="topped_out")
    assert (milestone.planned_on, milestone.current_on) == (date(2024, 9, 30), date(2024, 9, 30))
    assert (milestone.planned_precision, milestone.recorded_on) == ("quarter", None)
    assert newest(milestone) == ("+", office, "新建节点")


def test_reaching_records_today_and_keeps_the_plan(client, office, completion):
    send(
        client,
        change_page(completion),
        reached_on="2024-12-26",
        reached_precision="day",
        change_reason="验收意见",
    )
    completion.refresh_from_db()
    assert (completion.reached_on, completion.recorded_on) == (date(2024, 12, 26), timezone.localdate())
    assert completion.planned_on == date(2024, 12, 31)
    assert newest(completion) == ("~", office, "验收意见")


def test_another_change_does_not_move_the_recorded_day(client, project):
    started = project.milestones.get()
    started.recorded_on = date(2024, 4, 1)
    build.kept(started)
    send(client, change_page(started), note="见合同", change_reason="补说明")
    started.refresh_from_db()
    assert (started.reached_on, started.recorded_on) == (date(2024, 3, 15), date(2024, 4, 1))


def test_taking_back_empties_the_recorded_day_too(client, project):
    started = project.milestones.get()
    send(client, change_page(started), reached_on="", reached_precision="", change_reason="误登")
    started.refresh_from_db()
    assert (started.reached_on, started.reached_precision, started.recorded_on) == (None, "", None)
    assert started.history.last().reached_on == date(2024, 3, 15)


def test_postponing_needs_its_coded_reason(client, completion):
    later = {"current_on": "2025-03-31", "current_precision": "day", "change_reason": "推迟"}
    assert "推迟计划必须选择原因" in faults(send(client, change_page(completion), **later))
    assert "请在说明中写明" in faults(send(client, change_page(completion), **later, reason="other"))
    assert send(client, change_page(completion), **later, reason="equipment").status_code == 302
    completion.refresh_from_db()
    assert (completion.planned_on, completion.current_on) == (date(2024, 12, 31), date(2025, 3, 31))
    assert completion.history.count() == 2


def test_the_original_plan_is_not_for_typing(client, completion):
    send(
        client,
        change_page(completion),
        planned_on="2026-01-01",
        planned_precision="day",
        recorded_on="2020-01-01",
        note="改动",
        change_reason="试",
    )
    completion.refresh_from_db()
    assert (completion.note, completion.planned_on, completion.recorded_on) == (
        "改动",
        date(2024, 12, 31),
        None,
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reached_on": "2024-03-14", "reached_precision": "day"}, "竣工（2024年3月14日）早于开工"),
        ({"reached_on": "2099-01-01", "reached_precision": "day"}, "实际日期不能晚于今天"),
        ({"reached_precision": "day"}, "实际日期与准确程度应同时填写"),
        ({"current_on": "", "current_precision": ""}, "现计划不能清空"),
        ({"current_precision": ""}, "现计划的日期与准确程度应同时填写"),
        ({"skipped": "on", "reached_on": "2024-12-26", "reached_precision": "day"}, "不设的节点不能有"),
        ({"change_reason": ""}, "必填"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(client, completion, typed, sentence):
    page = send(client, change_page(completion), **{"note": "改动", "change_reason": "试", **typed})
    assert sentence in faults(page)
    completion.refresh_from_db()
    assert (completion.note, completion.history.count()) == ("", 1)


def test_no_plan_for_what_was_reached(client, project):
    page = send(
        client,
        change_page(project.milestones.get()),
        current_on="2024-12-31",
        current_precision="day",
        change_reason="试",
    )
    assert "已登记实际日期，不能再改计划" in faults(page)


def test_skipping_drops_the_plan(client, completion):
    send(client, change_page(completion), skipped="on", change_reason="设备项目")
    completion.refresh_from_db()
    assert (completion.skipped, completion.current_on, completion.planned_on) == (
        True,
        None,
        date(2024, 12, 31),
    )


def test_a_second_milestone_of_a_stage_is_refused(client, project):
    page = send(client, address(Milestone, "add"), project=project.pk, stage="started")
    assert "每个节点只登记一次" in faults(page)


# Evidence


def attach(client, milestone, content, name="封顶.jpg"):
    return client.post(
        address(Evidence, "add"),
        {"milestone": milestone.pk, "caption": "主体封顶", "file": SimpleUploadedFile(name, content)},
    )


def test_evidence_goes_through_the_action(client, office, completion):
    assert attach(client, completion, JPG).status_code == 302
    kept = Evidence.objects.get()
    assert (kept.uploaded_by, kept.caption, len(kept.sha256)) == (office, "主体封顶", 64)
    assert newest(kept) == ("+", office, "上传佐证")


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"<script>alert(1)</script>", "无法作为佐证"), (b"", "文件")]
)
def test_what_is_no_evidence_is_refused_on_the_form(client, completion, content, sentence):
    page = attach(client, completion, content)
    assert sentence in faults(page)
    assert not Evidence.objects.exists()


def test_the_same_file_twice_is_refused_in_words(client, completion):
    attach(client, completion, JPG)
    page = client.get(attach(client, completion, JPG).url)
    assert "没有保存：同一文件已经上传过" in page.content.decode()
    assert Evidence.objects.count() == Evidence.history.count() == 1


def test_a_kept_file_is_named_and_never_linked(client, office, completion):
    attach(client, completion, JPG)
    kept = Evidence.objects.get()
    for url in (
        address(Evidence),
        change_page(kept),
        address(kept, kept.pk, "history", kept.history.get().pk),
    ):
        page = client.get(url).content.decode()
        assert "封顶" in page
        assert f'href="{kept.file.url}"' not in page
        assert "/uploads/" not in page
    assert kept.sha256 in client.get(change_page(kept)).content.decode()

    send(client, change_page(kept), caption="主体结构封顶", change_reason="补说明")
    kept.refresh_from_db()
    assert kept.caption == "主体结构封顶"
    assert newest(kept) == ("~", office, "补说明")


def test_a_file_that_was_lost_does_not_break_its_page(client, completion):
    attach(client, completion, JPG)
    kept = Evidence.objects.get()
    kept.file.storage.delete(kept.file.name)
    assert "文件已不在存储中" in client.get(change_page(kept)).content.decode()
