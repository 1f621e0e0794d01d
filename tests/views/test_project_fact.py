"""One fact changed in its place: a reason only for money, others' changes kept, rights as everywhere."""

import re
from typing import Any

import pytest
from django.test import Client

from projects.models import Project
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def project() -> Project:
    return build.project(
        "热泵",
        organisation=build.town("罗溪镇"),
        total_investment=10 * YI,
        contact="王强",
        contact_phone="138",
    )


@pytest.fixture
def staff(project: Project) -> Client:
    return build.browser_of(build.staff(project.organisation))


def address(project: Project, name: str) -> str:
    return f"/projects/{project.pk}/facts/{name}/"


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def version(project: Project) -> int:
    return project.history.latest("history_id").history_id


def send(client: Client, project: Project, name: str, typed: str, *, htmx: bool = True, **more: Any) -> Any:
    sent = {"version": version(project), name: typed} | more
    return client.post(address(project, name), sent, headers=HTMX if htmx else {})


def test_a_phone_number_is_changed_in_its_place_without_a_reason(staff: Client, project: Project) -> None:
    page = text_of(staff.get(f"/projects/{project.pk}/"))
    assert f'hx-get="{address(project, "contact_phone")}"' in page
    form = text_of(staff.get(address(project, "contact_phone"), headers=HTMX))
    assert "<html" not in form
    assert 'value="138"' in form
    assert 'name="reason"' not in form

    shown = text_of(send(staff, project, "contact_phone", "139"))

    assert "<dd>139" in shown
    project.refresh_from_db()
    assert (project.contact_phone, project.contact, project.total_investment) == ("139", "王强", 10 * YI)
    assert project.history.latest("history_id").history_change_reason == "修改联系电话"


def test_without_scripts_it_is_a_page_of_its_own(staff: Client, project: Project) -> None:
    assert "<h1>修改联系电话</h1>" in text_of(staff.get(address(project, "contact_phone")))
    response = send(staff, project, "contact_phone", "139", htmx=False)

    assert response["Location"] == f"/projects/{project.pk}/"
    assert "长" not in text_of(send(staff, project, "contact_phone", "1" * 51, htmx=False), 422)


def test_money_needs_a_reason(staff: Client, project: Project) -> None:
    assert 'name="reason"' in text_of(staff.get(address(project, "total_investment"), headers=HTMX))
    refused = text_of(send(staff, project, "total_investment", "12"))
    assert 'role="alert"' in refused
    project.refresh_from_db()
    assert project.total_investment == 10 * YI

    assert "12.0 亿元" in text_of(send(staff, project, "total_investment", "12", reason="备案调整"))
    project.refresh_from_db()
    assert project.total_investment == 12 * YI
    assert project.history.latest("history_id").history_change_reason == "备案调整"


def test_the_forms_own_checks_hold(staff: Client, project: Project) -> None:
    shown = text_of(send(staff, project, "national_code", "不是代码"))

    assert 'class="error"' in shown
    project.refresh_from_db()
    assert project.national_code == ""


def test_unchanged_it_leaves_no_entry(staff: Client, project: Project) -> None:
    before = project.history.count()
    send(staff, project, "contact_phone", "138")

    assert project.history.count() == before


def test_another_fact_that_somebody_wrote_meanwhile_stays(staff: Client, project: Project) -> None:
    seen = version(project)
    project.contact = "李敏"
    build.kept(project, by=build.office())
    send(staff, project, "contact_phone", "139", version=seen)

    project.refresh_from_db()
    assert (project.contact, project.contact_phone) == ("李敏", "139")


def test_the_same_fact_is_chosen_between_both(staff: Client, project: Project) -> None:
    seen = version(project)
    project.contact_phone = "137"
    build.kept(project, by=build.office(last_name="周", first_name="岚"))
    shown = text_of(send(staff, project, "contact_phone", "139", version=seen))

    for fact in ("周岚", "137", "139"):
        assert fact in shown
    project.refresh_from_db()
    assert project.contact_phone == "137"

    newest = re.search(r'name="seen" value="(\d+)"', shown)
    assert newest is not None
    choice = {"version": seen, "seen": newest[1], "keep-contact_phone": "mine"}
    send(staff, project, "contact_phone", "139", **choice)
    project.refresh_from_db()
    assert project.contact_phone == "139"


@pytest.mark.parametrize(
    "name", ["organisation", "longitude", "foreign_amount", "source", "ended_on", "nonsense"]
)
def test_what_is_not_changed_alone_has_no_form(staff: Client, project: Project, name: str) -> None:
    assert staff.get(address(project, name)).status_code == 404
    assert staff.post(address(project, name), {name: "1"}).status_code == 404


def test_rights_are_those_of_the_project(project: Project) -> None:
    leader, foreign = build.browser_of(build.leader()), build.browser_of(build.staff(build.town("奔牛镇")))
    at = address(project, "contact_phone")

    assert "/facts/" not in text_of(leader.get(f"/projects/{project.pk}/"))
    for client, status in ((leader, 403), (foreign, 404), (build.browser_of(None), 302)):
        assert client.get(at).status_code == status
        assert client.post(at, {"contact_phone": "1"}).status_code == status
    project.refresh_from_db()
    assert project.contact_phone == "138"


def test_every_pen_opens_a_form_and_leaves_it(staff: Client, project: Project) -> None:
    names = re.findall(r'id="fact_(\w+)"', staff.get(f"/projects/{project.pk}/").content.decode())

    assert {"total_investment", "contact", "content", "linked_leader"} <= set(names)
    for name in names:
        assert f'id="fact_{name}"' in text_of(staff.get(address(project, name), headers=HTMX))
        assert f'id="fact_{name}"' in text_of(staff.get(f"{address(project, name)}?shown=1", headers=HTMX))


def test_the_form_takes_few_queries(staff: Client, project: Project, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(8):
        staff.get(address(project, "town"), headers=HTMX)
