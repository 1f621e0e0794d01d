"""What a row below the headings is."""

from datetime import date

import pytest

from projects.files.recognise.lines import Classifier, LineKind, Outline

ROW, SECTION, SUBTOTAL, TOTAL, NOTE = LineKind
NUMBERED = Classifier(number=0, name=1)
UNNUMBERED = Classifier(number=None, name=0)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1.0, "恒启储能基地", "恒启新能源有限公司", 110.3, "三井街道"], ROW),
        ([1.0, "恒启储能基地", None, None, None], ROW),
        ([None, "恒启储能基地", "恒启新能源有限公司", None, None], ROW),
        ([1.0, None, None, 110.3, None], ROW),
        ([1.0, "智能计量设备（3个）", "恒启", 1.0, "三井"], ROW),
        ([1.0, "数据合计平台设计", "恒启", 1.0, "三井"], ROW),
        (["一", "恒启储能基地", "恒启新能源有限公司", 110.3, "三井街道"], ROW),
        ([1.0, "恒启储能基地", date(2024, 3, 1), None, None], ROW),
        (["一、省重大项目", None, None, None, None], SECTION),
        (["一、省重大项目（8个）", None, None, 110.3, 25.0], SECTION),
        (["一", "省重大项目", None, 110.3, None], SECTION),
        (["（一）", "新建", None, 110.3, None], SECTION),
        (["（一）新建", None, None, None, None], SECTION),
        (["1、新能源", None, None, None, None], SECTION),
        (["1.新能源", None, None, None, None], SECTION),
        ([None, "省重大项目（8个）", None, None, None], SECTION),
        (["省重大项目 共8个", None, None, 110.3, None], SECTION),
        (["新建项目", None, None, None, None], SECTION),
        (["小计", None, None, 110.3, None], SUBTOTAL),
        ([None, "小 计", None, 110.3, None], SUBTOTAL),
        (["一、省重大项目小计", None, None, 110.3, None], SUBTOTAL),
        (["省重大项目合计", None, None, 110.3, None], SUBTOTAL),
        (["合计", None, None, 110.3, None], TOTAL),
        (["合　计", "8个", None, 110.3, None], TOTAL),
        (["合计（8个）", None, None, 110.3, None], TOTAL),
        (["总计：", None, None, 110.3, None], TOTAL),
        (["全区合计", None, None, 110.3, None], TOTAL),
        (["合计", None, None, "110.3", "25"], TOTAL),
        (["注：总投资为备案数", None, None, None, None], NOTE),
        (["填表人：王工", None, None, "审核：李工", None], NOTE),
        (["填报单位：三井街道", None, None, None, "填报日期：2024年9月"], NOTE),
        (["第2页 共8页", None, None, None, None], NOTE),
        (["以上项目均已列入年度计划。", None, None, None, None], NOTE),
    ],
)
def test_a_row_of_a_numbered_sheet(cells: list, kind: LineKind) -> None:
    assert NUMBERED.judge(cells, spans=False).kind == kind


@pytest.mark.parametrize(
    ("cells", "spans", "kind"),
    [
        (["恒启储能基地", "恒启新能源有限公司", 110.3], False, ROW),
        (["恒启储能基地", None, None], False, ROW),
        (["市重点项目", None, None], True, SECTION),
        (["市重点项目（3个）", None, None], False, SECTION),
        (["二、市重点项目", None, None], False, SECTION),
        (["合计", None, 110.3], False, TOTAL),
    ],
)
def test_a_row_of_a_sheet_without_numbers(cells: list, spans: bool, kind: LineKind) -> None:
    assert UNNUMBERED.judge(cells, spans=spans).kind == kind


def test_a_section_by_its_numeral_has_numeral_and_name_as_its_title() -> None:
    assert NUMBERED.judge(["一", "省重大项目", None, 110.3], spans=False).label == "一、省重大项目"


@pytest.mark.parametrize(
    ("entered", "open_at_the_end"),
    [
        (["一、甲", "（一）乙", "1.丙", "（1）丁"], ("一、甲", "（一）乙", "1.丙", "（1）丁")),
        (["一、甲", "（一）乙", "row", "（二）丙"], ("一、甲", "（二）丙")),
        (["一、甲", "（一）乙", "1.丙", "row", "二、丁"], ("二、丁",)),
        (["第一部分 甲", "一、乙", "第二部分 丙"], ("第二部分 丙",)),
        (["省重大（8个）", "一、新能源", "row", "二、新材料"], ("省重大（8个）", "二、新材料")),
        (["省重大（8个）", "一、新能源", "row", "市重点（3个）"], ("市重点（3个）",)),
        (["省重大（8个）", "row", "一、市重点"], ("一、市重点",)),
        (["一、省重大", "新建", "row", "续建", "row"], ("一、省重大", "续建")),
        (["一、省重大", "row", "市重点"], ("市重点",)),
    ],
)
def test_sections_stand_within_or_beside_one_another(entered: list[str], open_at_the_end: tuple) -> None:
    outline = Outline()
    for title in entered:
        if title == "row":
            outline.hold_row()
        else:
            outline.enter(title)

    assert outline.titles == open_at_the_end
