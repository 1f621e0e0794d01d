"""When a plan falls due: on a day, or by the end of a month, a quarter or a year that a calendar names apart."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from projects.rules.periods import first_day, last_day, month_end, month_start, quarter_of
from projects.vocabulary import Precision

DAYS_OF_WEEK = 7
_QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Weeks:
    """A month as weeks from Monday on; None for the days of other months."""

    rows: tuple[tuple[date | None, ...], ...]

    @classmethod
    def of(cls, month: date) -> "Weeks":
        blank, count = monthrange(month.year, month.month)
        days: list[date | None] = [None] * blank + [
            date(month.year, month.month, day + 1) for day in range(count)
        ]
        days += [None] * (-len(days) % DAYS_OF_WEEK)
        return cls(tuple(tuple(days[at : at + DAYS_OF_WEEK]) for at in range(0, len(days), DAYS_OF_WEEK)))


def vague_span(month: date, precision: Precision) -> tuple[date, date]:
    """The last possible days of plans of this precision that concern the month: both ends are included.

    A plan for the third quarter concerns July, August and September; one “not later than” a day that day's month.
    """
    if precision in (Precision.DAY, Precision.NOT_LATER):
        return month_start(month), month_end(month)
    first = first_day(month, precision) or month_start(month)
    return first, last_day(month, precision)


def by_when(day: date, precision: Precision) -> str:
    """10月内, 第四季度内, 2026年内, 10月15日前: without the year, which the page states. A tighter bound is stated."""
    if precision == Precision.NOT_LATER:
        return f"{day.month}月{day.day}日前"
    period = {
        Precision.MONTH: f"{day.month}月内",
        Precision.QUARTER: f"第{_QUARTERS[quarter_of(day) - 1]}季度内",
        Precision.YEAR: f"{day.year}年内",
    }.get(precision)
    if period is None:
        return f"{day.month}月{day.day}日"
    return period if day == last_day(day, precision) else f"{period}（不晚于{day.month}月{day.day}日）"
