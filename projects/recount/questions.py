"""What the recount asks where nobody says it: which days, which units, which moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from .days import month_end
from .tables import history_bounds, snapshot

MONTHS, DAYS_WITHIN = 12, 3


@dataclass(frozen=True, slots=True)
class Questions:
    """Days, units (None = the district), units whose staff ask besides the leader, and moments (None = now)."""

    days: Sequence[date]
    units: Sequence[int | None]
    readers: Sequence[int]
    moments: Sequence[datetime | None]


def default_days(today: date, chance: Random) -> list[date]:
    """The newest twelve month ends, and three days within these months."""
    ends = [month_end(today)] if today == month_end(today) else []
    while len(ends) < MONTHS:
        first = (ends[-1] if ends else today).replace(day=1)
        ends.append(first - timedelta(days=1))
    within = [chance.choice(ends).replace(day=chance.randint(2, 27)) for _ in range(DAYS_WITHIN)]
    return sorted({*ends, *within})


def earlier_moment(chance: Random) -> list[datetime]:
    """A moment towards the end of the register's history; none where there is no history."""
    bounds = history_bounds()
    if bounds is None:
        return []
    first, last = bounds
    return [first + (last - first) * chance.uniform(0.75, 0.97)]


def one_unit(chance: Random) -> list[int]:
    """A unit below the district that answers for projects, itself or through a unit below it."""
    now = snapshot(None)
    answering = {
        unit for project in now.projects.values() for unit in now.tree.upwards(project.organisation_id)
    }
    below = sorted(unit for unit in answering if unit != now.tree.root)
    return [chance.choice(below)] if below else []
