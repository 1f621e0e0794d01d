"""Where the stages of a project stand on a wall chart: days in, positions of an SVG out.

`figures.wall` hands in the stages of each row; `templates/projects/project_wall.html` prints what comes out. A shape
says which stage, its filling whether it is planned or reached, red that it is late. A mark stands at the last possible
day, with a bar over the time in which it may lie: nothing is drawn as more exact than it is known.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from projects.rules import lifecycle
from projects.rules.lifecycle import CHAIN, Standstill, Step
from projects.rules.periods import first_day, month_end, wording
from projects.vocabulary import Precision, Stage

WIDTH, LEFT, RIGHT = 1400, 430, 1390
MONTHS = 24
BEHIND = 14
"""Months of the axis that lie before the month of the day, unless another first month is asked for."""

HEAD, UNIT_HEIGHT, ROW_HEIGHT, FOOT = 42.0, 16.0, 13.6, 24.0
LABEL_ROOM = 90
"""How wide the label of a late stage may be."""

ALWAYS = (
    Stage.STARTED,
    Stage.TOPPED_OUT,
    Stage.COMPLETED,
    Stage.IN_PRODUCTION,
    Stage.FULL_CAPACITY,
)
"""Stages that have a shape of their own; the others are drawn only while they are late."""

ORDER = (*CHAIN, Stage.ENTERED)


class MarkFill(StrEnum):
    """What a mark says; the class that it is drawn with."""

    DONE = "done"
    NOW = "now"
    PLAN = "plan"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class WallMark:
    """One shape on a row: `words` say it to who points at it."""

    stage: Stage
    fill: MarkFill
    x: float
    words: str

    @property
    def shape(self) -> str:
        return self.stage.value if self.stage in ALWAYS else "other"


@dataclass(frozen=True, slots=True)
class WallBar:
    """A line on a row from `x1` to `x2`.

    `code`: run (from the first reached stage to the last), shift (from the first plan to where it is now), overdue
    (from a plan that has passed to the day), range (a mark may lie anywhere on it), open (any day before, as well).
    """

    code: str
    x1: float
    x2: float


@dataclass(frozen=True, slots=True)
class MonthTick:
    """The beginning of a month: `middle` is where its number stands; `year` in a year's first month."""

    x: float
    middle: float
    month: int
    year: int | None

    @property
    def opens_year(self) -> bool:
        return self.month == 1


@dataclass(frozen=True, slots=True)
class WallAxis:
    """Months side by side, each as wide as the others, from the first day of `first` on."""

    first: date
    months: int = MONTHS
    left: float = LEFT
    right: float = RIGHT

    @property
    def last(self) -> date:
        """The last day that the axis shows."""
        return month_end(later(self.first, self.months - 1))

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last

    def x(self, day: date) -> float:
        """Where a day ends, which may be outside of the axis."""
        whole = (day.year - self.first.year) * 12 + day.month - self.first.month
        share = whole + day.day / month_end(day).day
        return round(self.left + (self.right - self.left) * share / self.months, 1)

    def begin(self, day: date) -> float:
        """Where a day begins."""
        return self.x(day - timedelta(days=1)) if day > date.min else self.left

    def clipped(self, x: float) -> float:
        return min(max(x, self.left), self.right)

    def ticks(self) -> tuple[MonthTick, ...]:
        width = (self.right - self.left) / self.months
        found = []
        for number in range(self.months):
            month = later(self.first, number)
            x = self.left + width * number
            year = month.year if month.month == 1 or number == 0 else None
            found.append(MonthTick(round(x, 1), round(x + width / 2, 1), month.month, year))
        return tuple(found)


def later(month: date, count: int) -> date:
    """The first day of the month so many months later, or earlier where `count` is negative."""
    years, place = divmod(month.month - 1 + count, 12)
    return date(month.year + years, place + 1, 1)


def axis_of(day: date) -> WallAxis:
    """The axis that shows a day: what was reached in the year before, and what comes in the months ahead."""
    return WallAxis(later(day.replace(day=1), -BEHIND))


@dataclass(frozen=True, slots=True)
class WallDrawing:
    """What a row shows of a project's stages within the axis."""

    bars: tuple[WallBar, ...]
    marks: tuple[WallMark, ...]


