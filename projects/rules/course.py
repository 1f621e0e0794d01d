"""The stages of one project on an axis of days: days in, positions in per cent out.

Per cent, so that one drawing serves every width. `figures.course` hands in the stages,
`templates/projects/project.html` prints what comes out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules.lifecycle import Step
from projects.rules.periods import month_end, month_start

BEFORE, AFTER = timedelta(days=20), timedelta(days=45)
"""Room beside the first and the last day, so that their marks are not cut off."""
NUMBER_WIDTH = 15
"""Per cent of the axis that a year's number takes, at its narrowest."""


@dataclass(frozen=True, slots=True)
class CourseYear:
    """The first day of a year on the axis, or the beginning of the axis for its first year."""

    number: int
    x: float
    until: float
    """Where the next year begins, or the end of the axis."""

    @property
    def has_room(self) -> bool:
        """Whether its number fits before the next one."""
        return self.until - self.x >= NUMBER_WIDTH


@dataclass(frozen=True, slots=True)
class CourseAxis:
    """From the first day of a month to the last day of one."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """The place of a day, 0 to 100."""
        return round(100 * (day - self.first).days / (self.last - self.first).days, 2)

    @property
    def years(self) -> tuple[CourseYear, ...]:
        later = range(self.first.year + 1, self.last.year + 1)
        places = [0, *(self.x(date(year, 1, 1)) for year in later), 100]
        numbers = (self.first.year, *later)
        return tuple(CourseYear(*each) for each in zip(numbers, places, places[1:], strict=False))


@dataclass(frozen=True, slots=True)
class CourseMarks:
    """Where the days of one stage stand; None: nothing to draw.

    `current` only where the plan was moved or is the only one. `slip`: from the original plan to the current one.
    `over`: from the current plan of a late stage to the day that the page is drawn for.
    """

    original: float | None
    current: float | None
    reached: float | None
    slip: tuple[float, float] | None
    over: tuple[float, float] | None


def course_axis(steps: Iterable[Step], as_of: date) -> CourseAxis:
    """An axis that shows every day of the steps, and the day itself."""
    known = [step for step in steps if not step.skipped]
    days = [day for step in known for day in (step.planned_on, step.current_on, step.reached_on) if day]
    days.append(as_of)
    return CourseAxis(month_start(min(days) - BEFORE), month_end(max(days) + AFTER))


def course_marks(step: Step, axis: CourseAxis, as_of: date, *, is_late: bool) -> CourseMarks:
    """`is_late`: by `lifecycle.days_late`, which knows of standstills."""
    original = None if step.planned_on is None else axis.x(step.planned_on)
    current = None if step.current_on is None else axis.x(step.current_on)
    moved = current is not None and current != original
    return CourseMarks(
        original=original,
        current=current if moved or is_late else None,
        reached=None if step.reached_on is None else axis.x(step.reached_on),
        slip=(original, current) if moved and original is not None and current is not None else None,
        over=(current, axis.x(as_of)) if is_late and current is not None else None,
    )
