"""Sheets as offices print them: titles, headings, units, sections, sums."""

from datetime import date

from tests.files.corpus.making import Book, Page, xlsx

HEADINGS = ["序号", "项目名称", "建设单位", "总投资（亿元）", "责任单位"]
ROWS = [
    [1, "恒启储能基地", "恒启新能源有限公司", 110.3, "三井街道"],
    [2, "衡朔机床扩建", "衡朔装备有限公司", 6.05, "薛家镇"],
]


def title_and_unit_line() -> Book:
    """A title above the table, and 单位：万元 at the right: the unit of columns whose heading states none."""
    rows = [
        ["2024年新北区重大项目清单"],
        [None, None, None, None, "单位：万元"],
        ["序号", "项目名称", "总投资", "年度计划投资", "责任单位"],
        [1, "恒启储能基地", 1_103_000, 250_000, "三井街道"],
    ]
    return Book("清单.xlsx", xlsx(Page(rows, merged=[("A1:E1", "2024年新北区重大项目清单")])))


def unit_in_the_title() -> Book:
    """（单位：亿元） at the end of the title counts as the unit line."""
    rows = [["2024年重大项目计划表（单位：亿元）"], ["项目名称", "总投资"], ["恒启储能基地", 110.3]]
    return Book("计划表.xlsx", xlsx(Page(rows)))


def two_units_in_one_sheet() -> Book:
    """亿元 in one heading and 万元 in another, beside a unit line: a heading's own unit wins; 万美元 stays foreign."""
    rows = [
        ["单位：万元"],
        ["项目名称", "总投资（亿元）", "年度计划投资", "外资金额（万美元）", "协议投资\n（单位：亿元）"],
        ["恒启储能基地", 110.3, 250_000, 3000, 120],
    ]
    return Book("两种单位.xlsx", xlsx(Page(rows)))


def no_unit_anywhere() -> Book:
    """Amounts without any unit: none is guessed, also not from their size."""
    return Book("没有单位.xlsx", xlsx(Page([["项目名称", "总投资"], ["恒启储能基地", 1_103_000]])))


def unit_lines_that_contradict() -> Book:
    """Two lines above the table state two units: neither is taken."""
    rows = [["单位：万元"], ["（单位：亿元）"], ["项目名称", "总投资"], ["恒启储能基地", 110.3]]
    return Book("单位矛盾.xlsx", xlsx(Page(rows)))


def merged_headings() -> Book:
    """Headings on two rows, merged across and down, with line breaks; the parent carries the unit."""
    rows = [
        ["2024年重大项目推进表"],
        [None] * 8,
        [None, None, None, "总投资", "当年计划\n投资", "开工", "竣工"],
        [1, "恒启储能基地", "恒启新能源有限公司", 110.3, 25, "2024年3月", "2025年底", "三井街道"],
        [2, "衡朔机床扩建", "衡朔装备有限公司", 6.05, 2.5, date(2024, 5, 20), "2025.6", "薛家镇"],
    ]
    merged = [
        ("A1:H1", "2024年重大项目推进表"),
        ("A2:A3", "序\n号"),
        ("B2:B3", "项 目 名 称"),
        ("C2:C3", "建设\n单位"),
        ("D2:E2", "投资情况（亿元）"),
        ("F2:G2", "计划时间"),
        ("H2:H3", "责任单位"),
    ]
    return Book("两行表头.xlsx", xlsx(Page(rows, merged=merged)))


def headings_on_three_rows() -> Book:
    """A third row of headings below the second: 投资完成情况 over 本年 over 计划 and 完成."""
    rows = [
        [None, None, None, None, None],
        [None, None, None, None, None],
        [None, None, None, "本月完成", "年累计"],
        ["恒启储能基地", "三井街道", 110.3, 1.5, 20],
    ]
    merged = [
        ("A1:A3", "项目名称"),
        ("B1:B3", "责任单位"),
        ("C1:E1", "投资完成情况（亿元）"),
        ("C2:C3", "总投资"),
        ("D2:E2", "本年"),
    ]
    return Book("三行表头.xlsx", xlsx(Page(rows, merged=merged)))


