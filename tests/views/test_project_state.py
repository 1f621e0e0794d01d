"""The door at which a project is paused, terminated and taken up again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Project
from tests import build

pytestmark = pytest.mark.django_db

PAUSE = {"act": "aside", "state": "paused", "on": "2024-05-01", "cause": "financing", "note": "等待增资"}
RESUME = {"act": "resume", "on": "2024-06-01", "reason": "增资到位"}


@pytest.fixture
def project() -> Project:
    project = build.project("热泵", organisation=build.town("罗溪镇"))
    build.milestone(project, "started", planned="2024-04-30")
    return project


@pytest.fixture
def staff(project: Project) -> Client:
    return build.browser_of(build.staff(project.organisation, last_name="张", first_name="三"))


def door(project: Project) -> str:
    return f"/projects/{project.pk}/state/"


def page_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def post(client: Client, project: Project, status: int = 302, **sent: str) -> str:
    response = client.post(door(project), sent)
    assert response.status_code == status
    return response["Location"] if status == 302 else " ".join(response.content.decode().split())


def test_a_project_is_paused_and_goes_on_with_who_and_why(staff: Client, project: Project) -> None:
    assert post(staff, project, **PAUSE) == f"/projects/{project.pk}/"
    project.refresh_from_db()
    page = page_of(staff, f"/projects/{project.pk}/")

    assert (project.side_state, str(project.side_state_on), project.side_reason) == (
        "paused",
        "2024-05-01",
        "financing",
    )
    assert "暂停：2024年5月1日起，原因：资金，等待增资" in page
    assert "恢复推进</a>" in page
    assert "暂停（资金）：等待增资" in page_of(staff, f"/projects/{project.pk}/history/")

    post(staff, project, **RESUME)
    project.refresh_from_db()
    assert (project.side_state, project.pauses) == ("", [["2024-05-01", "2024-06-01", "paused"]])
    history = page_of(staff, f"/projects/{project.pk}/history/")
    assert "增资到位" in history
    assert "张三" in history
    assert "停顿时段" not in history  # the change of state says it already


def test_paused_days_are_not_late_on_the_list_and_on_the_page(staff: Client, project: Project) -> None:
    today = timezone.localdate()
    planned = project.milestones.get()
    planned.current_on = today - timedelta(days=50)
    planned.planned_on = planned.current_on
    build.kept(planned)
    assert "晚 50 天" in page_of(staff, "/projects/?late=1")

    post(staff, project, **PAUSE | {"on": (today - timedelta(days=40)).isoformat()})
    assert "0 个" in page_of(staff, "/projects/?late=1")
    assert "暂停</span>" in page_of(staff, "/projects/")

    post(staff, project, **RESUME | {"on": today.isoformat()})
    assert "晚 10 天" in page_of(staff, "/projects/?late=1")
    assert "晚 10 天" in page_of(staff, f"/projects/{project.pk}/")


def test_it_offers_what_can_be_done_now(staff: Client, project: Project) -> None:
    page = page_of(staff, door(project))
    assert "暂停或终止" in page
    assert "恢复推进</h2>" not in page

    post(staff, project, **PAUSE)
    page = page_of(staff, door(project))
    assert "恢复推进</h2>" in page
    assert 'value="paused"' not in page

    post(staff, project, **PAUSE | {"state": "terminated"})
    page = page_of(staff, door(project))
    assert "恢复推进</h2>" in page
    assert 'value="terminated"' not in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (PAUSE | {"on": "2099-01-01"}, "状态日期不能晚于今天"),
        (PAUSE | {"on": ""}, "必填项"),
        (PAUSE | {"on": "0001-01-01"}, "2000 年"),
        (PAUSE | {"cause": ""}, "暂停或终止须选择原因。"),
        (PAUSE | {"cause": "laziness"}, "不在可用的选项中"),
        (PAUSE | {"cause": "other", "note": ""}, "请写明具体原因"),
        (PAUSE | {"state": "removed"}, "不在可用的选项中"),
        (RESUME, "无需恢复"),
        (RESUME | {"reason": ""}, "请写明恢复的原因。"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    staff: Client, project: Project, sent: dict[str, str], told: str
) -> None:
    assert told in post(staff, project, 422, **sent)
    assert project.history.count() == 1


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: build.leader(), 403),
        (lambda: build.staff(build.town("奔牛镇")), 404),
        (lambda: build.staff(build.town("薛家镇")), 403),  # helps, so reads
        (lambda: build.person(None), 403),
    ],
)
def test_who_may_not_write_changes_nothing(project: Project, person, status: int) -> None:
    build.helper(project, build.town("薛家镇"))
    client = build.browser_of(person())

    assert client.get(door(project)).status_code == status
    post(client, project, status, **PAUSE)
    assert "暂停、终止" not in client.get(f"/projects/{project.pk}/").content.decode()
    project.refresh_from_db()
    assert project.side_state == ""


def test_an_outsider_is_sent_to_the_login(project: Project) -> None:
    assert post(build.browser_of(None), project, **PAUSE).startswith("/accounts/login/")
