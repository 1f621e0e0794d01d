"""Overdue starts and entries: whether a project is overdue, by how many months, and the light of the rule.

The start of a project is overdue when the month of its current plan has passed and it has not started. Its entry
in the statistics is overdue when a month has passed since the start. Only one of them applies at a time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from projects.rules import lights
from projects.rules.lifecycle import Standstill, Step, passing, side_state_on
from projects.rules.periods import elapsed_months
from projects.vocabulary import Indicator, Light, LightFamily, Stage

FAMILY_OF_INDICATOR = {
    Indicator.STARTED: LightFamily.START_OVERDUE,
    Indicator.ENTERED: LightFamily.ENTRY_OVERDUE,
}

LIT = (Light.YELLOW, Light.RED)


@dataclass(frozen=True, slots=True)
class Overdue:
    """The result of a rule for one project. `months`: whole months, counted as in `months_overdue`."""

    family: LightFamily
    months: int
    light: Light

    @property
    def words(self) -> str:
        if self.family == LightFamily.START_OVERDUE:
            return f"开工逾期 {self.months} 个月"
        return f"开工 {self.months} 个月未入库"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The stage that a project waits for, and since when: the planned day of its start, or the day it started."""

    family: LightFamily
    since: date


def waiting(steps: Mapping[Stage, Step], day: date) -> Waiting | None:
    """The stage that a project waits for on the day; None without a planned start, or after the entry.

    A project that passed the start without a recorded day is not counted, nor one whose start or entry may have
    been reached by the day: a light needs certainty.
    """
    start = steps.get(Stage.STARTED)
    if start is None or start.skipped:
        return None
    if start.reached_by(day):
        entry = steps.get(Stage.ENTERED)
        done = entry is not None and (entry.skipped or _perhaps_reached(entry, day))
        return (
            None if done or start.reached_on is None else Waiting(LightFamily.ENTRY_OVERDUE, start.reached_on)
        )
    passed = any(_perhaps_reached(steps[stage], day) for stage in passing(Stage.STARTED) if stage in steps)
    planned = start.current_on
    return None if passed or planned is None else Waiting(LightFamily.START_OVERDUE, planned)


def _perhaps_reached(step: Step, day: date) -> bool:
    return step.reached_by(day) is not False


def months_overdue(
    found: Waiting, day: date, standstills: Collection[Standstill] = ()
) -> int | Fraction | None:
    """The number of months by which a start or an entry is overdue; None while the project is paused or terminated.

    A start: calendar months since the planned one. Planned for any day of May it is 0 until 31 May, 1 in June (the
    month has passed), 3 in August (three months running). An entry: months since the start, unrounded.
    Days in a standstill do not count: the first day of the count moves by their number.
    """
    if side_state_on(standstills, day) is not None:
        return None
    idle = sum(standstill.days_within(found.since, day) for standstill in standstills)
    since = found.since + timedelta(days=idle)
    if found.family == LightFamily.START_OVERDUE:
        return max(0, (day.year - since.year) * 12 + day.month - since.month)
    return elapsed_months(since, day)


def rule_of(rules: Iterable[lights.Rule], family: LightFamily, day: date) -> lights.Rule | None:
    """The version of the family's rule that is in force on the day."""
    return lights.in_force(rules, day, {family})


def judge(
    found: Waiting | None, rules: Iterable[lights.Rule], day: date, standstills: Collection[Standstill] = ()
) -> Overdue | None:
    """The light of a project by the rule in force on the day; None when it is neither yellow nor red."""
    if found is None:
        return None
    months = months_overdue(found, day, standstills)
    light = lights.judge_months(rule_of(rules, found.family, day), months)
    return Overdue(found.family, int(months or 0), light) if light in LIT else None


def light_of_late_start(rules: Collection[lights.Rule], day: date, found: Overdue | None, days: int) -> Light:
    """The light of a late start: by the rule where one is in force, otherwise by the number of days.

    Where the rule gives no light yet (the month has not passed) the delay is shown without a colour.
    """
    if rule_of(rules, LightFamily.START_OVERDUE, day) is None:
        return lights.of_days_late(days)
    return found.light if found and found.family == LightFamily.START_OVERDUE else Light.NONE


@dataclass(frozen=True, slots=True)
class OverdueCount:
    """Number of projects of a scope with a yellow and with a red light."""

    rule: lights.Rule
    yellow: int
    red: int

    @property
    def light(self) -> Light:
        """The worst light among the projects."""
        return Light.RED if self.red else Light.YELLOW if self.yellow else Light.NONE

    @property
    def words(self) -> str:
        """2 个项目开工逾期 3 个月以上，另有 1 个项目开工逾期 1 个月以上."""
        yellow, red = (_plain(threshold) for threshold in (self.rule.yellow, self.rule.red))
        if self.rule.family == LightFamily.START_OVERDUE:
            parts = (f"开工逾期 {red} 个月以上", f"开工逾期 {yellow} 个月以上")
        else:
            parts = (f"开工超过 {red} 个月未入库", f"开工满 {yellow} 个月未入库")
        graver = f"{self.red} 个项目{parts[0]}" if self.red else ""
        lesser = f"{self.yellow} 个项目{parts[1]}" if self.yellow else ""
        return "，另有 ".join(filter(None, (graver, lesser)))


def _plain(threshold: Decimal) -> str:
    return f"{threshold.normalize():f}"


def worst(first: Light, second: Light) -> Light:
    """The worse of two lights; a coloured one is worse than one without a colour."""
    return max(first, second, key=(Light.NONE, Light.UNDEFINED, Light.GREEN, Light.YELLOW, Light.RED).index)
