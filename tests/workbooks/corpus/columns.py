"""Columns: units of money, headings on two rows, rivals, and columns of money or days that nobody knows."""

from datetime import date

from tests.workbooks.corpus.case import WAN, YI, Case
from tests.workbooks.field_sheets import SHORT_A, SHORT_B, TITLE, Layout, sheet

NAMES = ["甲项目厂房", "乙项目厂房", "丙项目厂房"]


def _column(title: str | None, *cells: object) -> Layout:
    rows = [[number, NAMES[number - 1], cell] for number, cell in enumerate(cells, start=1)]
    return sheet(TITLE, ["序号", "项目名称", title], *rows)


def unit_before_the_heading() -> Case:
    """万元总投资."""
    return Case(_column("万元总投资", 100), {"甲项目厂房": 100 * WAN})


def unit_behind_a_stroke() -> Case:
    """总投资/万."""
    return Case(_column("总投资/万", 100), {"甲项目厂房": 100 * WAN})


def unit_of_a_million() -> Case:
    """百万元 is a unit of its own, and not 万元 behind a word."""
    return Case(_column("总投资（百万元）", 100), {"甲项目厂房": YI})


def unit_of_a_thousand() -> Case:
    """So is 千元."""
    return Case(_column("总投资（千元）", 100), {"甲项目厂房": 10 * WAN})


def unit_that_is_none() -> Case:
    """十万元 is no unit: it is asked for, and a line above the table does not stand in."""
    layout = sheet(TITLE, ["单位：万元"], ["序号", "项目名称", "总投资（十万元）"], [1, "甲项目厂房", 100])
    return Case(layout, asks=("没有写金额单位",))


def two_units_in_one_heading() -> Case:
    """亿元/万美元: which one a number has is asked, also under a line that says 万元."""
    layout = sheet(TITLE, ["单位：万元"], ["序号", "项目名称", "总投资(亿元/万美元)"], [1, "甲项目厂房", 100])
    return Case(layout, asks=("没有写金额单位",))


def foreign_money_under_the_total() -> Case:
    """总投资（万美元） is never converted: the column is asked about."""
    return Case(_column("总投资（万美元）", 100, 200), asks=("这一列怎么办",))


def foreign_money_under_the_total_of_one_row() -> Case:
    """One row is enough: the heading says that no row can be read; 外资金额 is another thing than the total."""
    return Case(
        _column("总投资（亿美元）", 1),
        asks=("的数是亿美元，“总投资”只登记人民币，这一列怎么办？（--answer Sheet1·money·C=leave",),
    )


def foreign_money_under_the_total_left_out() -> Case:
    """The answer leaves the column out, and the rest of the sheet is written."""
    layout = _column("总投资（万美元）", 100, 200)
    return Case(layout, {"甲项目厂房": None, "乙项目厂房": None}, answers=("Sheet1·money·C=leave",))


def foreign_money_of_the_whole_sheet() -> Case:
    """单位：万美元 above the table: one question for each column of money."""
    rows = [["单位：万美元"], ["序号", "项目名称", "总投资", "年度计划投资"], SHORT_A]
    return Case(sheet(TITLE, *rows), asks=("“总投资”的数是万美元", "“年度计划投资”的数是万美元"))


def foreign_money_of_a_contract() -> Case:
    """协议投资（万美元） may be taken as 外资金额."""
    return Case(_column("协议投资（万美元）", 100), asks=("money·C=foreign：作为外资金额（万美元）登记",))


def foreign_money_of_a_contract_as_such() -> Case:
    """With the answer it is 外资金额 in dollars, and no yuan."""
    return Case(
        _column("协议投资（万美元）", 100),
        {"甲项目厂房": {"foreign": (100 * WAN, "USD"), "contract": None}},
        answers=("Sheet1·money·C=foreign",),
    )


def foreign_money_beside_its_own_column() -> Case:
    """Where the sheet has 外资金额, another column is not taken for it."""
    layout = sheet(
        ["序号", "项目名称", "协议投资（万美元）", "外资金额（万美元）"], [1, "甲项目厂房", 100, 50]
    )
    return Case(layout, asks=("（--answer Sheet1·money·C=leave：这一列不导入）",))


def yuan_under_foreign_money() -> Case:
    """利用外资（万元） has no currency: the column is asked about, also of one row."""
    return Case(_column("利用外资（万元）", 100), asks=("的数是万元，“外资金额”只登记外币",))


