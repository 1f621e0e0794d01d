"""The stages of a project as a table that is a time line as well: original plan, current plan, day reached."""

from dataclasses import dataclass

from projects.figures.timeline import StageMark, Timeline
from projects.rules.course import CourseAxis, CourseMarks, course_axis, course_marks


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One stage on record, with its marks on the axis and the same in words."""

    mark: StageMark
    marks: CourseMarks

    @property
    def words(self) -> str:
        """竣工：原计划 2026年7月，现计划 2026年9月，未到达: what the drawing shows, for who cannot see it."""
        mark = self.mark
        plans = [("原计划", mark.planned), ("现计划", mark.current if self.marks.current is not None else "")]
        said = [f"{label} {words}" for label, words in plans if words]
        return (
            f"{mark.stage.label}：{'，'.join([*said, f'{mark.reached}到达' if mark.reached else '未到达'])}"
        )


@dataclass(frozen=True, slots=True)
class Course:
    axis: CourseAxis
    today: float
    rows: tuple[CourseRow, ...]


def course(timeline: Timeline) -> Course:
    """Every stage on record; no query."""
    axis = course_axis((mark.step for mark in timeline.records), timeline.as_of)
    rows = tuple(
        CourseRow(mark, course_marks(mark.step, axis, timeline.as_of, is_late=mark.days_late > 0))
        for mark in timeline.records
    )
    return Course(axis, axis.x(timeline.as_of), rows)