def drawing(
    steps: Mapping[Stage, Step], axis: WallAxis, today: date, standstills: Collection[Standstill] = ()
) -> WallDrawing:
    """Bars and marks of one row, from `steps` without what was reached after `today`."""
    bars: list[WallBar] = []
    marks: list[WallMark] = []
    still = lifecycle.side_state_on(standstills, today) is not None
    for stage in ORDER:
        step = steps.get(stage)
        if step is None or step.skipped:
            continue
        late = 0 if still else lifecycle.days_late(step, today, standstills) or 0
        if stage in ALWAYS or (late and not step.reached_on):
            _draw(step, late, axis, today, bars, marks)
    run = _run(steps.values(), axis)
    shown = tuple(bar for bar in (*run, *bars) if bar.x1 < bar.x2)
    return WallDrawing(shown, tuple(mark for mark in marks if axis.left <= mark.x <= axis.right))


def _draw(
    step: Step, late: int, axis: WallAxis, today: date, bars: list[WallBar], marks: list[WallMark]
) -> None:
    end, precision, fill = _end(step, late, today)
    label = step.stage.label
    if step.planned_on and (end is None or _moved(step, end)):
        words = f"{label}：原计划 {_worded(step.planned_on, step.planned_precision)}"
        marks.append(WallMark(step.stage, MarkFill.PLAN, axis.x(step.planned_on), words))
        if end:
            bars.append(_bar("shift", axis, *sorted((axis.x(step.planned_on), axis.x(end)))))
    if end is None:
        return
    if (earliest := first_day(end, precision)) is None:
        bars.append(_bar("open", axis, axis.left, axis.x(end)))
    elif earliest != end:
        bars.append(_bar("range", axis, axis.begin(earliest), axis.x(end)))
    if fill is MarkFill.LATE:
        bars.append(_bar("overdue", axis, axis.x(end), axis.x(today)))
    prefix = "" if fill is MarkFill.DONE else f"晚 {late} 天，计划 " if fill is MarkFill.LATE else "计划 "
    marks.append(WallMark(step.stage, fill, axis.x(end), f"{label}：{prefix}{_worded(end, precision)}"))


def _end(step: Step, late: int, today: date) -> tuple[date | None, Precision, MarkFill]:
    """The day that the stage itself is drawn at, and how; a plan that passed while the project stood still is grey."""
    if step.reached_on:
        return step.reached_on, step.reached_precision or Precision.DAY, MarkFill.DONE
    passed = step.current_on is not None and step.current_on < today
    fill = MarkFill.LATE if late else MarkFill.PLAN if passed else MarkFill.NOW
    return step.current_on, step.current_precision or Precision.DAY, fill


def _moved(step: Step, end: date) -> bool:
    """Whether the first plan says more than the present state: it was moved, or not kept."""
    planned = step.planned_on
    return planned is not None and planned != end and (planned != step.current_on or end > planned)


def _run(steps: Iterable[Step], axis: WallAxis) -> list[WallBar]:
    reached = [axis.x(step.reached_on) for step in steps if step.reached_on and step.stage in ALWAYS]
    return [_bar("run", axis, min(reached), max(reached))] if len(reached) > 1 else []


def _bar(code: str, axis: WallAxis, x1: float, x2: float) -> WallBar:
    return WallBar(code, axis.clipped(x1), axis.clipped(x2))


def _worded(day: date, precision: Precision | None) -> str:
    return wording(day, precision or Precision.DAY)


@dataclass(frozen=True, slots=True)
class WallPlace:
    """Where a line of the chart stands: `y` its middle, `text` the base line of its words, `top` its upper edge."""

    top: float
    y: float
    text: float


@dataclass(frozen=True, slots=True)
class WallLayout:
    """The lines of a chart from the top down; `bottom` is where the last one ends."""

    units: tuple[WallPlace, ...]
    rows: tuple[WallPlace, ...]
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom + FOOT


def layout(groups: Iterable[int]) -> WallLayout:
    """A heading for each group, and as many rows below it."""
    y, units, rows = HEAD, [], []
    for count in groups:
        units.append(_place(y, UNIT_HEIGHT))
        y += UNIT_HEIGHT
        for _ in range(count):
            rows.append(_place(y, ROW_HEIGHT))
            y += ROW_HEIGHT
    return WallLayout(tuple(units), tuple(rows), round(y, 1))


def _place(top: float, height: float) -> WallPlace:
    return WallPlace(round(top, 1), round(top + height / 2, 1), round(top + height / 2 + 4, 1))


def label_at(axis: WallAxis, today: date) -> tuple[float, str]:
    """Where the words about a late row stand, and their anchor: right of the day, inside of the axis."""
    x = axis.clipped(axis.x(today))
    return (x + 5, "start") if x + LABEL_ROOM <= axis.right else (axis.right - 3, "end")
