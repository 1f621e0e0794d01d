"""What stands in the cells: days, numbers, text as people type them, cells merged over rows, pages printed."""

from datetime import date, datetime
from io import BytesIO

from xlsxwriter import Workbook

from tests.files.corpus.making import Book, Page, Shown, xlsx
from tests.files.corpus.sheets import HEADINGS, ROWS


def days_of_every_kind() -> Book:
    """Days as days, days shown as a month or year, and periods as text: each keeps what it says."""
    month, year = 'yyyy"年"m"月"', 'yyyy"年"'
    rows = [
        ["项目名称", "开工计划"],
        ["日期", date(2024, 9, 30)],
        ["带时间", datetime(2024, 9, 30, 8, 30)],  # noqa: DTZ001 (cells know no zone),
        ["显示为月", Shown(date(2024, 3, 1), month)],
        ["显示为月，但有日", Shown(date(2024, 3, 15), month)],
        ["内置格式的月", Shown(date(2024, 3, 1), "mmm-yy")],
        ["显示为年", Shown(date(2024, 1, 1), year)],
        ["文字点", "2024.3"],
        ["文字杠", "2024-03"],
        ["月底", "2024年3月底"],
        ["无年份", "年底前"],
        ["季度", "一季度"],
        ["全角", "２０２４年３月"],
    ]
    return Book("日期.xlsx", xlsx(Page(rows)))


def months_as_numbers() -> Book:
    """2024.1 as a number may have been 2024.10, 45383 is the number of a day: both are refused; 2024.9 is plain."""
    rows = [
        ["项目名称", "开工计划"],
        ["甲", 2024.1],
        ["乙", 2024.9],
        ["丙", 45383],
        ["丁", 2024],
        ["戊", 202409],
    ]
    return Book("数字日期.xlsx", xlsx(Page(rows)))


def numbers_in_full() -> Book:
    """Numbers as Excel shows them: no tail of binary digits, no exponent, whole numbers whole; leading zeros stay."""
    rows = [
        ["项目名称", "总投资（亿元）"],
        ["浮点尾数", 110.30000000000001],
        ["整数", 12.0],
        ["大数", 3.20411e17],
        ["小数", 0.00001],
        ["负数", -1.5],
        ["千分位文字", "１，２３４.5"],
        ["前导零", "007"],
        ["是否", True],
    ]
    return Book("数字.xlsx", xlsx(Page(rows)))


def widths_and_blanks() -> Book:
    """Full-width digits and letters, ideographic and non-breaking blanks, zero-width signs, line breaks in cells."""
    rows = [
        ["　项目　名称", "建设单位 "],
        ["　恒启储能基地（一期）１２号楼　", "ＡＢＢ\u00a0中国"],
        ["衡朔\u200b机床\ufeff", "第一行\r\n第二行"],
    ]
    return Book("全角.xlsx", xlsx(Page(rows)))


def merged_in_the_body() -> Book:
    """责任单位 merged over two rows holds for both; a merged amount counts once, in the first: the other is marked."""
    rows = [
        HEADINGS,
        [1, "恒启储能一期"],
        [2, "恒启储能二期"],
        [3, "衡朔机床", "衡朔装备有限公司", 6.05, "薛家镇"],
    ]
    merged = [("C2:C3", "恒启新能源有限公司"), ("D2:D3", 110.3), ("E2:E3", "三井街道")]
    return Book("合并单元格.xlsx", xlsx(Page(rows, merged=merged)))


def headings_on_every_page() -> Book:
    """Title and headings printed again on the second page are skipped, merged ones too, and so is nothing else."""
    title = ["2024年重大项目清单"]
    rows = [title, HEADINGS, [], ROWS[0], title, HEADINGS, [], ROWS[1], ["第2页 共2页"]]
    merged = [("A1:E1", title[0]), ("A5:E5", title[0])]
    merged += [
        (f"{column}{row}:{column}{row + 1}", name)
        for row in (2, 6)
        for column, name in zip("ABCDE", HEADINGS, strict=True)
    ]
    return Book("分页.xlsx", xlsx(Page(rows, merged=merged)))


def away_from_the_corner() -> Book:
    """A table that begins at C5: rows and columns are named as they stand on the sheet."""
    return Book("不从A1开始.xlsx", xlsx(Page([HEADINGS, *ROWS], first_row=5, first_column=3)))


def no_rows() -> Book:
    """Headings without a row below them: a table without lines, and no fault."""
    return Book("空表.xlsx", xlsx(Page([HEADINGS])))


def amounts_with_their_unit() -> Book:
    """A number format that prints 亿元 behind the number states the unit of that cell, whatever the heading says."""
    rows = [["项目名称", "总投资（万元）"], ["甲", Shown(110.3, '0.0"亿元"')], ["乙", Shown(60500, "#,##0")]]
    return Book("格式带单位.xlsx", xlsx(Page(rows)))


def amounts_shown_smaller() -> Book:
    """0!.0, shows yuan as 万元: which of the two numbers is meant nobody can say, so neither is taken."""
    looks = ["0!.0,", "0!.0000", "#,##0,", '0.00,,"百万"', "#,##0.00"]
    rows = [["项目名称", "总投资（万元）"], *(["甲", Shown(1_234_567, look)] for look in looks)]
    return Book("缩小显示.xlsx", xlsx(Page(rows)))


def days_since_1904() -> Book:
    """A workbook from an old Mac counts its days from 1904."""
    file = BytesIO()
    with Workbook(file, {"date_1904": True}) as book:
        sheet = book.add_worksheet("项目清单")
        sheet.write_row(0, 0, ["项目名称", "开工计划"])
        sheet.write_string(1, 0, "甲")
        sheet.write_datetime(1, 1, date(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    return Book("1904.xlsx", file.getvalue())
