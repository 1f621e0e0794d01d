"""A number opened, and the workbooks: facts for every member of the cast, and the same number everywhere."""

import json
import re
from io import BytesIO
from urllib.parse import quote

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from projects.rules.plot import BOTTOM, month_x
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

DAY = "as_of=2024-09-30"


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def rows_of(client: Client, address: str, sheet: str) -> list[list]:
    response = client.get(address)
    assert response.status_code == 200
    assert "spreadsheetml" in response["Content-Type"]
    return CalamineWorkbook.from_filelike(BytesIO(response.getvalue())).get_sheet_by_name(sheet).to_python()


def line_of(rows: list[list], first: str) -> list:
    return next(row for row in rows if row[0] == first)


@pytest.fixture
def luoxi():
    """Two projects in 罗溪镇, one elsewhere, with reports, starts and targets."""
    luoxi = build.town("罗溪镇")
    for name, unit, yi in (("热泵", luoxi, 3), ("电机", luoxi, 4), ("隔膜", build.town("薛家镇"), 5)):
        project = build.project(name, organisation=unit, total_investment=20 * build.YI)
        build.listing(project)
        build.milestone(project, Stage.STARTED, "2024-05-20")
        build.report(project, "2024-09", yi * build.YI)
    build.target("invested", 20 * build.YI)
    build.target("started", 4)
    return luoxi


# The page of one number


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_the_whole_cast_opens_a_number(person, luoxi) -> None:
    page = text_of(build.browser_of(person()), f"/completion/invested/?{DAY}")

    assert "3 个项目合计" in page
    assert "12.0" in page
    assert "12.0 ÷ 20.0" in page
    assert "隔膜" in page
    assert "测试数据" in page  # why the target was set


def test_a_unit_opens_its_own_part(luoxi) -> None:
    page = text_of(build.browser_of(build.staff(luoxi)), f"/completion/invested/?{DAY}")

    assert "2 个项目合计" in page
    assert "7.0" in page
    assert "隔膜" not in page


def test_each_project_leads_to_its_page(luoxi) -> None:
    project = build.project("新项目")
    build.listing(project)

    page = text_of(build.browser_of(build.leader()), f"/completion/started/?{DAY}")

    assert f'<a href="/projects/{project.pk}/">新项目</a>' in page


def test_outsiders_see_the_login_and_accounts_without_a_role_are_refused() -> None:
    for address in ("/completion/invested/", "/completion/invested/export.xlsx", "/completion/export.xlsx"):
        assert build.browser_of(None).get(address)["Location"] == f"/accounts/login/?next={address}"
        assert "还没有角色" in text_of(build.browser_of(build.person(None)), address, 403)


@pytest.mark.parametrize("address", ["moon/", "signed/?level=city", "moon/export.xlsx"])
def test_an_indicator_that_the_page_does_not_have_is_not_found(address: str) -> None:
    assert "没有这个页面" in text_of(build.browser_of(build.leader()), f"/completion/{address}", 404)


@pytest.mark.parametrize(
    "address", ["/completion/invested/", "/completion/invested/export.xlsx", "/completion/export.xlsx"]
)
def test_a_faulty_question_is_answered_with_what_is_wrong(address: str) -> None:
    page = text_of(build.browser_of(build.leader()), f"{address}?year=2023&as_of=2024-01-31", 400)

    assert "截至日应在 2023 年内" in page


def test_a_unit_cannot_open_anothers_number(luoxi) -> None:
    other = build.town("薛家镇")

    page = text_of(
        build.browser_of(build.leader(luoxi)), f"/completion/invested/?organisation={other.pk}", 400
    )

    assert "隔膜" not in page


@pytest.mark.usefixtures("article")
def test_a_published_number_stands_beside_what_the_register_knows() -> None:
    page = text_of(build.browser_of(build.leader()), "/completion/invested/")

    assert "110.3 亿元" in page
    assert "¶3" in page
    assert "没有月报 80" in page


