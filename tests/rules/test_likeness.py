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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("甲项目一期", "甲项目1期"),
        ("甲项目一期", "甲项目Ⅰ期"),
        ("甲项目一期", "甲项目（首期）"),
        ("甲项目一期", "甲项目第一期"),
        ("甲项目十二期", "甲项目12期"),
        ("甲二号厂房", "甲2#厂房"),
        ("甲二号厂房", "甲2号厂房"),
    ],
)
def test_numerals_are_compared_by_their_value(first: str, second: str) -> None:
    assert spelled(first) == spelled(second)
    assert numerals(first) == numerals(second)


@pytest.mark.parametrize("other", ["甲项目二期", "甲项目", "甲项目一", "甲项目十一期"])
def test_another_numeral_is_another_name(other: str) -> None:
    assert spelled("甲项目一期") != spelled(other)
