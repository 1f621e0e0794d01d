"""Traffic lights (红黄绿灯): apply the thresholds of light rules, which are data, to completion rates and delays."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from projects.rules.completion import Completion
from projects.vocabulary import Light, LightFamily


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one published rule.

    `yellow` and `red` are percentage points (POINTS_BEHIND), percent (SHARE_OF_DUE, GROWTH) or months (the overdue
    families). Of the families that judge a pace: after `red_after` months running with a light yellow turns red;
    `until_green`: a light goes on until nothing is behind; `steps`: what follows the first red light of a year, the
    second and so on.
    """

    family: LightFamily
    yellow: Decimal
    red: Decimal
    applies_from: date
    red_after: int | None = None
    until_green: bool = False
    steps: tuple[str, ...] = ()

    @property
    def has_memory(self) -> bool:
        """Whether the months before decide, too."""
        return self.red_after is not None or self.until_green or bool(self.steps)


PACE_FAMILIES = frozenset({LightFamily.POINTS_BEHIND, LightFamily.SHARE_OF_DUE})

MEANINGS = {
    LightFamily.POINTS_BEHIND: "单位：百分点。完成率落后时间进度达黄灯值亮黄灯，超过红灯值亮红灯；判各单位的各项指标。",
    LightFamily.SHARE_OF_DUE: "单位：%。完成应完成量不到黄灯值亮黄灯，不到红灯值亮红灯；判各单位的各项指标。",
    LightFamily.START_OVERDUE: "单位：个月。计划开工的月份已过仍未开工，从次月起算第 1 个月；满黄灯值、红灯值即亮。",
    LightFamily.ENTRY_OVERDUE: "单位：个月。从开工之日起算仍未入库；满黄灯值亮黄灯，超过红灯值亮红灯。",
    LightFamily.GROWTH: "单位：%。完成投资比上年同期的增幅低于黄灯值亮黄灯，低于红灯值亮红灯，可为负数。",
}
"""The meaning of the thresholds of each family, shown in the form of a rule."""

HOW_THEY_MEET = (
    "前两种只用一种：取适用日期最近的那条。应开工、未入库两种判每个项目，并使所在单位的“新开工”“新入库”按其中最重的一盏亮灯；"
    "项目暂停期间不算。增幅在前两种之外另判完成投资，取较重的一盏。新的一条从适用日期起生效，之前的日期仍按旧的判。"
)


def is_ordered(family: str, yellow: Decimal | None, red: Decimal | None) -> bool:
    """Whether red is the worse threshold: the lower share, or more points or months. True when one is unknown."""
    if yellow is None or red is None:
        return True
    return red <= yellow if family in (LightFamily.SHARE_OF_DUE, LightFamily.GROWTH) else red >= yellow


def in_force(rules: Iterable[Rule], day: date, families: Collection[LightFamily]) -> Rule | None:
    """The rule of these families with the latest `applies_from` that is not after `day`."""
    candidates = [rule for rule in rules if rule.family in families and rule.applies_from <= day]
    return max(candidates, key=lambda rule: rule.applies_from, default=None)


RED_AFTER_DAYS = 30


def of_days_late(days: int) -> Light:
    """The light of one milestone: green when in time, yellow from the first day of delay, red after thirty days."""
    if not days:
        return Light.GREEN
    return Light.RED if days > RED_AFTER_DAYS else Light.YELLOW


def agreed(ends: Iterable[Light]) -> Light:
    """The light that all ends of a number give; PENDING where they differ."""
    found = set(ends)
    return found.pop() if len(found) == 1 else Light.PENDING


def judge(rule: Rule | None, completion: Completion, *, excused: bool = False) -> Light:
    """The light of a completion. NONE without a rule, with an unknown number, or with an accepted reason.

    POINTS_BEHIND (10, 30): on pace or ahead green; behind by less than 10 points UNDEFINED, since the
    published rule leaves that open; from 10 yellow; above 30 red.
    SHARE_OF_DUE (80, 60): below 60 % red, below 80 % yellow. Both compare unrounded values.
    A number known within bounds has the light of both its ends, or PENDING.
    Raises ValueError for a rule that counts months.
    """
    if rule is None or excused:
        return Light.NONE
    if completion.is_pending:
        return agreed(judge(rule, end) for end in completion.ends)
    if rule.family == LightFamily.POINTS_BEHIND:
        return _by_points_behind(rule, completion.pace_gap)
    if rule.family == LightFamily.SHARE_OF_DUE:
        return _by_share_of_due(rule, completion.share_of_due)
    raise ValueError(f"{rule.family} counts months: use judge_months")


def _by_points_behind(rule: Rule, gap: Fraction | None) -> Light:
    if gap is None:
        return Light.NONE
    behind = -gap * 100
    if behind <= 0:
        return Light.GREEN
    if behind < Fraction(rule.yellow):
        return Light.UNDEFINED
    return Light.YELLOW if behind <= Fraction(rule.red) else Light.RED


def _by_share_of_due(rule: Rule, share: Fraction | None) -> Light:
    if share is None:
        return Light.NONE
    percent = share * 100
    if percent < Fraction(rule.red):
        return Light.RED
    return Light.YELLOW if percent < Fraction(rule.yellow) else Light.GREEN


def judge_growth(rule: Rule | None, actual: int | None, before: int | None) -> Light:
    """The light of a sum of the year beside the same one of last year: below −10 % red, below 0 yellow, by a rule of
    (0, −10). NONE without a rule, and where one of them is unknown or last year's is 0.
    """
    if rule is None or actual is None or not before:
        return Light.NONE
    percent = Fraction(actual - before, before) * 100
    if percent < Fraction(rule.red):
        return Light.RED
    return Light.YELLOW if percent < Fraction(rule.yellow) else Light.GREEN


def judge_months(rule: Rule | None, months: int | Fraction | None, *, excused: bool = False) -> Light:
    """The light of something overdue by `months` (`periods.elapsed_months` gives them unrounded).

    START_OVERDUE (1, 3): yellow when the month is due and not started, red from three months running.
    ENTRY_OVERDUE (1, 2): yellow from a month after the start, red *over* two. NONE as in `judge`.
    Raises ValueError for a rule that does not count months.
    """
    if rule is None or excused or months is None:
        return Light.NONE
    if rule.family == LightFamily.START_OVERDUE:
        is_red = months >= Fraction(rule.red)
    elif rule.family == LightFamily.ENTRY_OVERDUE:
        is_red = months > Fraction(rule.red)
    else:
        raise ValueError(f"{rule.family} does not count months: use judge")
    if is_red:
        return Light.RED
    return Light.YELLOW if months >= Fraction(rule.yellow) else Light.GREEN
