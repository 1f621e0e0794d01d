"""Where the table stands on a sheet, and what each of its lines is."""

from datetime import date

import pytest

from projects.columns import PROJECTS, REPORTS
from projects.files.recognise.headings import By
from projects.files.recognise.layout import Table, survey, tables
from projects.files.recognise.lines import LineKind
from projects.files.recognise.stated_units import StatedUnit
from projects.rules.money import MoneyUnit
from projects.vocabulary import Currency

ROW, SECTION, SUBTOTAL, TOTAL, NOTE = LineKind
WAN, YI = MoneyUnit.WAN, MoneyUnit.YI


@pytest.fixture
def table(grids):
    """The first table of a workbook of the corpus."""

    def found(proof: str, **asked) -> Table:
        return tables(grids(proof), PROJECTS, **asked)[0]

    return found


def units(table: Table) -> list[StatedUnit]:
    return [table.unit_of(heading) for heading in table.headings]


def test_title_unit_line_and_headings_are_told_apart(table) -> None:
    found = table("title_and_unit_line")

    assert (found.title, found.unit, found.heading_rows) == ("2024年新北区重大项目清单", WAN, (3, 3))
    assert [heading.key for heading in found.headings] == [
        "number",
        "name",
        "total_investment",
        "planned_investment",
        "organisation",
    ]
    assert [line.number for line in found.lines] == [4]


@pytest.mark.parametrize(
    ("proof", "unit"),
    [("unit_in_the_title", YI), ("no_unit_anywhere", None), ("unit_lines_that_contradict", None)],
)
def test_a_unit_is_stated_or_asked_for(proof: str, unit: MoneyUnit | None, table) -> None:
    assert table(proof).unit_of(table(proof).heading_of("total_investment")) == StatedUnit(unit)


def test_units_that_contradict_each_other_are_said(table) -> None:
    assert "写了不同的单位" in table("unit_lines_that_contradict").remarks[0]


def test_a_heading_has_its_own_unit_and_currency(table) -> None:
    found = table("two_units_in_one_sheet")

    assert units(found)[1:] == [
        StatedUnit(YI),
        StatedUnit(WAN),
        StatedUnit(WAN, Currency.USD),
        StatedUnit(YI),
    ]


def test_headings_on_two_rows_are_joined(table) -> None:
    found = table("merged_headings")

    assert found.heading_rows == (2, 3)
    assert [(heading.title, heading.key) for heading in found.headings] == [
        ("序号", "number"),
        ("项目名称", "name"),
        ("建设单位", "enterprise"),
        ("投资情况（亿元）/总投资", "total_investment"),
        ("投资情况（亿元）/当年计划投资", "planned_investment"),
        ("计划时间/开工", "started_plan"),
        ("计划时间/竣工", "completed_plan"),
        ("责任单位", "organisation"),
    ]
    assert [heading.unit for heading in found.headings][3:5] == [YI, YI]
    assert [line.number for line in found.lines] == [4, 5]


def test_headings_on_three_rows_and_without_merged_cells(grids) -> None:
    money = [column for column in REPORTS if column.key in ("invested", "year_to_date")]
    [three] = tables(grids("headings_on_three_rows"), (*PROJECTS, *money))
    [csv] = tables(grids("csv_with_two_rows_of_headings"), PROJECTS)

    assert three.heading_rows == (1, 3)
    assert [heading.key for heading in three.headings][2:] == ["total_investment", "invested", "year_to_date"]
    assert (csv.title, csv.heading_rows) == ("2024年推进表", (2, 3))
    assert [heading.key for heading in csv.headings][2:4] == ["total_investment", "planned_investment"]


def test_sections_and_sums_are_no_projects(table) -> None:
    assert [(line.number, line.kind, line.sections) for line in table("sections_and_sums").lines] == [
        (2, TOTAL, ()),
        (3, SECTION, ("一、省重大项目（2个）",)),
        (4, SECTION, ("一、省重大项目（2个）", "（一）新建")),
        (5, ROW, ("一、省重大项目（2个）", "（一）新建")),
        (6, SECTION, ("一、省重大项目（2个）", "（二）续建")),
        (7, ROW, ("一、省重大项目（2个）", "（二）续建")),
        (8, SUBTOTAL, ("一、省重大项目（2个）", "（二）续建")),
        (9, SECTION, ("二、市重点项目",)),
        (10, ROW, ("二、市重点项目",)),
        (11, SUBTOTAL, ("二、市重点项目",)),
        (12, TOTAL, ("二、市重点项目",)),
    ]


