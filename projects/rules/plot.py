"""Where the lines of a chart over the twelve months of a year stand: numbers in, positions of an SVG out.

`figures.curve` hands in the numbers; `templates/components/plot.html` prints what comes out, and computes nothing.
Positions are units of the view box, the y axis points down. The point of month m stands over the middle of its month:
x = left + width × (m − ½) / 12.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from projects.rules.completion import round_half_up

type Number = int | Decimal | Fraction

WIDTH, HEIGHT = 1000, 358
LEFT, RIGHT, TOP, BOTTOM = 70, 850, 54, 318
MONTHS = 12
MOST_STEPS = 5
"""Grid lines above the base line."""

LABEL_GAP = 20
"""Least distance between two names at the right edge."""

LATE_MONTH = 11
"""From this month on the name of a line finds its place at the right edge only."""


@dataclass(frozen=True, slots=True)
class PlotSeries:
    """Twelve numbers in the unit of the axis, None where nothing is known.

    `code` is the class that the line is drawn with. `high`: the same numbers at most, where they are known only as
    a range; the numbers themselves are then the least.
    """

    code: str
    name: str
    values: Sequence[Number | None]
    high: Sequence[Number | None] | None = None

    @property
    def last(self) -> int | None:
        """The last month with a number, 1 to 12."""
        return max(
            (month for month, value in enumerate(self.values, start=1) if value is not None), default=None
        )

    def at_most(self, month: int) -> Number | None:
        return (self.high or self.values)[month - 1]


@dataclass(frozen=True, slots=True)
class PlotTick:
    """A mark of an axis: `at` is x of a month or y of an amount."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class PlotDot:
    month: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlotLabel:
    """A word beside a line; `anchor` as SVG has it: start or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One series: `runs` are the points of its unbroken parts, `band` a polygon between the least and the most."""

    code: str
    runs: tuple[str, ...]
    dots: tuple[PlotDot, ...]
    band: str
    label: PlotLabel


