"""The calendar as the recount needs it, in plain loops."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

type Span = tuple[date, date, str]
"""The day on which a project stopped, the day on which it went on, and the side state between."""


def month_end(day: date) -> date:
    while (day + timedelta(days=1)).month == day.month:
        day += timedelta(days=1)
    return day


def earliest(day: date, precision: str) -> date:
    """The first day that a day known to the precision may mean; any day at all where it is only a limit."""
    if precision == "not_later":
        return date.min
    months = {"month": 1, "quarter": 3, "year": 12}.get(precision)
    if months is None:
        return day
    month = day.month
    while (month - 1) % months:
        month -= 1
    return date(day.year, month, 1)


def months_over(day: date) -> int:
    """How many months of its year have ended on the day; a month has ended on its last day."""
    return day.month if day == month_end(day) else day.month - 1


def same_day_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    last = month_end(date(year, month, 1)).day
    return date(year, month, min(day.day, last))


def months_between(since: date, day: date) -> Fraction:
    """Whole months, and the days left over as a share of the month that they lie in; 0 unless `day` is later."""
    if day <= since:
        return Fraction(0)
    whole = 0
    while same_day_later(since, whole + 1) <= day:
        whole += 1
    begun, ends = same_day_later(since, whole), same_day_later(since, whole + 1)
    return whole + Fraction((day - begun).days, (ends - begun).days)


def calendar_months_between(since: date, day: date) -> int:
    """How many times a new month has begun after the month of `since`."""
    return max(0, (day.year * 12 + day.month) - (since.year * 12 + since.month))


def state_on(spans: Iterable[Span], day: date) -> str:
    """The side state on the day, "" while the project goes on; on the day it goes on it works again."""
    for since, until, state in spans:
        if since <= day < until:
            return state
    return ""


def idle_days(spans: Iterable[Span], after: date, day: date) -> int:
    """How many of the days after `after`, up to and with `day`, lie in a span."""
    spans, idle, at = list(spans), 0, after + timedelta(days=1)
    if not any(since <= day and until > after for since, until, _ in spans):
        return 0
    while at <= day:
        if state_on(spans, at):
            idle += 1
        at += timedelta(days=1)
    return idle
