"""The list as a workbook: every row of the filtered set, and the total that the list shows."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

ADDRESS = "/projects/export.xlsx"


def rows_of(client: Client, query: str = "") -> list[list]:
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 200
    return CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_name("项目清单").to_python()


def facts(rows: list[list], name: str) -> dict[str, object]:
    headings = next(row for row in rows if row[0] == "序号")
    return dict(zip(headings, next(row for row in rows if row[1] == name), strict=True))


@pytest.fixture
def luoxi():
    luoxi = build.town("罗溪镇")
    heat = build.project(
        "热泵",
        enterprise="河海",
        organisation=luoxi,
        total_investment=10 * build.YI,
        content="=机组",
        contact_phone="0519",
    )
    build.listing(heat, "province")
    build.listing(heat, "city")
    build.milestone(heat, Stage.STARTED, "2024-05-20", planned="2024-06-30")
    build.milestone(heat, Stage.COMPLETED, planned="2024-12-31", planned_precision="month")
    build.project("隔膜", organisation=build.town("薛家镇"), total_investment=5 * build.YI)
    build.project("无投资额", organisation=luoxi)
    return luoxi


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_the_whole_cast_takes_the_list_along(person, luoxi) -> None:
    rows = rows_of(build.browser_of(person()))

    assert [row[1] for row in rows[-4:]] == ["热泵", "隔膜", "无投资额", "个项目合计（1 个总投资未公布）"]
    assert (rows[-1][0], rows[-1][11]) == (3.0, 15.0)


def test_numbers_and_days_are_real_and_text_is_text(luoxi) -> None:
    heat = facts(rows_of(build.browser_of(build.leader())), "热泵")

    assert heat["总投资（亿元）"] == 10.0
    assert (heat["开工计划"], heat["开工实际"]) == (date(2024, 6, 30), date(2024, 5, 20))
    assert (heat["竣工计划"], heat["竣工实际"]) == ("2024年12月", "")
    assert (heat["建设内容及规模"], heat["联系电话"]) == ("=机组", "0519")
    assert (heat["名单级别"], heat["阶段"]) == ("省重大、市重点", "开工")


def test_the_filters_of_the_list_narrow_it(luoxi) -> None:
    rows = rows_of(build.browser_of(build.leader()), "level=city&year=2024")

    assert [row[1] for row in rows[-2:]] == ["热泵", "个项目合计"]
    assert "2024 年名单；按条件筛选" in rows[1][0]


def test_a_unit_takes_along_its_own_projects_only(luoxi) -> None:
    rows = rows_of(build.browser_of(build.staff(luoxi)))

    assert rows[-1][11] == 10.0
    assert "隔膜" not in str(rows)


def test_outsiders_see_the_login_and_accounts_without_a_role_are_refused() -> None:
    assert build.browser_of(None).get(ADDRESS)["Location"] == f"/accounts/login/?next={ADDRESS}"
    assert "没有这个页面的权限" in build.browser_of(build.person(None)).get(ADDRESS).content.decode()


def test_a_faulty_condition_is_named_and_no_file_is_made() -> None:
    response = build.browser_of(build.leader()).get(f"{ADDRESS}?year=abc")

    assert response.status_code == 400
    assert "条件有误" in response.content.decode()


@pytest.mark.parametrize("projects", [3, 40])
def test_it_asks_as_much_for_many_projects(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        project = build.project()
        build.listing(project)
        build.milestone(project, "started", planned="2024-06-30")
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(9):
        rows_of(client)


def test_made_up_data_says_so_in_the_file(luoxi, settings) -> None:
    settings.DEMO = True

    assert rows_of(build.browser_of(build.leader()))[1][0] == "演示数据，非真实项目"


def test_the_list_leads_to_its_workbook_with_the_same_conditions(luoxi) -> None:
    page = build.browser_of(build.leader()).get("/projects/?level=city&page=1").content.decode()

    assert 'href="/projects/export.xlsx?level=city"' in page
