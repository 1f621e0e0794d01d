"""The amount to come, from made-up reports."""

from datetime import date

from projects.figures.forecast.knowledge import Knowledge
from projects.figures.forecast.money import money_outlook

DAY, YEAR_END = date(2024, 9, 30), date(2024, 12, 31)


def known(reports: dict[int, dict[date, int]], plans: dict[tuple[int, int], int]) -> Knowledge:
    listed = frozenset(reports)
    return Knowledge(DAY, {pk: {} for pk in listed}, listed, {}, plans, reports)


def steady(projects: int, amount: int = 10) -> Knowledge:
    """Each reports the same amount in each of the nine months, and plans 120 a year."""
    months = [date(2024, month, 1) for month in range(1, 10)]
    return known(
        {pk: dict.fromkeys(months, amount) for pk in range(projects)},
        {(pk, 2024): 120 for pk in range(projects)},
    )


def test_a_pace_that_always_held_goes_on() -> None:
    outlook = money_outlook(steady(10), YEAR_END)

    assert outlook.reached == 10 * 9 * 10
    assert outlook.spread is not None
    assert (outlook.spread.middle, outlook.spread.most) == (1200, (1200, 1200))


def test_few_windows_say_nothing() -> None:
    """Three projects have six windows of three months each: eighteen."""
    assert money_outlook(steady(3), YEAR_END).spread is None


def test_a_project_without_a_plan_is_told_apart() -> None:
    knowledge = steady(10)
    del knowledge.plans[3, 2024]  # type: ignore[attr-defined]

    outlook = money_outlook(knowledge, YEAR_END)

    assert (outlook.reached, outlook.unplanned) == (900, 1)
    assert outlook.spread is not None
    assert outlook.spread.middle == 900 + 9 * 30


def test_uneven_months_make_a_range() -> None:
    """Every project has the same rhythm, so that single months miss the pace together."""
    rhythm = [5, 15, 10, 2, 18, 10, 4, 16, 10]
    months = {date(2024, month, 1): amount for month, amount in enumerate(rhythm, start=1)}
    knowledge = known({pk: dict(months) for pk in range(10)}, {(pk, 2024): 120 for pk in range(10)})

    spread = money_outlook(knowledge, YEAR_END).spread

    assert spread is not None
    assert spread.most[0] < spread.half[0] < spread.middle < spread.half[1] < spread.most[1]
