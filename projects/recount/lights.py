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
