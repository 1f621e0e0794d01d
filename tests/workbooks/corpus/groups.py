"""Groups whose titles say more than a list, and columns that are filled in the first row of each group."""

from tests.workbooks.corpus.case import WAN, Case
from tests.workbooks.field_sheets import SHORT, SHORT_A, SHORT_B, TITLE, Layout, sheet

C = [3, "丙项目厂房", 350, 35]
D = [4, "丁项目厂房", 400, 40]
LUOXI, XUEJIA, SANJING = ({"organisation": name} for name in ("罗溪镇", "薛家镇", "三井街道"))
NO_UNIT = {"organisation": None}
NOTHING = {"organisation": None, "industry": None}
NAMES = ["甲项目厂房", "乙项目厂房", "丙项目厂房", "丁项目厂房", "戊项目厂房"]


def _units() -> Layout:
    return sheet(TITLE, SHORT, ["一、罗溪镇（共2个）"], SHORT_A, SHORT_B, ["二、三井街道（共1个）"], C)


def units_as_groups() -> Case:
    """Without a column for the unit one is asked, with how many rows each unit would get."""
    return Case(
        _units(),
        asks=("是否按分组填入？罗溪镇 2 行；三井街道 1 行（--answer Sheet1·groups_organisation=fill",),
    )


def units_as_groups_filled() -> Case:
    """The answer gives each row the unit of its group."""
    return Case(
        _units(),
        {
            "甲项目厂房": {"total": 100 * WAN, "organisation": "罗溪镇"},
            "乙项目厂房": LUOXI,
            "丙项目厂房": SANJING,
        },
        answers=("Sheet1·groups_organisation=fill",),
        sections=("一、罗溪镇（共2个）", "二、三井街道（共1个）"),
    )


def units_as_groups_left_out() -> Case:
    """The other answer gives none."""
    return Case(
        _units(),
        dict.fromkeys(NAMES[:3], NO_UNIT),
        answers=("Sheet1·groups_organisation=leave",),
    )


def units_as_groups_by_other_names() -> Case:
    """罗溪镇人民政府 and 新桥, with sums beside them."""
    rows = [
        [None, "罗溪镇人民政府", 300, 30],
        SHORT_A,
        [2, "乙项目厂房", 200, 20],
        [None, "新桥街道办事处", 350, 35],
        C,
    ]
    return Case(
        sheet(TITLE, SHORT, *rows),
        {
            "甲项目厂房": LUOXI,
            "乙项目厂房": LUOXI,
            "丙项目厂房": {"organisation": "新桥街道"},
        },
        answers=("Sheet1·groups_organisation=fill",),
    )


def units_as_groups_beside_their_column() -> Case:
    """Where there is a column for the unit it counts, blank cells too, and nothing is asked."""
    head, empty = [*SHORT, "责任单位"], None
    rows = [["一、罗溪镇"], [*SHORT_A, "薛家镇"], [*SHORT_B, empty], ["二、三井街道"], [*C, "三井街道"]]
    return Case(
        sheet(TITLE, head, *rows),
        {
            "甲项目厂房": XUEJIA,
            "乙项目厂房": NO_UNIT,
            "丙项目厂房": SANJING,
        },
    )


def industries_as_groups() -> Case:
    """新能源产业 and 生物医药类项目 are industries of the directory; a nature is none."""
    layout = sheet(TITLE, SHORT, ["新能源产业"], SHORT_A, ["生物医药类项目"], SHORT_B, ["续建项目"], C)
    return Case(
        layout, asks=("分组名是产业，是否按分组填入？新能源 1 行；生物医药 1 行；不在这些分组里 1 行",)
    )


def industries_within_units() -> Case:
    """Groups of industries within groups of units: one question each, and both are filled."""
    rows = [
        ["一、罗溪镇"],
        ["（一）新能源"],
        SHORT_A,
        ["（二）生物医药"],
        SHORT_B,
        ["二、薛家镇"],
        ["（一）新能源"],
        C,
    ]
    return Case(
        sheet(TITLE, SHORT, *rows),
        {
            "甲项目厂房": {"organisation": "罗溪镇", "industry": "新能源"},
            "乙项目厂房": {"organisation": "罗溪镇", "industry": "生物医药"},
            "丙项目厂房": {"organisation": "薛家镇", "industry": "新能源"},
        },
        answers=("Sheet1·groups_organisation=fill", "Sheet1·groups_industry=fill"),
    )