def foreign_money_without_a_currency() -> Case:
    """利用外资 under 单位：万元: which currency is asked."""
    layout = sheet(TITLE, ["单位：万元"], ["序号", "项目名称", "利用外资"], [1, "甲项目厂房", 100])
    return Case(layout, asks=("没有写币种",))


def foreign_money_in_the_currency_that_was_answered() -> Case:
    """万欧元 by the answer."""
    layout = sheet(TITLE, ["序号", "项目名称", "利用外资"], [1, "甲项目厂房", 100])
    return Case(layout, {"甲项目厂房": {"foreign": (100 * WAN, "EUR")}}, answers=("Sheet1·money·C=EUR",))


def share_under_a_heading_of_money() -> Case:
    """年度计划投资（%） below 单位：万元 is never 40 万元."""
    layout = sheet(TITLE, ["单位：万元"], ["序号", "项目名称", "年度计划投资（%）"], [1, "甲项目厂房", 40])
    return Case(layout, asks=("写的单位不是金额",))


def month_in_brackets_is_no_unit() -> Case:
    """年度计划投资（年） below 单位：万元 is money."""
    layout = sheet(TITLE, ["单位：万元"], ["序号", "项目名称", "年度计划投资（年）"], [1, "甲项目厂房", 40])
    return Case(layout, {"甲项目厂房": {"planned": 40 * WAN}})


def foreign_money_in_one_cell() -> Case:
    """1200万美元 among yuan is refused, with the column that takes it."""
    return Case(_column("总投资（万元）", 100, "1200万美元"), faults=("外资金额",))


def units_below_the_headings() -> Case:
    """A row of （万元） and 亿元 below the headings has the unit of each column."""
    rows = [["序号", "项目名称", "总投资", "年度计划投资"], [None, None, "（万元）", "亿元"], SHORT_A]
    return Case(sheet(TITLE, *rows), {"甲项目厂房": {"total": 100 * WAN, "planned": 10 * YI}})


def unit_alone_above_the_table() -> Case:
    """万元 alone at the right above the headings is the unit."""
    rows = [[None, None, "万元"], ["序号", "项目名称", "总投资"], [1, "甲项目厂房", 100]]
    return Case(sheet(TITLE, *rows), {"甲项目厂房": 100 * WAN})


