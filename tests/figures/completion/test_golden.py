"""Golden cases: numbers that districts have printed, from real rows of the register to the line of the page."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from itertools import count

import pytest
from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.completion.page import completion_page
from projects.figures.completion.published import newest_published
from projects.figures.scope import Scope
from projects.models import Figure, Listing, Milestone, MonthlyReport, Organisation, Project
from projects.models.reach import DISTRICT
from projects.templatetags.formats import percent, points
from projects.vocabulary import Light
from tests import build

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER, OCTOBER = date(2024, 8, 31), date(2024, 9, 30), date(2024, 10, 31)

_numbers = count(1)


def written[M: Model](records: Iterable[M]) -> list[M]:
    """Many records of one table with their history in two statements: hundreds of projects cost no second."""
    rows = list(records)
    bulk_create_with_history(rows, type(rows[0]), default_change_reason="测试数据")
    return rows


def starts(
    number: int,
    *,
    planned: str | None = None,
    reached: str | None = None,
    organisation: Organisation | None = None,
    level: str = "city",
) -> list[Project]:
    """So many listed projects that were to start on one day and started on another."""
    projects = written(
        Project(name=f"开工项目{next(_numbers)}", organisation=organisation) for _ in range(number)
    )
    written(Listing(project=project, level=level, year=2024) for project in projects)
    written(
        Milestone(
            project=project,
            stage="started",
            planned_on=build.day(planned),
            planned_precision="day" if planned else "",
            current_on=build.day(planned),
            current_precision="day" if planned else "",
            reached_on=build.day(reached),
            reached_precision="day" if reached else "",
            recorded_on=build.day(reached),
        )
        for project in projects
    )
    return projects


def page_of(as_of: date = SEPTEMBER, level: str = "city") -> CompletionPage:
    units = list(Organisation.objects.all())
    scope = Scope(Project.objects.all(), as_of.year, as_of, level, organisations=units, reach=DISTRICT)
    return completion_page(scope, newest_published(as_of.year, DISTRICT, by=as_of).figures)


def line_of(indicator: str, as_of: date = SEPTEMBER) -> IndicatorLine:
    return page_of(as_of).line(indicator)


def test_629_0_of_647_4_by_october_is_13_8_points_ahead():
    project = build.project()
    build.listing(project)
    for month, invested in (("2024-02", 31_450_000_000), ("2024-10", 31_450_000_000)):
        build.report(project, month, invested)
    build.target("invested", 64_740_000_000)

    completion = line_of("invested", OCTOBER).completion

    assert (completion.actual, percent(completion.share)) == (62_900_000_000, "97.2%")
    assert points(completion.pace_gap) == "+13.8"  # 97.2 − 83.3 would be 13.9


def test_starts_due_by_september_have_their_own_time():
    starts(28, reached="2024-08-20")
    build.target("started", 29, due_month=9)

    completion = line_of("started", AUGUST).completion

    assert (percent(completion.share), completion.share) == ("96.6%", Fraction(28, 29))  # 96.55
    assert (percent(completion.time_share), completion.time_share) == ("88.9%", Fraction(8, 9))
    assert points(completion.pace_gap) == "+7.7"
    assert completion.pace_gap == Fraction(28, 29) - Fraction(8, 9)  # 7.66 unrounded
    assert line_of("started", OCTOBER).completion.time_share == 1


def test_a_curve_says_what_is_due():
    starts(10, reached="2024-03-20")
    build.target("started", 20, curve=[0, 0, 8, 8, 8, 16, 16, 16, 16, 20, 20, 20], due_month=6)

    shares = {
        day: line_of("started", day).completion.time_share
        for day in (date(2024, 2, 29), date(2024, 3, 31), date(2024, 8, 31), date(2024, 10, 31))
    }
    line = line_of("started", date(2024, 3, 31))

    assert list(shares.values()) == [0, Fraction(8, 20), Fraction(16, 20), 1]
    assert points(line.completion.pace_gap) == "+10.0"
    assert line.target is not None
    assert line.target.by_month()[2] == 8


def test_206_started_of_255_planned_and_of_223_due():
    starts(206, planned="2024-06-30", reached="2024-06-20")
    starts(17, planned="2024-09-10")
    starts(32, planned="2024-12-10")

    line = line_of("started")

    assert (line.count.in_year, line.count.planned, line.count.due) == (206, 255, 223)
    assert line.target is not None
    assert (line.target.amount, line.target.planned) == (255, True)
    assert percent(line.completion.share) == "80.8%"
    assert line.of_due is not None
    assert percent(line.of_due.share) == "92.4%"


def test_due_140_less_overdue_33_and_early_11_are_118_started():
    starts(107, planned="2024-05-31", reached="2024-06-30")
    starts(33, planned="2024-08-31")
    starts(11, planned="2024-11-30", reached="2024-09-01")
    starts(9, planned="2024-12-31")  # neither due nor started
    starts(6, planned="2023-06-30", reached="2023-07-01")  # of another year

    counted = line_of("started").count

    assert (counted.due, counted.overdue, counted.early, counted.unplanned) == (140, 33, 11, 0)
    assert counted.in_year == 118


def test_what_the_projects_plan_for_december_is_not_behind_in_september():
    build.light_rule()
    starts(3, planned="2024-03-31", reached="2024-03-15")
    starts(1, planned="2024-12-31")

    line = line_of("started")

    assert line.target is not None
    assert (line.target.amount, line.target.planned) == (4, True)
    assert line.completion.time_share == Fraction(3, 4)  # three of four were planned by the day
    assert (points(line.completion.pace_gap), line.light) == ("0.0", Light.GREEN)
    assert line_of("started", date(2024, 12, 31)).completion.pace_gap == Fraction(-1, 4)


def test_plans_that_foresaw_hardly_anything_are_no_target():
    starts(17, reached="2024-03-15")
    starts(1, planned="2024-03-31", reached="2024-03-15")

    line = line_of("started")

    assert (line.actual, line.count.planned, line.count.unplanned) == (18, 1, 17)
    assert (line.target, line.completion.share) == (None, None)  # 1800 % would say nothing


def test_what_started_late_is_no_longer_overdue_and_what_starts_later_still_is():
    starts(1, planned="2024-03-31", reached="2024-09-30")
    starts(1, planned="2024-03-31", reached="2024-10-01")
    counted = line_of("started").count
    assert (counted.due, counted.overdue, counted.in_year) == (2, 1, 1)


def test_42_provincial_projects_of_which_two_stand_in_two_units():
    units = [build.town(name) for name in ("罗溪镇", "薛家镇", "孟河镇")]
    projects = [
        project
        for unit in units
        for project in starts(14, reached="2024-03-01", organisation=unit, level="province")
    ]
    build.helper(projects[0], units[1])
    build.helper(projects[20], units[2])

    page = page_of(level="province")

    assert {row.label: row.holding.count for row in page.rows} == {"罗溪镇": 14, "薛家镇": 15, "孟河镇": 15}
    assert sum(row.holding.count for row in page.rows) == 44
    assert page.holding.count == 42
    assert sum(row.line("started").actual or 0 for row in page.rows) == 44
    assert page.line("started").actual == 42


def test_printed_2389_against_a_sum_of_2388_is_shown_and_never_mended():
    for unit, invested in (("罗溪镇", 1200), ("薛家镇", 800), ("孟河镇", 388)):
        project = build.project(organisation=build.town(unit))
        build.listing(project)
        build.report(project, "2024-09", invested * build.YI)
    build.bulletin("2024-09-30", figures={"invested": 2389 * build.YI})
    written_before = MonthlyReport.history.count(), Figure.history.count()

    page = page_of()
    line = page.line("invested")

    assert (line.actual, line.computed, line.difference) == (2389 * build.YI, 2388 * build.YI, build.YI)
    assert sum(row.line("invested").actual or 0 for row in page.rows) == 2388 * build.YI
    assert (MonthlyReport.history.count(), Figure.history.count()) == written_before
    assert Figure.objects.get().amount == 2389 * build.YI


def test_without_a_target_and_without_plans_there_is_no_rate_and_no_light():
    starts(3, reached="2024-03-01")
    build.light_rule()
    line = line_of("started")
    assert (line.target, line.completion.share, line.completion.pace_gap) == (None, None, None)
    assert line.light == Light.NONE
