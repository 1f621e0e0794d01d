"""The lights, by the wording of the published rules."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from projects.vocabulary import Light, LightFamily, Stage

from . import days
from .judging import Awaited, ProjectOnDay, moved
from .records import RuleRecord

PACE = {LightFamily.POINTS_BEHIND.value, LightFamily.SHARE_OF_DUE.value}


def rule_in_force(rules: list[RuleRecord], day: date, families: set[str]) -> RuleRecord | None:
    """The newest that applies; of two of one day the one whose family comes first."""
    best: RuleRecord | None = None
    for rule in rules:
        if rule.family not in families or rule.applies_from > day:
            continue
        if best is None or (rule.applies_from, best.family) > (best.applies_from, rule.family):
            best = rule
    return best


def light_of_waiting(waiting: Awaited | None, rules: list[RuleRecord], day: date) -> Light:
    """The light of an overdue start or entry; NONE without a rule."""
    if waiting is None:
        return Light.NONE
    rule = rule_in_force(rules, day, {waiting.family})
    if rule is None:
        return Light.NONE
    months, red = waiting.months, exact(rule.red)
    if months > red or (months == red and waiting.family == LightFamily.START_OVERDUE):
        return Light.RED
    return Light.YELLOW if months >= exact(rule.yellow) else Light.GREEN


def light_of_pace(rule: RuleRecord | None, share: Fraction | None, time: Fraction) -> Light:
    """By points behind the time, or by the share of what is due by now."""
    if rule is None or share is None:
        return Light.NONE
    yellow, red = exact(rule.yellow), exact(rule.red)
    if rule.family == LightFamily.POINTS_BEHIND:
        behind = (time - share) * 100
        if behind <= 0:
            return Light.GREEN
        if behind < yellow:
            return Light.UNDEFINED
        return Light.YELLOW if behind <= red else Light.RED
    if time == 0:
        return Light.NONE
    percent = share / time * 100
    if percent < red:
        return Light.RED
    return Light.YELLOW if percent < yellow else Light.GREEN


def month_of_pace(
    rule: RuleRecord | None, shares: tuple[Fraction | None, Fraction | None], time: Fraction
) -> tuple[Light, bool]:
    """The light of a month by its own numbers, at either end, and whether nothing is behind."""
    least, most = (light_of_pace(rule, share, time) for share in shares)
    caught_up = all(share is not None and share >= time for share in shares)
    return (least if least == most else Light.PENDING), caught_up


def carried_on(rule: RuleRecord | None, months: list[tuple[Light, bool]]) -> Light:
    """The light of the last month: one that is still behind keeps its light, and after so many it is red."""
    lit: list[bool] = []
    light = Light.NONE
    for light, caught_up in months:
        if rule is None:
            continue
        was_lit = bool(lit) and lit[-1]
        if rule.until_green and was_lit and light in (Light.GREEN, Light.UNDEFINED) and not caught_up:
            light = Light.YELLOW
        lit.append(light in (Light.YELLOW, Light.RED))
        running = len(lit) - max((at for at, is_lit in enumerate(lit, 1) if not is_lit), default=0)
        if light == Light.YELLOW and rule.red_after and running >= rule.red_after:
            light = Light.RED
    return light


def light_of_growth(rule: RuleRecord, actual: int | None, before: int | None) -> Light:
    if actual is None or not before:
        return Light.NONE
    percent = Fraction(actual * 100, before) - 100
    if percent < exact(rule.red):
        return Light.RED
    return Light.YELLOW if percent < exact(rule.yellow) else Light.GREEN


def graver(first: Light, second: Light) -> Light:
    for light in (Light.RED, Light.YELLOW, Light.GREEN, Light.UNDEFINED):
        if light in (first, second):
            return light
    return Light.NONE


def exact(threshold: Decimal) -> Fraction:
    return Fraction(threshold)


def light_of_late_start(project: ProjectOnDay, rules: list[RuleRecord], day: date) -> Light:
    """Of a start whose planned day has passed, by the months that have begun since."""
    planned = project.stages[Stage.STARTED].row.current_on
    assert planned is not None
    months = days.calendar_months_between(moved(planned, project.row.spans, day), day)
    light = light_of_waiting(Awaited(LightFamily.START_OVERDUE, months), rules, day)
    return light if light in (Light.YELLOW, Light.RED) else Light.NONE
