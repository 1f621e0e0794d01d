"""Which unit answered on a day, and how a move becomes a span."""

from datetime import date

import pytest

from projects.rules.answering import changed_from, handed_over, unit_on
from projects.rules.broken import RuleBroken

TODAY = date(2024, 11, 8)
MARCH, JUNE = date(2024, 3, 1), date(2024, 6, 1)


def test_a_move_leaves_the_days_before_with_the_unit_before() -> None:
    former = handed_over([], 1, 2, on=MARCH, today=TODAY)
    former = handed_over(former, 2, None, on=JUNE, today=TODAY)

    assert former == [[1, "2024-03-01"], [2, "2024-06-01"]]
    days = [date(2024, 2, 29), MARCH, date(2024, 5, 31), JUNE]
    assert [unit_on(former, None, day) for day in days] == [1, 2, 2, None]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [(3, [[1, "2024-03-01"]]), (1, [])],
)
def test_a_unit_that_answered_for_no_day_is_left_out(unit: int, expected: list[object]) -> None:
    assert handed_over([[1, "2024-03-01"]], 2, unit, on=MARCH, today=TODAY) == expected


def test_nobody_named_is_a_former_unit_too() -> None:
    assert handed_over([], None, 2, on=MARCH, today=TODAY) == [[None, "2024-03-01"]]
    assert unit_on([[None, "2024-03-01"]], 2, date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2024, 11, 9), "责任单位变更日期不能晚于今天。"),
        (date(2024, 2, 29), "责任单位变更日期不能早于上一次变更（2024-03-01）。"),
    ],
)
def test_a_day_to_come_or_before_the_last_move_is_refused(on: date, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        handed_over([[1, "2024-03-01"]], 2, 3, on=on, today=TODAY)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("after", "first"),
    [
        (([[1, "2024-03-01"]], 2), None),
        (([[1, "2024-03-01"], [2, "2024-06-01"]], 3), JUNE),
        (([[1, "2024-03-01"]], 3), MARCH),
        (([], 1), MARCH),
    ],
)
def test_the_first_day_that_a_move_changes(
    after: tuple[list[list[int | str]], int], first: date | None
) -> None:
    assert changed_from(([[1, "2024-03-01"]], 2), after) == first


def test_a_unit_corrected_for_all_days_is_no_move() -> None:
    assert changed_from(([], 1), ([], 2)) is None
