"""Files as grids: the values, the places and the look of what was written."""

import string
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.files.grids import Limits
from projects.files.reading.read import Unreadable, read, text_of
from tests.files.corpus.making import SHEET, Book, Page, Shown, package, parts, with_rows, xlsx


def rows(book: Book, limits: Limits | None = None) -> list[list]:
    [grid] = read(BytesIO(book.content), book.name, limits or Limits())
    return [list(row) for row in grid.rows]


def test_a_sheet_is_its_values_and_an_empty_cell_is_none(grids) -> None:
    [grid] = grids("sections_and_sums")

    assert grid.name == "项目清单"
    assert list(grid.rows[1]) == ["总计", None, None, 126.35, None]
    assert list(grid.rows[4]) == [1.0, "恒启储能基地", "恒启新能源有限公司", 110.3, "三井街道"]
    assert len(grid.rows) == 12


def test_rows_can_be_read_again_and_in_part(grids) -> None:
    [grid] = grids("sections_and_sums")

    assert list(grid.rows) == list(grid.rows)
    assert grid.rows[1:3] == list(grid.rows)[1:3]
    assert grid.rows[-1] == list(grid.rows)[-1]


def test_a_table_away_from_the_corner_keeps_its_place(grids) -> None:
    [grid] = grids("away_from_the_corner")

    assert (grid.first_row, grid.first_column) == (1, 3)
    assert list(grid.rows[4])[1] == "项目名称"


@pytest.mark.parametrize(
    ("proof", "hidden_rows", "hidden_columns", "hidden_sheets"),
    [
        ("blank_and_hidden", {5}, {3}, ["底稿"]),
        ("xls_hidden_and_rough", {4}, {1}, ["底稿"]),
        ("prefixed_xml", {3}, set(), []),
        ("title_and_unit_line", set(), set(), []),
    ],
)
def test_what_is_hidden_is_read_and_said(proof, hidden_rows, hidden_columns, hidden_sheets, grids) -> None:
    sheets = grids(proof)

    assert sheets[0].hidden_rows == hidden_rows
    assert sheets[0].hidden_columns == hidden_columns
    assert [grid.name for grid in sheets if grid.is_hidden] == hidden_sheets


@pytest.mark.parametrize(
    ("proof", "merged"),
    [
        ("merged_in_the_body", {(2, 3, 3, 3), (2, 4, 3, 4), (2, 5, 3, 5)}),
        ("xls_as_offices_save_it", {(1, 1, 1, 5), (3, 5, 4, 5)}),
        ("prefixed_xml", {(5, 1, 5, 2)}),
    ],
)
def test_merged_cells_are_told(proof: str, merged: set, grids) -> None:
    assert set(grids(proof)[0].merged) == merged


def test_days_keep_what_the_sheet_shows(grids) -> None:
    [grid] = grids("days_of_every_kind")

    assert [row[1] for row in list(grid.rows)[1:]] == [
        date(2024, 9, 30),
        datetime.fromisoformat("2024-09-30T08:30"),
        "2024年3月",
        date(2024, 3, 15),
        "2024年3月",
        "2024年",
        "2024.3",
        "2024-03",
        "2024年3月底",
        "年底前",
        "一季度",
        "２０２４年３月",
    ]


def test_numbers_are_told_in_full(grids) -> None:
    [grid] = grids("numbers_in_full")

    assert [text_of(row[1]) for row in list(grid.rows)[1:]] == [
        "110.3",
        "12",
        "320411000000000000",
        "0.00001",
        "-1.5",
        "1，234.5",
        "007",
        "是",
    ]


def test_widths_and_blanks_are_folded_and_brackets_are_not(grids) -> None:
    [grid] = grids("widths_and_blanks")

    assert [[text_of(cell) for cell in row] for row in grid.rows] == [
        ["项目 名称", "建设单位"],
        ["恒启储能基地（一期）12号楼", "ABB 中国"],
        ["衡朔机床", "第一行\n第二行"],
    ]


