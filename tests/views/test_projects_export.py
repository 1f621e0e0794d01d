"""The list as a workbook: every row of the filtered set, and the total that the list shows."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from projects.files.shield import unshield
from projects.files.terms import SheetTerms
from projects.models import Milestone
from projects.models.versions import versions_in_sheet
from projects.rules import money, periods
from projects.rules.versions import ProjectVersion
from projects.vocabulary import ImportKind, Precision, Stage
from projects.workbooks.sheets import projects as projects_export
from tests import build

pytestmark = pytest.mark.django_db

ADDRESS = "/projects/export.xlsx"
SUMMED = projects_export.KEYS.index("total_investment")


def rows_of(client: Client, query: str = "") -> list[list]:
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 200
    return (
        CalamineWorkbook.from_filelike(BytesIO(response.getvalue())).get_sheet_by_name("项目清单").to_python()
    )


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
        contact_phone="0519-85100000",
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
    assert (rows[-1][0], rows[-1][SUMMED]) == (3.0, 15.0)


def test_numbers_and_days_are_real_and_text_is_text(luoxi) -> None:
    heat = facts(rows_of(build.browser_of(build.leader())), "热泵")

    assert heat["总投资（亿元）"] == 10.0
    assert (heat["开工计划"], heat["开工实际"]) == (date(2024, 6, 30), date(2024, 5, 20))
    assert (heat["竣工计划"], heat["竣工实际"]) == ("2024年12月", "")
    assert (heat["建设内容及规模"], heat["联系电话"]) == ("=机组", "051****0000")
    assert (heat["名单级别"], heat["阶段"]) == ("", "开工")
    assert heat["在列名单"].startswith("2024 年省重大")
    assert "；2024 年市重点" in heat["在列名单"]


def test_the_filters_of_the_list_narrow_it(luoxi) -> None:
    rows = rows_of(build.browser_of(build.leader()), "level=city&year=2024")

    assert [row[1] for row in rows[-2:]] == ["热泵", "个项目合计"]
    assert rows[1][0].startswith("条件：级别：市重点；名单年度：2024；截至 ")
    assert rows[3][0] == "内容：项目清单；年度：2024；级别：市重点"


def test_a_unit_takes_along_its_own_projects_only(luoxi) -> None:
    rows = rows_of(build.browser_of(build.staff(luoxi)))

    assert rows[-1][SUMMED] == 10.0
    assert "隔膜" not in str(rows)


def test_outsiders_see_the_login_and_accounts_without_a_role_are_refused() -> None:
    assert build.browser_of(None).get(ADDRESS)["Location"] == f"/accounts/login/?next={ADDRESS}"
    assert "还没有角色" in build.browser_of(build.person(None)).get(ADDRESS).content.decode()


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

    with django_assert_max_num_queries(20):
        rows_of(client)


def test_made_up_data_says_so_in_the_file(luoxi, settings) -> None:
    settings.DEMO = True

    assert rows_of(build.browser_of(build.leader()))[1][0] == "演示数据，非真实项目"


def test_the_list_leads_to_its_workbook_with_the_same_conditions(luoxi) -> None:
    page = build.browser_of(build.leader()).get("/projects/?level=city&page=1").content.decode()

    assert 'href="/projects/export.xlsx?level=city"' in page
    assert 'href="/projects/export.csv?level=city"' in page


def test_as_text_it_has_the_same_rows(luoxi) -> None:
    client = build.browser_of(build.leader())
    response = client.get("/projects/export.csv?year=2024")
    lines = list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig"))))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [len(line) for line in lines[4:]] == [len(projects_export.COLUMNS)] * 3
    for line, row in zip(lines[4:], rows_of(client, "year=2024")[4:], strict=True):
        assert [unshield(cell) for cell in line] == [_text(cell) for cell in row]


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


# What an import reads


def test_the_sheet_says_for_which_year_and_list_it_is(luoxi) -> None:
    rows = rows_of(build.browser_of(build.leader()), "level=city&year=2024")

    assert SheetTerms.read(rows[3][0]) == SheetTerms(ImportKind.PROJECTS, 2024, "city")


def test_it_holds_the_lists_and_the_plan_of_the_year() -> None:
    project = build.project(
        "热泵", foreign_amount=230_000_000, foreign_currency="USD", former_names="热泵一期"
    )
    build.listing(project, "province", category="continuing", completes=True, number=3)
    build.annual_plan(project, 123_456_789, invested_before=1)
    heat = facts(rows_of(build.browser_of(build.leader()), "year=2024"), "热泵")

    assert (heat["名单级别"], heat["年度类别"], heat["是否计划竣工"], heat["名单序号"]) == (
        "省重大",
        "续建",
        "是",
        3.0,
    )
    assert heat["在列名单"] == "省重大 续建 计划竣工 第3号"
    assert (heat["年度计划投资（亿元）"], heat["截至上年底累计完成投资（亿元）"]) == (1.23456789, 1e-8)
    assert (heat["外资金额"], heat["曾用名"]) == ("23000万美元", "热泵一期")


def test_what_two_lists_say_differently_is_left_empty_unless_one_list_is_asked_for() -> None:
    project = build.project("热泵")
    build.listing(project, "province", category="continuing", number=3)
    build.listing(project, "city", category="new", number=21)
    client = build.browser_of(build.leader())

    both, city = (facts(rows_of(client, f"year=2024{level}"), "热泵") for level in ("", "&level=city"))

    assert (both["名单级别"], both["年度类别"], both["名单序号"]) == ("省重大、市重点", "", "")
    assert both["在列名单"] == "省重大 续建 第3号；市重点 新建 第21号"
    assert (city["名单级别"], city["年度类别"], city["名单序号"]) == ("市重点", "新建", 21.0)


def test_a_list_that_it_was_taken_off_and_one_of_another_year_are_not_told() -> None:
    project = build.project("热泵")
    build.listing(project, "city", removed_on="2024-06-30", removed_reason="停建")
    build.listing(project, "province", year=2023)
    heat = facts(rows_of(build.browser_of(build.leader())), "热泵")

    assert (heat["名单级别"], heat["在列名单"], heat["是否计划竣工"]) == ("", "", "")


@pytest.mark.parametrize(
    ("on", "precision"),
    [
        ("2024-03-31", "day"),
        ("2024-03-31", "month"),
        ("2024-03-31", "quarter"),
        ("2023-12-31", "year"),
        ("2024-03-31", "not_later"),
    ],
)
def test_days_come_back_as_exactly_as_they_were_known(on: str, precision: str) -> None:
    project = build.project("热泵")
    stored = build.milestone(project, Stage.STARTED, on, precision)
    cell = facts(rows_of(build.browser_of(build.leader())), "热泵")["开工实际"]

    read = (cell, Precision.DAY) if isinstance(cell, date) else periods.parse_period(cell)

    assert read == (stored.reached_on, stored.reached_precision)


def test_a_day_that_bounds_its_period_comes_back() -> None:
    project = build.project("热泵")
    stored = build.milestone(project, Stage.STARTED, "2024-09-30")
    Milestone.objects.filter(pk=stored.pk).update(reached_precision="year")
    cell = facts(rows_of(build.browser_of(build.leader())), "热泵")["开工实际"]

    assert cell == "2024年（不晚于9月30日）"
    assert periods.parse_period(cell) == (date(2024, 9, 30), Precision.YEAR)


@pytest.mark.parametrize("yuan", [0, 1, 10**8 + 1, 123_456_789_012_345, 10**15, 10**15 + 1, money.LARGEST])
def test_no_yuan_is_lost(yuan: int) -> None:
    build.project("热泵", total_investment=yuan)
    cell = facts(rows_of(build.browser_of(build.leader())), "热泵")["总投资（亿元）"]
    text = cell if isinstance(cell, str) else f"{Decimal(f'{cell:.15g}'):f}"

    assert money.parse(text, default_unit=money.MoneyUnit.YI).yuan == yuan


def test_each_row_says_which_project_it_is_and_how_it_stood() -> None:
    project = build.project("热泵")
    listing, plan = build.listing(project), build.annual_plan(project, 5)
    milestone = build.milestone(project, Stage.STARTED, planned="2024-06-30")
    other = build.project("隔膜")
    other_listing = build.listing(other)
    rows = rows_of(build.browser_of(build.leader()), "year=2024")
    heat, film = facts(rows, "热泵"), facts(rows, "隔膜")

    newest = [record.history.latest().history_id for record in (project, listing, plan, milestone)]
    assert (heat["系统编号"], film["系统编号"]) == (project.pk, other.pk)
    assert ProjectVersion.read(heat["系统版本"]) == ProjectVersion(*newest)
    assert ProjectVersion.read(film["系统版本"]) == ProjectVersion(
        other.history.latest().history_id, other_listing.history.latest().history_id
    )


@pytest.mark.parametrize("touch", ["project", "listing", "deleted listing", "plan", "milestone"])
def test_whatever_is_saved_after_the_export_makes_another_version(touch: str) -> None:
    project = build.project("热泵")
    listing, plan = build.listing(project), build.annual_plan(project, 5)
    milestone = build.milestone(project, Stage.STARTED, planned="2024-06-30")
    seen = facts(rows_of(build.browser_of(build.leader()), "year=2024"), "热泵")["系统版本"]

    if touch == "deleted listing":
        listing.delete()
    else:
        build.kept({"project": project, "listing": listing, "plan": plan, "milestone": milestone}[touch])

    assert versions_in_sheet([project.pk], 2024)[project.pk] != ProjectVersion.read(seen)


def test_what_is_saved_elsewhere_leaves_the_version() -> None:
    project = build.project("热泵")
    build.listing(project, year=2024)
    seen = facts(rows_of(build.browser_of(build.leader()), "year=2024"), "热泵")["系统版本"]
    build.listing(project, year=2023)
    build.report(project, "2024-03", 5)
    build.project("隔膜")

    assert str(versions_in_sheet([project.pk], 2024)[project.pk]) == seen


def test_the_first_day_on_a_list_is_a_cell_that_an_import_reads_back() -> None:
    exact, vague, unknown = (build.project(name) for name in ("甲", "乙", "丙"))
    build.listing(exact, listed_on="2024-07-10")
    build.listing(vague, listed_on="2024-07-10", listed_precision="month")
    build.listing(unknown)

    rows = rows_of(build.browser_of(build.office()), "year=2024&level=city")

    assert {name: facts(rows, name)["列入日期"] for name in ("甲", "乙", "丙")} == {
        "甲": date(2024, 7, 10),
        "乙": "2024年7月",
        "丙": "",
    }
    assert facts(rows, "乙")["在列名单"] == "市重点 2024年7月列入"
