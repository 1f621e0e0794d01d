"""Headings: what they mean, the unit that they state, and what is left to a person."""

import pytest

from projects.columns import COLUMNS, PROJECTS, REPORTS, TARGETS
from projects.files.recognise.headings import By, Recogniser
from projects.files.recognise.stated_units import StatedUnit, folded_heading, stated_unit, unit_of_line
from projects.rules.money import MoneyUnit
from projects.vocabulary import Currency, ImportKind, Indicator

WAN, YI = MoneyUnit.WAN, MoneyUnit.YI


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        (" 项目\n名称 ", "项目名称"),
        ("总投资（亿元）", "总投资"),
        ("总投资(单位：万元)", "总投资"),
        ("所属镇（街道）", "所属镇街道"),
        ("其中：土建", "其中土建"),
        ("Ｎｏ．", "no"),
        ("个数（个）", "个数"),
        ("责任人/电话", "责任人/电话"),
    ],
)
def test_headings_are_compared_by_their_words(title: str, folded: str) -> None:
    assert folded_heading(title) == folded


@pytest.mark.parametrize(
    ("title", "unit", "currency"),
    [
        ("总投资（亿元）", YI, None),
        ("总投资\n(万元)", WAN, None),
        ("总投资（单位：元）", MoneyUnit.YUAN, None),
        ("总投资【亿元人民币】", YI, None),
        ("投资额万元", WAN, None),
        ("投资额/亿元", YI, None),
        ("外资金额（万美元）", WAN, Currency.USD),
        ("外资（亿欧元）", YI, Currency.EUR),
        ("外资（万美金）", WAN, Currency.USD),
        ("外资（万元、万美元）", None, None),
        ("总投资（亿元/万美元）", None, None),
        ("总投资（百万元）", MoneyUnit.BAI_WAN, None),
        ("总投资（千元）", MoneyUnit.QIAN, None),
        ("总投资（十万元）", None, None),
        ("万元总投资", WAN, None),
        ("总投资/万", WAN, None),
        ("总投资（亿元、万元）", None, None),
        ("总投资", None, None),
        ("个数（个）", None, None),
        ("单元（一期）", None, None),
    ],
)
def test_the_unit_of_a_heading(title: str, unit: MoneyUnit | None, currency: Currency | None) -> None:
    assert stated_unit(title) == StatedUnit(unit, currency)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", WAN),
        ("（单位：亿元）", YI),
        ("金额单位: 元", MoneyUnit.YUAN),
        ("单　位：万　元", WAN),
        ("2024年计划表（亿元）", YI),
        ("单位：个、亿元", YI),
        ("单位：亿元、万美元", YI),
        ("填报单位：三井街道", None),
        ("截至9月底，总投资110亿元", None),
        ("单位：万元、亿元", None),
    ],
)
def test_the_unit_of_a_line_above_the_table(line: str, unit: MoneyUnit | None) -> None:
    assert unit_of_line(line).unit == unit


def recognised(*levels: str, columns=PROJECTS, remembered=None) -> tuple[str, str]:
    heading = Recogniser.of(columns, remembered or {}).heading(1, levels)
    return heading.key, heading.by.value


@pytest.mark.parametrize(
    ("levels", "key"),
    [
        (["项目名称"], "name"),
        (["项 目 全 称"], "name"),
        (["总投资额（亿元）"], "total_investment"),
        (["计划总投资"], "total_investment"),
        (["投资额万元"], "total_investment"),
        (["2024年计划投资（亿元）"], "planned_investment"),
        (["2024年度投资计划"], "planned_investment"),
        (["截至2023年底累计完成投资"], "invested_before"),
        (["所属镇(街道)"], "town"),
        (["责任人及电话"], "contact_both"),
        (["计划开工时间（年月）"], "started_plan"),
        (["实际竣工时间"], "completed_reached"),
        (["计划", "开工"], "started_plan"),
        (["计划时间", "竣工"], "completed_plan"),
        (["开工时间", "计划"], "started_plan"),
        (["实际完成情况", "投产"], ""),
        (["实际", "投产"], "in_production_reached"),
        (["总投资（亿元）", "合计"], "total_investment"),
        (["基本情况", "项目名称"], "name"),
        (["甲栏"], ""),
        ([], ""),
    ],
)
def test_a_heading_means_a_column(levels: list[str], key: str) -> None:
    assert recognised(*levels)[0] == key


def test_a_stage_alone_is_no_plan_and_no_fact() -> None:
    assert recognised("开工时间") == ("", "")
    assert recognised("竣工") == ("", "")


def test_how_it_was_recognised_is_told() -> None:
    assert recognised("项目名称") == ("name", "exact")
    assert recognised("项目全称") == ("name", "variant")
    assert recognised("基本情况", "项目名称") == ("name", "variant")


def test_a_choice_by_hand_beats_recognition() -> None:
    assert recognised("甲栏（万元）", remembered={"甲栏": "total_investment"}) == (
        "total_investment",
        "remembered",
    )
    assert recognised("项目名称", remembered={"项目名称": ""}) == ("", "remembered")


def test_the_year_that_a_heading_names_is_kept() -> None:
    heading = Recogniser.of(PROJECTS, {}).heading(3, ["2024年计划投资（亿元）"])

    assert (heading.year, heading.unit, heading.column, heading.by) == (2024, YI, 3, By.VARIANT)


def test_monthly_and_target_sheets_have_their_own_words() -> None:
    assert recognised("当月完成", columns=REPORTS)[0] == "invested"
    assert recognised("其中", "土建", columns=REPORTS)[0] == "civil"
    assert recognised("单位", columns=TARGETS)[0] == "organisation"
    assert recognised("新开工", columns=TARGETS)[0] == Indicator.STARTED.value


def test_every_title_and_variant_is_recognised_as_its_own_column() -> None:
    for kind in ImportKind:
        for column in COLUMNS[kind]:
            assert recognised(column.title, columns=COLUMNS[kind]) == (column.key, "exact")
            for variant in column.variants:
                assert recognised(variant, columns=COLUMNS[kind])[0] == column.key, (kind, variant)