def test_a_formula_is_its_stored_value(grids) -> None:
    [grid] = grids("formulas_with_values")

    assert list(grid.rows)[1] == ["恒启储能基地", 110.3, "丙"]
    assert grid.unevaluated == frozenset()


def test_a_formula_without_a_value_is_listed(grids) -> None:
    [grid] = grids("formulas_without_values")

    assert [row[1] for row in list(grid.rows)[1:]] == [None, None, 3.0]
    assert grid.unevaluated == {(2, 2), (3, 2)}


def test_a_nought_beside_a_formula_is_a_result_only_if_excel_calculated_it(grids) -> None:
    [programs], [excels] = grids("formulas_of_programs"), grids("formulas_that_are_nought")

    assert [row[1] for row in list(programs.rows)[1:]] == [None, 0.0, 4.0]
    assert programs.unevaluated == {(2, 2)}
    assert [row[1] for row in list(excels.rows)[1:]] == [0.0, 0.0, 4.0]
    assert excels.unevaluated == frozenset()


def test_an_amount_is_what_the_sheet_prints_or_nothing_that_could_be_taken(grids) -> None:
    assert [row[1] for row in list(grids("amounts_with_their_unit")[0].rows)[1:]] == ["110.3亿元", 60500.0]
    assert [row[1] for row in list(grids("amounts_shown_smaller")[0].rows)[1:]] == [
        *["1234567（按格式缩小显示）"] * 4,
        1_234_567.0,
    ]


def test_days_since_1904_are_the_same_days(grids) -> None:
    assert grids("days_since_1904")[0].rows[1][1] == date(2024, 3, 1)


def test_error_values_are_texts(grids) -> None:
    [grid] = grids("error_values")

    assert [list(row)[1:] for row in list(grid.rows)[1:]] == [["#REF!", "#N/A"], [6.05, "#DIV/0!"]]
    assert grids("xls_hidden_and_rough")[0].rows[4][2] == "#REF!"


def test_xml_of_other_shapes_reads_alike(grids) -> None:
    assert list(grids("prefixed_xml")[0].rows)[:3] == [
        ["项目名称", "总投资（亿元）"],
        ["甲", 1.5],
        ["乙", 2.0],
    ]
    assert list(grids("unusual_xml")[0].rows) == [["项目名称", "备注"], ["甲", None]]
    assert list(grids("lying_dimension")[0].rows) == [["项目名称", "备注"], ["甲", "乙"]]


def test_an_xls_is_its_values(grids) -> None:
    [grid] = grids("xls_as_offices_save_it")

    assert list(grid.rows) == [
        ["2024年重大项目清单", None, None, None, None],
        ["序号", "项目名称", "总投资（万元）", "开工计划", "责任单位"],
        [1.0, "恒启储能基地", 1_103_000.0, date(2024, 3, 1), "三井街道"],
        [2.0, "衡朔机床扩建", 60_500.0, "2025年底", None],
    ]


def test_an_xls_shows_a_month_as_its_month(grids) -> None:
    assert grids("xls_hidden_and_rough")[0].rows[4][3] == "2024年3月"


CSV = [
    ["序号", "项目名称", "总投资（亿元）", "备注"],
    ["1", "恒启储能基地", "110.3", "甲,乙\n丙"],
    ["2", "衡朔机床扩建", "6.05", None],
]


@pytest.mark.parametrize("proof", ["csv_utf8", "csv_utf8_with_mark"])
def test_a_csv_in_utf8(proof: str, grids) -> None:
    [grid] = grids(proof)

    assert grid.name == "清单"
    assert list(grid.rows) == CSV