def unit_in_brackets_of_the_title() -> Case:
    """（单位：亿元） at the end of the title."""
    rows = [["2024年市重点项目清单（单位：亿元）"], ["序号", "项目名称", "总投资"], [1, "甲项目厂房", 1.5]]
    return Case(sheet(*rows), {"甲项目厂房": 15 * YI // 10})


def unit_in_a_column_of_its_own() -> Case:
    """A column 单位 beside the amount: the unit of the amounts is asked for."""
    rows = [
        ["序号", "项目名称", "总投资", "单位"],
        [1, "甲项目厂房", 10, "万元"],
        [2, "乙项目厂房", 3, "亿元"],
    ]
    return Case(sheet(*rows), asks=("没有写金额单位",))


def heading_with_amount_words() -> Case:
    """项目总投资金额 and 总投资规模 are 总投资."""
    return Case(_column("项目总投资金额（亿元）", 1), {"甲项目厂房": YI})


def heading_on_two_lines() -> Case:
    """A line break and blanks within a heading."""
    return Case(_column("总 投 资\n(万元)", 100), {"甲项目厂房": 100 * WAN})


def total_in_two_units() -> Case:
    """总投资 in 亿元 beside 总投资 in 万元: neither is taken in silence."""
    layout = sheet(["序号", "项目名称", "总投资（亿元）", "总投资（万元）"], [1, "甲项目厂房", 1, 10000])
    return Case(layout, asks=("总投资（亿元）", "总投资（万元）"))


def plans_of_two_years() -> Case:
    """2024年 and 2025年计划投资 side by side are asked about."""
    layout = sheet(
        ["序号", "项目名称", "2024年计划投资（万元）", "2025年计划投资（万元）"], [1, "甲项目厂房", 1, 2]
    )
    return Case(layout, asks=("2024年计划投资", "2025年计划投资"))


def invested_until_the_last_year() -> Case:
    """截至2023年12月底累计完成投资 is what was invested before the year."""
    return Case(_column("截至2023年12月底累计完成投资（万元）", 100), {"甲项目厂房": {"before": 100 * WAN}})


def beginning_and_end_in_one_column() -> Case:
    """计划开竣工时间 has the plans of two stages."""
    return Case(
        _column("计划开竣工时间", "2024年3月-2025年12月"),
        {"甲项目厂房": {"started": "2024年3月", "completed": "2025年12月"}},
    )


def beginning_and_end_that_may_be_facts() -> Case:
    """开竣工时间 alone does not say whether it is planned."""
    return Case(_column("开竣工时间", "2024.3/2025.12"), asks=("“开竣工时间”的内容像日期",))


def days_kept_as_numbers() -> Case:
    """Numbers by which Excel keeps days, under a heading that is not known."""
    return Case(_column("进场", 45383, 45384), asks=("“进场”的内容像日期",))


def quarters_without_a_year() -> Case:
    """三季度, 四季度 under a heading that is not known."""
    return Case(_column("摘牌", "三季度", "四季度"), asks=("“摘牌”的内容像日期",))


def days_within_words() -> Case:
    """2024年3月已供地."""
    return Case(_column("供地", "2024年3月已供地", "未供地"), asks=("“供地”的内容像日期",))


def amounts_within_words() -> Case:
    """约3亿, 3亿以上 under a heading of money."""
    return Case(_column("投资", "约3亿", "3亿以上"), asks=("“投资”的内容像金额",))


def money_behind_other_words() -> Case:
    """The last word of a heading says what it is: 资金文号金额 is money."""
    return Case(_column("资金文号金额", 300, 200), asks=("像金额",))


def two_amounts_one_after_the_other() -> Case:
    """300 and 301 are no numbering."""
    return Case(_column("缴款", 300, 301), asks=("“缴款”的内容像金额",))


def numbering_is_no_money() -> Case:
    """1, 2, 3 under a heading that is not known number the rows."""
    return Case(
        _column("原表行", 1, 2, 3),
        dict.fromkeys(NAMES),
        left_out=("“原表行”：没有认出",),
    )


def days_without_a_heading() -> Case:
    """A column of days without a heading."""
    return Case(_column(None, "2024年3月", "2024年5月"), asks=("（C 列没有表头）",))


def progress_in_words_is_no_day() -> Case:
    """A column of remarks in which a day is mentioned is named, and not asked about."""
    cells = ("已完成桩基施工", "2024年9月开工，正在进行主体施工", "施工中")
    return Case(_column("工地情况", *cells), dict.fromkeys(NAMES), left_out=("“工地情况”：没有认出",))


def share_in_a_money_column() -> Case:
    """50 % under 亿元."""
    layout = sheet(["序号", "项目名称", "总投资（亿元）"], [1, "甲项目厂房", 0.5], formats={(1, 2): "0.00%"})
    return Case(layout, faults=("是比例，不是金额",))


def amount_shown_smaller() -> Case:
    """50,000,000 that the format shows as 5000.0 is neither."""
    layout = sheet(
        ["序号", "项目名称", "总投资（万元）"], [1, "甲项目厂房", 50000000], formats={(1, 2): '0!.0,"万"'}
    )
    return Case(layout, faults=("按格式缩小显示",))


def unit_in_the_format() -> Case:
    """A format that prints 亿元 behind the number goes before the heading."""
    layout = sheet(
        ["序号", "项目名称", "总投资（万元）"], [1, "甲项目厂房", 5], formats={(1, 2): '0.00"亿元"'}
    )
    return Case(layout, {"甲项目厂房": 5 * YI})


def headings_on_two_rows() -> Case:
    """投资（万元） over 总投资 and 年度计划投资."""
    rows = [
        ["序号", "项目名称", "投资（万元）", None],
        [None, None, "总投资", "年度计划投资"],
        SHORT_A,
        SHORT_B,
    ]
    return Case(
        sheet(TITLE, *rows, merged=["C2:D2", "A2:A3", "B2:B3"]),
        {"甲项目厂房": {"total": 100 * WAN, "planned": 10 * WAN}, "乙项目厂房": 200 * WAN},
    )


def days_as_excel_shows_them() -> Case:
    """A day, and one that the format shows as its month."""
    layout = sheet(
        ["序号", "项目名称", "计划开工时间"],
        [1, "甲项目厂房", date(2024, 9, 30)],
        [2, "乙项目厂房", date(2024, 9, 1)],
        formats={(1, 2): "yyyy-mm-dd", (2, 2): 'yyyy"年"m"月"'},
    )
    return Case(layout, {"甲项目厂房": {"started": "2024年9月30日"}, "乙项目厂房": {"started": "2024年9月"}})
