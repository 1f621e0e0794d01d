from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from projects.rules.completion import Completion
from projects.rules.lights import Rule, in_force, is_ordered, judge, judge_months, of_days_late
from projects.vocabulary import Light, LightFamily


def rule(family: LightFamily, yellow: int, red: int, applies_from: date = date(2024, 1, 1)) -> Rule:
    return Rule(family, Decimal(yellow), Decimal(red), applies_from)


BEHIND = rule(LightFamily.POINTS_BEHIND, 10, 30)
SHARE = rule(LightFamily.SHARE_OF_DUE, 80, 60)
START = rule(LightFamily.START_OVERDUE, 1, 3)
ENTRY = rule(LightFamily.ENTRY_OVERDUE, 1, 2)


@pytest.mark.parametrize(
    ("actual", "light"),
    [
        (501, Light.GREEN),
        (500, Light.GREEN),
        (499, Light.UNDEFINED),
        (401, Light.UNDEFINED),
        (400, Light.YELLOW),
        (200, Light.YELLOW),
        (199, Light.RED),
        (0, Light.RED),
        (None, Light.NONE),
    ],
)
def test_points_behind_half_a_year_of_1000(actual: int | None, light: Light) -> None:
    assert judge(BEHIND, Completion(actual, 1000, Fraction(1, 2))) == light


def test_points_behind_are_compared_unrounded() -> None:
    # 9.9999 points behind would be printed as 10.0.
    assert judge(BEHIND, Completion(400_001, 1_000_000, Fraction(1, 2))) == Light.UNDEFINED
    assert judge(BEHIND, Completion(199_999, 1_000_000, Fraction(1, 2))) == Light.RED


@pytest.mark.parametrize(
    ("actual", "light"),
    [
        (600, Light.GREEN),
        (400, Light.GREEN),
        (399, Light.YELLOW),
        (300, Light.YELLOW),
        (299, Light.RED),
        (0, Light.RED),
        (None, Light.NONE),
    ],
)
def test_share_of_the_500_that_were_due(actual: int | None, light: Light) -> None:
    assert judge(SHARE, Completion(actual, 1000, Fraction(1, 2))) == light


@pytest.mark.parametrize("by", [BEHIND, SHARE])
def test_an_unknown_target_has_no_light(by: Rule) -> None:
    assert judge(by, Completion(5, None, Fraction(1, 2))) == Light.NONE


def test_nothing_due_has_no_share() -> None:
    assert judge(SHARE, Completion(0, 1000, Fraction(0))) == Light.NONE
    assert judge(BEHIND, Completion(0, 1000, Fraction(0))) == Light.GREEN


@pytest.mark.parametrize(
    ("by", "months", "light"),
    [
        (START, None, Light.NONE),
        (START, 0, Light.GREEN),
        (START, 1, Light.YELLOW),
        (START, 2, Light.YELLOW),
        (START, 3, Light.RED),
        (ENTRY, Fraction(30, 31), Light.GREEN),
        (ENTRY, 1, Light.YELLOW),
        (ENTRY, 2, Light.YELLOW),
        (ENTRY, 2 + Fraction(1, 31), Light.RED),
        (ENTRY, 3, Light.RED),
    ],
)
def test_overdue_months(by: Rule, months: int | Fraction | None, light: Light) -> None:
    assert judge_months(by, months) == light


def test_an_accepted_reason_takes_the_light_away() -> None:
    assert judge(BEHIND, Completion(0, 10, Fraction(1)), excused=True) == Light.NONE
    assert judge_months(START, 5, excused=True) == Light.NONE


def test_no_rule_no_light() -> None:
    assert judge(None, Completion(0, 10, Fraction(1))) == Light.NONE
    assert judge_months(None, 5) == Light.NONE


def test_a_rule_judges_its_own_kind_only() -> None:
    with pytest.raises(ValueError, match="use judge_months"):
        judge(START, Completion(0, 10, Fraction(1)))
    with pytest.raises(ValueError, match="use judge"):
        judge_months(BEHIND, 2)


@pytest.mark.parametrize(
    ("day", "yellow"),
    [(date(2023, 12, 31), None), (date(2024, 1, 1), 10), (date(2024, 6, 30), 10), (date(2024, 7, 1), 12)],
)
def test_the_latest_version_is_in_force(day: date, yellow: int | None) -> None:
    rules = [rule(LightFamily.POINTS_BEHIND, 12, 30, date(2024, 7, 1)), START, BEHIND]
    found = in_force(rules, day, {LightFamily.POINTS_BEHIND, LightFamily.SHARE_OF_DUE})
    assert (found and found.yellow) == yellow


@pytest.mark.parametrize(
    ("family", "yellow", "red", "ordered"),
    [
        (LightFamily.POINTS_BEHIND, "10", "30", True),
        (LightFamily.POINTS_BEHIND, "30", "10", False),
        (LightFamily.SHARE_OF_DUE, "80", "60", True),
        (LightFamily.SHARE_OF_DUE, "60", "80", False),
        (LightFamily.SHARE_OF_DUE, None, "80", True),
    ],
)
def test_red_is_the_graver_threshold(family: str, yellow: str | None, red: str, ordered: bool) -> None:
    assert is_ordered(family, Decimal(yellow) if yellow else None, Decimal(red)) is ordered


@pytest.mark.parametrize(
    ("days", "light"), [(0, Light.GREEN), (1, Light.YELLOW), (30, Light.YELLOW), (31, Light.RED)]
)
def test_the_light_of_a_late_milestone(days: int, light: Light) -> None:
    assert of_days_late(days) == light
