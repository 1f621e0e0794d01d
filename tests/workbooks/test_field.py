"""Sheets as offices print them: each kind of layout is read as a careful clerk would, or asked about."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from projects.models import Import, Project
from projects.vocabulary import ImportState
from projects.workbooks import decide, jobs
from tests import build
from tests.workbooks.field_sheets import (
    GROUPS,
    HEAD,
    PARTS,
    SHORT,
    SHORT_A,
    SHORT_B,
    TITLE,
    A,
    B,
    Layout,
    sheet,
)
from tests.workbooks.sheets_made import applied, received, undone

pytestmark = pytest.mark.django_db
PROJECTS = ["--what", "projects", "--year", "2024", "--level", "city"]
REPORTS = ["--what", "reports", "--month", "2024-09"]


@pytest.fixture(autouse=True)
def office():
    for name in ("三井街道", "新桥街道"):
        build.town(name, kind="subdistrict")
    build.town("罗溪镇")
    build.town("薛家镇")
    build.park()
    build.industry("新能源")
    build.industry("生物医药")
    return build.office(username="office")


@pytest.fixture
def run(tmp_path: Path):
    """Exit status and JSON report of a rehearsal."""

    def tried(layout: Layout, *options: str, name: str = "清单.xlsx") -> tuple[int, dict[str, Any]]:
        path, out = tmp_path / name, StringIO()
        path.write_bytes(layout.content)
        options = options or tuple(PROJECTS)
        try:
            call_command("import_workbook", str(path), *options, "--dry-run", "--json", stdout=out)
        except CommandError as error:
            return error.returncode, json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    return tried


def totals(report: dict[str, Any]) -> dict[str, int]:
    return {each["label"]: each["amount"] for each in report["sums"]}


def asked(report: dict[str, Any]) -> list[str]:
    return [each["message"] for each in report["questions"]]


# Lines that are no projects


@pytest.mark.parametrize("layout", GROUPS.values(), ids=GROUPS)
def test_lines_of_groups_are_no_projects(run, layout: Layout) -> None:
    status, report = run(layout)
    assert (status, report["counts"]["new"], report["counts"]["faulty"]) == (0, 2, 0)
    assert totals(report)["总投资"] in (3_000_000, 300_000_000)
    assert [each["printed"] - each["computed"] for each in report["printed_totals"]] == [0] * len(
        report["printed_totals"]
    )


@pytest.mark.parametrize("layout", PARTS.values(), ids=PARTS)
def test_a_project_and_its_parts_are_never_counted_both(run, layout: Layout) -> None:
    status, report = run(layout)
    assert (status, report["state"]) == (2, "mapping")
    assert len(report["questions"]) == 1
    assert "登记整体还是子项目" in asked(report)[0]
    whole, parts = (
        run(layout, *PROJECTS, "--answer", f"Sheet1·parts={answer}") for answer in ("whole", "parts")
    )
    others = 200_000_000 if any(row[:1] == [2] for row in layout.rows) else 0
    count = 1 + bool(others)
    assert (whole[0], whole[1]["counts"]["new"]) == (0, count)
    assert (parts[0], parts[1]["counts"]["new"]) == (0, count + 1)
    assert totals(whole[1])["总投资"] == totals(parts[1])["总投资"] == 300_000_000 + others
    assert {
        each["printed"] - each["computed"]
        for each in (*whole[1]["printed_totals"], *parts[1]["printed_totals"])
    } <= {0}


def test_parts_take_unit_and_enterprise_of_their_whole(office) -> None:
    imported = received(PARTS["circled"].content, office, level="city")
    explained = decide.explain(imported, {}, by=office, answers={"Sheet1·parts": "parts"})
    applied(jobs.perform(jobs.begin(explained, ImportState.READING, by=office)), office)
    found = Project.objects.filter(enterprise="甲公司").order_by("name")
    assert list(found.values_list("name", "organisation__name")) == [
        ("一号厂房", "三井街道"),
        ("二号厂房", "三井街道"),
    ]


UNSURE = [
    pytest.param(sheet(TITLE, HEAD, [None, "北部片区", None, None, 10500, 1000, None], A, B), id="other sums"),
    pytest.param(sheet(TITLE, SHORT, SHORT_A, SHORT_B, [None, "总投资额", 300, 30]), id="sum below"),
    pytest.param(sheet(TITLE, HEAD, A, [None, "北部片区", None, None, 20000, 2000, None], B), id="one row"),
    pytest.param(
        sheet(TITLE, HEAD, [1, "北部片区", None, None, 30000, 3000, None], [2, *A[1:]], [3, *B[1:]]), id="numbered"
    ),
]  # fmt: skip


@pytest.mark.parametrize("layout", UNSURE)
def test_a_line_that_may_be_a_sum_is_asked_about(run, layout: Layout) -> None:
    status, report = run(layout)
    assert status == 2
    assert "像分段或合计" in asked(report)[0]
    sections, rows = (
        run(layout, *PROJECTS, "--answer", f"Sheet1·groups={answer}") for answer in ("section", "rows")
    )
    assert (sections[0], sections[1]["counts"]["new"]) == (0, 2)
    assert (rows[0], rows[1]["counts"]["new"]) == (0, 3)


def test_a_line_whose_sums_agree_is_a_section_whatever_it_is_called(run) -> None:
    layout = sheet(TITLE, HEAD, [None, "北部片区", None, None, 30000, 3000, None], A, B)
    status, report = run(layout)
    assert (status, report["counts"]["new"]) == (0, 2)
    assert [each["words"] for each in report["printed_totals"]] == ["北部片区", "北部片区"]


def test_rows_without_a_number_that_say_more_stay_projects(run) -> None:
    status, report = run(sheet(TITLE, HEAD, A, [None, *B[1:]]))
    assert (status, report["counts"]["new"]) == (0, 2)


def test_a_list_without_numbers_has_no_doubtful_lines(run) -> None:
    status, report = run(sheet(["项目名称", "总投资（万元）"], ["甲项目厂房", 100], ["乙项目厂房", 100]))
    assert (status, report["counts"]["new"]) == (0, 2)


def test_a_category_in_a_merged_cell_holds_for_its_rows(run) -> None:
    layout = sheet(
        TITLE,
        ["项目类型", "序号", "项目名称", "总投资（万元）", "责任单位"],
        ["（一）新建项目", 1, "甲项目厂房", 10000, "三井街道"],
        [None, 2, "乙项目厂房", 20000, "罗溪镇"],
        ["（二）续建项目（共1个）", 3, "丙项目厂房", 30000, "罗溪镇"],
        merged=["A3:A4"],
    )
    status, report = run(layout)
    assert (status, report["counts"]["new"]) == (0, 3)


# Columns


@pytest.mark.parametrize(
    "title",
    [
        "总投资/万元", "总投资 万元", "总投资[万元]", "总投资：万元", "总投资（万）", "总投资，万元", "总投资-万元",
        "总投资（单位：万元）", "总投资(人民币万元)", "总投资\n（万元）", "总投资【万元】", "计划总投资/万元",
        "总投资（万元人民币）",
    ],
)  # fmt: skip
def test_the_unit_of_a_heading_in_every_usual_form(run, title: str) -> None:
    status, report = run(sheet(["序号", "项目名称", title], [1, "甲项目厂房", 100]))
    assert (status, totals(report)) == (0, {"总投资": 1_000_000})


@pytest.mark.parametrize("column", ["B", "C"])
def test_a_heading_over_two_columns_is_one(run, column: str) -> None:
    heads = {
        "B": ["序号", "项目名称", None, "总投资（万元）"],
        "C": ["序号", "项目名称", "总投资（万元）", None],
    }
    rows = {
        "B": [[1, "甲项目厂房", None, 100], [2, "乙项目厂房", None, 200]],
        "C": [[1, "甲项目厂房", 100, None], [2, "乙项目厂房", 200, None]],
    }
    areas = [f"{column}{row}:{'D' if column == 'C' else 'C'}{row}" for row in (2, 3, 4)]
    for merged in (areas, areas[:1]):
        status, report = run(sheet(TITLE, heads[column], *rows[column], merged=merged))
        assert (status, report["counts"]["new"], totals(report)) == (0, 2, {"总投资": 3_000_000})


def test_two_headings_of_one_meaning_are_asked_about(run) -> None:
    status, report = run(
        sheet(
            TITLE, ["序号", "项目名称", "计划投资（万元）", "年度计划（万元）"], [1, "甲项目厂房", 1000, 100]
        )
    )
    assert status == 2
    assert [each["column"] for each in report["questions"]] == ["C", "D"]


# The sheet's own period


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        (sheet(["2023年市重点项目清单"], SHORT, SHORT_A), "清单.xlsx"),
        (sheet(SHORT, SHORT_A, sheet="2023年"), "清单.xlsx"),
        (sheet(SHORT, SHORT_A), "2023年市重点项目清单.xlsx"),
    ],
    ids=["title", "sheet", "file"],
)
def test_another_year_than_the_chosen_one_is_asked_about(run, layout: Layout, name: str) -> None:
    status, report = run(layout, name=name)
    assert (status, len(report["questions"])) == (2, 1)
    assert "2023 年" in asked(report)[0]
    code = f"{layout.sheet}·period"
    status, report = run(layout, *PROJECTS, "--answer", f"{code}=chosen", name=name)
    assert (status, report["counts"]["new"]) == (0, 1)


def test_the_year_of_the_sheet_may_be_taken(office) -> None:
    imported = received(sheet(["2023年市重点项目清单"], SHORT, SHORT_A).content, office)
    decide.explain(imported, {}, by=office, answers={"Sheet1·period": "sheet:2023-01"})
    assert Import.objects.get().year == 2023


@pytest.mark.parametrize(
    "title", ["2024年市重点项目清单", "2023—2025年重点项目", "市重点项目清单（截至2024年9月底）"]
)
def test_the_chosen_year_is_not_asked_about(run, title: str) -> None:
    assert run(sheet([title], SHORT, SHORT_A))[0] == 0


@pytest.fixture
def stored():
    project = build.project("甲项目厂房")
    build.listing(project, year=2024)
    return project


@pytest.mark.parametrize(
    "title",
    [
        "1-9月完成投资（万元）",
        "1—9月完成投资（万元）",
        "1至9月累计完成投资（万元）",
        "截至9月底累计完成投资（万元）",
        "前三季度完成投资（万元）",
    ],
)
def test_year_to_date_of_the_chosen_month_is_read(run, stored, title: str) -> None:
    layout = sheet(
        ["序号", "项目名称", title, "年度计划（万元）", "完成率"], [1, "甲项目厂房", 600, 1000, 0.6]
    )
    build.report(stored, "2024-08", 5_000_000)
    status, report = run(layout, *REPORTS)
    assert (status, totals(report)) == (0, {"年累计完成投资": 6_000_000})


@pytest.mark.parametrize(
    "layout",
    [
        sheet(["序号", "项目名称", "8月完成投资（万元）"], [1, "甲项目厂房", 600]),
        sheet(["序号", "项目名称", "1-8月完成投资（万元）"], [1, "甲项目厂房", 600]),
        sheet(["2024年8月项目调度表"], ["序号", "项目名称", "本月完成投资（万元）"], [1, "甲项目厂房", 600]),
        sheet(["序号", "项目名称", "本月完成投资（万元）"], [1, "甲项目厂房", 600], sheet="8月"),
    ],
    ids=["heading", "to date", "title", "sheet"],
)
def test_another_month_than_the_chosen_one_is_asked_about(run, stored, layout: Layout) -> None:
    status, report = run(layout, *REPORTS)
    assert (status, len(report["questions"])) == (2, 1)
    assert "8 月" in asked(report)[0]


@pytest.mark.parametrize(
    "titles", [("1月", "2月", "3月"), ("1月份", "2月份", "3月份"), ("一月", "二月", "三月")]
)
@pytest.mark.parametrize("terms", [["--year", "2024"], ["--month", "2024-03"]])
def test_months_side_by_side_are_each_its_own_report(run, stored, titles, terms) -> None:
    layout = sheet(
        ["单位：万元"], ["序号", "项目名称", *titles, "合计"], [1, "甲项目厂房", 100, 200, 300, 600]
    )
    status, report = run(layout, "--what", "reports", *terms)
    assert (status, report["counts"]["new"], totals(report)) == (0, 3, {"本月完成投资": 6_000_000})


# Cells


def test_what_is_struck_through_is_asked_about(run) -> None:
    layout = sheet(TITLE, HEAD, A, B, struck=[4])
    status, report = run(layout)
    assert status == 2
    assert "第 4 行 乙项目厂房" in asked(report)[0]
    left, written = (
        run(layout, *PROJECTS, "--answer", f"Sheet1·struck={each}") for each in ("leave", "write")
    )
    assert (left[0], left[1]["counts"]["new"], totals(left[1])["总投资"]) == (0, 1, 100_000_000)
    assert (written[0], written[1]["counts"]["new"]) == (0, 2)


@pytest.mark.parametrize(
    "text",
    [
        "24年9月", "2024-09-30 00:00:00", "2024", "2024年9月下旬", "24年三季度", "--", "－", "暂无", "待 定", "／",
        "无", "２０２４．９",
    ],
)  # fmt: skip
def test_days_and_placeholders_in_daily_use(run, text: str) -> None:
    status, report = run(sheet(["序号", "项目名称", "计划开工时间"], [1, "甲项目厂房", text]))
    assert (status, report["faults"]) == (0, [])


@pytest.mark.parametrize(
    ("text", "plans"),
    [
        ("2023.3-2025.6", ["2023年3月", "2025年6月"]),
        ("2023年3月至2025年6月", ["2023年3月", "2025年6月"]),
        ("2023－2025", ["2023年", "2025年"]),
        ("2023-03-2025-06", ["2023年3月", "2025年6月"]),
        ("2024", ["2024年", "2024年"]),
        ("36个月", []),
    ],
)
def test_the_years_of_building(office, text: str, plans: list[str]) -> None:
    content = sheet(["序号", "项目名称", "建设年限"], [1, "甲项目厂房", text]).content
    row = received(content, office).rows.get()
    assert row.faults == {}
    assert [
        each["after"] for each in row.changes if each["key"] in ("started_plan", "completed_plan")
    ] == plans
    assert row.doubts == ([] if plans else ["建设年限“36个月”没有写起止时间，没有登记"])


@pytest.mark.parametrize("text", ["续建", "改建", "迁建", "改扩建", "技术改造", "新建", "恢复", "单纯购置"])
def test_natures_in_daily_use(run, text: str) -> None:
    status, report = run(sheet(["序号", "项目名称", "建设性质"], [1, "甲项目厂房", text]))
    assert (status, report["faults"]) == (0, [])


def test_endless_decimals_are_rounded_to_the_yuan_and_told(office) -> None:
    layout = sheet(
        ["序号", "项目名称", "总投资（亿元）"], [1, "甲项目厂房", 10 / 3], [2, "乙项目厂房", 1.23456789]
    )
    first, second = received(layout.content, office).rows.order_by("position")
    assert first.doubts == ["“3.33333333333333亿元”除不尽，按 333,333,333 元登记"]
    assert (second.doubts, second.faults) == ([], {})


def test_nothing_needs_no_unit(run) -> None:
    status, report = run(sheet(["序号", "项目名称", "总投资"], [1, "甲项目厂房", 0]))
    assert (status, totals(report)) == (0, {"总投资": 0})


def test_line_breaks_in_names_are_dropped(office) -> None:
    layout = sheet(["序号", "项目名称", "建设单位"], [1, "甲项目\n二期厂房", "甲电子\n有限公司"])
    cells = received(layout.content, office).rows.get().cells
    assert (cells["name"], cells["enterprise"]) == ("甲项目二期厂房", "甲电子有限公司")


# Words and columns


UNITS = [
    ("三井街道、新桥街道", "三井街道", ["新桥街道"]),
    ("三井街道\n新桥街道", "三井街道", ["新桥街道"]),
    ("三井街道 新桥街道", "三井街道", ["新桥街道"]),
    ("三井街道/罗溪镇", "三井街道", ["罗溪镇"]),
    ("罗溪镇、三井街道（牵头）", "三井街道", ["罗溪镇"]),
    ("牵头：三井街道；配合：罗溪镇", "三井街道", ["罗溪镇"]),
    ("三井街道（牵头）", "三井街道", []),
    ("三井街道、综合保税区", "三井街道", []),
    ("三井街道、综保区", "三井街道", []),
    ("综保区 三井", "三井街道", []),
    ("三井街道办（综保区）", "三井街道", []),
    ("三井", "三井街道", []),
    ("三井街道办事处", "三井街道", []),
    ("三 井 街 道", "三井街道", []),
    ("罗溪镇人民政府", "罗溪镇", []),
    ("常州市新北区罗溪镇", "罗溪镇", []),
    ("罗溪", "罗溪镇", []),
    ("高新区", "常州高新区", []),
]


@pytest.mark.parametrize(("text", "lead", "others"), UNITS)
def test_units_in_every_usual_form(office, text: str, lead: str, others: list[str]) -> None:
    applied(
        received(sheet(["序号", "项目名称", "责任单位"], [1, "甲项目厂房", text]).content, office), office
    )
    project = Project.objects.get()
    assert project.organisation is not None
    assert project.organisation.name == lead
    assert list(project.participations.values_list("organisation__name", flat=True)) == others
    assert (project.park is not None) == ("保" in text)


INDUSTRIES = sheet(
    ["序号", "项目名称", "产业类别"],
    [1, "选1号项目厂房", "新能源产业"],
    [2, "选2号项目厂房", "生物医药（含器械）"],
    [3, "选3号项目厂房", "光伏"],
    [4, "选4号项目厂房", "光伏"],
)


def test_a_word_that_no_directory_has_is_asked_once_and_remembered(run, office) -> None:
    status, report = run(INDUSTRIES)
    assert (status, len(report["questions"])) == (2, 1)
    assert "“光伏”（产业类别，2 行）不在列表里" in asked(report)[0]
    imported = received(INDUSTRIES.content, office)
    state = decide.answer(imported, {"word·industry·光伏": "新能源"}, by=office)
    again = jobs.perform(jobs.begin(imported, state, by=office))
    assert (again.counts["new"], again.asked) == (4, [])
    assert run(INDUSTRIES)[0] == 0


def test_the_office_may_add_an_industry(office) -> None:
    imported = received(INDUSTRIES.content, office)
    decide.answer(imported, {"word·industry·光伏": "（新增）"}, by=office)
    assert received(INDUSTRIES.content, office).counts["new"] == 4


def test_a_column_that_fails_in_all_rows_is_one_question(run, office) -> None:
    layout = sheet(
        TITLE,
        ["序号", "项目编号", "项目名称", "总投资（万元）"],
        [1, "CZ2024-001", "甲项目厂房", 100],
        [2, "201806101528", "乙项目厂房", 100],
    )
    status, report = run(layout)
    assert (status, [each["column"] for each in report["questions"]]) == (2, ["B"])
    status, report = run(layout, *PROJECTS, "--answer", "column·list_number=leave")
    assert (status, report["counts"]["new"]) == (0, 2)


def test_mending_takes_the_unit_of_the_sheet_and_fills_down(office) -> None:
    rows = [[1, "甲项目厂房", "三亿五"], [2, "乙项目厂房", "三亿五"], [3, "丙项目厂房", 100]]
    imported = received(sheet(["序号", "项目名称", "总投资（万元）"], *rows).content, office)
    first = imported.rows.get(line=2)
    mended = decide.mend(imported, first.pk, {"total_investment": "35000"}, by=office, fills_down=True)
    assert mended.cells["total_investment"] == "35000万元"
    assert Import.objects.get(pk=imported.pk).counts["new"] == 3


# Look-alikes


@pytest.mark.parametrize("name", ["甲电池项目1期", "甲电池项目Ⅰ期", "甲电池项目第一期", "甲电池项目(首期)"])
def test_another_spelling_of_a_numeral_is_the_same_project(office, name: str) -> None:
    stored = build.project("甲电池项目一期")
    applied(received(sheet(["序号", "项目名称", "总投资（万元）"], [1, name, 600]).content, office), office)
    assert Project.objects.get().pk == stored.pk
    assert Project.objects.get().name == "甲电池项目一期"


@pytest.mark.parametrize("name", ["乙2号厂房工程", "乙2#厂房工程"])
def test_a_numbered_hall_in_another_spelling_is_the_same(run, name: str) -> None:
    build.project("乙二号厂房工程")
    status, report = run(sheet(["序号", "项目名称", "总投资（万元）"], [1, name, 600]))
    assert (status, report["counts"]["new"]) == (0, 0)


def test_another_phase_is_another_project(run) -> None:
    build.project("甲电池项目一期")
    status, report = run(sheet(["序号", "项目名称", "总投资（万元）"], [1, "甲电池项目二期", 600]))
    assert (status, report["counts"]["new"]) == (0, 1)


@pytest.mark.parametrize("name", ["甲项目（技改）", "甲项目（2024年度）"])
def test_an_addition_in_brackets_is_asked_about(run, name: str) -> None:
    build.project("甲项目")
    status, report = run(sheet(["序号", "项目名称", "总投资（万元）"], [1, name, 600]))
    assert (status, report["counts"]["alike"]) == (1, 1)


def test_a_former_name_is_asked_about(run) -> None:
    build.project("甲空气源热泵机组项目", enterprise="甲公司", former_names="甲热泵机组项目")
    status, report = run(sheet(["序号", "项目名称", "建设单位"], [1, "甲热泵机组项目", "甲公司"]))
    assert (status, report["counts"]["alike"]) == (1, 1)


# Year to date


ROUNDED = ["序号", "项目名称", "本月完成投资（亿元）", "年累计完成投资（亿元）"]


@pytest.mark.parametrize(("cells", "amount"), [([0.1, 1.33], 10_000_000), ([None, 1.23], 0)])
def test_a_rounded_year_to_date_agrees_within_its_last_digit(office, stored, cells, amount: int) -> None:
    build.report(stored, "2024-08", 123_456_700)
    content = sheet(ROUNDED, [1, "甲项目厂房", *cells]).content
    applied(received(content, office, kind="reports", month=date(2024, 9, 1)), office)
    assert stored.reports.get(month=date(2024, 9, 1)).invested == amount


def test_a_year_to_date_that_is_further_off_is_refused(run, stored) -> None:
    build.report(stored, "2024-08", 123_456_700)
    status, report = run(sheet(ROUNDED, [1, "甲项目厂房", 0.1, 1.34]), *REPORTS)
    assert [each["message"] for each in report["faults"]] == ["年累计与本月完成对不上，请只填其中一个。"]
    assert status == 1


@pytest.mark.parametrize("answer", ["month", "whole", "balance"])
def test_a_year_to_date_with_months_that_nobody_reported_is_asked_once(run, stored, answer) -> None:
    head = ["序号", "项目名称", "本月完成投资（万元）", "年累计完成投资（万元）", "形象进度"]
    layout = sheet(head, [1, "甲项目厂房", 3000, 50000, "主体施工"])
    status, report = run(layout, *REPORTS)
    assert (status, len(report["questions"])) == (2, 1)
    assert "以前月份没有报过" in asked(report)[0]
    status, report = run(layout, *REPORTS, "--answer", f"opening={answer}")
    assert (status, report["counts"]["new"]) == (0, 1)


OPENED = ["序号", "项目名称", "本月完成投资（万元）", "年累计完成投资（万元）"]


@pytest.mark.parametrize(
    ("cells", "month", "opening", "own"),
    [([3000, 50000], 8, 470_000_000, 30_000_000), ([None, 50000], 9, 500_000_000, None)],
)
def test_a_year_to_date_is_kept_as_the_opening_balance(office, stored, cells, month, opening, own) -> None:
    content = sheet(OPENED, [1, "甲项目厂房", *cells]).content
    imported = received(content, office, kind="reports", month=date(2024, 9, 1))
    state = decide.answer(imported, {"opening": "balance"}, by=office)
    imported = applied(jobs.perform(jobs.begin(imported, state, by=office)), office)
    assert imported.state == ImportState.APPLIED
    held = stored.reports.get(opening__isnull=False)
    assert (held.month, held.invested, held.opening) == (date(2024, month, 1), None, opening)
    assert [each.invested for each in stored.reports.filter(month=date(2024, 9, 1))] == [own]
    again = received(content, office, kind="reports", month=date(2024, 9, 1))
    assert (again.asked, again.counts["unchanged"]) == ([], 1)
    assert undone(imported, office, "重做").state == ImportState.UNDONE
    assert not stored.reports.exists()


def test_the_month_after_an_opening_balance_follows_from_its_year_to_date(office, stored) -> None:
    build.report(stored, "2024-08", None, opening=470_000_000)
    content = sheet(OPENED, [1, "甲项目厂房", None, 50000]).content
    applied(received(content, office, kind="reports", month=date(2024, 9, 1)), office)
    assert stored.reports.get(month=date(2024, 9, 1)).invested == 30_000_000


def test_an_opening_balance_beside_months_that_wait_is_refused(run, stored) -> None:
    build.report(stored, "2024-07", 10_000_000, "draft")
    layout = sheet(OPENED, [1, "甲项目厂房", 3000, 50000])
    status, report = run(layout, *REPORTS, "--answer", "opening=balance")
    assert status == 1
    assert "7月的月报填了还没有提交" in report["faults"][0]["message"]


def test_a_share_under_money_is_refused(run) -> None:
    status, report = run(sheet(TITLE, SHORT, [1, "甲项目厂房", 100, 0.5], formats={(2, 3): "0%"}))
    assert (status, [each["column"] for each in report["faults"]]) == (1, ["D"])


def test_what_is_not_read_and_what_is_hidden_is_named(run) -> None:
    layout = sheet(TITLE, [*SHORT, "老板"], [1, 2, 3, 4, 5], [*SHORT_A, "甲某"])
    status, report = run(layout)
    assert status == 0
    assert report["left_out"] == [
        "工作表“Sheet1” E 列“老板”：没有认出，不导入",
        "工作表“Sheet1”第 3 行没有导入：列号行",
    ]


def test_a_section_that_states_another_count_is_shown(office) -> None:
    layout = sheet(TITLE, SHORT, ["一", "续建项目（共2个）", 100, 10], SHORT_A)
    imported = received(layout.content, office)
    assert [(each["words"], each["stated"], each["counted"]) for each in imported.outline] == [
        ("一、续建项目（共2个）", 2, 1)
    ]


def test_a_plan_beside_a_stage_that_was_reached_is_no_fault(office) -> None:
    first, second = build.project("甲项目厂房"), build.project("乙项目厂房")
    build.milestone(first, "started", reached="2024-03-31")
    build.milestone(second, "started", planned="2024-02-29", reached="2024-03-31")
    head = ["序号", "项目名称", "计划开工时间"]
    layout = sheet(head, [1, "甲项目厂房", "2024年5月"], [2, "乙项目厂房", "2024年5月"])
    imported = received(layout.content, office)
    planned, kept = imported.rows.order_by("position")
    assert [(each["key"], each["after"]) for each in planned.changes] == [("started_plan", "2024年5月")]
    assert (kept.faults, kept.changes) == ({}, [])
    assert kept.doubts == ["开工已登记实际日期，表上的计划“2024年5月”没有登记"]