def test_sections_without_numbers_and_with_sums(table) -> None:
    assert [(line.kind, line.sections) for line in table("sections_without_numbers").lines] == [
        (SECTION, ("省重大项目（1个）",)),
        (ROW, ("省重大项目（1个）",)),
        (SECTION, ("二、市重点项目",)),
        (ROW, ("二、市重点项目",)),
    ]


def test_a_title_merged_over_the_width_is_a_section(table) -> None:
    kinds = [line.kind for line in table("merged_sections").lines]

    assert kinds == [SECTION, ROW, SECTION, ROW]


def test_notes_below_the_table_are_notes(table) -> None:
    kinds = [(line.number, line.kind) for line in table("notes_below").lines]

    assert kinds == [(2, ROW), (3, ROW), (4, TOTAL), (6, NOTE), (7, NOTE), (8, NOTE)]


def test_blank_rows_are_dropped_and_hidden_ones_are_told(grids) -> None:
    first, draft = tables(grids("blank_and_hidden"), PROJECTS)

    assert [(line.number, line.hidden) for line in first.lines] == [(2, False), (5, True)]
    assert (first.hidden_columns, first.is_hidden, draft.is_hidden) == ({3}, False, True)


def test_every_sheet_is_accounted_for(grids) -> None:
    found = survey(grids("several_sheets"), PROJECTS)

    assert [(table.sheet, table.sheet_number) for table in found.tables] == [("省重大", 1), ("市重点", 3)]
    assert [table.sheet for table in found.unread] == ["说明"]
    assert found.empty == ["Sheet4"]


def test_strange_headings_are_offered_for_mapping_and_read_once_they_are_mapped(grids) -> None:
    sheets = grids("strange_headings")
    [unread] = survey(sheets, PROJECTS).unread

    assert [heading.title for heading in unread.headings] == ["甲栏", "乙栏", "丙栏", "丁栏"]

    [mapped] = tables(sheets, PROJECTS, remembered={"甲栏": "name", "乙栏": "total_investment"})
    assert [heading.key for heading in mapped.headings] == ["name", "total_investment", "", ""]
    assert [heading.by for heading in mapped.headings] == [
        By.REMEMBERED,
        By.REMEMBERED,
        By.NOTHING,
        By.NOTHING,
    ]


def test_of_headings_alike_the_better_stays_and_of_equals_none(table) -> None:
    found = table("headings_alike")

    assert [heading.key for heading in found.headings] == ["name", "", "", ""]
    assert found.remarks == (
        "“项目名称”、“名称”都像同一列，只读取“项目名称”",
        "“计划投资（亿元）”、“年度计划（亿元）”都像同一列，请指定读取哪一列",
    )


def test_years_in_headings_are_kept(table) -> None:
    headings = table("years_in_headings").headings

    assert [(heading.key, heading.year) for heading in headings] == [
        ("name", None),
        ("planned_investment", 2024),
        ("invested_before", 2023),
    ]


def test_a_merged_text_holds_for_each_row_and_a_merged_amount_counts_once(table) -> None:
    found = table("merged_in_the_body")

    assert [(line.cells[2], line.cells[3], line.cells[4], line.merged) for line in found.lines] == [
        ("恒启新能源有限公司", 110.3, "三井街道", frozenset()),
        ("恒启新能源有限公司", None, "三井街道", {4}),
        ("衡朔装备有限公司", 6.05, "薛家镇", frozenset()),
    ]


def test_headings_printed_again_are_skipped(table) -> None:
    kinds = [(line.number, line.kind) for line in table("headings_on_every_page").lines]

    assert kinds == [(4, ROW), (8, ROW), (9, NOTE)]


def test_places_are_those_of_the_sheet(table) -> None:
    found = table("away_from_the_corner")

    assert found.heading_rows == (5, 5)
    assert [heading.column for heading in found.headings] == [3, 4, 5, 6, 7]
    assert [line.number for line in found.lines] == [6, 7]


def test_a_table_without_rows_has_no_lines(table) -> None:
    assert list(table("no_rows").lines) == []


def test_what_we_wrote_ourselves_comes_back(table) -> None:
    found = table("as_others_save_it")
    [line] = found.lines

    assert (found.title, found.notes) == ("重大项目清单", ("截至2024年9月底",))
    assert line.cells == ["=恒启储能基地", 110.3, date(2024, 3, 1)]
    assert units(found)[1] == StatedUnit(YI)


def test_lines_can_be_read_again(table) -> None:
    found = table("sections_and_sums")

    assert list(found.lines) == list(found.lines)


def test_an_xls_is_laid_out_alike(table) -> None:
    found = table("xls_as_offices_save_it")

    assert found.title == "2024年重大项目清单"
    assert [line.cells[4] for line in found.lines] == ["三井街道", "三井街道"]
    assert found.unit_of(found.heading_of("total_investment")) == StatedUnit(WAN)
