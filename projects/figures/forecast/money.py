"""How much will have been invested: from the pace of each project's own reports, and how far such paces carried.

A project that reported something in the last three months is expected to go on at that pace; one that did not, at the
share of its plan that others in the same position came to. How far single projects and whole months missed this in the
past gives the range.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from projects.figures.forecast.knowledge import Knowledge
from projects.rules import periods
from projects.rules.forecast import Spread, amount_spread

PACE_MONTHS = 3
LEAST_KNOWN = 20
"""Windows of a kind without which nothing is said."""


class Window(NamedTuple):
    """What a project came to in some months after one: `expected` yuan by its pace, or its plan where it had none."""

    month: date
    moving: bool
    expected: float
    plan: int
    came: int


@dataclass(frozen=True, slots=True)
class MoneyOutlook:
    """`unplanned`: projects of the list without a plan of the year, of which no pace is known."""

    reached: int
    spread: Spread | None
    unplanned: int


@dataclass(frozen=True, slots=True)
class _Pace:
    """What windows of one kind came to for each yuan expected, and how far one missed that, in shares of its plan."""

    carried: float
    variance: float
    third: float


def money_outlook(known: Knowledge, until: date) -> MoneyOutlook:
    """Of the projects on the list, by a later day of the same year."""
    ahead, month = until.month - known.as_of.month, known.as_of.replace(day=1)
    reached = sum(invested_in_year(known, project) for project in known.listed)
    now = [window for project in sorted(known.listed) if (window := _window(known, project, month, ahead))]
    year = known.as_of.year
    unplanned = sum((project, year) not in known.plans for project in known.listed)
    return MoneyOutlook(reached, _spread(reached, now, _past(known, ahead)), unplanned)


def invested_in_year(known: Knowledge, project: int) -> int:
    """Approved yuan from January to the day."""
    held = (*known.reports.get(project, {}).items(), *known.openings.get(project, {}).items())
    return sum(amount for month, amount in held if month.year == known.as_of.year)


def _spread(reached: int, now: list[Window], past: list[Window]) -> Spread | None:
    """None where windows of a kind that is met now are too few."""
    paces: dict[bool, _Pace] = {}
    for moving in {window.moving for window in now}:
        of_kind = [window for window in past if window.moving == moving]
        if len(of_kind) < LEAST_KNOWN or not sum(window.expected for window in of_kind):
            return None
        paces[moving] = _pace(of_kind)
    mean = sum(paces[window.moving].carried * window.expected for window in now)
    variance = sum(paces[window.moving].variance * window.plan**2 for window in now)
    third = sum(paces[window.moving].third * window.plan**3 for window in now)
    together = _together(past, paces) * sum(window.plan for window in now) ** 2
    return amount_spread(reached, mean, variance + together, third)


def _pace(windows: list[Window]) -> _Pace:
    carried = sum(window.came for window in windows) / sum(window.expected for window in windows)
    missed = [window.came - carried * window.expected for window in windows]

    squares, cubes = sum(each**2 for each in missed), sum(each**3 for each in missed)
    return _Pace(
        carried,
        squares / sum(window.plan**2 for window in windows),
        cubes / sum(window.plan**3 for window in windows),
    )


def _together(past: Iterable[Window], paces: Mapping[bool, _Pace]) -> float:
    """How far all projects missed their pace together, squared, in shares of their plans: what single ones explain
    is taken off.
    """
    shares = []
    for _, group in groupby(past, key=lambda window: window.month):
        windows = [window for window in group if window.moving in paces]
        if not windows:
            continue
        missed = sum(window.came - paces[window.moving].carried * window.expected for window in windows)
        alone = sum(paces[window.moving].variance * window.plan**2 for window in windows)
        shares.append((missed**2 - alone) / sum(window.plan for window in windows) ** 2)
    return max(0.0, sum(shares) / len(shares)) if shares else 0.0


def _past(known: Knowledge, ahead: int) -> list[Window]:
    """Every window of projects with a plan of the year that was over by the day; by month.

    A project is in a window once it has reported: before, nobody may have asked it to.
    """
    windows = []
    for year in sorted({year for _, year in known.plans}):
        planned = sorted(project for project, of in known.plans if of == year)
        for month in periods.months_of(year)[: 12 - ahead]:
            if month.replace(month=month.month + ahead) > known.as_of:
                break
            for project in planned:
                if any(first <= month for first in known.reports.get(project, {})):
                    windows += [window] if (window := _window(known, project, month, ahead)) else []
    return windows


def _window(known: Knowledge, project: int, month: date, ahead: int) -> Window | None:
    """From the end of the month on; None for a project without a plan of the year."""
    plan, months = known.plans.get((project, month.year)), known.reports.get(project, {})
    if not plan:
        return None
    pace = _pace_at(months, month)
    later = periods.months_of(month.year)[month.month : month.month + ahead]
    came = sum(months.get(each, 0) for each in later)
    return Window(month, pace > 0, pace * ahead if pace > 0 else float(plan), plan, came)


def _pace_at(months: Mapping[date, int], month: date) -> float:
    """Yuan a month, over the last three up to this one that were reported."""
    known = [months[each] for each in _up_to(month) if each in months]
    return sum(known) / len(known) if known else 0.0


def _up_to(month: date) -> list[date]:
    count = month.year * 12 + month.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(PACE_MONTHS)]
