"""Lines that are no projects, and lines that may be none."""

from tests.workbooks.corpus.case import WAN, YI, Case
from tests.workbooks.field_sheets import TITLE, sheet

HEAD = ["序号", "项目名称", "建设单位", "总投资（万元）", "年度计划投资（万元）", "责任单位"]
A = [1, "甲项目厂房", "甲公司", 10000, 1000, "三井街道"]
B = [2, "乙项目厂房", "乙公司", 20000, 2000, "罗溪镇"]
C = [3, "丙项目厂房", "丙公司", 5000, 500, "薛家镇"]
ALL = {"甲项目厂房": YI, "乙项目厂房": 2 * YI, "丙项目厂房": YI // 2}
WHOLE = [1, "甲产业园项目", "甲公司", 30000, 3000, "三井街道"]
FIRST, SECOND = ["一号厂房", None, 10000, 1000, None], ["二号厂房", None, 20000, 2000, None]
OTHER = [2, *C[1:]]
IN_PARTS = {"一号厂房": YI, "二号厂房": 2 * YI, "丙项目厂房": YI // 2}
AS_WHOLE = {"甲产业园项目": 3 * YI, "丙项目厂房": YI // 2}


def units_numbered_in_words() -> Case:
    """Units numbered 一、二 without a count are sections, and the numbering begins anew in each."""
    rows = [
        ["一", "三井街道", None, 10000, 1000, None],
        A,
        ["二", "罗溪镇", None, 20000, 2000, None],
        [1, *B[1:]],
    ]
    return Case(
        sheet(TITLE, HEAD, *rows),
        {"甲项目厂房": YI, "乙项目厂房": 2 * YI},
        sections=("一、三井街道", "二、罗溪镇"),
    )


def units_with_a_count_in_the_number_column() -> Case:
    """三井街道（1个） alone in the column of numbers is a section."""
    rows = [["三井街道（1个）"], A, ["罗溪镇（1个）"], B]
    return Case(
        sheet(TITLE, HEAD, *rows),
        {"甲项目厂房": YI, "乙项目厂房": 2 * YI},
        sections=("三井街道（1个）", "罗溪镇（1个）"),
    )


def three_depths() -> Case:
    """合计 over 一 over （一）: every printed sum is compared with its own rows."""
    rows = [
        ["合计", None, None, 35000, 3500, None],
        ["一", "市级重点项目", None, 35000, 3500, None],
        ["（一）", "新建项目", None, 30000, 3000, None], A, B,
        ["（二）", "续建项目", None, 5001, 500, None], C,
    ]  # fmt: skip
    return Case(
        sheet(TITLE, HEAD, *rows),
        {
            "甲项目厂房": {"category": "新建"},
            "乙项目厂房": {"category": "新建"},
            "丙项目厂房": {"category": "续建"},
        },
        sections=("一、市级重点项目", "（一）新建项目", "（二）续建项目"),
        off={"（二）续建项目": WAN},
    )


def roman_groups() -> Case:
    """Ⅰ and Ⅱ number groups."""
    rows = [["Ⅰ", "产业项目", None, 30000, 3000, None], A, B, ["Ⅱ", "民生项目", None, 5000, 500, None], C]
    return Case(sheet(TITLE, HEAD, *rows), ALL, sections=("Ⅰ、产业项目", "Ⅱ、民生项目"))


def lettered_groups() -> Case:
    """A and B number groups."""
    rows = [["A", "产业项目", None, 30000, 3000, None], A, B, ["B", "民生项目", None, 5000, 500, None], C]
    return Case(sheet(TITLE, HEAD, *rows), ALL, sections=("A、产业项目", "B、民生项目"))


def group_lines_over_the_width() -> Case:
    """A merged line that states count and sum in words is a section."""
    rows = [["一、新建项目（2个，总投资3亿元）"], A, B, ["二、续建项目（1个，总投资0.5亿元）"], C]
    return Case(sheet(TITLE, HEAD, *rows, merged=["A3:F3", "A6:F6"]), ALL)


def group_of_a_word_that_nobody_knows() -> Case:
    """A line without a number that carries the sum of the two rows below it, and no more, is asked about."""
    rows = [[None, "滨江片区", None, 30000, 3000, "三井街道"], A, B, C]
    return Case(sheet(TITLE, HEAD, *rows), asks=("正好是下面 2 行之和",))


def group_that_says_as_much_as_a_row() -> Case:
    """So is one that has an enterprise and a unit like the rows."""
    rows = [[None, "滨江片区", "多家", 30000, 3000, "三井街道"], A, B, C]
    return Case(
        sheet(TITLE, HEAD, *rows),
        ALL,
        answers=("Sheet1·groups=section",),
        off={"滨江片区": -5500 * WAN},
    )


def sum_below_of_another_word() -> Case:
    """A sum below its rows that does not say 小计 is asked about."""
    rows = [A, B, [None, "滨江片区汇总", None, 30000, 3000, "三井街道"], C]
    return Case(sheet(TITLE, HEAD, *rows), asks=("正好是上面 2 行之和",))


def sum_without_a_word() -> Case:
    """A last line of amounts alone is asked about, never a project without a name."""
    return Case(
        sheet(TITLE, HEAD, A, B, C, [None, None, None, 35000, 3500, None]), asks=("正好是上面 3 行之和",)
    )


def group_of_a_list_without_numbers() -> Case:
    """Without numbers, a line that says less than others and carries the sum of the next two is asked about."""
    rows = [["滨江片区", 30000, None], ["甲项目厂房", 10000, "甲公司"], ["乙项目厂房", 20000, "乙公司"]]
    return Case(
        sheet(TITLE, ["项目名称", "总投资（万元）", "建设单位"], *rows, ["丙项目厂房", 5000, "丙公司"]),
        ALL,
        answers=("Sheet1·groups=section",),
        sections=("滨江片区",),
        off={"滨江片区": -5000 * WAN},
    )


def names_and_amounts_alone() -> Case:
    """In a list of names and amounts an amount that is the sum of two others by chance is no question."""
    rows = [["甲项目厂房", 100], ["乙项目厂房", 100], ["丙项目厂房", 200], ["丁项目厂房", 300]]
    names = {
        "甲项目厂房": 100 * WAN,
        "乙项目厂房": 100 * WAN,
        "丙项目厂房": 200 * WAN,
        "丁项目厂房": 300 * WAN,
    }
    return Case(sheet(TITLE, ["项目名称", "总投资（万元）"], *rows), names)


def natures_of_a_list_without_numbers() -> Case:
    """新建项目 and 续建项目 are sections of a list without numbers, too, and give their rows the category."""
    rows = [
        ["新建项目", 30000],
        ["甲项目厂房", 10000],
        ["乙项目厂房", 20000],
        ["续建项目", 5000],
        ["丙项目厂房", 5000],
    ]
    return Case(
        sheet(TITLE, ["项目名称", "总投资（万元）"], *rows),
        {
            "甲项目厂房": {"category": "新建"},
            "乙项目厂房": {"category": "新建"},
            "丙项目厂房": {"category": "续建"},
        },
    )


def total_in_parts() -> Case:
    """其中 below the total parts it: these lines are no sections, and give no row a category."""
    rows = [
        ["合计", None, "3个", 35000, 3500, None],
        ["其中：", "新建", None, 30000, 3000, None],
        [None, "续建", None, 5000, 500, None],
    ]
    return Case(
        sheet(TITLE, HEAD, *rows, A, B, C),
        {name: {"total": yuan, "category": ""} for name, yuan in ALL.items()},
        left_out=("第 4 行没有导入：新建", "第 5 行没有导入：续建"),
    )


def total_in_parts_before_sections() -> Case:
    """The same lines above the sections of the same names, which stay sections."""
    rows = [
        ["合计", None, None, 35000, 3500, None],
        ["其中", "新建", None, 30000, 3000, None],
        [None, "续建", None, 5000, 500, None],
        ["一", "新建项目", None, 30000, 3000, None], A, B,
        ["二", "续建项目", None, 5000, 500, None], C,
    ]  # fmt: skip
    return Case(sheet(TITLE, HEAD, *rows), ALL, left_out=("第 4 行", "第 5 行"))


def total_in_parts_that_do_not_add_up() -> Case:
    """Parts of a total that do not come to it are asked about."""
    rows = [
        ["合计", None, None, 35000, 3500, None],
        ["其中", "滨江", None, 31000, 3000, None],
        ["其中", "沿江", None, 5000, 500, None],
    ]
    return Case(sheet(TITLE, HEAD, *rows, A, B, C), asks=("2 行像分段或合计",))


def totals_in_other_words() -> Case:
    """总 计, 全区总计3个项目 above the rows: compared, and never a project."""
    rows = [
        ["全区总计3个项目", None, None, 35000, 3500, None],
        A,
        B,
        C,
        [None, "总 计", None, 36000, 3500, None],
    ]
    return Case(sheet(TITLE, HEAD, *rows), ALL, off={"总计": 1000 * WAN})


def subtotals_of_an_industry_column() -> Case:
    """An industry that is merged over its rows, with 小计 in its column."""
    rows = [
        ["新能源", 1, "甲项目厂房", 100],
        [None, 2, "乙项目厂房", 200],
        ["小计", None, None, 300],
        ["生物医药", 3, "丙项目厂房", 300],
        ["小计", None, None, 300],
        ["合计", None, None, 600],
    ]
    return Case(
        sheet(TITLE, ["产业", "序号", "项目名称", "总投资（万元）"], *rows, merged=["A3:A4"]),
        {
            "甲项目厂房": {"industry": "新能源"},
            "乙项目厂房": {"industry": "新能源"},
            "丙项目厂房": {"industry": "生物医药"},
        },
    )


def units_merged_over_rows_with_counts() -> Case:
    """三井街道（2个） in a cell that is merged over its rows is the unit of each."""
    rows = [
        ["三井街道（2个）", 1, "甲项目厂房", 100],
        [None, 2, "乙项目厂房", 200],
        ["罗溪镇\n（1个）", 3, "丙项目厂房", 300],
    ]
    return Case(
        sheet(TITLE, ["责任单位", "序号", "项目名称", "总投资（万元）"], *rows, merged=["A3:A4"]),
        {
            "甲项目厂房": {"organisation": "三井街道"},
            "乙项目厂房": {"organisation": "三井街道"},
            "丙项目厂房": {"organisation": "罗溪镇"},
        },
    )


def parts_after_a_dash() -> Case:
    """-一号厂房 is a part of the row above: the whole is written once it was chosen."""
    rows = [WHOLE, [None, "-一号厂房", *FIRST[1:]], [None, "-二号厂房", *SECOND[1:]], OTHER]
    return Case(sheet(TITLE, HEAD, *rows), AS_WHOLE, answers=("Sheet1·parts=whole",))


def parts_numbered_1_1() -> Case:
    """1-1 and 1-2 are parts of 1."""
    rows = [WHOLE, ["1-1", *FIRST], ["1-2", *SECOND], OTHER]
    return Case(sheet(TITLE, HEAD, *rows), IN_PARTS, answers=("Sheet1·parts=parts",))


def parts_marked_in_the_number_column() -> Case:
    """其中 under 序号 marks a part: it is never counted beside its whole."""
    rows = [WHOLE, ["其中", *FIRST], ["其中：", *SECOND], OTHER]
    return Case(sheet(TITLE, HEAD, *rows), IN_PARTS, answers=("Sheet1·parts=parts",))


def parts_under_a_merged_number() -> Case:
    """A number that is merged over the whole and its parts makes them one project with parts."""
    rows = [WHOLE, [None, *FIRST], [None, *SECOND], OTHER]
    return Case(
        sheet(TITLE, HEAD, *rows, merged=["A3:A5"]),
        asks=("子项目 2 行（第 4、5 行）相加 总投资（万元） 30000",),
    )


def one_number_for_two_builders() -> Case:
    """Rows that share a number and carry no sum may all be projects: that is one of the answers."""
    rows = [
        [1, "甲项目厂房", "甲公司", 10],
        [None, "乙项目厂房", "乙公司", 20],
        [2, "丙项目厂房", "丙公司", 30],
    ]
    return Case(
        sheet(["序号", "项目名称", "建设单位", "总投资（万元）"], *rows, merged=["A2:A3"]),
        {"甲项目厂房": 10 * WAN, "乙项目厂房": 20 * WAN, "丙项目厂房": 30 * WAN},
        answers=("Sheet1·parts=rows",),
    )


def parts_of_a_whole_without_amounts() -> Case:
    """A whole without amounts is asked about as well."""
    rows = [[1, "甲产业园项目", "甲公司", None, None, "三井街道"], ["1.1", *FIRST], ["1.2", *SECOND], OTHER]
    return Case(sheet(TITLE, HEAD, *rows), IN_PARTS, answers=("Sheet1·parts=parts",))


def rows_that_state_their_parts() -> Case:
    """含2个子项目 with the two next rows numbered like projects."""
    rows = [[1, "甲产业园项目（含2个子项目）", *WHOLE[2:]], [2, *FIRST], [3, *SECOND], [4, *C[1:]]]
    return Case(sheet(TITLE, HEAD, *rows), asks=("登记整体还是子项目",))


def column_numbers_with_formulas() -> Case:
    """栏次 1 2 3 4=3*10% is the line of column numbers."""
    return Case(
        sheet(TITLE, HEAD, ["栏次", 1, 2, "3", "4=3*10%", 5], A),
        {"甲项目厂房": YI},
        left_out=("第 3 行没有导入：列号行",),
    )


def another_table_below() -> Case:
    """Headings with another unit below the table: 3 under 亿元 is never read as 3 万元."""
    rows = [
        A,
        [],
        ["二、储备项目清单"],
        [*HEAD[:3], "总投资（亿元）", *HEAD[4:]],
        [1, "丁项目厂房", "丁公司", 3, 300, "薛家镇"],
    ]
    return Case(sheet(TITLE, HEAD, *rows), asks=("第 6 行像另一张表的表头",))


def another_table_below_left_out() -> Case:
    """The answer that the table below is not read."""
    rows = [A, [*HEAD[:3], "总投资（亿元）", *HEAD[4:]], [1, "丁项目厂房", "丁公司", 3, 300, "薛家镇"]]
    return Case(sheet(TITLE, HEAD, *rows), {"甲项目厂房": YI}, answers=("Sheet1·table=stop",))


def headings_of_the_next_page() -> Case:
    """The same headings on each page, under a title that says （续）, are no other table."""
    return Case(sheet(TITLE, HEAD, A, ["2024年市重点项目清单（续）"], HEAD, B, C), ALL)


def remarks_in_every_form() -> Case:
    """备注：, 制表人：, 第1页, a day and a line about the data: none is a project."""
    below = [
        ["备注：本表总投资合计35000万元。"],
        ["制表人：张三", None, None, "审核人：李四"],
        ["第1页 共2页"],
        ["2024年9月30日"],
    ]
    return Case(sheet(TITLE, HEAD, A, B, C, *below), ALL, left_out=("备注：", "制表人：", "第1页"))


def total_in_other_words() -> Case:
    """共计3个项目 and 合计：3个项目 are sums of all rows above, no sections of none."""
    for_all = ["共计3个项目", None, None, 35000, 3500, None]
    again = ["合计：3个项目", None, None, 35000, 3500, None]
    return Case(sheet(TITLE, HEAD, A, B, C, for_all, again), ALL, sections=())


def sums_above_their_rows() -> Case:
    """续建项目小计 before any row is the section of those that follow, and so are the later ones."""
    rows = [
        ["续建项目小计", None, None, 30000, 3000, None], A, B,
        ["新建项目小计", None, None, 5001, 500, None], [1, *C[1:]],
    ]  # fmt: skip
    return Case(
        sheet(TITLE, HEAD, *rows),
        {
            "甲项目厂房": {"category": "续建"},
            "乙项目厂房": {"category": "续建"},
            "丙项目厂房": {"category": "新建"},
        },
        sections=("续建项目", "新建项目"),
        off={"新建项目": WAN},
    )


def sums_below_their_rows() -> Case:
    """The same words below the rows stay their sums."""
    rows = [
        A,
        B,
        ["续建项目小计", None, None, 30000, 3000, None],
        C,
        ["新建项目小计", None, None, 5000, 500, None],
    ]
    return Case(sheet(TITLE, HEAD, *rows), ALL, sections=())


def lists_in_words_of_other_districts() -> Case:
    """一、省级重点项目 puts its rows on the list of the province, not on the one that was chosen for all."""
    rows = [
        ["一、省级重点产业项目（1个）"],
        A,
        ["二、市级重大项目（1个）"],
        B,
        ["三、省市重点项目（1个）"],
        C,
    ]
    return Case(
        sheet(TITLE, HEAD, *rows),
        {
            "甲项目厂房": {"level": "省重大"},
            "乙项目厂房": {"level": "市重点"},
            "丙项目厂房": {"level": "市重点"},
        },
        sections=("一、省级重点产业项目（1个）", "二、市级重大项目（1个）", "三、省市重点项目（1个）"),
    )


def sum_of_a_unit_without_projects() -> Case:
    """三井街道小计 0 before any row is the sum of none: the later ones stand below their rows."""
    rows = [
        ["三井街道小计", None, None, 0, 0, None], A, B,
        ["罗溪镇小计", None, None, 30000, 3000, None], C,
        ["薛家镇小计", None, None, 5000, 500, None],
    ]  # fmt: skip
    return Case(sheet(TITLE, HEAD, *rows), ALL, sections=())
