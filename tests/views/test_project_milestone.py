"""The door of one stage: each act, the broken rule, and who may not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Milestone, Project
from tests import build

pytestmark = pytest.mark.django_db

REACH = {"act": "reach", "on": "2024-12-26", "precision": "day", "note": "验收"}


def door(project: Project, stage: str = "completed") -> str:
    return f"/projects/{project.pk}/milestones/{stage}/"


def post(client: Client, project: Project, stage: str = "completed", status: int = 302, **sent: str) -> str:
    """The address redirected to, or the text of the page that says why not; the form was made a moment ago."""
    shown = stands(project, stage)
    newest = shown.history.latest("history_id").history_id if shown else ""
    response = client.post(door(project, stage), {"version": newest} | sent)
    assert response.status_code == status
    return response["Location"] if status == 302 else " ".join(response.content.decode().split())


@pytest.fixture
def project() -> Project:
    """Topped out; completion planned for the end of 2024."""
    project = build.project("热泵", organisation=build.town("罗溪镇"))
    build.milestone(project, "topped_out", "2024-11-30")
    build.milestone(project, "completed", planned="2024-12-31", planned_precision="month")
    return project


@pytest.fixture
def staff(project: Project) -> Client:
    return build.browser_of(build.staff(project.organisation))


def stands(project: Project, stage: str = "completed") -> Milestone | None:
    return project.milestones.filter(stage=stage).first()


def test_it_shows_the_stage_and_what_may_be_done(staff: Client, project: Project) -> None:
    page = staff.get(door(project)).content.decode()

    for words in ("竣工", "2024年12月", "登记完成", "推迟计划", "计划日期", "不设此节点"):
        assert words in page
    assert "撤回登记" not in page


def test_reach(staff: Client, project: Project) -> None:
    assert post(staff, project, **REACH) == f"/projects/{project.pk}/"

    milestone = stands(project)
    assert (str(milestone.reached_on), milestone.reached_precision) == ("2024-12-26", "day")
    assert milestone.reached_note == "验收"
    page = staff.get(f"/projects/{project.pk}/").content.decode()
    assert "竣工：登记完成，已保存。" in page
    assert "2024年12月26日" in page


def test_postpone_take_back_skip_and_restore(staff: Client, project: Project) -> None:
    post(staff, project, act="postpone", on="2025-02-01", precision="month", cause="weather", note="")
    assert str(stands(project).current_on) == "2025-02-28"
    post(staff, project, act="plan", on="2025-01-31", precision="day", note="")
    assert str(stands(project).current_on) == "2025-01-31"
    post(staff, project, **REACH)
    post(staff, project, act="take_back", reason="误报")
    assert stands(project).reached_on is None
    post(staff, project, act="skip", reason="设备项目")
    assert stands(project).skipped
    post(staff, project, act="restore", reason="还是要验收")
    assert not stands(project).skipped
    assert str(stands(project).planned_on) == "2024-12-31"


def test_a_stage_without_a_record_can_be_planned(staff: Client, project: Project) -> None:
    post(staff, project, "full_capacity", act="plan", on="2025-06-30", precision="quarter", note="")

    assert str(stands(project, "full_capacity").planned_on) == "2025-06-30"


TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({**REACH, "on": TOMORROW}, "实际日期不能晚于今天"),
        ({**REACH, "on": "2024-10-01"}, "次序不对"),
        ({**REACH, "on": ""}, "请填写日期：只有准确程度、没有日期无法登记。"),
        ({**REACH, "on": "去年"}, "输入一个有效的日期"),
        ({**REACH, "on": "0001-01-01"}, "2000 年"),
        ({**REACH, "precision": "century"}, "不在可用的选项中"),
        ({**REACH, "note": "长" * 401}, "400"),
        (
            {"act": "postpone", "on": "2025-02-01", "precision": "month", "cause": ""},
            "推迟计划必须选择原因。",
        ),
        ({"act": "postpone", "on": "2025-02-01", "precision": "month", "cause": "other"}, "请写明具体原因"),
        ({"act": "postpone", "on": "2024-12-01", "precision": "month", "cause": "weather"}, "须晚于现计划"),
        ({"act": "plan", "on": "2025-03-01", "precision": "month"}, "属于推迟"),
        ({"act": "take_back", "reason": "误报"}, "尚未登记"),
        ({"act": "skip", "reason": ""}, "请写明原因。"),
        ({"act": "restore", "reason": "误设"}, "无需恢复"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    staff: Client, project: Project, sent: dict[str, str], told: str
) -> None:
    written = Milestone.history.count()

    assert told in post(staff, project, status=422, **sent)
    assert Milestone.history.count() == written
    assert stands(project).reached_on is None


def test_a_second_record_of_a_stage_is_refused(staff: Client, project: Project) -> None:
    post(staff, project, **REACH)

    assert "已登记" in post(staff, project, status=422, **{**REACH, "on": "2024-12-27"})
    assert str(stands(project).reached_on) == "2024-12-26"


@pytest.mark.parametrize("act", ["", "erase", "reach; drop table"])
def test_a_forged_act_is_refused(staff: Client, project: Project, act: str) -> None:
    post(staff, project, status=400, **{**REACH, "act": act})

    assert stands(project).reached_on is None


def test_the_form_needs_its_token(project: Project) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(build.staff(project.organisation), backend="projects.access.RoleBackend")

    assert client.post(door(project), REACH).status_code == 403
    assert stands(project).reached_on is None


@pytest.mark.parametrize("stage", ["nonsense", "STARTED", "removed"])
def test_an_unknown_stage_is_not_found(staff: Client, project: Project, stage: str) -> None:
    assert staff.get(door(project, stage)).status_code == 404
    assert staff.post(door(project, stage), REACH).status_code == 404


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: build.leader(), 403),
        (lambda: build.leader(build.town("罗溪镇")), 403),
        (lambda: build.leader(build.town("奔牛镇")), 404),
        (lambda: build.staff(build.town("奔牛镇")), 404),
        (lambda: build.staff(build.town("薛家镇")), 403),  # helps, so reads
        (lambda: build.person(None), 403),
    ],
)
def test_who_may_not_write_changes_nothing(project: Project, person, status: int) -> None:
    build.helper(project, build.town("薛家镇"))
    client = build.browser_of(person())

    assert client.get(door(project)).status_code == status
    post(client, project, status=status, **REACH)
    assert stands(project).reached_on is None


def test_an_outsider_is_sent_to_the_login(project: Project) -> None:
    assert post(build.browser_of(None), project, **REACH).startswith("/accounts/login/")
    assert stands(project).reached_on is None


def test_staff_of_the_district_and_the_office_write_what_nobody_answers_for() -> None:
    for person in (build.staff(), build.office(), build.admin()):
        project = build.project()
        post(build.browser_of(person), project, "started", **{**REACH, "on": "2024-03-01"})
        assert stands(project, "started").reached_on is not None


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/projects/?q=热泵&page=2", "/projects/?q=%E7%83%AD%E6%B3%B5&page=2"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_it_goes_back_only_to_an_address_of_ours(
    staff: Client, project: Project, asked: str, goes_to: str | None
) -> None:
    assert post(staff, project, **REACH, next=asked) == (goes_to or f"/projects/{project.pk}/")


def test_a_fault_keeps_the_way_back(staff: Client, project: Project) -> None:
    page = post(staff, project, status=422, **{**REACH, "on": ""}, next="/projects/?q=a")

    assert 'name="next" value="/projects/?q=a"' in page


def test_the_page_takes_few_queries(staff: Client, project: Project, django_assert_max_num_queries) -> None:
    for photo in ("red", "green", "blue"):
        build.evidence(project.milestones.first(), build.photo(colour=photo))
    with django_assert_max_num_queries(7):  # the units below, and who asked why it is late
        staff.get(door(project))
