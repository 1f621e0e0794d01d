"""Positions of a chart: months where they belong, amounts on the axis, names apart."""

from fractions import Fraction
from itertools import pairwise

import pytest

from projects.rules.plot import (
    BOTTOM,
    LABEL_GAP,
    LEFT,
    MOST_STEPS,
    RIGHT,
    TOP,
    Plot,
    PlotSeries,
    month_x,
    plot,
    ranged,
    worded,
)

AHEAD = [None] * 12


def drawn(*series: PlotSeries, whole: bool = False, now: tuple[int, str] | None = None) -> Plot:
    found = plot(series, unit="个", whole=whole, now=now)
    assert found is not None
    return found


def year(*values: int | Fraction | None) -> list[int | Fraction | None]:
    return [*values, *AHEAD][:12]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_stands_in_the_middle_of_its_twelfth(month: int) -> None:
    assert month_x(month) == pytest.approx(LEFT + (RIGHT - LEFT) * (month - 0.5) / 12, abs=0.05)


def test_points_stand_over_their_months_at_the_height_of_their_amount() -> None:
    chart = drawn(PlotSeries("actual", "今年", year(0, 5, 10)))

    [line] = chart.lines
    assert [dot.x for dot in line.dots] == [month_x(1), month_x(2), month_x(3)]
    assert [dot.y for dot in line.dots] == [BOTTOM, (BOTTOM + TOP) / 2, TOP]
    assert line.runs == (f"{month_x(1)},318.0 {month_x(2)},186.0 {month_x(3)},54.0",)
    assert [(tick.at, tick.text) for tick in chart.months][8] == (month_x(9), "9月")


@pytest.mark.parametrize(
    ("top", "texts"),
    [
        (34, ["10", "20", "30", "40"]),
        (4, ["1", "2", "3", "4"]),
        (6, ["2", "4", "6"]),
        (1, ["1"]),
        (500, ["100", "200", "300", "400", "500"]),
        (0, ["1"]),
    ],
)
def test_the_axis_has_few_round_steps_and_holds_the_largest_number(top: int, texts: list[str]) -> None:
    chart = drawn(PlotSeries("actual", "今年", year(top)), whole=True)

    assert [tick.text for tick in chart.grid] == texts
    assert len(texts) <= MOST_STEPS
    assert chart.grid[-1].at == TOP
    assert (chart.base.at, chart.base.text) == (BOTTOM, "0")


@pytest.mark.parametrize(
    ("top", "texts"),
    [(Fraction(1), ["0.2", "0.4", "0.6", "0.8", "1"]), (Fraction(11030, 100), ["50", "100", "150"])],
)
def test_the_steps_of_money_may_be_parts(top: Fraction, texts: list[str]) -> None:
    assert [tick.text for tick in drawn(PlotSeries("actual", "今年", year(top))).grid] == texts


def test_a_month_that_nobody_knows_breaks_the_line() -> None:
    [line] = drawn(PlotSeries("actual", "今年", year(1, 2, None, 4))).lines

    assert [len(run.split()) for run in line.runs] == [2, 1]
    assert [dot.month for dot in line.dots] == [1, 2, 4]


def test_a_number_known_as_a_range_has_a_band_between_its_ends() -> None:
    chart = drawn(PlotSeries("actual", "今年", year(0, 20), high=year(10, 40)))

    [line] = chart.lines
    first, second = month_x(1), month_x(2)
    assert line.band == f"{first},252.0 {second},54.0 {second},186.0 {first},318.0"
    assert line.label.text == "今年 20–40"


def test_a_range_of_nothing_has_no_band() -> None:
    [line] = drawn(PlotSeries("actual", "今年", year(3, 4), high=year(3, 4))).lines

    assert (line.band, line.label.text) == ("", "今年 4")


def test_every_line_is_named_at_its_end_and_no_name_covers_another() -> None:
    whole = [
        PlotSeries("plan", "年度目标", [34] * 12),
        PlotSeries("before", "去年", [33] * 12),
        PlotSeries("actual", "今年", [32] * 12),
    ]
    chart = drawn(*whole)

    labels = sorted((line.label for line in chart.lines), key=lambda label: label.y)
    assert [label.text for label in labels] == ["年度目标 34", "去年 33", "今年 32"]
    assert all(label.x > RIGHT for label in labels)
    assert all(below.y - above.y >= LABEL_GAP for above, below in pairwise(labels))


@pytest.mark.parametrize(("month", "anchor"), [(1, "start"), (2, "start"), (3, "end"), (9, "end")])
def test_a_line_that_ends_early_is_named_over_its_last_point(month: int, anchor: str) -> None:
    [line] = drawn(PlotSeries("actual", "今年", year(*range(month)))).lines

    assert line.label.anchor == anchor
    assert line.label.y < line.dots[-1].y
    assert abs(line.label.x - month_x(month)) == 10


def test_what_is_missing_is_measured_where_the_line_ends() -> None:
    plan = PlotSeries("plan", "年度目标", year(10, 20, 30, 40))
    chart = drawn(plan, PlotSeries("actual", "今年", year(10, 12, 20), high=year(10, 12, 24)))

    assert chart.gap is not None
    assert (chart.gap.x, chart.gap.label.text) == (month_x(3), "差 6–10 个")
    assert chart.gap.y1 < chart.gap.label.y < chart.gap.y2


@pytest.mark.parametrize("actual", [year(30), year(31), AHEAD])
def test_nothing_is_missing_where_the_plan_is_met_or_nothing_known(actual: list) -> None:
    assert drawn(PlotSeries("plan", "目标", year(30)), PlotSeries("actual", "今年", actual)).gap is None


def test_without_a_plan_nothing_is_missing() -> None:
    assert drawn(PlotSeries("level", "目标", [30] * 12), PlotSeries("actual", "今年", year(3))).gap is None


def test_the_day_of_the_chart_stands_over_its_month() -> None:
    now = drawn(PlotSeries("actual", "今年", year(3)), now=(9, "截至 9月30日")).now

    assert now is not None
    assert (now.at, now.text) == (month_x(9), "截至 9月30日")


def test_without_a_number_there_is_no_chart() -> None:
    assert plot([PlotSeries("actual", "今年", AHEAD)], unit="个") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (34, "34"), (Fraction(1, 3), "0.33"), (Fraction(11030, 100), "110.3"), (100, "100")],
)
def test_a_number_is_printed_with_two_decimals_at_most(value, text: str) -> None:
    assert worded(value) == text


def test_a_range_of_one_number_is_that_number() -> None:
    assert (ranged(3, None), ranged(3, 3), ranged(3, 5)) == ("3", "3", "3–5")


def test_the_name_of_the_day_stands_clear_of_a_name_at_the_top_of_the_axis() -> None:
    drawn = plot([PlotSeries("actual", "今年", [10] * 9 + [None] * 3)], unit="个", now=(9, "截至 9月30日"))

    assert drawn is not None
    assert drawn.lines[0].dots[-1].y == drawn.top
    assert (
        drawn.lines[0].label.y - (drawn.top - 34) >= LABEL_GAP
    )  # the template puts the day 34 above the axis
