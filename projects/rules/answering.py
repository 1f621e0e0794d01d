"""Which unit answered on a day: a project keeps its former units, each with the day it ended.

A unit keeps the units that it stood under before in the same way.
"""

from collections.abc import Sequence
from datetime import date

from projects.rules.broken import RuleBroken

ANSWERING = "责任单位"
HANDED_ON_AHEAD = f"{ANSWERING}变更日期不能晚于今天。"

type FormerUnit = Sequence[int | str | None]
"""The unit's number (None: nobody was named), and the day from which the next unit answered, as text."""


def handed_over(
    former: Sequence[FormerUnit],
    before: int | None,
    now: int | None,
    *,
    on: date,
    today: date,
    what: str = ANSWERING,
) -> list[FormerUnit]:
    """The former units after `now` has taken the project over from `before`, from the day `on`.

    A unit that answered for no day is left out. Raises RuleBroken, which calls the unit `what`, for a day in the future
    or before the last move.
    """
    if on > today:
        raise RuleBroken(f"{what}变更日期不能晚于今天。")
    last = former[-1] if former else None
    if last is not None and on < date.fromisoformat(str(last[1])):
        raise RuleBroken(f"{what}变更日期不能早于上一次变更（{last[1]}）。")
    day = on.isoformat()
    if last is None or last[1] != day:
        return [*former, [before, day]]
    return list(former[:-1]) if last[0] == now else list(former)


def unit_on(former: Sequence[FormerUnit], now: int | None, day: date) -> int | None:
    """Who answered on the day; `now`: who answers since the last move."""
    for unit, until in former:
        if day.isoformat() < str(until):
            return None if unit is None else int(unit)
    return now


def changed_from(
    before: tuple[Sequence[FormerUnit], int | None], after: tuple[Sequence[FormerUnit], int | None]
) -> date | None:
    """The first day on which the two differ; each is the former units and the unit of today.

    None where none does, and where nobody has moved: a unit that is corrected for all days is no move.
    """
    moves = {date.fromisoformat(str(until)) for former, _ in (before, after) for _, until in former}
    days = sorted({date.min, *moves}) if moves else []
    return next((day for day in days if unit_on(*before, day) != unit_on(*after, day)), None)
