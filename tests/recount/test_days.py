"""The recount's own calendar."""

from datetime import date
from fractions import Fraction

import pytest

from projects.recount import days

SPANS = [(date(2024, 3, 1), date(2024, 7, 1), "paused"), (date(2024, 9, 10), date.max, "terminated")]


@pytest.mark.parametrize(
    ("since", "day", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), 1),  # the last day of a shorter month
        (date(2024, 1, 31), date(2024, 3, 1), 1 + Fraction(1, 31)),
        (date(2024, 11, 15), date(2025, 1, 15), 2),
        (date(2024, 11, 15), date(2025, 1, 14), 1 + Fraction(30, 31)),
        (date(2024, 5, 1), date(2024, 5, 1), 0),
        (date(2024, 5, 2), date(2024, 5, 1), 0),
    ],
)
def test_months_between_two_days(since: date, day: date, months: Fraction) -> None:
    assert days.months_between(since, day) == months


def test_a_month_is_over_on_its_last_day() -> None:
    assert [days.months_over(date(2024, 9, day)) for day in (1, 29, 30)] == [8, 8, 9]
    assert days.months_over(date(2024, 12, 31)) == 12
    assert days.months_over(date(2024, 1, 30)) == 0


def test_the_day_on_which_a_project_goes_on_is_a_working_day() -> None:
    asked = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 6, 30), date(2024, 7, 1), date(2024, 9, 10)]
    assert [days.state_on(SPANS, day) for day in asked] == ["", "paused", "paused", "", "terminated"]


def test_idle_days_are_those_after_the_first_up_to_the_last() -> None:
    assert days.idle_days(SPANS, date(2024, 2, 29), date(2024, 3, 1)) == 1
    assert days.idle_days(SPANS, date(2024, 3, 1), date(2024, 3, 1)) == 0
    assert days.idle_days(SPANS, date(2024, 6, 29), date(2024, 8, 1)) == 1
    assert days.idle_days(SPANS, date(2024, 1, 1), date(2024, 9, 12)) == 122 + 3
    assert days.idle_days(SPANS, date(2024, 7, 1), date(2024, 9, 9)) == 0
