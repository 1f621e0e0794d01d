"""A project gets another unit from a day on: on its page, in bulk, by the API, in the admin and by an import."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from projects.models import Batch, Project
from tests import build
from tests.admin.desk import change_page, faults
from tests.admin.desk import send as press
from tests.api.test_projects import change, send, version_of
from tests.views.test_bulk import page_of, pressed, previewed
from tests.views.test_project_edit import as_shown, post
from tests.workbooks.sheets_made import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    build.town("薛家镇")
    return build.project("甲", organisation=build.town("罗溪镇"), at="2024-01-02")


def former(project: Project) -> list[tuple[str, str]]:
    """The unit of today, and who answered before, until when."""
    project.refresh_from_db()
    names = {unit.pk: unit.name for unit in (build.town("罗溪镇"), build.town("薛家镇"))}
    spans = [(names[unit], until) for unit, until in project.former_units]
    return [*spans, (names[project.organisation_id or 0], "")]


MOVED_IN_MARCH = [("罗溪镇", "2024-03-01"), ("薛家镇", "")]


def edited(project: Project, status: int = 302, **typed: Any) -> str:
    client, address = build.browser_of(build.office()), f"/projects/{project.pk}/edit/"
    return post(client, address, as_shown(client, address) | {"reason": "划转"} | typed, status)


def test_the_form_of_the_project_asks_for_the_day(project: Project) -> None:
    edited(project, organisation=build.town("薛家镇").pk, handed_on="2024-03-01")

    assert former(project) == MOVED_IN_MARCH
    page = build.browser_of(build.office()).get(f"/projects/{project.pk}/").content.decode()
    assert "薛家镇（2024-03-01 起；此前：罗溪镇至 2024-02-29）" in page


def test_without_a_day_it_is_today(project: Project) -> None:
    edited(project, organisation=build.town("薛家镇").pk)

    assert former(project) == [("罗溪镇", timezone.localdate().isoformat()), ("薛家镇", "")]


def test_an_edit_of_something_else_is_no_move(project: Project) -> None:
    edited(project, remark="二期")

    assert former(project) == [("罗溪镇", "")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"unit": "薛家镇", "handed_on": "tomorrow"}, "责任单位变更日期不能晚于今天。"),
        ({"unit": "薛家镇", "handed_on": "1899-01-01"}, "日期应在 2000 年到 2100 年之间。"),
        ({"unit": "罗溪镇", "handed_on": "2024-03-01"}, "责任单位和协同单位都没有变，不用填变更日期。"),
    ],
)
def test_a_day_that_cannot_be_is_refused(project: Project, typed: dict[str, str], sentence: str) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    unit, on = build.town(typed["unit"]).pk, typed["handed_on"].replace("tomorrow", tomorrow)

    page = edited(project, 422, organisation=unit, handed_on=on)

    assert sentence in page
    assert former(project) == [("罗溪镇", "")]
    assert project.history.count() == 1


def test_a_move_before_the_last_one_is_refused(project: Project) -> None:
    edited(project, organisation=build.town("薛家镇").pk, handed_on="2024-03-01")

    page = edited(project, 422, organisation=build.town("罗溪镇").pk, handed_on="2024-02-01")

    assert "责任单位变更日期不能早于上一次变更（2024-03-01）。" in page
    assert former(project) == MOVED_IN_MARCH


def test_a_move_is_undone_from_the_history(project: Project) -> None:
    edited(project, organisation=build.town("薛家镇").pk, handed_on="2024-03-01")
    entry = project.history.latest("history_id")
    client = build.browser_of(build.office())

    client.post(f"/projects/{project.pk}/history/project/{entry.pk}/undo/", {"reason": "误划"})

    assert former(project) == [("罗溪镇", "")]


def test_staff_move_a_project_to_a_unit_below_their_own(project: Project) -> None:
    village = build.town("某村", kind="department", parent=build.town("罗溪镇"))
    client = build.browser_of(build.staff(build.town("罗溪镇")))
    address = f"/projects/{project.pk}/edit/"

    post(
        client,
        address,
        as_shown(client, address) | {"reason": "下放", "organisation": village.pk, "handed_on": "2024-03-01"},
    )

    project.refresh_from_db()
    assert project.former_units == [[build.town("罗溪镇").pk, "2024-03-01"]]
    assert project.organisation == village


def test_many_projects_move_on_one_day_and_back(project: Project) -> None:
    other, office = build.project("乙", organisation=build.town("薛家镇")), build.browser_of(build.office())
    typed = {"organisation": str(build.town("薛家镇").pk), "handed_on": "2024-03-01", "reason": "划转"}

    batch = previewed(office, project, other, act="assign", **typed)
    assert batch.terms["handed_on"] == "2024-03-01"
    assert "薛家镇（2024年3月1日起）" in office.get(page_of(batch)).content.decode()
    pressed(office, batch, "apply_all")

    assert (former(project), former(other)) == (MOVED_IN_MARCH, [("薛家镇", "")])
    pressed(office, Batch.objects.get(), "undo")
    assert former(project) == [("罗溪镇", "")]


def test_a_day_without_a_unit_moves_nothing_in_bulk(project: Project) -> None:
    sent = {
        "projects": str(project.pk),
        "act": "assign",
        "contact": "王",
        "handed_on": "2024-03-01",
        "reason": "x",
    }

    page = build.browser_of(build.office()).post("/projects/bulk/", sent)

    assert page.status_code == 422
    assert "没有换责任单位，不用填变更日期。" in page.content.decode()


def test_another_system_names_the_day(project: Project) -> None:
    office = build.office()

    change(office, project, organisation=build.town("薛家镇").pk, handed_on="2024-03-01")

    assert former(project) == MOVED_IN_MARCH
    body = {"version": version_of(project), "reason": "x", "organisation": build.town("罗溪镇").pk}
    told = send(office, project, body | {"handed_on": "2024-02-01"}, 400)
    assert told == {"errors": {"handed_on": ["责任单位变更日期不能早于上一次变更（2024-03-01）。"]}}


def test_the_admin_asks_for_the_day(project: Project) -> None:
    client = build.browser_of(build.office())
    unit = build.town("薛家镇").pk

    refused = press(client, change_page(project), reason="划转", organisation=unit, handed_on="2999-01-01")
    press(client, change_page(project), reason="划转", organisation=unit, handed_on="2024-03-01")

    assert "日期应在 2000 年到 2100 年之间。" in faults(refused)
    assert former(project) == MOVED_IN_MARCH


def test_an_import_moves_from_the_day_of_its_terms_and_back(project: Project) -> None:
    office = build.office()
    sheet = xlsx(["项目名称", "责任单位"], ["甲", "薛家镇"], ["新来的", "薛家镇"])

    imported = applied(received(sheet, office, handed_on=date(2024, 3, 1)), office)

    assert former(project) == MOVED_IN_MARCH
    assert Project.objects.get(name="新来的").former_units == []
    undone(imported, office)
    assert former(project) == [("罗溪镇", "")]


def test_an_import_without_a_day_moves_today(project: Project) -> None:
    office = build.office()

    applied(received(xlsx(["项目名称", "责任单位"], ["甲", "薛家镇"]), office), office)

    assert former(project) == [("罗溪镇", timezone.localdate().isoformat()), ("薛家镇", "")]


def test_an_import_before_the_last_move_is_a_fault_of_its_row(project: Project) -> None:
    project.hand_to(build.town("薛家镇").pk, on=date(2024, 6, 1), today=date(2024, 7, 1))
    build.kept(project)

    imported = received(
        xlsx(["项目名称", "责任单位"], ["甲", "罗溪镇"]), build.office(), handed_on=date(2024, 3, 1)
    )

    assert "责任单位变更日期不能早于上一次变更（2024-06-01）。" in str(imported.rows.get().faults)
