"""Numbers that are known within bounds only, and what follows from them: a day, a rate, a rank, a light."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from projects.rules import lights
from projects.rules.bounds import Bounds, exact
from projects.rules.completion import PLANS_NEEDED, Completion, is_target, ranks
from projects.rules.periods import happened_by
from projects.vocabulary import Light, LightFamily, Precision

LIMIT = date(2024, 9, 30)
POINTS = lights.Rule(LightFamily.POINTS_BEHIND, Decimal(10), Decimal(30), date(2024, 1, 1))
NINE_MONTHS = Fraction(3, 4)


def test_a_number_is_exact_where_its_ends_agree() -> None:
    assert (Bounds(34, 34).exact, Bounds(34, 34).is_open) == (34, False)
    assert (Bounds(0, 34).exact, Bounds(0, 34).is_open) == (None, True)
    assert (exact(None), exact(Bounds.exactly(0))) == (None, 0)
    assert (Bounds.of(None), Bounds.of(3)) == (None, Bounds(3, 3))


@pytest.mark.parametrize(
    ("precision", "by", "happened"),
    [
        (Precision.YEAR, date(2023, 12, 31), False),
        (Precision.YEAR, date(2024, 1, 1), None),
        (Precision.YEAR, date(2024, 9, 29), None),
        (Precision.YEAR, LIMIT, True),
        (Precision.QUARTER, date(2024, 6, 30), False),
        (Precision.QUARTER, date(2024, 7, 1), None),
        (Precision.MONTH, date(2024, 8, 31), False),
        (Precision.MONTH, date(2024, 9, 1), None),
        (Precision.DAY, date(2024, 9, 29), False),
        (Precision.DAY, LIMIT, True),
        (Precision.NOT_LATER, date(2019, 1, 1), None),
        (Precision.NOT_LATER, LIMIT, True),
    ],
)
def test_between_its_first_and_last_possible_day_it_may_have_happened(
    precision: Precision, by: date, happened: bool | None
) -> None:
    assert happened_by(LIMIT, precision, by) is happened


def test_a_rate_within_bounds_is_a_range() -> None:
    pending = Completion(0, 40, NINE_MONTHS, possible=34)

    assert pending.is_pending
    assert (pending.share, pending.pace_gap, pending.share_of_due) == (None, None, None)
    assert pending.shares == (0, Fraction(34, 40))


def test_a_rate_is_one_where_both_ends_are_the_same() -> None:
    known = Completion(30, 40, NINE_MONTHS, possible=30)

    assert not known.is_pending
    assert (known.share, known.shares) == (Fraction(3, 4), (Fraction(3, 4), Fraction(3, 4)))


@pytest.mark.parametrize(
    ("certain", "possible", "light"),
    [
        (30, 34, Light.GREEN),  # at least on pace
        (0, 17, Light.RED),  # 17 of 40 is more than 30 points behind
        (0, 34, Light.PENDING),
        (29, 30, Light.PENDING),  # a little behind is undefined, on pace is green
    ],
)
def test_a_light_is_shown_where_both_ends_give_it(certain: int, possible: int, light: Light) -> None:
    assert lights.judge(POINTS, Completion(certain, 40, NINE_MONTHS, possible)) == light


def test_without_a_target_nothing_is_pending_but_the_number() -> None:
    assert lights.judge(POINTS, Completion(0, None, NINE_MONTHS, 34)) == Light.NONE
    assert Completion(0, None, NINE_MONTHS, 34).shares is None


def rate(low: int, high: int | None = None) -> tuple[Fraction, Fraction]:
    return Fraction(low, 100), Fraction(low if high is None else high, 100)


@pytest.mark.parametrize(
    ("rates", "places"),
    [
        ([rate(90), rate(50), rate(90), rate(20)], [1, 3, 1, 4]),
        ([rate(90), rate(20, 60), rate(10)], [1, 2, 3]),  # wherever it lies, it is the second
        ([rate(90), rate(20, 60), rate(50)], [1, None, None]),
        ([rate(0, 100), rate(0, 100)], [None, None]),
        ([rate(50, 60), rate(50)], [1, None]),  # they may be equal
        ([], []),
    ],
)
def test_a_rank_is_shown_where_no_other_order_is_possible(
    rates: list[tuple[Fraction, Fraction]], places: list[int | None]
) -> None:
    assert ranks(rates) == places


@pytest.mark.parametrize(
    ("plans", "projects", "is_one"),
    [(1, 94, False), (84, 94, False), (85, 94, True), (9, 10, True), (8, 10, False), (0, 0, False)],
)
def test_plans_are_a_target_where_nine_in_ten_projects_have_one(
    plans: int, projects: int, is_one: bool
) -> None:
    assert is_target(plans, projects, PLANS_NEEDED) is is_one
