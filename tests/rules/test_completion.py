from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.completion import (
    Amount,
    Completion,
    Sum,
    add,
    difference,
    round_half_up,
    time_share,
)

OCTOBER = Fraction(10, 12)


def percent(share: Fraction | None) -> Decimal:
    assert share is not None
    return round_half_up(share * 100, 1)


def test_october_of_a_published_bulletin() -> None:
    completion = Completion(Decimal("629.0"), Decimal("647.4"), OCTOBER)
    assert percent(completion.share) == Decimal("97.2")
    assert percent(completion.time_share) == Decimal("83.3")
    # From rounded rates it would be 97.2 − 83.3 = 13.9.
    assert percent(completion.pace_gap) == Decimal("13.8")


def test_starts_against_the_year_and_against_what_was_due() -> None:
    assert percent(Completion(206, 255, Fraction(223, 255)).share) == Decimal("80.8")
    assert percent(Completion(206, 255, Fraction(223, 255)).share_of_due) == Decimal("92.4")
    assert Completion(206, 255, Fraction(223, 255)).due == 223


def test_starts_that_are_due_by_september() -> None:
    august = time_share(8, due_month=9)
    gap = Completion(Decimal("96.55"), 100, august).pace_gap
    assert gap is not None
    assert percent(august) == Decimal("88.9")
    assert percent(gap) == Decimal("7.7")
    assert round_half_up(gap * 100, 2) == Decimal("7.66")


def test_high_tech_output_of_the_article() -> None:
    assert percent(Completion(Decimal("2053.8"), 2904, Fraction(1)).share) == Decimal("70.7")


@pytest.mark.parametrize(
    ("actual", "target", "share", "due", "share_of_due"),
    [
        (None, 10, None, 5, None),
        (3, None, None, None, None),
        (None, None, None, None, None),
        (3, 0, None, 0, None),
        (0, 10, 0, 5, 0),
        (12, 10, Fraction(6, 5), 5, Fraction(12, 5)),
    ],
)
def test_missing_is_never_zero(
    actual: int | None,
    target: int | None,
    share: Fraction | None,
    due: Fraction | None,
    share_of_due: Fraction | None,
) -> None:
    completion = Completion(actual, target, Fraction(1, 2))
    assert completion.share == share
    assert completion.due == due
    assert completion.share_of_due == share_of_due
    assert completion.pace_gap == (None if share is None else share - Fraction(1, 2))


def test_nothing_is_due_before_the_year() -> None:
    completion = Completion(1, 10, Fraction(0))
    assert completion.due == 0
    assert completion.share_of_due is None
    assert completion.pace_gap == Fraction(1, 10)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], Sum(None, 0, 0)),
        ([None, None], Sum(None, 0, 2)),
        ([0, None], Sum(0, 1, 1)),
        ([2, 3, None], Sum(5, 2, 1)),
        ([Decimal("0.1"), Decimal("0.25"), 1], Sum(Decimal("1.35"), 3, 0)),
        ([Decimal("1E+2"), 1], Sum(Decimal(101), 2, 0)),
        ([Decimal("1E+27"), Decimal("0.01")], Sum(Decimal("1000000000000000000000000000.01"), 2, 0)),
    ],
)
def test_a_sum_says_of_how_many(values: list[Amount | None], expected: Sum) -> None:
    assert add(values) == expected


@pytest.mark.parametrize(
    ("months", "due_month", "share"),
    [
        (0, 12, Fraction(0)),
        (9, 12, Fraction(3, 4)),
        (12, 12, Fraction(1)),
        (8, 9, Fraction(8, 9)),
        (9, 9, Fraction(1)),
        (11, 9, Fraction(1)),
    ],
)
def test_time_passes_month_by_month(months: int, due_month: int, share: Fraction) -> None:
    assert time_share(months, due_month) == share


def test_an_indicator_may_follow_its_own_curve() -> None:
    curve = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 200]
    assert [time_share(months, curve=curve) for months in (0, 1, 2, 12, 13)] == [0, 0, Fraction(1, 20), 1, 1]
    assert time_share(2, curve=curve, target=100) == Fraction(1, 10)
    assert time_share(12, curve=curve, target=100) == 1
    assert time_share(6, curve=[0] * 12) == Fraction(1, 2)


@pytest.mark.parametrize(("due_month", "curve"), [(0, None), (13, None), (12, [1, 2, 3])])
def test_a_plan_that_is_no_plan_is_a_fault_of_the_caller(due_month: int, curve: list[int] | None) -> None:
    with pytest.raises(ValueError, match=r"due month|a curve"):
        time_share(1, due_month, curve)


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(-1, 50), 1, "0.0"),
        (Fraction(1, 3), 4, "0.3333"),
        (Decimal("2.675"), 2, "2.68"),
        (Fraction(5, 2), 0, "3"),
        (7, 1, "7.0"),
        (10**30 + Fraction(1, 2), 0, str(10**30 + 1)),
    ],
)
def test_a_half_is_rounded_up_once(value: Fraction | Decimal | int, places: int, rounded: str) -> None:
    assert str(round_half_up(value, places)) == rounded


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_by_half_a_place_at_most(value: Fraction, places: int) -> None:
    with localcontext(prec=3):
        rounded = Fraction(round_half_up(value, places))
    assert abs(rounded - value) * 10**places <= Fraction(1, 2)
    assert round_half_up(-value, places) == round_half_up(value, places).copy_negate()


@pytest.mark.parametrize(
    ("published", "computed", "off"), [(2389, 2388, 1), (5, 5, 0), (None, 5, None), (5, None, None)]
)
def test_a_published_total_is_compared(published: int | None, computed: int | None, off: int | None) -> None:
    assert difference(published, computed) == off