def test_long_lists_are_turned_page_by_page_while_the_total_stays() -> None:
    for number in range(60):
        project = build.project(f"项目{number:02}")
        build.listing(project)
        build.milestone(project, Stage.STARTED, "2024-05-20") if number < 55 else None

    second = text_of(build.browser_of(build.leader()), f"/completion/started/?{DAY}&page=2")

    assert "55 个项目合计" in second
    assert ("项目54" in second, "项目00" in second) == (True, False)


@pytest.mark.usefixtures("luoxi")
def test_the_year_month_by_month_stands_against_what_was_due() -> None:
    page = text_of(build.browser_of(build.leader()), f"/completion/started/?{DAY}")
    months = page.split('id="months"')[1].split("</section>")[0]
    actual, due = ("".join(part.split("</tr>")[0].split()) for part in months.split('scope="row"')[1:])

    assert actual.count("<b>3</b>") == 5  # May to September
    assert actual.count("—") == 3  # the months ahead are empty, not 0
    assert '<tdclass="nummuted">0.3</td>' in due  # 4 projects ÷ 12
    assert '<tdclass="nummuted">4</td>' in due


@pytest.mark.usefixtures("luoxi")
def test_the_curve_is_drawn_over_its_months_and_every_line_is_named() -> None:
    page = text_of(build.browser_of(build.leader()), f"/completion/started/?{DAY}")
    chart = page.split('<svg class="plot"')[1].split("</svg>")[0]
    dots = re.findall(r'<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"', chart)

    assert [float(x) for x, _ in dots] == [month_x(month) for month in range(1, 10)]
    assert {y for _, y in dots[:4]} == {str(float(BOTTOM))}  # nothing before May
    assert len({y for _, y in dots[4:]}) == 1
    assert re.findall(r'<text class="name name-(\w+)"[^>]*>([^<]+)<', chart) == [
        ("plan", "年度目标 4"),
        ("actual", "今年 3"),
    ]


