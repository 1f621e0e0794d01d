"""Workbooks: what is in a cell, what is on the paper, and what no text can become."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from projects.files.writing.sheets import As, Column, Kind, Sheet
from projects.files.writing.xlsx import LONGEST, was_cut
from projects.files.writing.xlsx import workbook as written
from projects.rules.money import LARGEST, MoneyUnit, parse

COLUMNS = [Column("项目"), Column("总投资（亿元）", Kind.MONEY)]


def workbook(sheets: list[Sheet]) -> bytes:
    with written(sheets) as file:
        return file.read()


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
        Kind.MOMENT: datetime(2024, 9, 30, 14, 30),  # noqa: DTZ001  # a cell knows no zone
    }

    content = workbook([sheet([[values[column.kind] for column in columns]], columns)])

    assert cells(content)[2] == [
        34.0,
        7.5,
        1585.37,
        0.25,
        -12.5,
        date(2024, 9, 30),
        datetime(2024, 9, 30, 14, 30),  # noqa: DTZ001
    ]


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


def test_what_no_sheet_has_room_for_goes_on_on_the_next_one() -> None:
    rows = ([f"项目{number}", number] for number in range(5))
    with written([sheet(rows, total=["合计", 10])], most=2) as file:
        content = file.read()

    pages = [cells(content, name)[2:] for name in ("清单", "清单（2）", "清单（3）")]
    assert [[row[0] for row in page] for page in pages] == [
        ["项目0", "项目1", "合计"],
        ["项目2", "项目3", "合计"],
        ["项目4", "合计"],
    ]


def test_a_row_of_the_wrong_length_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells"):
        workbook([sheet([["甲"]])])


def test_a_sheet_without_rows_still_has_headings_and_total() -> None:
    assert cells(workbook([sheet([], total=["合计", None])]))[1:] == [
        ["项目", "总投资（亿元）"],
        ["合计", ""],
    ]


def read_back(cell: float | str) -> int | None:
    """Yuan, as an import reads the cell: 15 digits of a number, or a text that says its own unit."""
    text = cell if isinstance(cell, str) else f"{Decimal(f'{cell:.15g}'):f}"
    return parse(text, default_unit=MoneyUnit.YI).yuan


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10**15) | st.integers(0, LARGEST), min_size=1, max_size=50))
def test_money_is_exact_to_the_yuan(amounts: list[int]) -> None:
    written = cells(workbook([sheet([["甲", yuan] for yuan in amounts])]))[2:]

    assert [read_back(row[1]) for row in written] == amounts
    assert all(
        isinstance(row[1], float) for row, yuan in zip(written, amounts, strict=True) if yuan <= 10**15
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])), min_size=1, max_size=30))
def test_any_text_comes_back_with_its_line_breaks_as_excel_has_them(texts: list[str]) -> None:
    written = cells(workbook([sheet([["甲", text] for text in texts], [Column("项目"), Column("说明")])]))[2:]

    expected = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert [row[1] for row in written] == expected


def test_text_that_looks_like_markup_of_the_library_is_text() -> None:
    text = "<r><t>粗</t></r>"

    assert cells(workbook([sheet([[text, None]])]))[2][0] == text


@pytest.mark.parametrize(("length", "is_cut"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_text_that_was_cut_can_be_told(length: int, is_cut: bool) -> None:
    text = cells(workbook([sheet([["长" * length, None]])]))[2][0]

    assert was_cut(text) == is_cut


def test_signs_of_two_units_are_counted_as_two() -> None:
    text = cells(workbook([sheet([["🏭" * 20_000, None]])]))[2][0]

    assert (len(text), text[-1]) == (LONGEST // 2 + 1, "…")


def test_a_column_for_the_machine_is_grouped_guarded_and_not_printed() -> None:
    columns = [Column("项目"), Column("系统编号", Kind.COUNT, is_key=True)]
    content = workbook([sheet([["甲", 7], ["乙", 8]], columns)])
    page = part(content)

    assert 'min="2" max="2"' in page
    assert 'outlineLevel="1"' in page
    assert '<dataValidation type="custom" allowBlank="1" showInputMessage="1" showErrorMessage="1"' in page
    assert 'sqref="B3:B4"' in page
    assert "$A$1:$A$4" in part(content, "xl/workbook.xml")


def test_a_short_list_stands_in_the_cell_and_a_long_one_on_a_hidden_sheet() -> None:
    many = tuple(f"很长的单位名称{number}" for number in range(60))
    columns = [Column("级别", choices=("省重大", "市重点")), Column("单位", choices=many)]
    content = workbook([sheet([], columns, is_form=True, blank=3)])
    page = part(content)

    assert '<formula1>"省重大,市重点"</formula1>' in page
    assert "<formula1>选项!$A$1:$A$60</formula1>" in page
    assert 'sqref="A3:A5"' in page
    assert 'name="选项" sheetId="2" state="hidden"' in part(content, "xl/workbook.xml")
    assert [row[0] for row in cells(content, "选项")] == list(many)


def test_a_form_can_be_filled_in_where_it_is_not_locked() -> None:
    columns = [Column("项目", is_locked=True), Column("本月", Kind.MONEY)]
    content = workbook([sheet([["甲", 1]], columns, is_form=True, blank=2)])
    page, styles = part(content), part(content, "xl/styles.xml")

    assert "<sheetProtection" in page
    assert 'sheet="1"' in page
    assert '<protection locked="0"/>' in styles
    assert "<sheetProtection" not in part(workbook([sheet([["甲", 1]], columns)]))
