"""What the months before make of a light: so many months running, back to green when caught up, repeated red lights."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.rules.completion import round_half_up
from projects.rules.lights import Rule
from projects.vocabulary import Light

LIT = (Light.YELLOW, Light.RED)


@dataclass(frozen=True, slots=True)
class MonthLight:
    """The light of a month by its own numbers; `caught_up`: nothing was behind."""

    light: Light
    caught_up: bool = False


@dataclass(frozen=True, slots=True)
class RunningLight:
    """The light with the months before it, and why it is another one or what follows from it."""

    light: Light
    words: str = ""


def with_months(rule: Rule | None, months: Sequence[MonthLight]) -> RunningLight:
    """The light of the last of the months of a year, January first.

    A month without a light, or with one that is pending, ends a run: only what is certain is carried on.
    """
    if not months:
        return RunningLight(Light.NONE)
    light, lit, reds = months[-1].light, 0, 0
    words: list[str] = []
    if rule is None or not rule.has_memory:
        return RunningLight(light)
    before = Light.NONE
    for month in months:
        light, words = month.light, []
        if _is_kept(rule, month, before):
            light, words = Light.YELLOW, ["还没有追平，仍亮黄灯"]
        lit = lit + 1 if light in LIT else 0
        if rule.red_after and light == Light.YELLOW and lit >= rule.red_after:
            light, words = Light.RED, [f"连续 {lit} 个月亮灯，转为红灯"]
        reds += light == Light.RED
        before = light
    if light == Light.RED and rule.steps:
        words.append(f"今年第 {reds} 次亮红灯：{rule.steps[min(reds, len(rule.steps)) - 1]}")
    return RunningLight(light, "，".join(words))


def _is_kept(rule: Rule, month: MonthLight, before: Light) -> bool:
    """Whether a light goes on although the month alone has none: it is still behind."""
    is_better = month.light in (Light.UNDEFINED, Light.GREEN) and not month.caught_up
    return rule.until_green and before in LIT and is_better


def growth_words(light: Light, actual: int | None, before: int | None) -> str:
    """比上年同期下降 12.5%; "" where growth lights nothing."""
    if light not in LIT or actual is None or not before:
        return ""
    percent = round_half_up(Fraction(actual - before, before) * 100, 1)
    return f"比上年同期{'增长' if percent >= 0 else '下降'} {abs(percent)}%"
