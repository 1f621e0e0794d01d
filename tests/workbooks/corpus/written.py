"""The same table as different programs write it."""

from io import BytesIO

import xlwt
from xlsxwriter import Workbook

from tests.workbooks.corpus.case import WAN, Case

TABLE = [
    ["2024年市重点项目清单"],
    ["序号", "项目名称", "总投资（万元）", "计划开工时间", "责任单位"],
    ["一", "新建项目", "300"],
    ["1", "甲项目厂房", "100", "2024.9", "三井街道"],
    ["2", "乙项目厂房", "200", "四季度", "罗溪镇"],
    ["合计", "", "300"],
]
WRITTEN = {
    "甲项目厂房": {
        "total": 100 * WAN,
        "started": "2024年9月",
        "organisation": "三井街道",
        "category": "新建",
    },
    "乙项目厂房": {"total": 200 * WAN, "started": "2024年第四季度", "organisation": "罗溪镇"},
}


def _text(separator: str) -> str:
    return "".join(f"{separator.join(row)}\r\n" for row in TABLE)


def csv_of_chinese_excel() -> Case:
    """GB18030 with commas."""
    return Case(_text(",").encode("gb18030"), WRITTEN, name="清单.csv")


def csv_with_a_mark() -> Case:
    """UTF-8 with its mark."""
    return Case(_text(",").encode("utf-8-sig"), WRITTEN, name="清单.csv")


def csv_of_tabs() -> Case:
    """UTF-16 with tabs, as “Unicode text”."""
    return Case(_text("\t").encode("utf-16"), WRITTEN, name="清单.csv")


def tabs_in_gb18030() -> Case:
    """GB18030 with tabs, as WPS saves a text."""
    return Case(_text("\t").encode("gb18030"), WRITTEN, name="清单.csv")


def old_excel() -> Case:
    """An .xls."""
    book, written = xlwt.Workbook(), BytesIO()
    page = book.add_sheet("Sheet1")
    for number, row in enumerate(TABLE):
        for column, text in enumerate(row):
            if text:
                page.write(number, column, float(text) if column == 2 and text.isdecimal() else text)
    book.save(written)
    return Case(written.getvalue(), WRITTEN, name="清单.xls")


def amount_of_which_a_part_is_struck_through() -> Case:
    """100 struck through before 200 in one cell would be read as 100200: the row is asked about."""
    written = BytesIO()
    with Workbook(written) as book:
        page = book.add_worksheet("Sheet1")
        page.write_row(0, 0, ["序号", "项目名称", "总投资（万元）"])
        page.write_row(1, 0, [1, "甲项目厂房"])
        page.write_rich_string(1, 2, book.add_format({"font_strikeout": True}), "100", "200")
    return Case(written.getvalue(), asks=("1 行画了删除线",))


def text_of_a_cell_of_which_a_part_is_struck_through() -> Case:
    """The same where the cell holds its text itself, as programs write that save row by row."""
    written = BytesIO()
    with Workbook(written, {"constant_memory": True}) as book:
        page = book.add_worksheet("Sheet1")
        page.write_row(0, 0, ["序号", "项目名称", "总投资（万元）"])
        page.write_row(1, 0, [1, "甲项目厂房", 300])
        page.write(2, 0, 2)
        page.write_rich_string(2, 1, "乙项目", book.add_format({"font_strikeout": True}), "旧厂房", "新厂房")
        page.write(2, 2, 200)
    return Case(written.getvalue(), asks=("第 3 行 乙项目",))


def text_of_old_excel_of_which_a_part_is_struck_through() -> Case:
    """The same in an .xls."""
    book, written = xlwt.Workbook(), BytesIO()
    page = book.add_sheet("Sheet1")
    for row, cells in enumerate(
        (["序号", "项目名称", "总投资（万元）"], [1, "甲项目厂房", 100], [2, "", 200])
    ):
        for column, cell in enumerate(cells):
            page.write(row, column, cell) if (row, column) != (2, 1) else None
    page.write_rich_text(2, 1, [("乙项目旧厂房", xlwt.easyfont("struck_out true")), "新厂房"])
    book.save(written)
    return Case(written.getvalue(), asks=("第 3 行 乙项目",), name="清单.xls")
