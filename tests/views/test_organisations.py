"""The page of the units: the office renames, closes, merges and takes back; nobody else enters."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.figures.completion.page import completion_page
from projects.forms.project import ProjectForm
from projects.models import Organisation, Project
from tests import build
from tests.admin.desk import change_page, send
from tests.figures.register.test_answering import JULY, MAY, scope
from tests.workbooks.sheets_made import applied, received, xlsx

pytestmark = pytest.mark.django_db

PAGE = "/organisations/"


@pytest.fixture
def luoxi() -> Organisation:
    luoxi = build.town("罗溪镇")
    build.listing(build.project("甲", organisation=luoxi, at="2024-01-02"), at="2024-01-02")
    build.town("薛家镇")
    build.target("started", 3, organisation=luoxi)
    return luoxi


@pytest.fixture
def office() -> Client:
    return build.browser_of(build.office())


def words(response, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def page_of(unit: Organisation) -> str:
    return f"{PAGE}{unit.pk}/"


def merged(office: Client, unit: Organisation, **typed: str) -> str:
    sent = {"act": "close", "on": "2024-06-01", "expected": "1", "reason": "区划调整"}
    sent |= {"successor": str(build.town("薛家镇").pk)}
    return words(office.post(page_of(unit), sent | typed, follow=True))


@pytest.mark.parametrize("role", ["leader", "staff"])
def test_others_do_not_enter(luoxi, role: str) -> None:
    client = build.browser_of(build.person(role))

    assert client.get(PAGE).status_code == 403
    assert client.post(page_of(luoxi), {"act": "close"}).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_the_list_names_units_with_projects_and_accounts(luoxi, office) -> None:
    build.staff(luoxi)

    page = words(office.get(PAGE))

    assert f'<a href="{page_of(luoxi)}">罗溪镇</a>' in page
    assert '<td class="num" data-label="现有项目">1</td> <td class="num" data-label="账号">1</td>' in page


def test_the_page_shows_what_would_move(luoxi, office) -> None:
    page = words(office.get(page_of(luoxi)))

    assert "并入后移交的项目</h2><small>1 个</small>" in page
    assert "目标：2024 年有目标，不随项目移交" in page
    assert "撤销并移交 1 个项目" in page


def test_merging_and_taking_it_back(luoxi, office) -> None:
    page = merged(office, luoxi)
    assert "罗溪镇已并入薛家镇，移交 1 个项目。" in page
    assert "恢复后回到本单位的项目</h2><small>1 个</small>" in page
    assert Project.objects.get().organisation == build.town("薛家镇")
    assert "2024-06-01 起并入薛家镇" in words(office.get(PAGE))

    page = words(office.post(page_of(luoxi), {"act": "reopen", "reason": "文件撤回"}, follow=True))
    assert "罗溪镇已恢复，1 个项目回到本单位。" in page
    assert (Project.objects.get().organisation, Project.objects.get().former_units) == (luoxi, [])


def test_what_is_refused_is_said_beside_the_form(luoxi, office) -> None:
    sent = {"act": "close", "on": "2024-06-01", "expected": "1", "reason": "区划调整"}

    assert "请选择并入的单位" in words(office.post(page_of(luoxi), sent), 422)
    assert "不是刚才的 7 个" in words(
        office.post(page_of(luoxi), sent | {"expected": "7", "successor": build.town("薛家镇").pk}), 409
    )
    assert words(office.post(page_of(luoxi), {"act": "sell"}), 400)
    assert Organisation.objects.filter(closed_on__isnull=False).count() == 0


def test_renaming(luoxi, office) -> None:
    sent = {"act": "rename", "name": "罗溪街道", "short_name": "", "reason": "撤镇设街"}

    page = words(office.post(page_of(luoxi), sent, follow=True))

    assert "已更名为罗溪街道，原名称仍能查到。" in page
    assert "曾用名：罗溪镇" in page


def test_a_merged_unit_has_its_past_rows_and_is_offered_no_more(luoxi, office) -> None:
    merged(office, luoxi)

    rows = {
        day: [row.label for row in completion_page(scope(day)).rows if row.holding.count]
        for day in (MAY, JULY)
    }
    assert rows == {MAY: ["罗溪镇"], JULY: ["薛家镇"]}
    offered = ProjectForm(organisations=Organisation.objects.all()).fields["organisation"].queryset
    assert [unit.name for unit in offered] == ["常州高新区", "薛家镇"]


def test_a_closed_unit_without_projects_and_targets_has_no_row_after_its_day(luoxi, office) -> None:
    luoxi.targets.all().delete()
    merged(office, luoxi)

    assert [row.label for row in completion_page(scope(JULY)).rows] == ["薛家镇"]


def test_a_sheet_that_names_a_merged_unit_means_its_successor(luoxi, office) -> None:
    merged(office, luoxi)
    by = build.office()

    applied(received(xlsx(["项目名称", "责任单位"], ["新来的", "罗溪镇"]), by), by)

    assert Project.objects.get(name="新来的").organisation == build.town("薛家镇")


def test_a_page_costs_as_much_for_30_projects_as_for_3(luoxi, office, django_assert_num_queries) -> None:
    def fill(many: int) -> None:
        for _ in range(many):
            build.project(organisation=luoxi)

    fill(2)
    with CaptureQueriesContext(connection) as few:
        office.get(page_of(luoxi))
    fill(27)
    with django_assert_num_queries(len(few)):
        office.get(page_of(luoxi))


def rows_of(day) -> dict[str, int]:
    return {row.label: row.holding.count for row in completion_page(scope(day)).rows}


def village() -> Organisation:
    """Below the town, with a project of its own."""
    village = build.town("龙王村", kind="department", parent=build.town("罗溪镇"))
    build.listing(build.project("乙", organisation=village, at="2024-01-02"), at="2024-01-02")
    return village


def test_a_unit_goes_under_another_and_comes_back(luoxi, office) -> None:
    unit = village()
    assert "连同 1 个项目改属" in words(office.get(page_of(unit)))
    assert "连同 1 个下级单位、 2 个项目改属" in words(office.get(page_of(luoxi)))

    sent = {"act": "move", "parent": build.town("薛家镇").pk, "on": "2024-06-01", "reason": "区划调整"}
    page = words(office.post(page_of(unit), sent, follow=True))

    assert "龙王村从 2024-06-01 起属于薛家镇。" in page
    assert "上级单位：薛家镇（此前：罗溪镇至 2024-05-31）" in page.replace(" ", "").replace("至", "至 ")
    assert (rows_of(MAY), rows_of(JULY)) == ({"罗溪镇": 2}, {"罗溪镇": 1, "薛家镇": 1})

    page = words(office.post(page_of(unit), {"act": "move_back", "reason": "有误"}, follow=True))
    assert "上级单位的调整已撤销。" in page
    assert rows_of(JULY) == {"罗溪镇": 2}


def test_a_refused_move_keeps_what_was_typed(luoxi, office) -> None:
    sent = {"act": "move", "parent": build.town("薛家镇").pk, "on": "2099-01-01", "reason": "区划调整"}

    page = words(office.post(page_of(village()), sent), 422)

    assert "上级单位变更日期不能晚于今天。" in page
    assert "2099-01-01" in page


def test_a_sheet_and_the_admin_move_a_unit_from_today_on(luoxi) -> None:
    unit = village()
    sheet = xlsx(["单位名称", "单位类型", "上级单位"], ["龙王村", "部门", "薛家镇"])
    applied(received(sheet, build.admin(), kind="organisations"), build.admin())

    assert (rows_of(MAY), rows_of(JULY)) == ({"罗溪镇": 2}, {"罗溪镇": 2})
    unit.refresh_from_db()
    assert unit.parent.name == "薛家镇"

    client = build.browser_of(build.admin())
    send(client, change_page(unit), change_reason="调整", parent=build.town("奔牛镇").pk)
    unit.refresh_from_db()
    assert unit.parent.name == "奔牛镇"
    assert rows_of(JULY) == {"罗溪镇": 2}


def test_an_administrator_adds_a_park_with_a_reason(luoxi) -> None:
    administrator, district = build.browser_of(build.admin()), build.district()
    sent = {"name": "光伏产业园", "short_name": "", "kind": "park", "parent": str(district.pk)}
    assert "请写明原因" in words(administrator.post(f"{PAGE}new/", sent), 422)
    taken = administrator.post(f"{PAGE}new/", sent | {"name": "罗溪镇", "reason": "批复"})
    assert "已存在" in words(taken, 422)

    page = words(administrator.post(f"{PAGE}new/", sent | {"reason": "批复"}, follow=True))
    assert "已新增光伏产业园。" in page
    park = Organisation.objects.get(name="光伏产业园")
    assert (park.kind, park.parent, park.history.get().history_change_reason) == ("park", district, "批复")

    build.project("乙", park=park)
    assert '<td class="num" data-label="现有项目">0 <small>园内 1</small></td>' in words(
        administrator.get(PAGE)
    )


@pytest.mark.parametrize("role", ["leader", "staff", "office"])
def test_nobody_else_adds_a_unit(luoxi, role: str) -> None:
    client = build.browser_of(build.person(role))
    sent = {"name": "新镇", "kind": "town", "parent": str(luoxi.parent_id or luoxi.pk), "reason": "试"}
    assert client.post(f"{PAGE}new/", sent).status_code == 403
    assert not Organisation.objects.filter(name="新镇").exists()
