"""Months as weeks, and plans that concern a month without a day of it."""

from datetime import date

import pytest

from projects.rules.due import Weeks, by_when, vague_span
from projects.vocabulary import Precision


def test_a_month_is_weeks_from_monday_on() -> None:
    weeks = Weeks.of(date(2026, 10, 1)).rows

    assert weeks[0] == (
        None,
        None,
        None,
        date(2026, 10, 1),
        date(2026, 10, 2),
        date(2026, 10, 3),
        date(2026, 10, 4),
    )
    assert weeks[-1][-2:] == (date(2026, 10, 31), None)
    assert {len(week) for week in weeks} == {7}
    assert [day for week in weeks for day in week if day] == [date(2026, 10, day) for day in range(1, 32)]


def test_a_month_of_whole_weeks_has_no_blank() -> None:
    weeks = Weeks.of(date(2027, 2, 1)).rows

    assert len(weeks) == 4
    assert None not in weeks[0] + weeks[3]


@pytest.mark.parametrize(
    ("precision", "first", "last"),
    [
        (Precision.MONTH, date(2026, 8, 1), date(2026, 8, 31)),
        (Precision.NOT_LATER, date(2026, 8, 1), date(2026, 8, 31)),
        (Precision.QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        (Precision.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_plan_concerns_every_month_of_its_period(precision: Precision, first: date, last: date) -> None:
    assert vague_span(date(2026, 8, 1), precision) == (first, last)


@pytest.mark.parametrize(
    ("day", "precision", "words"),
    [
        (date(2026, 10, 31), Precision.MONTH, "10月内"),
        (date(2026, 12, 31), Precision.QUARTER, "第四季度内"),
        (date(2026, 12, 31), Precision.YEAR, "2026年内"),
        (date(2026, 9, 30), Precision.YEAR, "2026年内（不晚于9月30日）"),
        (date(2026, 10, 15), Precision.NOT_LATER, "10月15日前"),
        (date(2026, 10, 15), Precision.DAY, "10月15日"),
    ],
)
def test_when_something_is_due_in_words(day: date, precision: Precision, words: str) -> None:
    assert by_when(day, precision) == words