def sections_and_sums() -> Book:
    """一、 over （一） over rows, 小计 and 合计, numbering that starts anew in each section, a total above the rows."""
    rows = [
        HEADINGS,
        ["总计", None, None, 126.35, None],
        ["一、省重大项目（2个）"],
        ["（一）新建"],
        [1, "恒启储能基地", "恒启新能源有限公司", 110.3, "三井街道"],
        ["（二）续建"],
        [1, "衡朔机床扩建", "衡朔装备有限公司", 6.05, "薛家镇"],
        [None, "小 计", None, 116.35, None],
        ["二、市重点项目"],
        [1, "祺澜酶制剂", "祺澜生物有限公司", 10, "奔牛镇"],
        ["二、市重点项目小计", None, None, 10, None],
        ["合　计（3个）", None, None, 126.35, None],
    ]
    return Book("分节.xlsx", xlsx(Page(rows)))


def sections_without_numbers() -> Book:
    """省重大项目（2个） alone in its row is a section, and a numeral in 序号 with sums is one too."""
    rows = [
        HEADINGS,
        [None, "省重大项目（1个）"],
        [1, "恒启储能基地", "恒启新能源有限公司", 110.3, "三井街道"],
        ["二", "市重点项目", None, 6.05, None],
        [1, "衡朔机床扩建", "衡朔装备有限公司", 6.05, "薛家镇"],
    ]
    return Book("无编号分节.xlsx", xlsx(Page(rows)))


def merged_sections() -> Book:
    """A section merged over the whole width, of a sheet without 序号, is a section and no project."""
    rows = [HEADINGS[1:], [], ROWS[0][1:], [], ROWS[1][1:]]
    merged = [("A2:D2", "市重点项目"), ("A4:D4", "区重点项目")]
    return Book("合并分节.xlsx", xlsx(Page(rows, merged=merged)))


def notes_below() -> Book:
    """注：…, 填表人：… and a long remark below the table are notes, not projects."""
    rows = [
        HEADINGS,
        *ROWS,
        ["合计", None, None, 116.35, None],
        [],
        ["注：总投资为备案数。"],
        ["填表人：王工", None, None, "审核：李工", "联系电话：85100000"],
        ["以上项目均已列入年度计划，请各责任单位抓紧推进前期手续。"],
    ]
    return Book("附注.xlsx", xlsx(Page(rows)))


def blank_and_hidden() -> Book:
    """Blank rows are dropped, hidden rows and columns are read and said to be hidden, and so is a hidden sheet."""
    rows = [HEADINGS, ROWS[0], [None, "  ", "　"], [], ROWS[1]]
    first = Page(rows, hidden_rows=[5], hidden_columns=["C:C"])
    return Book("隐藏.xlsx", xlsx(first, Page([HEADINGS, ROWS[1]], name="底稿", is_hidden=True)))


def several_sheets() -> Book:
    """Two tables, a page of explanations and an empty sheet: each is told."""
    explained = [["填表说明"], ["请各单位于每月5日前报送。"]]
    return Book(
        "几张表.xlsx",
        xlsx(
            Page([HEADINGS, ROWS[0]], name="省重大"),
            Page(explained, name="说明"),
            Page([HEADINGS, ROWS[1]], name="市重点"),
            Page([], name="Sheet4"),
        ),
    )


def strange_headings() -> Book:
    """Headings that are nobody's: the row that looks most like headings is offered for mapping by hand."""
    rows = [["某表"], ["甲栏", "乙栏", "丙栏", "丁栏"], ["恒启储能基地", 110.3, "三井", 1]]
    return Book("陌生表头.xlsx", xlsx(Page(rows)))


def headings_alike() -> Book:
    """项目名称 beside 名称, 计划投资 beside 年度计划: the exact title wins, of two variants neither."""
    rows = [["项目名称", "名称", "计划投资（亿元）", "年度计划（亿元）"], ["恒启储能基地", "储能", 1, 2]]
    return Book("相似表头.xlsx", xlsx(Page(rows)))


def years_in_headings() -> Book:
    """2024年计划投资 and 截至2023年底累计完成投资 are recognised, and the year that they name is kept."""
    rows = [
        ["项目名称", "2024年计划投资（亿元）", "截至2023年底累计完成投资（亿元）"],
        ["恒启储能基地", 25, 60.5],
    ]
    return Book("年份表头.xlsx", xlsx(Page(rows)))
