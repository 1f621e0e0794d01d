"""However a project or a unit is renamed, it goes on being found by the name that it had."""

from typing import Any

import pytest

from projects.actions import registry
from projects.actions.undoing import undo
from projects.models import Organisation, Project, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import Outcome
from projects.workbooks import decide
from projects.workbooks.cells import by_words, unit_words
from projects.workbooks.kinds.organisations.rows import units_alike
from tests import build
from tests.admin.desk import change_page, send
from tests.api.test_projects import change
from tests.views.test_project_edit import as_shown
from tests.workbooks.sheets_made import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db

OLD, NEW = "储能电池生产项目", "固态电解质研发基地"


@pytest.fixture
def office() -> User:
    return build.office()


@pytest.fixture
def project() -> Project:
    return build.project(OLD, enterprise="河海", organisation=build.town("罗溪镇"))


def on_the_page(project: Project, office: User) -> None:
    client, address = build.browser_of(office), f"/projects/{project.pk}/edit/"
    name = next(name for name in as_shown(client, address) if name.endswith("name") and "former" not in name)
    client.post(address, as_shown(client, address) | {name: NEW, "reason": "更名"})


def in_the_admin(project: Project, office: User) -> None:
    send(build.browser_of(office), change_page(project), name=NEW, reason="更名")


def by_the_api(project: Project, office: User) -> None:
    change(office, project, name=NEW)


def by_an_action(project: Project, office: User) -> None:
    project.name = NEW
    registry.amend(project, by=office, reason="更名")


def by_an_import(project: Project, office: User) -> None:
    applied(received(xlsx(["系统编号", "项目名称"], [project.pk, NEW]), office), office)


def by_an_import_that_says_former_names(project: Project, office: User) -> None:
    content = xlsx(["系统编号", "项目名称", "曾用名"], [project.pk, NEW, "更早的名字"])
    applied(received(content, office), office)


WAYS = (
    on_the_page,
    in_the_admin,
    by_the_api,
    by_an_action,
    by_an_import,
    by_an_import_that_says_former_names,
)


@pytest.mark.parametrize("rename", WAYS)
def test_every_way_of_renaming_a_project_keeps_the_name(project, office, rename: Any) -> None:
    rename(project, office)
    project.refresh_from_db()
    assert project.name == NEW
    assert project.former_names.split("、")[-1] == OLD
    assert project.history.first().former_names == project.former_names
    for question in (OLD, "储能", "chunengdianchi", "cndc"):
        assert list(Project.objects.matching(question)) == [project]


@pytest.mark.parametrize("rename", WAYS)
def test_the_next_list_makes_no_second_project_of_the_old_name(project, office, rename: Any) -> None:
    rename(project, office)
    imported = received(xlsx(["项目名称", "建设单位"], [OLD, "河海"]), office, level="city")
    row = imported.rows.get()
    assert (row.outcome, row.candidates[0]["pk"], row.candidates[0]["why"]) == (
        Outcome.ALIKE,
        project.pk,
        "曾用名相同",
    )
    decide.decide(imported, row.pk, str(project.pk), by=office)
    applied(imported, office)
    project.refresh_from_db()
    assert (Project.objects.count(), project.name) == (1, NEW)


def test_a_name_like_a_former_one_is_asked_about(project, office) -> None:
    by_an_action(project, office)
    row = received(xlsx(["项目名称"], ["储能电池制造生产项目"]), office).rows.get()
    assert [candidate["pk"] for candidate in row.candidates] == [project.pk]


def test_a_project_that_is_called_as_before_again_has_the_other_name_as_a_former_one(project, office) -> None:
    for name, former in ((NEW, OLD), (OLD, NEW), (NEW, OLD)):
        project.name = name
        registry.amend(project, by=office, reason="更名")
        project.refresh_from_db()
        assert (project.name, project.former_names) == (name, former)


def test_an_undone_rename_leaves_no_former_name(project, office) -> None:
    """The name was given by mistake; the history says so, and nobody looks for it."""
    by_an_action(project, office)
    undo(project, "project", project.history.first().history_id, units=(), by=office, reason="改错了")
    project.refresh_from_db()
    assert (project.name, project.former_names) == (OLD, "")
    undo(project, "project", project.history.first().history_id, units=(), by=office, reason="没有改错")
    project.refresh_from_db()
    assert (project.name, project.former_names) == (NEW, OLD)


def test_an_undone_import_leaves_no_former_name(project, office) -> None:
    imported = received(xlsx(["系统编号", "项目名称"], [project.pk, NEW]), office)
    undone(applied(imported, office), office)
    project.refresh_from_db()
    assert (project.name, project.former_names) == (OLD, "")


def test_former_names_that_do_not_fit_are_said_and_nothing_is_changed(project, office) -> None:
    project.former_names = "旧" * 1_000
    registry.amend(project, by=office, reason="核对")
    project.name = NEW
    with pytest.raises(RuleBroken, match="放不下“储能电池生产项目”；请先删去不再需要的曾用名"):
        registry.amend(project, by=office, reason="更名")
    row = received(xlsx(["系统编号", "项目名称"], [project.pk, NEW]), office).rows.get()
    assert "放不下" in row.faults["former_names"]
    project.refresh_from_db()
    assert project.name == OLD


def test_a_list_with_the_former_name_of_the_enterprise_is_asked_about(project, office) -> None:
    project.enterprise = "河海新能源"
    registry.amend(project, by=office, reason="企业更名")
    row = received(xlsx(["项目名称", "建设单位"], [OLD, "河海"]), office).rows.get()
    assert (row.outcome, row.candidates[0]["why"]) == (Outcome.ALIKE, "同名，建设单位不同")


def test_a_month_is_reported_of_a_project_by_its_former_name(project, office) -> None:
    build.listing(project)
    by_an_action(project, office)
    content = xlsx(["项目名称", "本月完成投资（万元）"], [OLD, 100])
    row = received(content, office, kind="reports", month="2024-09-01").rows.get()
    assert (row.outcome, row.candidates[0]["pk"]) == (Outcome.ALIKE, project.pk)


# Units


def unit_in_the_admin(unit: Organisation) -> None:
    send(build.browser_of(build.admin()), change_page(unit), name="罗溪街道", change_reason="撤镇设街道")


def unit_by_an_import(unit: Organisation) -> None:
    admin = build.admin()
    content = xlsx(["系统编号", "单位名称", "曾用名"], [unit.pk, "罗溪街道", "汤庄乡"])
    applied(received(content, admin, kind="organisations"), admin)


@pytest.mark.parametrize("rename", [unit_in_the_admin, unit_by_an_import])
def test_every_way_of_renaming_a_unit_keeps_the_name(rename: Any) -> None:
    unit = build.town("罗溪镇")
    rename(unit)
    unit.refresh_from_db()
    assert (unit.name, unit.former_names.split("、")[-1]) == ("罗溪街道", "罗溪镇")
    assert by_words(unit_words([unit]), what="单位")("罗溪镇") == unit.pk
    assert units_alike("罗溪镇", [unit])[0].why == "曾用名相同"


def test_a_full_name_goes_before_a_short_and_a_former_one_whatever_the_blanks() -> None:
    first = build.town("罗溪镇", short_name="空 港", former_names="春江镇")
    second, third = build.town("空港", former_names="空　港"), build.town("春江 镇")
    for units in ([first, second, third], [third, second, first]):
        judge = by_words(unit_words(units), what="单位")
        assert (judge("空港"), judge("春江镇"), judge("罗溪镇")) == (second.pk, third.pk, first.pk)