def test_a_csv_in_other_encodings_and_with_other_separators(grids) -> None:
    assert list(grids("csv_gb18030")[0].rows)[1] == ["1", "恒启储能基地", "110.3", "甲,乙\n㐂"]
    assert list(grids("csv_utf16_with_tabs")[0].rows)[1] == ["1", "恒启储能基地", "110.3", "甲乙\n丙"]
    assert list(grids("csv_with_semicolons")[0].rows)[1] == ["恒启储能基地", "甲,乙", "110.3"]


def test_lines_of_different_lengths_are_filled_up(grids) -> None:
    assert [len(row) for row in grids("csv_with_two_rows_of_headings")[0].rows] == [5] * 5


def test_several_sheets_in_their_order(grids) -> None:
    assert [grid.name for grid in grids("several_sheets")] == ["省重大", "说明", "市重点", "Sheet4"]
    assert list(grids("several_sheets")[3].rows) == []


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(bytes=1000), "0.0 MB 的上限|MB，超过"),
        (Limits(unpacked=1000), "解压后"),
        (Limits(rows=2), "第 3 行，超过 2 行"),
        (Limits(columns=3), "用到了 . 列，超过 3 列"),
        (Limits(cells=10), "超过共 10 格"),
        (Limits(text=100), "文字超过"),
        (Limits(sheets=0), "1 张工作表，超过 0 张"),
    ],
)
def test_limits_are_settings(limits: Limits, said: str) -> None:
    book = Book("清单.xlsx", xlsx(Page([["甲", "乙", "丙", "丁"]] * 3)))

    with pytest.raises(Unreadable, match=said):
        rows(book, limits)


def test_rows_and_columns_up_to_the_limit_are_read() -> None:
    book = Book("清单.xlsx", xlsx(Page([["甲"] * 30] * 40)))

    assert len(rows(book, Limits(rows=40, columns=30, cells=1200))) == 40


@pytest.mark.parametrize("name", ["清单", "清单.exe", "a.b/清单.XLSX.zip"])
def test_a_name_without_a_known_ending_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match=r"\.xlsx、\.xls 或 \.csv"):
        read(BytesIO(xlsx(Page([["甲"]]))), name)


def test_the_ending_may_be_in_capitals() -> None:
    assert rows(Book("清单.XLSX", xlsx(Page([["甲"]])))) == [["甲"]]


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/_rels/workbook.xml.rels", SHEET])
def test_a_package_without_a_part_is_refused(part: str) -> None:
    contents = parts(xlsx(Page([["甲"]])))
    del contents[part]

    with pytest.raises(Unreadable):
        rows(Book("清单.xlsx", package(contents)))


def test_rows_out_of_their_order_are_read_at_their_places() -> None:
    crooked = b'<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>0</v></c></row>'

    assert rows(Book("乱序.xlsx", with_rows(crooked)))[0] == [0.0, 1.0]


texts = st.text(alphabet=string.ascii_letters + "项目（）()１２,;|&<>\"'=\n", max_size=20).filter(
    lambda text: not text.startswith(("\n", " ")) and "\r" not in text
)
numbers = st.integers(-(10**12), 10**12).map(float) | st.decimals(-9999, 9999, places=4).map(float)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
cells = st.one_of(st.none(), texts, numbers, days, st.booleans())


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 30).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=12)
    )
)
def test_whatever_is_written_is_read_back(written: list[list]) -> None:
    book = Book("表.xlsx", xlsx(Page([["标题"], *written])))

    found = rows(book)[1:]

    assert trimmed(found) == trimmed(written)


def trimmed(table: list[list]) -> list[list]:
    """Without the empty cells and rows at the end, of which a file knows nothing."""
    lines = []
    for cells in table:
        line = [None if cell == "" else cell for cell in cells]
        while line and line[-1] is None:
            line.pop()
        lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def test_a_time_of_day_and_a_span_of_time_are_kept() -> None:
    page = Page([[Shown(time(8, 30), "hh:mm"), Shown(1.5, "[h]:mm")]])

    assert rows(Book("时间.xlsx", xlsx(page))) == [[time(8, 30), timedelta(hours=36)]]
