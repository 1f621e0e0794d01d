"""What stands in the cells: days, amounts, spans of years, natures, units, and what says nothing."""

from collections.abc import Mapping

from tests.workbooks.corpus.case import WAN, Case
from tests.workbooks.field_sheets import sheet


def _each(title: str, key: str, meanings: Mapping[object, object], **expected: object) -> Case:
    """A column of these cells, each in the row of a project of its own, with what it is read as."""
    rows, written = [], {}
    for number, (cell, meaning) in enumerate(meanings.items(), start=1):
        name = f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number - 1]}项目厂房"
        rows.append([number, name, cell])
        written[name] = {key: meaning}
    return Case(sheet(["序号", "项目名称", title], *rows), written, **expected)  # type: ignore[arg-type]


def months_in_short() -> Case:
    """24.9 is September 2024, as a number too; 24.09.30 is a day."""
    return _each(
        "计划开工时间",
        "started",
        {
            "24.9": "2024年9月",
            24.8: "2024年8月",
            "24/7": "2024年7月",
            "24.09.30": "2024年9月30日",
            "24年6月": "2024年6月",
        },
    )


def several_months() -> Case:
    """10—12月 is a quarter; of 9—10月 only the end is a bound."""
    return _each(
        "计划开工时间",
        "started",
        {
            "2024年10—12月": "2024年第四季度",
            "2024年7月－9月": "2024年第三季度",
            "2024年9-10月": "不晚于2024年10月31日",
            "1-6月": "不晚于2024年6月30日",
            "2024年1-12月": "2024年",
        },
    )


def quarters_and_halves() -> Case:
    """2024Q3, Ⅲ季度, 上半年, 年底前."""
    return _each(
        "计划开工时间",
        "started",
        {
            "2024Q3": "2024年第三季度",
            "2024年Ⅲ季度": "2024年第三季度",
            "四季度": "2024年第四季度",
            "上半年": "不晚于2024年6月30日",
            "年底前": "不晚于2024年12月31日",
            "2024全年": "2024年",
        },
    )


def months_in_chinese_numerals() -> Case:
    """二〇二四年九月, 2024年九月, 十二月, and full-width digits."""
    return _each(
        "计划开工时间",
        "started",
        {
            "二〇二四年九月": "2024年9月",
            "2024年九月": "2024年9月",
            "十二月": "2024年12月",
            "２０２４．８": "2024年8月",
        },
    )


def days_that_are_planned_about() -> Case:
    """约2024年9月, 预计2024年9月底前, 2024年9月左右."""
    return _each(
        "计划开工时间",
        "started",
        {
            "约2024年9月": "2024年9月",
            "预计2024年9月底前": "不晚于2024年9月30日",
            "2024年9月左右": "2024年9月",
        },
    )


def stages_that_say_reached() -> Case:
    """已开工 says no day: nothing is written, and that is told."""
    return _each(
        "计划开工时间",
        "started",
        {"已开工": None, "2024年3月（已开工）": "2024年3月"},
        told=("“已开工”没有写时间", "只登记了时间"),
    )


def days_that_are_open() -> Case:
    """—, /, 无, 待定, 暂无 and the 0 of a formula say nothing."""
    return _each(
        "计划开工时间",
        "started",
        {"—": None, "/": None, "无": None, "待 定": None, "暂无": None, 0: None, "－": None},
    )


def months_that_say_two_things() -> Case:
    """24.1 as a number may have been 24.10."""
    return _each("计划开工时间", "started", {24.1: None}, faults=("看不出是1月还是10月",))


def amounts_with_a_unit_of_their_own() -> Case:
    """3.5亿, 5千万 and 35,000 in one column of 万元."""
    return _each(
        "总投资（万元）",
        "total",
        {
            "3.5亿": 35000 * WAN,
            "5千万": 5000 * WAN,
            "35,000": 35000 * WAN,
            "３５００": 3500 * WAN,
            100: 100 * WAN,
        },
    )


def amounts_that_are_open() -> Case:
    """Placeholders are unknown, 0 is 0."""
    return _each(
        "总投资（万元）", "total", {"-": None, "／": None, "待定": None, "暂无": None, "未定": None, 0: 0}
    )


def endless_decimals() -> Case:
    """=10/3 in 亿元 and in 百万元 is rounded to the yuan, and told."""
    return _each("总投资（亿元）", "total", {10 / 3: 333_333_333, 1.25: 125_000_000}, told=("除不尽",))


def spans_of_years() -> Case:
    """2023-25, 23-25, 2023-2025（3年） and 2023/3-2025/6."""
    return _each(
        "建设起止年限",
        "completed",
        {
            "2023-25": "2025年",
            "23-26": "2026年",
            "2023-2025（3年）": "2025年",
            "2023/3-2025/6": "2025年6月",
            "二〇二三年—二〇二五年": "2025年",
            "2023年3月～6月": "2023年6月",
        },
    )


def natures_with_more_words() -> Case:
    """新建类, 计划新开工 and 改扩建项目 are natures."""
    return _each(
        "建设性质",
        "nature",
        {
            "新建类": "新建",
            "计划新开工": "新建",
            "改扩建项目": "改扩建",
            "技术改造": "技改",
            "新开工项目": "新建",
        },
    )


def categories_under_natures() -> Case:
    """续建项目, 结转 and 储备 under 建设性质 are categories of the year."""
    return _each(
        "建设性质",
        "category",
        {"续建项目": "续建", "结转": "续建", "预备项目": "储备", "续建（跨年）": "续建"},
    )


def two_natures_in_one_cell() -> Case:
    """新建（搬迁） names two: it is asked about."""
    return _each("建设性质", "nature", {"新建（搬迁）": None}, asks=("不在列表里",))


def categories_with_more_words() -> Case:
    """当年新开工, 计划新开工项目, （一）续建项目（共2个）."""
    return _each(
        "年度类别",
        "category",
        {"当年新开工": "新建", "计划新开工项目": "新建", "（一）续建项目（共2个）": "续建", "预备类": "储备"},
    )


def units_in_short() -> Case:
    """综保区, 三井街道办, 新北区薛家镇."""
    return _each(
        "责任单位",
        "organisation",
        {
            "综保区": "综合保税区",
            "综保区管委会": "综合保税区",
            "常州综保区": "综合保税区",
            "三井街道办": "三井街道",
            "新北区薛家镇": "薛家镇",
            "罗溪镇政府": "罗溪镇",
            "薛家": "薛家镇",
        },
    )


def unit_of_another_district() -> Case:
    """武进高新区 is no unit of ours, though its end is."""
    return _each("责任单位", "organisation", {"武进综保区": None}, asks=("“武进综保区”",))


def names_of_two_companies() -> Case:
    """Two companies on two lines of a cell stay two; one name on two lines is one."""
    return _each(
        "建设单位",
        "enterprise",
        {
            "甲电子有限公司\n乙实业有限公司": "甲电子有限公司、乙实业有限公司",
            "甲电子\n（常州）有限公司": "甲电子（常州）有限公司",
        },
    )


def texts_of_an_empty_cell() -> Case:
    """0 under 建设单位 is what a formula shows for an empty cell."""
    return _each("建设单位", "enterprise", {0: "", "甲公司": "甲公司", "／": ""})


def places_that_are_left_open() -> Case:
    """暂未明确 and the like say that nobody knows yet."""
    return _each(
        "责任单位",
        "organisation",
        {"暂未明确": None, "尚未明确": None, "待安排": None, "待研究": None, "三井街道": "三井街道"},
    )
