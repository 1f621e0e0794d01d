from datetime import date
from fractions import Fraction
from typing import Literal

import pytest

from projects.figures.completion.compare import Shift
from projects.rules.bounds import Bounds
from projects.rules.completion import Completion
from projects.rules.money import MoneyUnit
from projects.templatetags import formats


@pytest.mark.parametrize(
    ("yuan", "yi", "wan"),
    [
        (1_000_000_000, "10.0", "100000"),
        (158_537_000_000, "1585.37", "15853700"),
        (12_345_000, "0.12", "1234.5"),
        (0, "0.0", "0"),
        (None, "", ""),
    ],
)
def test_money_in_two_units(yuan: int | None, yi: str, wan: str) -> None:
    assert formats.yi(yuan) == yi
    assert formats.wan(yuan) == wan


@pytest.mark.parametrize(
    ("yuan", "of_one", "in_column"),
    [
        (1_000_000_000, "10.0", "10.00"),
        (12_345_678, "0.12", "0.12"),
        (158_537_000_000, "1585.37", "1585.37"),
        (500_000, "0.01", "0.01"),
        (None, "", ""),
    ],
)
def test_money_of_one_project_and_in_a_column(yuan: int | None, of_one: str, in_column: str) -> None:
    assert formats.yi_hundredths(yuan) == of_one
    assert formats.yi_in_column(yuan) == in_column


@pytest.mark.parametrize(
    ("yuan", "in_yi", "in_wan"),
    [
        (10_000_000, "0.10", "1000"),
        (60_250_000, "0.6025", "6025"),
        (13_810_000_000, "138.10", "1381000"),
        (12_345_678, "0.12345678", "1234.5678"),
        (1, "0.00000001", "0.0001"),
        (0, "0.00", "0"),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_an_amount_of_a_sheet_keeps_every_digit(
    yuan: Literal[""] | int | None, in_yi: str, in_wan: str
) -> None:
    assert formats.exactly_in(yuan, MoneyUnit.YI) == in_yi
    assert formats.exactly_in(yuan, MoneyUnit.WAN) == in_wan


@pytest.mark.parametrize(
    ("yuan", "text"),
    [(12_345_678, "1234.5678"), (10**12 + 1, "100000000.0001"), (0, "0"), (-1_000, "−0.1")],
)
def test_a_sum_that_is_held_against_a_sheet_keeps_every_yuan(yuan: int, text: str) -> None:
    assert formats.wan_exact(yuan) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction("629") / Fraction("647.4"), "97.2%"),
        (Fraction(1), "100.0%"),
        (Fraction(5, 4), "125.0%"),
        (Fraction(-1, 8), "−12.5%"),
        (Fraction(0), "0.0%"),
        (None, ""),
    ],
)
def test_percent_has_one_decimal(share: Fraction | None, text: str) -> None:
    assert formats.percent(share) == text


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (Fraction("629") / Fraction("647.4") - Fraction(10, 12), "+13.8"),
        (Fraction(-1, 5), "−20.0"),
        (Fraction(0), "0.0"),
        (Fraction(-1, 10_000), "0.0"),
        (None, ""),
    ],
)
def test_points_carry_a_real_minus(gap: Fraction | None, text: str) -> None:
    assert formats.points(gap) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (1583, "1583"), (None, "")])
def test_counts_have_no_separator(number: int | None, text: str) -> None:
    assert formats.count(number) == text


@pytest.mark.parametrize(
    ("on", "precision", "text"),
    [
        (date(2024, 9, 30), "month", "2024年9月"),
        (date(2024, 9, 30), "year", "2024年（不晚于9月30日）"),
        (date(2024, 9, 30), "", "2024年9月30日"),
        (date(2024, 9, 30), None, "2024年9月30日"),
        (None, "month", ""),
        (None, None, ""),
    ],
)
def test_a_period_is_worded_with_its_precision(on: date | None, precision: str | None, text: str) -> None:
    assert formats.period(on, precision) == text


@pytest.mark.parametrize(("on", "text"), [(date(2024, 9, 5), "2024年9月5日"), (None, "")])
def test_a_day(on: date | None, text: str) -> None:
    assert formats.day(on) == text


