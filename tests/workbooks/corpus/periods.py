"""Monthly sheets: year to date in every spelling, months side by side, and the period that a sheet states itself."""

from tests.workbooks.corpus.case import MONTHS, SEPTEMBER, WAN, Case
from tests.workbooks.field_sheets import SHORT, SHORT_A, sheet

ROW = [1, "甲项目厂房", 600]
THIS_MONTH = ["序号", "项目名称", "本月完成投资（万元）"]


def _to_date(title: str, **more: str) -> Case:
    """A year to date of 600 万元, where 500 were reported to August."""
    return Case(
        sheet(["序号", "项目名称", title], ROW),
        {"甲项目厂房": {"2024-08": 500 * WAN, "2024-09": 100 * WAN}},
        options=SEPTEMBER,
        **more,  # type: ignore[arg-type]
    )


def _month(title: str) -> Case:
    return Case(
        sheet(["序号", "项目名称", title], ROW), {"甲项目厂房": {"2024-09": 600 * WAN}}, options=SEPTEMBER
    )


def to_date_with_a_wave() -> Case:
    """1～9月累计完成投资."""
    return _to_date("1～9月累计完成投资（万元）")


def to_date_in_numerals() -> Case:
    """一至九月完成投资."""
    return _to_date("一至九月完成投资（万元）")


def to_date_of_nine_months() -> Case:
    """前9个月完成投资."""
    return _to_date("前9个月完成投资（万元）")


def to_date_since_the_beginning() -> Case:
    """年初至今累计完成投资."""
    return _to_date("年初至今累计完成投资（万元）")


def to_date_this_year() -> Case:
    """今年以来完成投资."""
    return _to_date("今年以来完成投资（万元）")


def to_date_to_this_month() -> Case:
    """1-本月累计完成投资."""
    return _to_date("1-本月累计完成投资（万元）")


def to_date_of_the_year() -> Case:
    """本年完成投资."""
    return _to_date("本年完成投资（万元）")


def to_date_with_the_year_in_short() -> Case:
    """24年1-9月完成投资."""
    return _to_date("24年1-9月完成投资（万元）")


def since_building_began() -> Case:
    """自开工以来累计完成投资 is no year to date: it is asked about."""
    return Case(
        sheet(["序号", "项目名称", "自开工以来累计完成投资（万元）"], ROW),
        asks=("像金额",),
        options=SEPTEMBER,
    )


def month_of_another_year() -> Case:
    """2023年9月完成投资 on the sheet of 2024."""
    layout = sheet(["序号", "项目名称", "2023年9月完成投资（万元）"], ROW)
    return Case(layout, asks=("写的是 2023 年",), options=SEPTEMBER)


def several_months_of_a_quarter() -> Case:
    """7-9月完成投资 is neither the month nor the year to date."""
    layout = sheet(["序号", "项目名称", "7-9月完成投资（万元）"], ROW)
    return Case(layout, asks=("像金额",), options=SEPTEMBER)


def plan_of_a_month() -> Case:
    """9月计划完成投资 is no report."""
    layout = sheet(["序号", "项目名称", "9月计划完成投资（万元）"], ROW)
    return Case(layout, asks=("像金额",), options=SEPTEMBER)


def month_really_done() -> Case:
    """当月实际完成投资."""
    return _month("当月实际完成投资（万元）")


def month_in_numerals() -> Case:
    """九月完成投资."""
    return _month("九月完成投资（万元）")


def month_under_a_parent() -> Case:
    """完成投资（万元） over 本月 and 累计."""
    rows = [
        ["序号", "项目名称", "完成投资（万元）", None],
        [None, None, "本月", "累计"],
        [1, "甲项目厂房", 100, 600],
    ]
    return Case(
        sheet(*rows, merged=["C1:D1", "A1:A2", "B1:B2"]),
        {"甲项目厂房": {"2024-08": 500 * WAN, "2024-09": 100 * WAN}},
        options=SEPTEMBER,
    )


def month_of_the_file() -> Case:
    """月报202408.xlsx in September."""
    return Case(sheet(THIS_MONTH, ROW), asks=("文件名",), options=SEPTEMBER, name="重点项目月报202408.xlsx")


def month_below_the_title() -> Case:
    """（2024年8月） on a line of its own."""
    layout = sheet(["重点项目进度表"], ["（2024年8月）"], THIS_MONTH, ROW)
    return Case(layout, asks=("“（2024年8月）”写的是 2024 年 8 月",), options=SEPTEMBER)


