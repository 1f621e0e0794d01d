"""Workbooks: what is in a cell, what is on the paper, and what no text can become."""

from datetime import date
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from projects.excel.write import LONGEST, As, Column, Kind, Sheet, workbook

COLUMNS = [Column("项目"), Column("总投资（亿元）", Kind.MONEY)]


def sheet(rows, columns=COLUMNS, **facts) -> Sheet:
    return Sheet("清单", "重大项目清单", columns, rows, **facts)


def cells(content: bytes, name: str = "清单") -> list[list]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return ZipFile(BytesIO(content)).read(name).decode()


def test_title_notes_headings_rows_and_total_stand_in_this_order() -> None:
    content = workbook([sheet([["甲", 110_3000_0000]], notes=["单位：亿元"], total=["合计", 110_3000_0000])])

    assert cells(content) == [
        ["重大项目清单", ""],
        ["单位：亿元", ""],
        ["项目", "总投资（亿元）"],
        ["甲", 110.3],
        ["合计", 110.3],
    ]


def test_every_kind_is_a_real_number_or_day() -> None:
    columns = [Column(kind.name, kind) for kind in Kind if kind not in (Kind.TEXT, Kind.PROSE)]
    values = {
        Kind.COUNT: 34,
        Kind.PART: Fraction(75, 10),
        Kind.MONEY: 158_537_000_000,
        Kind.PERCENT: Fraction(1, 4),
        Kind.POINTS: Fraction(-1, 8),
        Kind.DAY: date(2024, 9, 30),
    }

    content = workbook([sheet([[values[column.kind] for column in columns]], columns)])

    assert cells(content)[2] == [34.0, 7.5, 1585.37, 0.25, -12.5, date(2024, 9, 30)]


def test_a_cell_may_be_of_another_kind_than_its_column() -> None:
    assert cells(workbook([sheet([["新入库", As(Kind.COUNT, 34)]])]))[2] == ["新入库", 34.0]


def test_the_unknown_is_an_empty_cell_and_nothing_is_a_zero() -> None:
    assert [row[1] for row in cells(workbook([sheet([["甲", None], ["乙", 0]])]))[2:]] == ["", 0.0]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 519", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x"]
)
def test_text_never_becomes_a_formula_or_a_link(text: str) -> None:
    content = workbook([sheet([[text, None]], total=[text, None])])

    assert [row[0] for row in cells(content)[2:]] == [text, text]
    assert "<f>" not in part(content)
    assert "hyperlink" not in part(content)


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited() -> None:
    assert 'quotePrefix="1"' in part(workbook([sheet([["=1+1", None]])]), "xl/styles.xml")


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    [text] = {row[0] for row in cells(workbook([sheet([["长" * 40_000, None]])]))[2:]}

    assert (len(text), text[-1]) == (LONGEST, "…")


@pytest.mark.parametrize(("length", "is_text_cell"), [(255, True), (256, False)])
def test_a_long_text_is_in_no_text_cell_which_would_show_nothing(length: int, is_text_cell: bool) -> None:
    styles = part(workbook([sheet([["长" * length, None]])]), "xl/styles.xml")

    assert ('formatCode="@"' in styles) == is_text_cell


def test_it_prints_on_a4_landscape_with_headings_on_every_page() -> None:
    content = workbook([sheet([["甲", 1]], notes=["单位：亿元"])])
    page, book = part(content), part(content, "xl/workbook.xml")

    assert 'paperSize="9"' in page
    assert 'orientation="landscape"' in page
    assert "fitToPage" in page
    assert "第 &amp;P 页，共 &amp;N 页" in page
    assert "$3:$3" in book


def test_headings_stay_and_filter_the_rows_but_not_the_total() -> None:
    page = part(workbook([sheet([["甲", 1], ["乙", 2]], total=["合计", 3])]))

    assert '<pane xSplit="1" ySplit="2"' in page
    assert '<autoFilter ref="A2:B4"/>' in page


def test_columns_are_wide_enough_for_chinese_and_not_endless() -> None:
    page = part(workbook([sheet([["长三角合成生物产业创新园一期项目", 1], ["很" * 200, 1]])]))

    assert '<col min="1" max="1" width="50.7109375"' in page
    assert '<col min="2" max="2" width="16.7109375"' in page


def test_rows_may_come_one_by_one() -> None:
    rows = ([f"项目{number}", number] for number in range(5000))

    assert len(cells(workbook([sheet(rows)]))) == 5002


def test_a_row_of_the_wrong_length_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zip"):
        workbook([sheet([["甲"]])])


def test_a_sheet_without_rows_still_has_headings_and_total() -> None:
    assert cells(workbook([sheet([], total=["合计", None])]))[1:] == [
        ["项目", "总投资（亿元）"],
        ["合计", ""],
    ]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=10**15), min_size=1, max_size=50))
def test_money_is_exact_to_the_yuan(amounts: list[int]) -> None:
    written = cells(workbook([sheet([["甲", yuan] for yuan in amounts])]))[2:]

    assert [round(row[1] * 10**8) for row in written] == amounts