@pytest.mark.parametrize(
    ("number", "text"), [("3.0", "+3.0"), ("-3", "−3"), ("0", "0"), ("0.0", "0.0"), ("10", "+10"), ("", "")]
)
def test_a_printed_number_with_its_sign(number: str, text: str) -> None:
    assert formats.signed(number) == text


@pytest.mark.parametrize(
    ("number", "is_money", "text"),
    [
        (Fraction(34 * 9, 12), False, "25.5"),
        (Fraction(20), False, "20"),
        (Fraction(10**9), True, "10.0"),
        (None, True, ""),
    ],
)
def test_what_is_due_may_be_a_part_of_a_project(number: Fraction | None, is_money: bool, text: str) -> None:
    assert formats.due(number, is_money) == text


@pytest.mark.parametrize(
    ("number", "is_money", "text"),
    [
        (None, False, ""),
        (Bounds(34, 34), False, "34"),
        (Bounds(0, 34), False, "0–34"),
        (Bounds(2 * 10**8, 14 * 10**8), True, "2.0–14.0"),
        (Bounds(10**8, 10**8 + 1), True, "1.0"),  # nobody sees the difference
    ],
)
def test_a_number_within_bounds_is_shown_by_its_ends(
    number: Bounds | None, is_money: bool, text: str
) -> None:
    assert formats.bounds(number, is_money) == text


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        (Completion(3, 4, Fraction(1, 2)), "75.0%"),
        (Completion(0, 40, Fraction(1, 2), 34), "0.0%–85.0%"),
        (Completion(None, 4, Fraction(1, 2)), ""),
        (Completion(0, None, Fraction(1, 2), 34), ""),
    ],
)
def test_a_pending_rate_is_shown_by_its_ends(completion: Completion, text: str) -> None:
    assert formats.rate(completion) == text


def test_how_far_behind_has_no_sign() -> None:
    assert formats.points_behind(Fraction(-47, 200)) == "23.5"
    assert formats.points_behind(Fraction(1, 100)) == "\N{MINUS SIGN}1.0"


def test_templates_find_every_filter() -> None:
    expected = {
        "yi",
        "yi_hundredths",
        "yi_in_column",
        "wan",
        "wan_exact",
        "in_unit",
        "exactly_in",
        "percent",
        "points",
        "points_behind",
        "count",
        "period",
        "day",
        "plain",
        "signed_percent",
        "level_name",
        "list_name",
        "amount",
        "bounds",
        "padded",
        "cell",
        "rate",
        "shift",
        "signed",
        "due",
    }
    assert set(formats.register.filters) == expected


@pytest.mark.parametrize(
    ("number", "unseen"),
    [("27", ".00"), ("0–34", ".00"), ("110.3", "0"), ("+3.0", "0"), ("1585.37", ""), ("", "")],
)
def test_every_number_of_a_column_takes_two_decimals(number: str, unseen: str) -> None:
    added = f'<i class="pad" data-pad="{unseen}"></i>' if unseen else ""
    assert formats.padded(number) == number + added


@pytest.mark.parametrize(
    ("number", "is_money", "words"),
    [
        (11_030_000_000, True, '110.3<i class="pad" data-pad="0"></i>'),
        (Bounds(0, 11_030_000_000), True, '0.0–110.3<i class="pad" data-pad="0"></i>'),
        (158_537_000_000, True, "1585.37"),
        (27, False, "27"),
        (Bounds(0, 34), False, "0–34"),
        (None, True, ""),
    ],
)
def test_a_column_of_one_unit_has_one_width(number: int | Bounds | None, is_money: bool, words: str) -> None:
    assert formats.cell(number, is_money) == words


@pytest.mark.parametrize(
    ("ends", "is_money", "words"),
    [
        ((1, 1), False, "+1"),
        ((0, 0), False, "0"),
        ((1, 3), False, "下限 +1，上限 +3"),
        ((-3 * 10**8,) * 2, True, "−3.0"),
    ],
)
def test_a_movement_has_a_sign(ends: tuple[int, int], is_money: bool, words: str) -> None:
    assert formats.shift(Shift(*ends), is_money) == words


@pytest.mark.parametrize(("printed", "words"), [("12.9%", "+12.9%"), ("−12.9%", "−12.9%"), ("0.0%", "0.0%")])
def test_a_printed_percentage_takes_a_sign(printed: str, words: str) -> None:
    assert formats.signed(printed) == words