def day_of_printing() -> Case:
    """填报时间 in October says nothing of the month that is reported."""
    layout = sheet(["重点项目进度表"], ["填报时间：2024年10月5日"], THIS_MONTH, ROW)
    return Case(layout, {"甲项目厂房": {"2024-09": 600 * WAN}}, options=SEPTEMBER)


def quarter_of_the_title() -> Case:
    """二季度 in September is asked about, 三季度 is not."""
    layout = sheet(["2024年二季度重点项目进度表"], THIS_MONTH, ROW)
    return Case(layout, asks=("4、5、6 月",), options=SEPTEMBER)


def year_of_the_title_in_short() -> Case:
    """23年市重点项目清单 among the lists of 2024."""
    return Case(sheet(["23年市重点项目清单"], SHORT, SHORT_A), asks=("2023 年",))


def year_below_the_title() -> Case:
    """（2023年度） on a line of its own."""
    return Case(sheet(["市重点项目清单"], ["（2023年度）"], SHORT, SHORT_A), asks=("2023 年",))


def months_with_their_sums() -> Case:
    """Months side by side with a line of totals and a column of sums: both are compared, month by month."""
    rows = [
        ["合计", None, 30, 30, 31, 90],
        [1, "甲项目厂房", 10, 10, 10, 30],
        [2, "乙项目厂房", 20, 20, 20, 61],
    ]
    return Case(
        sheet(["单位：万元"], ["序号", "项目名称", "1月", "2月", "3月", "合计"], *rows),
        {
            "甲项目厂房": {"2024-01": 10 * WAN, "2024-02": 10 * WAN, "2024-03": 10 * WAN},
            "乙项目厂房": {"2024-01": 20 * WAN, "2024-02": 20 * WAN, "2024-03": 20 * WAN},
        },
        off={"合计（3月）": WAN, "第 5 行合计": WAN},
        options=MONTHS,
    )


def months_below_groups() -> Case:
    """Sections of months have sums of each month."""
    rows = [
        ["一", "三井街道", 10, 10, 20],
        [1, "甲项目厂房", 10, 10, 20],
        ["二", "罗溪镇", 20, 25, 45],
        [1, "乙项目厂房", 20, 20, 40],
    ]
    return Case(
        sheet(["单位：万元"], ["序号", "项目名称", "1月", "2月", "合计"], *rows),
        {
            "甲项目厂房": {"2024-01": 10 * WAN, "2024-02": 10 * WAN},
            "乙项目厂房": {"2024-01": 20 * WAN, "2024-02": 20 * WAN},
        },
        off={"二、罗溪镇（2月）": 5 * WAN, "二、罗溪镇（合计）": 5 * WAN},
        options=MONTHS,
    )


def quarters_side_by_side() -> Case:
    """一季度, 二季度 side by side are no months: asked about."""
    layout = sheet(["单位：万元"], ["序号", "项目名称", "二季度", "三季度"], [1, "甲项目厂房", 10, 20])
    return Case(layout, asks=("“二季度”", "“三季度”"), options=MONTHS)


def month_beside_the_total_investment() -> Case:
    """总投资 and the year's plan in a monthly sheet are named as not read, and nobody is asked about them."""
    return Case(
        sheet(
            ["序号", "项目名称", "项目总投资（万元）", "年度计划（万元）", "本月完成投资（万元）"],
            [1, "甲项目厂房", 9000, 3000, 600],
        ),
        {"甲项目厂房": {"2024-09": 600 * WAN}},
        left_out=("总投资请在项目清单中导入", "年度计划请在项目清单中导入"),
        options=SEPTEMBER,
    )


def month_alone_beside_the_year_to_date() -> Case:
    """9月 beside 1-9月累计 is the amount of September."""
    return Case(
        sheet(["序号", "项目名称", "9月（万元）", "1-9月累计（万元）"], [1, "甲项目厂房", 100, 600]),
        {"甲项目厂房": {"2024-08": 500 * WAN, "2024-09": 100 * WAN}},
        options=SEPTEMBER,
    )


def other_month_alone_beside_its_year_to_date() -> Case:
    """8月 beside 1-8月累计 in the sheet of September is asked about."""
    return Case(
        sheet(["序号", "项目名称", "8月（万元）", "1-8月累计（万元）"], [1, "甲项目厂房", 100, 600]),
        asks=("8月", "1-8月"),
        options=SEPTEMBER,
    )
