"""Where the days of a stage stand on the axis of its project."""

from datetime import date

from projects.rules.course import CourseAxis, course_axis, course_marks
from projects.rules.lifecycle import Step
from projects.vocabulary import Precision, Stage

TODAY = date(2024, 7, 1)
DAY = Precision.DAY


def step(planned: date | None = None, current: date | None = None, reached: date | None = None) -> Step:
    return Step(
        Stage.COMPLETED,
        planned,
        DAY if planned else None,
        current,
        DAY if current else None,
        reached,
        DAY if reached else None,
    )


def test_the_axis_shows_every_day_and_today() -> None:
    axis = course_axis(
        [step(date(2023, 3, 10), date(2025, 1, 5)), Step(Stage.LAND, date(2019, 1, 1), skipped=True)], TODAY
    )

    assert (axis.first, axis.last) == (date(2023, 2, 1), date(2025, 2, 28))
    assert (axis.x(axis.first), axis.x(axis.last)) == (0, 100)
    assert [year.number for year in axis.years] == [2023, 2024, 2025]
    assert axis.years[1].x == axis.x(date(2024, 1, 1))


def test_the_number_of_a_year_of_which_little_is_on_the_axis_has_no_room() -> None:
    axis = CourseAxis(date(2024, 2, 1), date(2025, 1, 31))
    assert [(year.number, year.has_room) for year in axis.years] == [(2024, True), (2025, False)]
    axis = CourseAxis(date(2024, 12, 1), date(2026, 6, 30))
    assert [(year.number, year.has_room) for year in axis.years] == [
        (2024, False),
        (2025, True),
        (2026, True),
    ]


def test_nothing_on_record_has_an_axis_around_today() -> None:
    axis = course_axis([], TODAY)

    assert axis.first < TODAY < axis.last


def test_a_plan_that_was_not_moved_is_drawn_once() -> None:
    planned = step(date(2024, 9, 1), date(2024, 9, 1))
    axis = course_axis([planned], TODAY)
    marks = course_marks(planned, axis, TODAY, is_late=False)

    assert marks.original == axis.x(date(2024, 9, 1))
    assert (marks.current, marks.reached, marks.slip, marks.over) == (None,) * 4


def test_a_moved_plan_that_is_late_has_both_lines() -> None:
    moved = step(date(2024, 3, 1), date(2024, 6, 1))
    axis = course_axis([moved], TODAY)
    marks = course_marks(moved, axis, TODAY, is_late=True)

    assert marks.slip == (axis.x(date(2024, 3, 1)), axis.x(date(2024, 6, 1)))
    assert marks.over == (axis.x(date(2024, 6, 1)), axis.x(TODAY))


def test_a_reached_stage_is_not_over() -> None:
    reached = step(date(2024, 3, 1), date(2024, 3, 1), date(2024, 4, 1))
    axis = course_axis([reached], TODAY)
    marks = course_marks(reached, axis, TODAY, is_late=False)

    assert marks.reached == axis.x(date(2024, 4, 1))
    assert marks.over is None
