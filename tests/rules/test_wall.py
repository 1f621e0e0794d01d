"""Positions of the wall: months side by side, marks at the last possible day, bars over what is not known."""

from datetime import date

import pytest

from projects.rules.lifecycle import Standstill, Step
from projects.rules.wall import (
    BEHIND,
    HEAD,
    LEFT,
    MONTHS,
    RIGHT,
    ROW_HEIGHT,
    UNIT_HEIGHT,
    MarkFill,
    WallAxis,
    WallDrawing,
    axis_of,
    drawing,
    label_at,
    later,
    layout,
)
from projects.vocabulary import Precision, SideState, Stage

AXIS = WallAxis(date(2025, 7, 1))
TODAY = date(2026, 9, 30)
MONTH = (RIGHT - LEFT) / MONTHS
DAY = Precision.DAY


def drawn(*steps: Step, standstills: tuple[Standstill, ...] = ()) -> WallDrawing:
    return drawing({step.stage: step for step in steps}, AXIS, TODAY, standstills)


def seen(found: WallDrawing) -> list[tuple[Stage, MarkFill, float]]:
    return [(mark.stage, mark.fill, mark.x) for mark in found.marks]


def bars(found: WallDrawing, code: str) -> list[tuple[float, float]]:
    return [(bar.x1, bar.x2) for bar in found.bars if bar.code == code]


# The axis


