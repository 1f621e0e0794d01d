from fractions import Fraction

from projects.rules.month_bars import MonthAmount, month_bars


def months(*amounts: int | None) -> list[MonthAmount]:
    return [MonthAmount(number, amount, amount is not None) for number, amount in enumerate(amounts, start=1)]


def test_the_highest_month_reaches_the_top_and_the_last_is_told_too() -> None:
    drawn = month_bars(months(4, 8, 2), None)

    assert drawn is not None
    assert [(bar.y, bar.height) for bar in drawn.bars] == [
        ("52.00", "28.00"),
        ("24.00", "56.00"),
        ("66.00", "14.00"),
    ]
    assert [bar.is_told for bar in drawn.bars] == [False, True, True]
    assert [bar.x for bar in drawn.bars] == ["0.00", "8.33", "16.67"]
    assert (drawn.pace, drawn.pace_y) == (None, "")


def test_the_pace_that_is_needed_may_be_higher_than_any_month() -> None:
    drawn = month_bars(months(4), Fraction(8))

    assert drawn is not None
    assert (drawn.pace_y, drawn.bars[0].y) == ("24.00", "52.00")


def test_a_month_that_nobody_reported_is_a_frame_and_nothing_new_is_an_empty_bar() -> None:
    drawn = month_bars([*months(4, None), MonthAmount(3, None, is_reported=True)], None)

    assert drawn is not None
    assert [bar.is_missing for bar in drawn.bars] == [False, True, False]
    assert drawn.bars[2].height == "0.00"


def test_without_an_amount_there_is_nothing_to_draw() -> None:
    assert month_bars(months(None, None), Fraction(1)) is None
    assert month_bars(months(0, 0), None) is None