def groups_that_are_no_units() -> Case:
    """续建项目 and 工业项目 name no unit: nothing is asked."""
    rows = [["一、续建项目"], SHORT_A, ["二、工业项目"], SHORT_B]
    return Case(sheet(TITLE, SHORT, *rows), dict.fromkeys(NAMES[:2], NOTHING))


def _blanks(*words: str | None, title: str = "责任单位") -> Layout:
    rows = [[number, NAMES[number - 1], 100, word] for number, word in enumerate(words, start=1)]
    return sheet(TITLE, ["序号", "项目名称", "总投资（万元）", title], *rows)


def unit_in_the_first_row_of_each_group() -> Case:
    """罗溪镇, two blanks, 薛家镇, a blank: the blanks are asked about."""
    layout = _blanks("罗溪镇", None, None, "薛家镇", None)
    return Case(
        layout,
        asks=(
            "5 行里只填了 2 行，下面空着的行怎么办？填了的是：罗溪镇、薛家镇（--answer Sheet1·blanks·D=down",
        ),
    )


def unit_in_the_first_row_carried_down() -> Case:
    """The answer repeats the word above."""
    layout = _blanks("罗溪镇", None, None, "薛家镇", None)
    units = dict.fromkeys(NAMES[:3], LUOXI) | dict.fromkeys(NAMES[3:], XUEJIA)
    return Case(layout, units, answers=("Sheet1·blanks·D=down",))


def unit_in_some_rows_only() -> Case:
    """The other answer leaves the blanks."""
    layout = _blanks("罗溪镇", None, None, "薛家镇", None)
    units = dict.fromkeys(NAMES, NO_UNIT)
    units |= {"甲项目厂房": LUOXI, "丁项目厂房": XUEJIA}
    return Case(layout, units, answers=("Sheet1·blanks·D=blank",))


def industry_in_the_first_row_of_each_group() -> Case:
    """So is any column of words."""
    return Case(_blanks("新能源", None, None, "生物医药", None, title="产业类别"), asks=("只填了 2 行",))


def category_carried_down_within_its_group() -> Case:
    """A word is carried no further than its section: behind it nobody said it."""
    head = [*SHORT, "产业类别"]
    rows = [["一、续建项目"], [*SHORT_A, "新能源"], SHORT_B, ["二、新开工项目"], C, D]
    return Case(
        sheet(TITLE, head, *rows),
        {
            "甲项目厂房": {"industry": "新能源"},
            "乙项目厂房": {"industry": "新能源"},
            "丙项目厂房": {"industry": None},
            "丁项目厂房": {"industry": None},
        },
        answers=("Sheet1·blanks·E=down",),
    )


def _parts_without_a_unit() -> Layout:
    head = ["序号", "项目名称", "总投资（万元）", "责任单位"]
    parts = [[None, f"{sign}{number}号厂房", 20, None] for number, sign in enumerate("①②③④⑤", start=1)]
    return sheet(TITLE, head, [1, "甲项目厂房", 100, "罗溪镇"], *parts)


def parts_without_a_unit() -> Case:
    """While it is open whether lines are projects, their blank cells are not asked about."""
    return Case(_parts_without_a_unit(), asks=("登记整体还是子项目",))


def parts_without_a_unit_left_out() -> Case:
    """Nor once they are none."""
    return Case(_parts_without_a_unit(), {"甲项目厂房": LUOXI}, answers=("Sheet1·parts=whole",))


def unit_that_is_often_missing() -> Case:
    """Where the first row is blank, a blank is a blank."""
    written = dict.fromkeys(NAMES, NO_UNIT) | {"乙项目厂房": LUOXI}
    return Case(_blanks(None, "罗溪镇", None, None, None), written)


def unit_that_is_seldom_missing() -> Case:
    """Most rows are filled: a blank is a blank."""
    written = dict.fromkeys(NAMES[:2], LUOXI)
    written |= {"丙项目厂房": NO_UNIT, "丁项目厂房": XUEJIA}
    return Case(_blanks("罗溪镇", "罗溪镇", None, "薛家镇"), written)