@dataclass(frozen=True, slots=True)
class PlotGap:
    """How far the last point stays below what was due: a line from `y1` (due) to `y2` (reached)."""

    x: float
    y1: float
    y2: float
    label: PlotLabel


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart ready to print. `now`: the day that it is drawn for, over its month; None without one."""

    unit: str
    base: PlotTick
    grid: tuple[PlotTick, ...]
    months: tuple[PlotTick, ...]
    lines: tuple[PlotLine, ...]
    gap: PlotGap | None
    now: PlotTick | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def month_x(month: int) -> float:
    """The middle of a month."""
    return round(LEFT + (RIGHT - LEFT) * (month - 0.5) / MONTHS, 1)


def plot(
    series: Iterable[PlotSeries], *, unit: str, whole: bool = False, now: tuple[int, str] | None = None
) -> Plot | None:
    """The chart of all series that know a number; None where none does.

    `whole`: the amounts are counts, and so are the steps of the axis. `now`: month and name of the day that the chart
    is drawn for. The gap is measured at the end of the series with the code `actual`, against the one with `plan`.
    """
    known = [each for each in series if each.last is not None]
    top = max((value for each in known for value in _numbers(each)), default=None)
    if top is None:
        return None
    step = _step(top, least=Fraction(1) if whole else Fraction(1, 100))
    steps = max(1, -(-Fraction(top) // step))
    scale = _PlotScale(step * steps)
    grid = tuple(PlotTick(scale.y(step * count), worded(step * count)) for count in range(1, int(steps) + 1))
    return Plot(
        unit=unit,
        base=PlotTick(BOTTOM, "0"),
        grid=grid,
        months=tuple(PlotTick(month_x(month), f"{month}月") for month in range(1, MONTHS + 1)),
        lines=_apart([_line(each, scale) for each in known]),
        gap=_gap({each.code: each for each in known}, scale, unit),
        now=PlotTick(month_x(now[0]), now[1]) if now else None,
    )


def worded(value: Number) -> str:
    """A number of the axis: two decimals at most, and no trailing zero."""
    shown = round_half_up(value, 2)
    return f"{shown.normalize():f}" if shown else "0"


def ranged(least: Number, most: Number | None) -> str:
    """26, or 26–28 where the number is known as a range."""
    return worded(least) if most is None or most == least else f"{worded(least)}–{worded(most)}"


@dataclass(frozen=True, slots=True)
class _PlotScale:
    top: Fraction

    def y(self, value: Number) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * float(Fraction(value) / self.top), 1)

    def point(self, month: int, value: Number) -> str:
        return f"{month_x(month)},{self.y(value)}"


def _numbers(series: PlotSeries) -> Iterable[Number]:
    for values in (series.values, series.high or ()):
        yield from (value for value in values if value is not None)


def _step(top: Number, *, least: Fraction) -> Fraction:
    """The smallest of 1, 2, 5 times a power of ten, from `least` on, that needs few steps."""
    size = least
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * MOST_STEPS >= top:
                return step
        size *= 10


def _line(series: PlotSeries, scale: _PlotScale) -> PlotLine:
    known = [(month, value) for month, value in enumerate(series.values, start=1) if value is not None]
    months = groupby(enumerate(known), key=lambda item: item[1][0] - item[0])
    runs = [[scale.point(month, value) for _, (month, value) in part] for _, part in months]
    return PlotLine(
        code=series.code,
        runs=tuple(" ".join(run) for run in runs),
        dots=tuple(PlotDot(month, month_x(month), scale.y(value)) for month, value in known),
        band=_band(series, known, scale),
        label=_label(series, scale),
    )


def _band(series: PlotSeries, known: Sequence[tuple[int, Number]], scale: _PlotScale) -> str:
    """Forth along the most, back along the least; empty where both are the same in every month."""
    most = [(month, high) for month, _ in known if (high := series.at_most(month)) is not None]
    if series.high is None or most == list(known):
        return ""
    return " ".join(scale.point(month, value) for month, value in [*most, *reversed(known)])


def _label(series: PlotSeries, scale: _PlotScale) -> PlotLabel:
    """The name at the end of the line: over the last point, or at the right edge."""
    month = series.last or 1
    value = series.values[month - 1]
    least: Number = 0 if value is None else value
    most = series.at_most(month)
    text = f"{series.name} {ranged(least, most)}"
    if month >= LATE_MONTH:
        return PlotLabel(RIGHT + 10, scale.y(least) + 5, text)
    anchor = "start" if month <= 2 else "end"
    return PlotLabel(month_x(month) - 10, scale.y(least if most is None else most) - 12, text, anchor)


def _apart(lines: list[PlotLine]) -> tuple[PlotLine, ...]:
    """The same lines with the names at the right edge moved apart, the highest first."""
    edge = sorted((line for line in lines if line.label.x > RIGHT), key=lambda line: line.label.y)
    moved: dict[str, float] = {}
    above: float | None = None
    for line in edge:
        y = line.label.y if above is None else max(line.label.y, above + LABEL_GAP)
        moved[line.code] = above = y
    return tuple(_at(line, moved[line.code]) if line.code in moved else line for line in lines)


def _at(line: PlotLine, y: float) -> PlotLine:
    label = PlotLabel(line.label.x, y, line.label.text, line.label.anchor)
    return PlotLine(line.code, line.runs, line.dots, line.band, label)


def _gap(series: dict[str, PlotSeries], scale: _PlotScale, unit: str) -> PlotGap | None:
    """What is missing at the last known month; None where nothing is, or where no month's plan is known."""
    actual, plan = series.get("actual"), series.get("plan")
    month = actual.last if actual else None
    if actual is None or plan is None or month is None:
        return None
    due, least, most = plan.values[month - 1], actual.values[month - 1], actual.at_most(month)
    reached = least if most is None else most
    if due is None or least is None or reached is None or reached >= due:
        return None
    missing = ranged(Fraction(due) - Fraction(reached), Fraction(due) - Fraction(least))
    x, y1, y2 = month_x(month), scale.y(due), scale.y(reached)
    is_late = month >= LATE_MONTH
    label = PlotLabel(
        x - 8 if is_late else x + 8, (y1 + y2) / 2 + 5, f"差 {missing} {unit}", "end" if is_late else "start"
    )
    return PlotGap(x, y1, y2, label)
