"""Lists taken along as files: the rights and the numbers of their pages, and what an import reads back."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from projects.columns import COLUMNS, Holds, by_key
from projects.files.reading.read import read
from projects.files.recognise.layout import tables
from projects.files.terms import SheetTerms
from projects.models import Organisation, Target
from projects.models.versions import organisation_versions, report_versions, target_versions
from projects.rules.money import MoneyUnit
from projects.rules.versions import ORGANISATION, REPORT, TARGETS, RecordVersion
from projects.vocabulary import ImportKind, Indicator, Stage
from tests import build

pytestmark = pytest.mark.django_db

MONTH = "/months/2024-09/export"
REVIEW = "/months/2024-09/review/export"
TARGETS_AT = "/targets/export"
PROBLEMS = "/problems/export"
ATTENTION = "/completion/attention/export"
COMPARE = "/completion/compare/export"
UNITS = "/organisations/export"
REGISTER_HISTORY = "/projects/history/export"
DAY = "?as_of=2024-09-30&level=all"


def sheet_of(client: Client, address: str, sheet: str = "") -> list[list]:
    response = client.get(address)
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(response.getvalue()))
    return book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python()


def lines_of(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig"))))


def facts(rows: list[list], name: str) -> dict[str, object]:
    """The row in which a cell says `name`, by its headings."""
    headings = next(row for row in rows if sum(bool(cell) for cell in row) > 2)
    return dict(zip(headings, next(row for row in rows if name in row), strict=True))


@pytest.fixture
def luoxi() -> Organisation:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for name, unit in (("热泵", luoxi), ("隔膜", xuejia)):
        project = build.project(
            name, organisation=unit, enterprise=f"{name}公司", total_investment=20 * build.YI
        )
        build.listing(project)
        build.annual_plan(project, 8 * build.YI)
        build.milestone(project, Stage.SIGNED, "2024-01-05")
        build.milestone(project, Stage.STARTED, planned="2024-06-30")
        build.report(project, "2024-08", 2 * build.YI)
        build.report(project, "2024-09", 3 * build.YI, "submitted", progress="=打桩")
        build.problem(project, f"{name}的土地", due_on="2024-05-01")
    build.target("invested", 100 * build.YI)
    build.target("invested", 60 * build.YI, organisation=luoxi)
    build.target("started", 4, organisation=luoxi)
    return luoxi


EVERYWHERE = [
    (f"{MONTH}", "月报"),
    (f"{REVIEW}", "月报审核"),
    (f"{TARGETS_AT}", "年度目标"),
    (f"{PROBLEMS}", "问题台账"),
    (f"{ATTENTION}", "需要关注"),
    (f"{COMPARE}", "各单位"),
    (f"{UNITS}", "单位"),
    (f"{REGISTER_HISTORY}", "变更记录"),
]


@pytest.mark.parametrize(("address", "sheet"), EVERYWHERE)
def test_every_list_is_a_workbook_and_a_text(address: str, sheet: str, luoxi) -> None:
    client = build.browser_of(build.admin())

    assert sheet_of(client, f"{address}.xlsx", sheet)[0][0]
    assert lines_of(client, f"{address}.csv")[0]


@pytest.mark.parametrize(("address", "_"), EVERYWHERE)
def test_outsiders_see_the_login_and_accounts_without_a_role_are_refused(address: str, _: str) -> None:
    assert build.browser_of(None).get(f"{address}.xlsx")["Location"].startswith("/accounts/login/")
    assert build.browser_of(build.person(None)).get(f"{address}.csv").status_code == 403


@pytest.mark.parametrize(("address", "_"), EVERYWHERE)
def test_made_up_data_says_so(address: str, _: str, luoxi, settings) -> None:
    settings.DEMO = True
    client = build.browser_of(build.admin())

    assert sheet_of(client, f"{address}.xlsx")[1][0] == "演示数据，非真实项目"
    assert lines_of(client, f"{address}.csv")[1][0] == "演示数据，非真实项目"


@pytest.mark.parametrize("address", [MONTH, PROBLEMS, ATTENTION, REGISTER_HISTORY, f"{TARGETS_AT}"])
def test_a_unit_takes_along_its_own_only(address: str, luoxi) -> None:
    said = str(
        lines_of(build.browser_of(build.staff(luoxi)), f"{address}.csv{DAY if address == ATTENTION else ''}")
    )

    assert ("热泵" if address == REGISTER_HISTORY else "罗溪镇") in said
    assert "隔膜" not in said
    assert "薛家镇" not in said


@pytest.mark.parametrize("address", [MONTH, REVIEW, UNITS])
def test_leaders_do_not_get_what_is_not_theirs(address: str, luoxi) -> None:
    assert build.browser_of(build.leader()).get(f"{address}.xlsx").status_code == 403


@pytest.mark.parametrize(
    ("page", "export"),
    [
        ("/months/2024-09/", "/months/2024-09/export.xlsx"),
        ("/months/2024-09/review/", "/months/2024-09/review/export.csv"),
        ("/targets/?year=2024&level=city", "/targets/export.xlsx?year=2024&amp;level=city"),
        ("/problems/?state=open&page=1", "/problems/export.xlsx?state=open"),
        (f"/completion/attention/{DAY}", "/completion/attention/export.csv?as_of=2024-09-30&amp;level=all"),
        ("/projects/?level=city", "/projects/history/export.xlsx?level=city"),
    ],
)
def test_each_page_leads_to_its_file_with_its_question(page: str, export: str, luoxi) -> None:
    assert f'href="{export}"' in build.browser_of(build.office()).get(page).content.decode()


def test_who_keeps_the_units_finds_them_where_they_are_imported() -> None:
    address = f'href="{UNITS}.xlsx"'

    assert address in build.browser_of(build.admin()).get("/projects/import/").content.decode()
    assert address not in build.browser_of(build.office()).get("/projects/import/").content.decode()


# The month


def test_the_month_has_the_numbers_of_its_page(luoxi) -> None:
    rows = sheet_of(build.browser_of(build.office()), f"{MONTH}.xlsx")
    heat = facts(rows, "热泵")

    assert (heat["月份"], heat["责任单位"], heat["审核状态"]) == ("2024年9月", "罗溪镇", "待审核")
    assert (heat["年度计划投资（亿元）"], heat["截至上月年累计（亿元）"]) == (8.0, 2.0)
    assert (heat["本月完成投资（亿元）"], heat["含本月年累计（亿元）"]) == (3.0, 5.0)
    assert (heat["形象进度"], rows[-1][1], facts(rows, "合计")["本月完成投资（亿元）"]) == (
        "=打桩",
        "合计",
        6.0,
    )


def test_the_month_says_which_report_each_row_is(luoxi) -> None:
    heat = facts(sheet_of(build.browser_of(build.office()), f"{MONTH}.xlsx"), "热泵")
    project = int(heat["系统编号"])
    report = luoxi.projects.get(pk=project).reports.get(month=date(2024, 9, 1))

    assert heat["系统版本"] == f"r{report.history.latest().history_id}"
    assert (
        RecordVersion.read(heat["系统版本"], REPORT).number
        == report_versions([project], report.month)[project]
    )


def test_a_row_without_a_report_says_that_too() -> None:
    build.listing(build.project("热泵"))
    heat = facts(sheet_of(build.browser_of(build.office()), f"{MONTH}.xlsx"), "热泵")

    assert (heat["系统版本"], heat["审核状态"], heat["本月完成投资（亿元）"]) == ("r0", "未填", "")


def test_the_office_takes_the_review_along(luoxi) -> None:
    heat = facts(sheet_of(build.browser_of(build.office()), f"{REVIEW}.xlsx"), "热泵")

    assert (heat["上月完成（亿元）"], heat["本月完成投资（亿元）"], heat["审核状态"]) == (2.0, 3.0, "待审核")


# Targets and units


def test_the_targets_have_the_numbers_of_the_grid_and_say_how_they_stood(luoxi) -> None:
    rows = sheet_of(build.browser_of(build.office()), f"{TARGETS_AT}.xlsx?year=2024&level=city")
    whole, unit = facts(rows, "全区"), facts(rows, "罗溪镇")
    versions = target_versions(2024, "city")

    assert (whole["完成投资目标（亿元）"], unit["完成投资目标（亿元）"], unit["新开工目标（个）"]) == (
        100.0,
        60.0,
        4.0,
    )
    assert (whole["系统编号"], unit["系统编号"]) == (0.0, luoxi.pk)
    assert unit["系统版本"] == str(RecordVersion(TARGETS, versions[luoxi.pk]))
    assert versions[luoxi.pk] == Target.objects.get(indicator=Indicator.STARTED).history.latest().history_id
    assert (rows[-1][1], rows[-1][2]) == ("各单位合计", 60.0)
    assert facts(rows, "薛家镇")["系统版本"] == "t0"


def test_a_target_taken_back_makes_another_version(luoxi) -> None:
    before = target_versions(2024, "city")
    Target.objects.get(indicator=Indicator.STARTED).delete()

    assert target_versions(2024, "city")[luoxi.pk] > before[luoxi.pk]


def test_units_stand_with_all_that_an_import_reads() -> None:
    luoxi = build.town("罗溪镇", short_name="罗溪", former_names="罗溪乡、汤庄", position=3)
    row = facts(sheet_of(build.browser_of(build.admin()), f"{UNITS}.xlsx"), "罗溪镇")

    assert (row["简称"], row["单位类型"], row["上级单位"]) == ("罗溪", "镇", build.DISTRICT)
    assert (row["曾用名"], row["排序"], row["系统编号"]) == ("罗溪乡、汤庄", 3.0, luoxi.pk)
    assert row["系统版本"] == str(RecordVersion(ORGANISATION, organisation_versions()[luoxi.pk]))


# The other lists


def test_the_ledger_states_its_conditions_and_its_count(luoxi) -> None:
    rows = sheet_of(build.browser_of(build.leader()), f"{PROBLEMS}.xlsx?state=overdue&kind=land")

    assert rows[1][0].startswith("条件：类别：用地拆迁；状态：已超期；截至 ")
    assert facts(rows, "热泵的土地")["办结期限"] == date(2024, 5, 1)
    assert rows[-1][:2] == [2.0, "条"]


def test_a_faulty_condition_is_named_and_no_file_is_made(luoxi) -> None:
    client = build.browser_of(build.leader())

    assert client.get(f"{PROBLEMS}.xlsx?kind=x").status_code == 400
    assert client.get(f"{TARGETS_AT}.csv?year=x").status_code == 400
    assert client.get(f"{REGISTER_HISTORY}.csv?year=x").status_code == 400
    assert client.get(f"{ATTENTION}.csv?as_of=x").status_code == 400


def test_what_needs_attention_fills_five_sheets(luoxi) -> None:
    client, address = build.browser_of(build.leader()), f"{ATTENTION}.xlsx{DAY}"

    assert facts(sheet_of(client, address, "需要关注"), "热泵")["节点"] == "开工"
    assert facts(sheet_of(client, address, "停留项目"), "热泵")["类别"] == "已签约未开工"
    assert facts(sheet_of(client, address, "未办结问题"), "热泵")["逾期（天）"] == 152.0
    assert sheet_of(client, address, "下一批节点")[-1][0] == 0.0
    assert sheet_of(client, address, "封存以来的变化")[-1][1] == "0 处变化"


def test_the_history_of_a_project_tells_who_when_what_and_why() -> None:
    person = build.office(last_name="王", first_name="芳")
    project = build.project("热泵", by=person, at="2024-03-05")
    project.total_investment = 5 * build.YI
    build.kept(project, by=person, at="2024-04-05", reason="企业更新备案")
    rows = sheet_of(build.browser_of(build.leader()), f"/projects/{project.pk}/history/export.xlsx")
    change = next(row for row in rows if "企业更新备案" in row)

    assert change[0] == timezone.localtime(build.moment("2024-04-05")).replace(tzinfo=None)
    assert change[1:] == ["热泵", "王芳", "项目", "修改", "总投资", "", "5 亿元", "企业更新备案"]
    assert rows[-1][1] == "2 条记录"


def test_the_history_of_a_project_of_others_is_not_found(luoxi) -> None:
    film = build.project("隔膜二期", organisation=build.town("薛家镇"))

    response = build.browser_of(build.staff(luoxi)).get(f"/projects/{film.pk}/history/export.csv")

    assert response.status_code == 404


def test_the_history_of_the_register_follows_the_filters(luoxi) -> None:
    lines = lines_of(build.browser_of(build.leader()), f"{REGISTER_HISTORY}.csv?q=热泵")
    told = lines[lines.index(next(line for line in lines if line[0] == "时间")) + 1 :]

    assert {line[1] for line in told} == {"热泵"}
    assert {"项目", "节点 签约", "名单 2024年市重点", "月报 2024年9月", "问题"} <= {line[3] for line in told}
    assert datetime.fromisoformat(told[0][0])


@pytest.mark.parametrize("projects", [2, 30])
def test_the_history_of_the_register_asks_as_much_for_many(
    projects: int, django_assert_max_num_queries
) -> None:
    for _ in range(projects):
        build.listing(build.project())
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(21):
        lines_of(client, f"{REGISTER_HISTORY}.csv")


def test_a_published_bulletin_is_for_every_reader() -> None:
    bulletin = build.bulletin(figures={"invested": 110 * build.YI, "started": 29})
    client = build.browser_of(build.staff(build.town()))
    rows = sheet_of(client, f"/bulletins/{bulletin.pk}/export.xlsx")

    assert facts(rows, "完成投资")["公布"] == 110.0
    assert (facts(rows, "新开工")["公布"], facts(rows, "新开工")["计量"]) == (29.0, "个")
    assert "href" in client.get(f"/bulletins/{bulletin.pk}/").content.decode()


def test_of_a_sealed_bulletin_a_unit_takes_along_its_own_row_only(luoxi) -> None:
    sealed = build.seal("2024-08")
    everything, own = (
        str(lines_of(build.browser_of(person), f"/bulletins/{sealed.pk}/export.csv"))
        for person in (build.leader(), build.staff(luoxi))
    )

    assert "薛家镇" in everything
    assert "罗溪镇" in own
    assert "薛家镇" not in own
    assert "合计" not in own


def test_a_seal_that_cannot_be_read_gives_no_numbers_away() -> None:
    torn = build.bulletin(kind="sealed", figures={"invested": 110 * build.YI})

    assert build.browser_of(build.leader()).get(f"/bulletins/{torn.pk}/export.csv").status_code == 404


# What our own import sees


READ_BACK = [
    (
        ImportKind.PROJECTS,
        "/projects/export",
        "?year=2024&level=city",
        SheetTerms(ImportKind.PROJECTS, 2024, "city"),
    ),
    (ImportKind.REPORTS, MONTH, "", SheetTerms(ImportKind.REPORTS, month=date(2024, 9, 1))),
    (ImportKind.TARGETS, TARGETS_AT, "?year=2024&level=city", SheetTerms(ImportKind.TARGETS, 2024, "city")),
    (ImportKind.ORGANISATIONS, UNITS, "", SheetTerms(ImportKind.ORGANISATIONS)),
]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize(("kind", "address", "query", "terms"), READ_BACK)
def test_every_heading_is_recognised_with_its_unit(kind, address, query, terms, suffix: str, luoxi) -> None:
    content = build.browser_of(build.admin()).get(f"{address}.{suffix}{query}").getvalue()
    [table] = tables(read(BytesIO(content), f"导出.{suffix}"), COLUMNS[kind])
    known = by_key(COLUMNS[kind])

    assert [heading.title for heading in table.headings if not heading.key] == []
    assert {"key", "version"} <= {heading.key for heading in table.headings}
    for heading in table.headings:
        if known[heading.key].holds is Holds.MONEY:
            assert table.unit_of(heading).unit == MoneyUnit.YI
    assert [said for said in map(SheetTerms.read, table.notes) if said] == [terms]
