"""Names that are asked about, and names that are not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.likeness import ALIKE, Lookout, bare, likeness, numerals, spelled


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("超导吸收式热泵机组生产项目", "超导吸收式热泵机组项目"),
        ("ＬＥＤ封装（一期）", "LED封装(一期)"),
        ("年产 5GW 光伏组件项目", "年产5gw光伏组件项目"),
        ("新能源汽车电驱动总成产业化项目", "新能源汽车电驱动总成产业项目"),
    ],
)
def test_they_are_alike(first: str, second: str) -> None:
    assert likeness(first, second) >= ALIKE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("光伏组件一期项目", "光伏组件二期项目"),
        ("年产5GW光伏组件项目", "年产8GW光伏组件项目"),
        ("热泵机组项目", "减震器生产线"),
        ("", "热泵机组项目"),
    ],
)
def test_they_are_not(first: str, second: str) -> None:
    assert likeness(first, second) < ALIKE


def test_numerals_and_signs_are_read_as_people_read_them() -> None:
    assert numerals("二期 3号 厂房（十批）") == ("2", "3", "10")
    assert bare("ＡＢ－１ （一期）") == "ab1一期"


def test_a_share_counts_each_pair_as_often_as_it_stands() -> None:
    assert likeness("哈哈哈哈", "哈哈") == Fraction(1, 2)


NAMES = st.text("热泵机组生产项目一二期12甲乙", max_size=12)


@given(st.lists(NAMES, max_size=12), NAMES)
def test_the_lookout_finds_exactly_what_comparing_each_would(names: list[str], name: str) -> None:
    expected = [place for place, other in enumerate(names) if likeness(other, name) >= ALIKE]

    assert [place for place, _ in Lookout(names).alike(name)] == expected


FIRST = (
    *(
        "1期",
        "Ⅰ期",
        "I期",
        "（首期）",
        "首期",
        "第一期",
        "第1期",
        "壹期",
        "㈠期",
        "⑴期",
        "①期",
        "⒈期",
        "❶期",
        "01期",
    ),
    *("１期", "（一）期", "(1)期", "（一期）", " 一 期", "·一期"),
)
SECOND = (
    "2号",
    "2#",
    "２＃",
    "贰号",
    "弍号",
    "二#",
    "No.2",
    "NO 2",
    "№2",
    "#2",
    "②号",
    "第二号",
    "02号",
    "Ⅱ号",
)


@pytest.mark.parametrize("spelling", FIRST)
def test_a_phase_is_one_in_every_spelling(spelling: str) -> None:
    assert spelled(f"甲项目{spelling}") == spelled("甲项目一期") == "甲项目1期"
    assert numerals(f"甲项目{spelling}") == ("1",)


@pytest.mark.parametrize("spelling", SECOND)
def test_a_numbered_house_is_one_in_every_spelling(spelling: str) -> None:
    assert spelled(f"甲园区{spelling}厂房") == spelled("甲园区二号厂房") == "甲园区2号厂房"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("甲项目十二期", "甲项目12期"),
        ("甲项目二十期", "甲项目贰拾期"),
        ("甲项目二十一期", "甲项目21期"),
        ("甲项目一〇期", "甲项目10期"),
        ("甲项目（二）", "甲项目㈡"),
        ("甲项目（二）", "甲项目⑵"),
        ("甲项目Ⅱ", "甲项目II"),
        ("甲项目一、二期", "甲项目（1、2期）"),
        ("第三代半导体", "第3代半导体"),
        ("年产1,500吨", "年产1500吨"),
        ("三车间", "3车间"),
    ],
)
def test_numerals_are_compared_by_their_value(first: str, second: str) -> None:
    assert spelled(first) == spelled(second)
    assert numerals(first) == numerals(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(
            ("甲项目一期", other)
            for other in ("甲项目二期", "甲项目", "甲项目一", "甲项目十一期", "甲项目Ⅱ期")
        ),
        ("甲项目一、二期", "甲项目12期"),
        ("年产1.5GW组件", "年产15GW组件"),
        ("甲项目3-1号", "甲项目31号"),
    ],
)
def test_another_numeral_is_another_name(first: str, second: str) -> None:
    assert spelled(first) != spelled(second)


@pytest.mark.parametrize(
    "name",
    ["大陆公司", "统一企业", "伍德机械", "陆海物流", "X光机", "SUV-X项目", "VIVO基地", "一百号", "同一片区"],
)
def test_words_that_only_contain_a_numeral_are_words(name: str) -> None:
    assert numerals(name) == ()
    assert spelled(name) == bare(name)
