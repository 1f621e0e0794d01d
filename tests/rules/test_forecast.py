"""Ranges of counts and amounts to come, and the judgement of their past."""

from math import comb

import pytest

from projects.rules.forecast import ERRORS, Spread, TrackRecord, amount_spread, count_spread


def seen(*chances: float) -> list[tuple[float, tuple[float, ...]]]:
    """The chances, and no doubt about them."""
    return [(1.0, chances)]


def test_a_count_of_equal_chances_is_the_binomial() -> None:
    """Of ten with 0.3 each: 0.233 for 2, 0.267 for 3, 0.200 for 4, 0.121 for 1."""
    assert comb(10, 3) * 0.3**3 * 0.7**7 + comb(10, 2) * 0.3**2 * 0.7**8 == pytest.approx(0.5003, abs=1e-4)
    assert count_spread(5, seen(*[0.3] * 10)) == Spread(8, (7, 8), (6, 9))


def test_different_chances_are_convolved_exactly() -> None:
    # By hand: 0: 0.9·0.5·0.2 = 0.09; 1: 0.1·0.5·0.2 + 0.9·0.5·0.2 + 0.9·0.5·0.8 = 0.46; 2: 0.41; 3: 0.04.
    assert count_spread(0, seen(0.1, 0.5, 0.8)) == Spread(1, (1, 2), (1, 2))


def test_what_is_certain_has_no_range() -> None:
    assert count_spread(3, seen(1.0, 1.0, 0.0)) == Spread(5, (5, 5), (5, 5))
    assert count_spread(3, seen()) == Spread(3, (3, 3), (3, 3))


def test_doubt_about_the_chances_widens_the_range() -> None:
    """A quarter each for none, and for all of four; the rest for two of four."""
    views = [(0.25, (0.0,) * 4), (0.5, (1.0, 1.0, 0.0, 0.0)), (0.25, (1.0,) * 4)]

    assert count_spread(0, views) == Spread(2, (2, 2), (0, 4))


def test_the_points_of_a_normal_distribution_have_its_moments() -> None:
    moments = [sum(weight * errors**power for weight, errors in ERRORS) for power in range(6)]

    assert moments == pytest.approx([1, 0, 1, 0, 3, 0])


def test_an_amount_without_skew_is_normal() -> None:
    spread = amount_spread(1000, mean=500, variance=100**2, third=0)

    assert spread == Spread(1500, (1433, 1567), (1372, 1628))


def test_a_skewed_amount_has_its_long_end_above() -> None:
    """Cornish–Fisher for a gamma of shape 4 (skew 1): z + (z² − 1) ÷ 6."""
    spread = amount_spread(0, mean=4000, variance=4 * 1000**2, third=8 * 1000**3)

    assert spread.middle == 4000 - round(2000 / 6)
    assert spread.most == (
        round(4000 + 2000 * (-1.28155 + 0.64237 / 6)),
        round(4000 + 2000 * (1.28155 + 0.64237 / 6)),
    )


def test_an_amount_never_falls_below_what_is_reached() -> None:
    assert amount_spread(700, mean=10, variance=100**2, third=0).most[0] == 700


@pytest.mark.parametrize(
    ("cases", "kept", "is_kept"),
    [
        (12, 8, False),
        (12, 9, True),
        (12, 10, True),
        (12, 11, False),
        (11, 9, False),
        (20, 18, True),
        (0, 0, False),
    ],
)
def test_ranges_are_believed_where_seven_to_nine_of_ten_kept(cases: int, kept: int, is_kept: bool) -> None:
    assert TrackRecord(cases, kept).is_kept is is_kept


def test_a_record_counts_the_outcomes_within_the_range() -> None:
    spread = Spread(5, (4, 6), (3, 8))

    assert TrackRecord.of([(spread, 3), (spread, 8), (spread, 9), (spread, 2)]) == TrackRecord(4, 2)
