"""“撤销此项” on the history page: for writers, for what still stands, with a reason."""

from datetime import date

import pytest
from django.test import Client

from projects.actions import lifecycle, registry
from projects.models import Milestone, Project
from projects.vocabulary import Precision, Stage
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = build.project("热泵", organisation=build.town("罗溪镇"), total_investment=10 * YI)
    project.total_investment = 12 * YI
    registry.amend(project, by=build.staff(project.organisation, first_name="小王"), reason="核对备案")
    return project


@pytest.fixture
def staff(project: Project) -> Client:
    return build.browser_of(build.staff(project.organisation))


def door(project: Project, record=None) -> str:
    record = record or project
    entry = record.history.first()
    return f"/projects/{project.pk}/history/{record._meta.model_name}/{entry.history_id}/undo/"


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def test_a_change_is_taken_back_by_three_clicks(staff: Client, project: Project) -> None:
    assert f'href="{door(project)}"' in text_of(staff, f"/projects/{project.pk}/history/")
    page = text_of(staff, door(project))
    for fact in ("小王", "核对备案", "<del>10 亿元</del> → <ins>12 亿元</ins>", "恢复为改动之前的值"):
        assert fact in page

    response = staff.post(door(project), {"reason": "看错一位"})
    assert response["Location"] == f"/projects/{project.pk}/history/"
    page = text_of(staff, response["Location"])
    assert "已撤销，撤销本身也记入了历史。" in page
    assert "<del>12 亿元</del> → <ins>10 亿元</ins>" in page
    assert "看错一位" in page
    assert Project.objects.get().total_investment == 10 * YI


def test_what_was_changed_since_is_told_and_nothing_is_written(staff: Client, project: Project) -> None:
    address = door(project)
    project.total_investment = 13 * YI
    registry.amend(project, by=build.office(), reason="再核")
    response = staff.post(address, {"reason": "看错一位"})

    assert response.status_code == 422
    assert "“总投资”后来又改过" in response.content.decode()
    assert Project.objects.get().total_investment == 13 * YI


def test_a_reason_is_asked_for(staff: Client, project: Project) -> None:
    response = staff.post(door(project), {"reason": " "})

    assert response.status_code == 422
    assert "撤销须写明原因。" in response.content.decode()
    assert Project.objects.get().total_investment == 12 * YI


def test_a_new_stage_says_that_it_will_go(staff: Client, project: Project) -> None:
    milestone = lifecycle.reach(
        project, Stage.STARTED, on=date(2024, 3, 1), precision=Precision.DAY, by=build.office()
    )
    assert "新增的这条记录将被删除" in text_of(staff, door(project, milestone))
    staff.post(door(project, milestone), {"reason": "登错项目"})

    assert not Milestone.objects.exists()


def test_some_entries_have_no_way_back(staff: Client, project: Project) -> None:
    first = project.history.last().history_id
    problem = build.problem(project)

    text_of(staff, f"/projects/{project.pk}/history/project/{first}/undo/", 404)
    text_of(staff, door(project, problem), 404)
    text_of(staff, f"/projects/{project.pk}/history/user/1/undo/", 404)
    page = text_of(staff, f"/projects/{project.pk}/history/")
    assert page.count("撤销此项</a>") == 1


def test_an_entry_of_another_project_is_not_found(staff: Client, project: Project) -> None:
    other = build.listing(build.project("别的", organisation=project.organisation))
    number = other.history.get().history_id

    text_of(staff, f"/projects/{project.pk}/history/listing/{number}/undo/", 404)
    assert (
        staff.post(f"/projects/{project.pk}/history/listing/{number}/undo/", {"reason": "试"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: build.leader(), 403),
        (lambda: build.staff(build.town("薛家镇")), 403),  # helps, so reads
        (lambda: build.staff(build.town("奔牛镇")), 404),
        (lambda: build.person(None), 403),
        (lambda: None, 302),
    ],
)
def test_who_may_not_write_undoes_nothing(project: Project, person, status: int) -> None:
    build.helper(project, build.town("薛家镇"))
    client, address = build.browser_of(person()), door(project)

    assert client.get(address).status_code == status
    assert client.post(address, {"reason": "试"}).status_code == status
    assert Project.objects.get().total_investment == 12 * YI
    if status == 403:
        assert "撤销此项" not in client.get(f"/projects/{project.pk}/history/").content.decode()


def test_the_office_undoes_too(project: Project) -> None:
    build.browser_of(build.office()).post(door(project), {"reason": "看错一位"})

    assert Project.objects.get().total_investment == 10 * YI
