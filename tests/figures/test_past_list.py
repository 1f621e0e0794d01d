"""The register as of a day and as known at a moment: what stood there then, and what came later stays away."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.page import completion_page
from projects.figures.past_list import past_page, past_rows, past_totals
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.completion import Sum
from projects.vocabulary import Indicator, Stage
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 30)
MARCH, MAY = "2024-10-05", "2024-11-20"
"""When the register was first filled, and when it was corrected."""


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def scope(as_of: date = DAY, known_at: str | None = None, **options) -> Scope:
    return Scope(
        Project.objects.all(),
        as_of.year,
        as_of,
        known_at=at(known_at) if known_at else None,
        organisations=Organisation.objects.all(),
        reach=DISTRICT,
        **options,
    )


@pytest.fixture
def pump() -> Project:
    town = build.town("罗溪镇")
    pump = build.project("热泵", organisation=town, total_investment=10 * YI, at=MARCH)
    build.listing(pump, "city", 2024, at=MARCH)
    build.annual_plan(pump, 4 * YI, at=MARCH)
    report = build.report(pump, "2024-09", YI, at=MARCH)
    build.milestone(pump, "started", "2024-03-01", at=MARCH)
    build.milestone(pump, "completed", "2024-10-10", planned="2024-08-31", at=MARCH)
    build.project("后来登记的", at=MAY)
    report.invested = 2 * YI
    build.kept(report, at=MAY)
    pump.name, pump.total_investment = "热泵机组", 12 * YI
    build.kept(pump, at=MAY)
    return pump


def only_row(**options):
    page = past_page(scope(**options), words="热泵")
    (row,) = page.rows
    return row


def test_as_of_a_day_what_came_later_has_not_happened(pump: Project) -> None:
    row = only_row()

    assert (row.name, row.investment, row.completion.actual) == ("热泵机组", 12 * YI, 2 * YI)
    assert row.furthest == Stage.STARTED
    assert row.state.words == "晚 30 天"
    assert only_row(as_of=date(2024, 10, 31)).furthest == Stage.COMPLETED
    assert only_row(as_of=date(2024, 8, 31)).completion.actual is None


def test_as_known_at_a_moment_corrections_are_not_in_it(pump: Project) -> None:
    row = only_row(known_at="2024-10-31 00:00")

    assert (row.name, row.investment) == ("热泵", 10 * YI)
    assert (row.completion.actual, row.completion.target) == (YI, 4 * YI)
    assert past_page(scope(known_at="2024-10-31 00:00")).totals.count == 1
    assert past_page(scope()).totals.count == 2
    assert past_page(scope(known_at="2024-10-01 00:00")).totals.count == 0


@pytest.mark.parametrize("known_at", [None, "2024-10-31 00:00"])
def test_the_sums_are_those_of_the_completion_page(pump: Project, known_at: str | None) -> None:
    asked = scope(known_at=known_at)
    line = next(line for line in completion_page(asked).lines if line.indicator == Indicator.INVESTED)
    totals = past_totals(asked)

    assert totals.reported.value == breakdown(asked, line).total
    assert totals.reported.value == (YI if known_at else 2 * YI)
    assert totals.investment == (Sum(10 * YI, 1, 0) if known_at else Sum(12 * YI, 1, 1))


def test_the_unit_is_that_of_the_day(pump: Project) -> None:
    other = build.town("奔牛镇")
    pump.hand_to(other.pk, on=date(2024, 10, 1), today=date(2024, 12, 1))
    build.kept(pump)

    assert str(only_row().unit) == "罗溪镇"
    assert str(only_row(as_of=date(2024, 10, 1)).unit) == "奔牛镇"
    assert past_page(scope(organisation=other)).totals.count == 0


def test_a_deleted_project_is_known_of_but_has_no_page(pump: Project) -> None:
    pump.delete()

    assert only_row(known_at="2024-10-31 00:00").pk is None
    assert past_page(scope(), words="热泵").rows == ()


def test_the_export_has_every_row(pump: Project) -> None:
    for number in range(60):
        build.project(f"其他{number:02}")

    assert len(past_page(scope()).rows) == 50
    assert len(list(past_rows(scope()))) == 62


@pytest.mark.parametrize("size", [3, 60])
@pytest.mark.parametrize(("known_at", "most"), [(None, 4), ("2100-01-01 00:00", 6)])
def test_it_takes_as_many_queries_for_any_number_of_projects(
    size: int, known_at: str | None, most: int, django_assert_max_num_queries
) -> None:
    for _ in range(size):
        project = build.project(organisation=build.town())
        build.listing(project, "city", 2024)
        build.annual_plan(project, YI)
        build.report(project, "2024-09", YI)
        build.milestone(project, "started", "2024-03-01")
    asked = scope(known_at=known_at)
    with django_assert_max_num_queries(most):
        assert past_page(asked).totals.reported.value == size * YI
