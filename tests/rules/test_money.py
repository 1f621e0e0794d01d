from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.broken import RuleBroken
from projects.rules.money import (
    LARGEST,
    Amount,
    MoneyUnit,
    foreign_words,
    parse,
    parse_optional,
    show,
    to_unit,
)
from projects.vocabulary import Currency

amounts = st.integers(0, LARGEST)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("10亿元", 1_000_000_000),
        ("10亿", 1_000_000_000),
        ("600万元", 6_000_000),
        ("1,234.5 万", 12_345_000),
        ("2904亿元", 290_400_000_000),
        ("1.2万亿", 1_200_000_000_000),
        ("1.2 万亿元", 1_200_000_000_000),
        ("5000元", 5000),
        ("人民币5000元", 5000),
        ("１０．５亿元", 1_050_000_000),
        ("0亿元", 0),
        ("0.00000001亿元", 1),
    ],
)
def test_it_reads_yuan(text: str, yuan: int) -> None:
    assert parse(text) == Amount(yuan=yuan)


@pytest.mark.parametrize(
    ("text", "foreign", "currency"),
    [
        ("1亿美元", 100_000_000, Currency.USD),
        ("2.3亿美元", 230_000_000, Currency.USD),
        ("500美元", 500, Currency.USD),
        ("US$230 million", 230_000_000, Currency.USD),
        ("US$ 1.5 billion", 1_500_000_000, Currency.USD),
        ("100 million USD", 100_000_000, Currency.USD),
        ("USD 3,000", 3000, Currency.USD),
        ("3000万欧元", 30_000_000, Currency.EUR),
        ("20亿日元", 2_000_000_000, Currency.JPY),
        ("1亿港币", 100_000_000, Currency.HKD),
    ],
)
def test_it_never_converts_a_foreign_amount(text: str, foreign: int, currency: Currency) -> None:
    assert parse(text, default_unit=MoneyUnit.WAN) == Amount(foreign=foreign, currency=currency)


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("600", MoneyUnit.WAN, 6_000_000),
        ("10.5", MoneyUnit.YI, 1_050_000_000),
        ("10亿元", MoneyUnit.WAN, 1_000_000_000),
        ("5000元", MoneyUnit.WAN, 5000),
    ],
)
def test_a_bare_number_takes_the_unit_of_its_column(text: str, unit: MoneyUnit, yuan: int) -> None:
    assert parse(text, default_unit=unit) == Amount(yuan=yuan)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("600", "金额“600”没有单位，请写明元、万元或亿元"),
        ("-5万元", "金额不能为负：“-5万元”"),
        ("−5 万元", "金额不能为负"),
        ("0.5元", "不足一元"),
        ("0.00001万元", "不足一元"),
        ("99999999999亿元", "过大"),
        ("约10亿元", "看不懂金额“约10亿元”"),
        ("超10亿元", "看不懂金额"),
        ("10多亿元", "看不懂金额"),
        ("10亿元以上", "看不懂金额"),
        ("1 234万元", "看不懂金额"),
        ("12,34万元", "看不懂金额"),
        ("1e5元", "看不懂金额"),
        ("$100", "看不懂金额"),
        ("¥100", "看不懂金额"),
        ("", "看不懂金额“”"),
        ("未公布", "看不懂金额“未公布”"),
    ],
)
def test_it_says_what_it_cannot_read(text: str, reason: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        parse(text)
    assert reason in str(broken.value)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_an_empty_cell_is_unknown(text: str) -> None:
    assert parse_optional(text) is None


def test_a_filled_cell_is_read() -> None:
    assert parse_optional("0", MoneyUnit.WAN) == Amount(yuan=0)
    with pytest.raises(RuleBroken):
        parse_optional("—", MoneyUnit.WAN)


@pytest.mark.parametrize(
    ("yuan", "unit", "places", "text"),
    [
        (1_000_000_000, MoneyUnit.YI, 2, "10.0"),
        (11_030_000_000, MoneyUnit.YI, 2, "110.3"),
        (158_537_000_000, MoneyUnit.YI, 2, "1585.37"),
        (158_537_000_000, MoneyUnit.YI, 4, "1585.37"),
        (158_537_000_000, MoneyUnit.YI, 1, "1585.4"),
        (158_537_000_000, MoneyUnit.YI, 0, "1585"),
        (500_000, MoneyUnit.YI, 2, "0.01"),
        (499_999, MoneyUnit.YI, 2, "0.0"),
        (6_000_000, MoneyUnit.WAN, 2, "600"),
        (12_345_000, MoneyUnit.WAN, 2, "1234.5"),
        (10_000_000, MoneyUnit.WAN, 0, "1000"),
        (1_200_000_000_000, MoneyUnit.WAN_YI, 1, "1.2"),
        (5000, MoneyUnit.YUAN, 0, "5000"),
        (0, MoneyUnit.YI, 2, "0.0"),
        (None, MoneyUnit.YI, 2, ""),
    ],
)
def test_it_shows_money_as_the_district_prints_it(
    yuan: int | None, unit: MoneyUnit, places: int, text: str
) -> None:
    assert show(yuan, unit, places) == text


@given(amounts)
def test_what_is_shown_in_full_can_be_read_again(yuan: int) -> None:
    for unit, places in ((MoneyUnit.YUAN, 0), (MoneyUnit.WAN, 4), (MoneyUnit.WAN_YI, 12)):
        assert parse(show(yuan, unit, places) + unit.symbol) == Amount(yuan=yuan)
        assert parse(show(yuan, unit, places), default_unit=unit) == Amount(yuan=yuan)


@given(amounts, st.sampled_from(MoneyUnit))
def test_a_unit_changes_nothing_of_the_amount(yuan: int, unit: MoneyUnit) -> None:
    assert parse(f"{to_unit(yuan, unit):f}{unit.symbol}") == Amount(yuan=yuan)


def test_units_have_symbols() -> None:
    assert [unit.symbol for unit in MoneyUnit] == [
        *("元", "千元", "万元", "百万元", "千万元", "亿元", "万亿元")
    ]
    assert to_unit(1_050_000_000, MoneyUnit.YI) == Decimal("10.5")


@given(amounts, st.sampled_from(Currency))
def test_a_foreign_amount_in_words_is_read_back(amount: int, currency: Currency) -> None:
    assert parse(foreign_words(amount, currency)) == Amount(foreign=amount, currency=currency)


def test_a_foreign_amount_is_told_in_ten_thousands_where_it_is_whole() -> None:
    assert foreign_words(230_000_000, "USD") == "23000万美元"
    assert (foreign_words(12_345, "EUR"), foreign_words(0, "USD"), foreign_words(None, "")) == (
        "12345欧元",
        "0美元",
        "",
    )
