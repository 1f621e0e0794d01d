"""Small drawings of the figures: numbers in, the numbers of an SVG out."""

from dataclasses import dataclass
from fractions import Fraction

from django import template

from projects.rules.completion import Completion, round_half_up
from projects.vocabulary import Light

register = template.Library()

TARGET_AT = 80
"""Where the target stands on a bullet graph of width 100: the rest is room for more than was asked."""

BAR_CLASSES = {Light.YELLOW: "bar-warn", Light.RED: "bar-late"}


@dataclass(frozen=True, slots=True)
class Bullet:
    """Widths of a bullet graph in a box of 100 by 20, and its words for those who do not see it."""

    bar: str
    time: str
    bar_class: str
    completion: Completion


@register.inclusion_tag("components/bullet.html")
def bullet(completion: Completion, light: Light = Light.NONE) -> dict[str, object]:
    """Bar = actual, end of the track = target, black tick = where time stands; nothing without a target."""
    share = completion.share
    if share is None:
        return {"bullet": None}
    drawn = Bullet(
        bar=_width(min(share * TARGET_AT, Fraction(100))),
        time=_width(completion.time_share * TARGET_AT),
        bar_class=BAR_CLASSES.get(light, ""),
        completion=completion,
    )
    return {"bullet": drawn}


@register.filter
def width(share: Fraction | None) -> str:
    """A share of a whole as a width in a box of 100."""
    return "0" if share is None else _width(share * 100)


def _width(value: Fraction) -> str:
    return f"{round_half_up(value, 2):f}"
