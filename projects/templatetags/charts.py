"""Filters for small charts: they compute the numbers of an SVG from figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django import template

from projects.rules.bounds import Bounds, exact
from projects.rules.completion import Completion, round_half_up
from projects.vocabulary import Light

register = template.Library()

TARGET_AT = 80
"""Position of the target on a bullet graph of width 100; the rest is for more than the target."""

BAR_CLASSES = {Light.YELLOW: "bar-warn", Light.RED: "bar-late"}


@dataclass(frozen=True, slots=True)
class Bullet:
    """Widths of a bullet graph in a box of 100 by 20, and its text alternative."""

    bar: str
    time: str
    bar_class: str
    completion: Completion


@register.inclusion_tag("components/bullet.html")
def bullet(completion: Completion, light: Light = Light.NONE) -> dict[str, object]:
    """Bar: actual, end of the track: target, black tick: time passed. Empty without a target."""
    return {"bullet": drawn_bullet(completion, light)}


def drawn_bullet(completion: Completion, light: Light = Light.NONE) -> Bullet | None:
    """The widths of the drawing; None without a target."""
    share = completion.share
    if share is None:
        return None
    return Bullet(
        bar=_width(min(share * TARGET_AT, Fraction(100))),
        time=_width(completion.time_share * TARGET_AT),
        bar_class=BAR_CLASSES.get(light, ""),
        completion=completion,
    )


@register.filter
def width(share: Fraction | None) -> str:
    """A share as a width in a box of 100."""
    return "0" if share is None else _width(share * 100)


def _width(value: Fraction) -> str:
    return f"{round_half_up(value, 2):f}"


SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 104, 28, 2


@dataclass(frozen=True, slots=True)
class Spark:
    """Two lines over the months of a year in a box of 104 by 28, and where the last point is."""

    actual: str
    plan: str
    last_x: str
    last_y: str
    words: str


@register.inclusion_tag("components/spark.html")
def spark(by_month: Sequence[Bounds | None], plan: Sequence[Fraction] | None = None) -> dict[str, object]:
    """The cumulative amounts by month and the amounts due; empty before the second month that is known exactly."""
    amounts = map(exact, by_month)
    known = [(month, value) for month, value in enumerate(amounts, start=1) if value is not None]
    top = max([value for _, value in known] + list(plan or ()), default=0)
    if len(known) < 2 or not top:
        return {"spark": None}
    points = [_point(month, Fraction(value) / top) for month, value in known]
    due = [_point(month, value / top) for month, value in enumerate(plan or (), start=1)]
    last_x, last_y = points[-1].split(",")
    words = f"{known[0][0]}月到{known[-1][0]}月逐月累计"
    return {"spark": Spark(" ".join(points), " ".join(due), last_x, last_y, words)}


def _point(month: int, height: Fraction) -> str:
    x = Fraction(SPARK_WIDTH - 2 * SPARK_EDGE) * (month - 1) / 11 + SPARK_EDGE
    y = SPARK_HEIGHT - SPARK_EDGE - height * (SPARK_HEIGHT - 2 * SPARK_EDGE)
    return f"{_width(x)},{_width(y)}"