@pytest.mark.parametrize("projects", [3, 60])
def test_the_page_asks_as_much_for_many_projects(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        project = build.project()
        build.listing(project)
        build.report(project, "2024-05", 1)
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(16):  # one of them for last year's line of the curve
        text_of(client, f"/completion/invested/?{DAY}")


# Workbooks


def test_the_workbook_holds_the_pages_figures(luoxi) -> None:
    client = build.browser_of(build.leader())
    address = f"/completion/export.xlsx?{DAY}"

    indicators = rows_of(client, address, "指标")
    assert indicators[1][0] == "范围：全区 市重点项目；截至 2024年9月30日"
    assert indicators[2][0] == "单位：亿元，个数为个；空白为未知，不是零"
    invested = ["完成投资", "亿元", 12.0, 12.0, 12.0, 20.0, 0.6, 0.75, -15.0]
    assert (
        line_of(indicators, "完成投资")[:9] == invested
    )  # the number, and the least and the most that it may be
    assert line_of(indicators, "新开工")[:7] == ["新开工", "个", 3.0, 3.0, 3.0, 4.0, 0.75]
    assert indicators[-1][:3] == ["范围内项目", "个", 3.0]

    units = rows_of(client, address, "各单位")
    assert [row[1:4] for row in units[-3:]] == [
        ["罗溪镇", 2.0, 7.0],
        ["薛家镇", 1.0, 5.0],
        ["合计", 3.0, 12.0],
    ]

    months = rows_of(client, address, "逐月")
    assert line_of(months, "9月")[1:3] == [12.0, 15.0]
    assert line_of(months, "10月")[1] == ""
    assert months[-1][:3] == ["台账合计", 12.0, 20.0]


def test_the_workbook_names_what_is_late_and_what_stands_still(luoxi) -> None:
    project = build.project("晚点项目", organisation=luoxi)
    build.listing(project)
    build.milestone(project, "started", planned="2024-06-30", current="2024-08-28", reason="land")
    client = build.browser_of(build.leader())

    late = rows_of(client, f"/completion/export.xlsx?{DAY}", "需要关注")
    assert late[-2][:5] == [33.0, "晚点项目", "开工", "2024年8月28日", 59.0]
    assert late[-1][:2] == [1.0, "个节点晚于计划"]

    standing = rows_of(client, f"/completion/export.xlsx?{DAY}", "停留项目")
    assert standing[-1][1] == "已签约未开工 未登记，已开工未竣工 3 个，已竣工未投产 未登记"


def test_by_industry_the_rows_are_industries(luoxi) -> None:
    rows = rows_of(build.browser_of(build.leader()), f"/completion/export.xlsx?{DAY}&by=industry", "各产业")

    assert [row[1] for row in rows[-2:]] == ["未分类", "合计"]


def test_what_was_known_then_is_said_in_the_workbook(luoxi) -> None:
    rows = rows_of(
        build.browser_of(build.leader()), f"/completion/export.xlsx?{DAY}&known_at=2024-10-05", "指标"
    )

    assert rows[1][0].endswith("只用 2024年10月5日结束前录入的内容")
    assert rows[-1][2] == 0.0


def test_a_units_workbook_holds_its_own_rows_only(luoxi) -> None:
    client = build.browser_of(build.staff(luoxi))

    assert rows_of(client, f"/completion/export.xlsx?{DAY}", "指标")[-1][2] == 2.0
    assert "隔膜" not in str(rows_of(client, f"/completion/invested/export.xlsx?{DAY}", "计入"))


def test_the_rows_behind_a_number_are_a_workbook_too(luoxi) -> None:
    build.listing(build.project("空白"))
    client, address = build.browser_of(build.leader()), f"/completion/invested/export.xlsx?{DAY}"

    counted, left_out = rows_of(client, address, "计入"), rows_of(client, address, "未计入")

    assert [row[0] for row in counted[-4:]] == ["隔膜", "电机", "热泵", "合计"]
    assert counted[-1][2] == 12.0
    assert ["没有月报", "空白", "未明确", "", "1—9月没有月报"] in left_out


def test_the_file_is_named_by_scope_and_day(luoxi) -> None:
    response = build.browser_of(build.staff(luoxi)).get(f"/completion/export.xlsx?{DAY}&level=all")
    response.getvalue()

    assert quote("完成情况-罗溪镇-全部项目-2024-09-30.xlsx") in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("projects", [3, 40])
def test_the_workbook_asks_as_much_for_many_projects(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        project = build.project()
        build.listing(project)
        build.milestone(project, "started", planned="2024-06-30")
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(31):
        rows_of(client, f"/completion/export.xlsx?{DAY}", "指标")


# One number


@pytest.mark.parametrize("level", ["city", "all"])
@pytest.mark.parametrize("known", ["", "&known_at=2026-01-01"])
def test_page_breakdown_workbook_and_api_say_the_same(level: str, known: str, luoxi) -> None:
    user = build.staff(luoxi)
    client, asked = build.browser_of(user), f"{DAY}&level={level}{known}"

    page = text_of(client, f"/completion/?{asked}")
    opened = text_of(client, f"/completion/invested/?{asked}")
    workbook = line_of(rows_of(client, f"/completion/export.xlsx?{asked}", "指标"), "完成投资")
    program = Client(headers=build.key_header(user))
    answer = json.loads(program.get(f"/api/v1/completion?{asked}").content)

    invested = next(each for each in answer["indicators"] if each["code"] == "invested")
    if known:  # nothing was on record by then
        assert (invested["actual"], workbook[2]) == (None, "")
        assert "未填报" in page
        assert "未填报" in opened
    else:
        assert (invested["actual"], workbook[2]) == (7 * build.YI, 7.0)
        assert '<span class="big">7.0<' in page
        assert "2 个项目合计" in opened
        assert '<td class="num">7.0<i class="pad" data-pad="0"></i></td></tr></tfoot>' in opened