@pytest.mark.parametrize(
    ("month", "count", "expected"),
    [
        (date(2026, 9, 1), -14, date(2025, 7, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
    ],
)
def test_months_are_counted_over_the_turn_of_the_year(month: date, count: int, expected: date) -> None:
    assert later(month, count) == expected


def test_the_axis_shows_the_months_before_and_after_the_day() -> None:
    axis = axis_of(TODAY)

    assert (axis.first, axis.last) == (later(date(2026, 9, 1), -BEHIND), date(2027, 6, 30))
    assert axis.shows(TODAY)
    assert not axis.shows(date(2027, 7, 1))


def test_every_month_is_as_wide_as_the_others() -> None:
    assert AXIS.x(date(2025, 7, 31)) == pytest.approx(LEFT + MONTH, abs=0.05)
    assert AXIS.x(date(2026, 2, 28)) == pytest.approx(LEFT + 8 * MONTH, abs=0.05)
    assert AXIS.x(date(2026, 4, 15)) == pytest.approx(LEFT + 9.5 * MONTH, abs=0.05)
    assert AXIS.x(AXIS.last) == RIGHT
    assert AXIS.begin(AXIS.first) == LEFT


def test_a_tick_a_month_and_the_year_where_it_begins() -> None:
    ticks = AXIS.ticks()

    assert [tick.month for tick in ticks] == [*range(7, 13), *range(1, 13), *range(1, 7)]
    assert [(tick.month, tick.year) for tick in ticks if tick.year] == [(7, 2025), (1, 2026), (1, 2027)]
    assert [tick.month for tick in ticks if tick.opens_year] == [1, 1]
    assert ticks[0].x == LEFT


# Marks


def test_a_reached_stage_is_filled_at_its_day() -> None:
    started = date(2025, 10, 20)

    found = drawn(Step(Stage.STARTED, reached_on=started, reached_precision=DAY))

    assert seen(found) == [(Stage.STARTED, MarkFill.DONE, AXIS.x(started))]
    assert found.bars == ()
    assert found.marks[0].words == "开工：2025年10月20日"


def test_a_plan_ahead_is_hollow_and_never_left_of_the_day() -> None:
    found = drawn(Step(Stage.COMPLETED, current_on=date(2026, 9, 30), current_precision=Precision.QUARTER))

    [(_, fill, x)] = seen(found)
    assert fill is MarkFill.NOW
    assert x >= AXIS.x(TODAY)
    assert bars(found, "range") == [(AXIS.begin(date(2026, 7, 1)), x)]


def test_a_plan_that_has_passed_is_late_and_leads_to_the_day() -> None:
    planned = date(2026, 7, 31)

    found = drawn(Step(Stage.TOPPED_OUT, current_on=planned, current_precision=Precision.MONTH))

    assert seen(found) == [(Stage.TOPPED_OUT, MarkFill.LATE, AXIS.x(planned))]
    assert bars(found, "overdue") == [(AXIS.x(planned), AXIS.x(TODAY))]
    assert found.marks[0].words == "封顶：晚 61 天，计划 2026年7月"


def test_a_moved_plan_shows_where_it_stood_first() -> None:
    first, now = date(2026, 3, 31), date(2026, 12, 31)

    found = drawn(Step(Stage.COMPLETED, first, Precision.MONTH, now, Precision.MONTH))

    assert seen(found) == [
        (Stage.COMPLETED, MarkFill.PLAN, AXIS.x(first)),
        (Stage.COMPLETED, MarkFill.NOW, AXIS.x(now)),
    ]
    assert bars(found, "shift") == [(AXIS.x(first), AXIS.x(now))]


def test_a_plan_that_was_kept_is_not_drawn_again() -> None:
    plan = date(2026, 3, 31)

    kept = drawn(Step(Stage.STARTED, plan, Precision.MONTH, plan, Precision.MONTH, date(2026, 3, 12), DAY))
    missed = drawn(Step(Stage.STARTED, plan, Precision.MONTH, plan, Precision.MONTH, date(2026, 4, 2), DAY))

    assert [mark.fill for mark in kept.marks] == [MarkFill.DONE]
    assert [mark.fill for mark in missed.marks] == [MarkFill.PLAN, MarkFill.DONE]


@pytest.mark.parametrize(
    ("precision", "first"),
    [
        (Precision.MONTH, date(2026, 6, 1)),
        (Precision.QUARTER, date(2026, 4, 1)),
        (Precision.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_stage_known_within_a_range_is_drawn_as_a_range(precision: Precision, first: date) -> None:
    reached = date(2026, 6, 30)

    found = drawn(Step(Stage.STARTED, reached_on=reached, reached_precision=precision))

    assert bars(found, "range") == [(AXIS.begin(first), AXIS.x(reached))]
    assert [mark.x for mark in found.marks] == [AXIS.x(reached)]


def test_a_stage_known_not_later_than_a_day_is_open_to_the_left() -> None:
    reached = date(2026, 6, 30)

    found = drawn(Step(Stage.STARTED, reached_on=reached, reached_precision=Precision.NOT_LATER))

    assert bars(found, "open") == [(LEFT, AXIS.x(reached))]
    assert bars(found, "range") == []


def test_the_run_leads_from_the_first_reached_stage_to_the_last() -> None:
    days = [date(2025, 9, 1), date(2026, 2, 1), date(2026, 8, 1)]
    stages = [Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED]

    found = drawn(
        *(Step(stage, reached_on=day, reached_precision=DAY) for stage, day in zip(stages, days, strict=True))
    )

    assert bars(found, "run") == [(AXIS.x(days[0]), AXIS.x(days[2]))]


def test_what_lies_outside_of_the_axis_is_cut_off() -> None:
    found = drawn(
        Step(Stage.STARTED, reached_on=date(2024, 1, 5), reached_precision=DAY),
        Step(Stage.TOPPED_OUT, reached_on=date(2026, 1, 5), reached_precision=DAY),
        Step(Stage.FULL_CAPACITY, current_on=date(2028, 12, 31), current_precision=Precision.YEAR),
    )

    assert [mark.stage for mark in found.marks] == [Stage.TOPPED_OUT]
    assert bars(found, "run") == [(LEFT, AXIS.x(date(2026, 1, 5)))]


def test_other_stages_are_drawn_while_they_are_late() -> None:
    late = Step(Stage.LAND, current_on=date(2026, 8, 31), current_precision=DAY)
    ahead = Step(Stage.FILED, current_on=date(2026, 12, 31), current_precision=DAY)
    done = Step(Stage.SIGNED, reached_on=date(2026, 1, 31), reached_precision=DAY)

    found = drawn(late, ahead, done)

    assert [(mark.stage, mark.shape, mark.fill) for mark in found.marks] == [
        (Stage.LAND, "other", MarkFill.LATE)
    ]


def test_a_project_that_stands_still_is_not_late() -> None:
    paused = Standstill(date(2026, 5, 1), date.max, SideState.PAUSED)

    found = drawn(
        Step(Stage.COMPLETED, current_on=date(2026, 3, 31), current_precision=DAY), standstills=(paused,)
    )

    assert [mark.fill for mark in found.marks] == [MarkFill.PLAN]
    assert bars(found, "overdue") == []


def test_a_skipped_stage_and_an_unknown_one_are_not_drawn() -> None:
    found = drawn(Step(Stage.TOPPED_OUT, skipped=True), Step(Stage.COMPLETED))

    assert (found.bars, found.marks) == ((), ())


# The lines


def test_fifty_rows_of_ten_units_fit_the_proportion_of_an_a3() -> None:
    found = layout([5] * 10)

    assert len(found.rows) == 50
    assert found.rows[0].top == HEAD + UNIT_HEIGHT
    assert found.rows[1].top - found.rows[0].top == pytest.approx(ROW_HEIGHT)
    assert found.bottom == HEAD + 10 * UNIT_HEIGHT + 50 * ROW_HEIGHT
    assert found.height / 1400 < 277 / 400


def test_words_about_a_late_row_stay_inside() -> None:
    assert label_at(AXIS, TODAY) == (AXIS.x(TODAY) + 5, "start")
    assert label_at(AXIS, date(2027, 6, 20)) == (RIGHT - 3, "end")
    assert label_at(AXIS, date(2029, 1, 1)) == (RIGHT - 3, "end")
