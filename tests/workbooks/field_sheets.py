"""Layouts that offices print, each as its smallest sheet: rows, merged cells, cells that are struck through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

TITLE = ["2024年市重点项目清单"]
HEAD = [
    "序号",
    "项目名称",
    "建设单位",
    "建设内容及规模",
    "总投资（万元）",
    "年度计划投资（万元）",
    "责任单位",
]
SHORT = ["序号", "项目名称", "总投资（万元）", "年度计划投资（万元）"]
A = [1, "甲项目厂房", "甲公司", "x", 10000, 1000, "三井街道"]
B = [2, "乙项目厂房", "乙公司", "y", 20000, 2000, "罗溪镇"]
SHORT_A, SHORT_B = [1, "甲项目厂房", 100, 10], [2, "乙项目厂房", 200, 20]


@dataclass(frozen=True)
class Layout:
    rows: Sequence[Sequence[Any]]
    merged: Sequence[str] = ()
    struck: Sequence[int] = ()
    """Numbers of rows, counted from 1."""
    formats: Mapping[tuple[int, int], str] | None = None
    """Number formats by row and column, counted from 0."""
    sheet: str = "Sheet1"

    @property
    def content(self) -> bytes:
        written = BytesIO()
        with Workbook(written) as book:
            page = book.add_worksheet(self.sheet)
            struck = book.add_format({"font_strikeout": True})
            for number, cells in enumerate(self.rows):
                for column, cell in enumerate(cells):
                    code = (self.formats or {}).get((number, column))
                    look = book.add_format({"num_format": code}) if code else None
                    if cell is not None:
                        page.write(number, column, cell, struck if number + 1 in self.struck else look)
            for area in self.merged:
                corner = area.split(":")[0]
                row, column = int(corner[1:]) - 1, ord(corner[0]) - ord("A")
                cells = self.rows[row]
                page.merge_range(area, cells[column] if column < len(cells) else None)
        return written.getvalue()


def sheet(*rows: Sequence[Any], **options: Any) -> Layout:
    return Layout(rows, **options)


GROUPS = {
    "category_without_number": sheet(
        TITLE, SHORT, [None, "续建项目", 100, 10], SHORT_A, [None, "新开工项目", 200, 20], SHORT_B
    ),
    "category_merged": sheet(
        TITLE,
        SHORT,
        ["续建项目", None, 100, 10],
        SHORT_A,
        ["新开工项目", None, 200, 20],
        SHORT_B,
        merged=["A3:B3", "A5:B5"],
    ),
    "numeral_name_count": sheet(
        TITLE, ["序号", "项目名称", "建设单位", "总投资（万元）"], ["一", "续建项目", "共1个", 100],
        [1, "甲项目厂房", "甲公司", 100], ["二", "新建项目", "共1个", 200], [2, "乙项目厂房", "乙公司", 200],
    ),
    "numeral_name_count_in_nature": sheet(
        TITLE, ["序号", "项目名称", "建设性质", "建设内容及规模", "建设单位", "总投资（万元）"],
        ["一", "续建项目", "1个", None, None, 100], [1, "甲项目厂房", "续建", "x", "甲公司", 100],
        ["二", "新建项目", "1个", None, None, 200], [2, "乙项目厂房", "新建", "x", "乙公司", 200],
    ),
    "unit_with_bare_count": sheet(
        TITLE, HEAD, [None, "三井街道办事处", "1", None, 10000, 1000, None], A,
        [None, "罗溪镇人民政府", "1", None, 20000, 2000, None], [1, *B[1:]],
    ),
    "arabic_with_sums": sheet(
        TITLE, HEAD, ["1.制造与加工类", None, None, None, 10000, 1000, None], A,
        ["2.社会民生类", None, None, None, 20000, 2000, None], B,
    ),
    "minus": sheet(
        TITLE, HEAD, [-1, "国铁干线项目", None, None, 10000, 1000, None], A,
        [-2, "地方铁路项目", None, None, None, None, None], B,
    ),
    "circled": sheet(
        TITLE, HEAD, ["①", "产业类项目", None, None, 10000, 1000, None], A,
        ["②", "基础设施类", None, None, 20000, 2000, None], B,
    ),
    "column_numbers": sheet(TITLE, SHORT, [1, 2, 3, 4], SHORT_A, SHORT_B),
    "column_letters": sheet(TITLE, SHORT, ["甲", "乙", 1, 2], SHORT_A, SHORT_B),
}  # fmt: skip
"""Two projects with lines between them that are none."""

PARTS = {
    "decimal": sheet(
        TITLE, HEAD, [1, "甲产业园项目", "甲公司", "含下列2个子项目", 30000, 3000, "三井街道"],
        [None, "下列2个子项目", None, None, None, None, None],
        ["1.1", "甲产业园一号厂房", "甲公司", "a", 10000, 1000, "三井街道"],
        ["1.2", "甲产业园二号厂房", "甲公司", "b", 20000, 2000, "三井街道"],
        ["合计", None, None, None, 30000, 3000, None],
    ),
    "decimal_number": sheet(
        TITLE, HEAD, [1, "甲产业园项目", "甲公司", "x", 30000, 3000, "三井街道"],
        [1.1, "甲产业园一号厂房", "甲公司", "a", 10000, 1000, "三井街道"],
        [1.2, "甲产业园二号厂房", "甲公司", "b", 20000, 2000, "三井街道"],
    ),
    "circled": sheet(
        TITLE, HEAD, [1, "甲产业园项目", "甲公司", "含2个子项目", 30000, 3000, "三井街道"],
        [None, "①一号厂房", None, "a", 10000, 1000, None],
        [None, "②二号厂房", None, "b", 20000, 2000, None],
        [2, "乙项目厂房", "乙公司", "y", 20000, 2000, "罗溪镇"],
        ["合计", None, None, None, 50000, 5000, None],
    ),
    "of_which": sheet(
        TITLE, HEAD, [1, "甲产业园项目", "甲公司", "含2个子项目", 30000, 3000, "三井街道"],
        [None, "其中：一号厂房", None, None, 10000, 1000, None],
        [None, "二号厂房", None, None, 20000, 2000, None],
        ["合计", None, None, None, 30000, 3000, None],
    ),
    "bracketed_number": sheet(
        TITLE, HEAD, [1, "甲产业园项目", "甲公司", "x", 30000, 3000, "三井街道"],
        ["（1）", "甲产业园一号厂房", "甲公司", "a", 10000, 1000, "三井街道"],
        ["（2）", "甲产业园二号厂房", "甲公司", "b", 20000, 2000, "三井街道"],
        [2, "乙项目厂房", "乙公司", "y", 20000, 2000, "罗溪镇"],
    ),
}  # fmt: skip
"""One project with its two parts, of 1 and 2 亿元; some with another project of 2 亿元."""
