"""The year of an indicator by month: what is certain, what is possible, what was due, and last year."""

from datetime import date
from fractions import Fraction

import pytest

from projects.figures.completion.curve import MonthCurve, month_curve
from projects.figures.completion.page import completion_page
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.rules.plot import BOTTOM, TOP, month_x
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 30)


def curve(indicator: str = "started", as_of: date = DAY, **asked) -> MonthCurve | None:
    units = list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), as_of.year, as_of, "city", organisations=units, reach=DISTRICT, **asked
    )
    return month_curve(scope, completion_page(scope).line(indicator))


def found(indicator: str = "started", **asked) -> MonthCurve:
    made = curve(indicator, **asked)
    assert made is not None
    return made


def started(*days: tuple[str, str], year: int = 2024) -> None:
    for on, precision in days:
        project = build.project()
        build.listing(project, year=year)
        build.milestone(project, Stage.STARTED, on, precision)


def test_each_month_holds_what_was_reached_by_its_end() -> None:
    started(("2024-02-10", "day"), ("2024-02-29", "month"), ("2024-09-30", "day"), ("2023-12-31", "day"))

    made = found()

    assert [month.least for month in made.months] == [0, 2, 2, 2, 2, 2, 2, 2, 3, None, None, None]
    assert [month.is_range for month in made.months] == [False] * 12


def test_a_range_may_have_happened_from_its_first_day_and_has_by_its_last() -> None:
    started(("2024-06-30", "quarter"), ("2024-12-31", "year"))

    made = found()

    assert [month.least for month in made.months][:9] == [0, 0, 0, 0, 0, 1, 1, 1, 1]
    assert [month.most for month in made.months][:9] == [1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert made.is_range
    assert made.plot is not None
    [line] = made.plot.lines
    assert line.band
    assert (line.dots[4].y, line.dots[8].y) == (BOTTOM, (BOTTOM + TOP) / 2)
    assert line.label.text == "今年 1–2"


def test_not_later_than_a_day_is_possible_and_never_certain() -> None:
    started(("2024-06-30", "not_later"))

    made = found()

    assert {month.least for month in made.months[:9]} == {0}
    assert {month.most for month in made.months[:9]} == {1}


def test_the_last_month_agrees_with_the_line() -> None:
    started(("2024-03-31", "quarter"), ("2024-08-20", "day"), ("2024-12-31", "not_later"))
    build.milestone(build.project("不在名单"), Stage.STARTED, "2024-05-20")

    scope = Scope(Project.objects.all(), 2024, DAY, "city", organisations=[], reach=DISTRICT)
    line = completion_page(scope).line("started")

    assert line.register == Bounds(2, 3)
    assert (found().months[8].least, found().months[8].most) == (2, 3)


def test_last_year_is_the_list_of_last_year() -> None:
    started(("2024-02-10", "day"))
    started(("2023-03-10", "day"), ("2023-11-10", "day"), year=2023)
    build.milestone(build.project("去年不在名单"), Stage.STARTED, "2023-05-20")

    made = found()

    assert [month.before for month in made.months] == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]
    assert made.has_before
    assert made.plot is not None
    assert {line.label.text for line in made.plot.lines} == {"今年 1", "去年 2"}


def test_money_adds_up_and_a_month_that_nobody_reported_is_open() -> None:
    project = build.project()
    build.listing(project)
    build.listing(project, year=2023)
    for month, yi in (("2024-01", 2), ("2024-03", 3), ("2023-02", 4), ("2023-03", 1)):
        build.report(project, month, yi * build.YI)
    build.report(project, "2024-02", build.YI, state="submitted")

    made = found("invested", as_of=date(2024, 3, 31))

    assert [month.least for month in made.months][:3] == [2 * build.YI, None, 5 * build.YI]
    assert [month.before for month in made.months][:4] == [None, 4 * build.YI, 5 * build.YI, None]
    assert made.plot is not None
    assert made.plot.unit == "亿元"
    actual = next(line for line in made.plot.lines if line.code == "actual")
    assert [(dot.month, dot.x) for dot in actual.dots] == [(1, month_x(1)), (3, month_x(3))]
    assert len(actual.runs) == 2


def test_the_target_is_due_by_month_and_the_gap_is_shown() -> None:
    started(("2024-02-10", "day"))
    build.target("started", 12)

    made = found()

    assert [month.due for month in made.months] == [Fraction(month) for month in range(1, 13)]
    assert made.plot is not None
    assert made.plot.gap is not None
    assert made.plot.gap.label.text == "差 8 个"
    assert "年度目标 12" in {line.label.text for line in made.plot.lines}
    assert made.plot.now is not None
    assert (made.plot.now.at, made.plot.now.text) == (month_x(9), "截至 9月30日")
    assert made.plot.base.at == BOTTOM


def test_plans_of_which_only_today_is_known_are_a_level() -> None:
    project = build.project()
    build.listing(project)
    build.milestone(project, Stage.STARTED, "2024-02-10", planned="2024-03-31")

    made = found()

    assert not made.has_due
    assert made.plot is not None
    assert {line.code: line.label.text for line in made.plot.lines}["level"] == "各项目计划合计 1"
    assert made.plot.gap is None


def test_where_nothing_of_the_year_is_known_there_is_no_curve() -> None:
    build.listing(build.project())

    assert curve() is None
    assert curve("invested") is None


@pytest.mark.parametrize("count", [3, 60])
def test_the_curve_asks_once_for_many_projects_and_for_few(count: int, django_assert_num_queries) -> None:
    started(*[("2024-02-10", "day")] * count)
    scope = Scope(Project.objects.all(), 2024, DAY, "city", organisations=[], reach=DISTRICT)
    line = completion_page(scope).line("started")
    with django_assert_num_queries(1):
        made = month_curve(scope, line)
    assert made is not None
    assert made.months[8].least == count
