"""What one project has invested: known numbers, and the same ones as every total that counts it."""

from datetime import date
from fractions import Fraction

import pytest

from projects.figures.completion.page import completion_page
from projects.figures.project_money import ProjectMoney
from projects.figures.registry import project_sheet
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

DAY = date(2024, 10, 20)


def money_of(project: Project, as_of: date = DAY) -> ProjectMoney:
    return project_sheet(project, as_of=as_of).money


def line_of(project: Project, as_of: date = DAY):
    units = list(Organisation.objects.all())
    only = Project.objects.filter(pk=project.pk)
    scope = Scope(only, as_of.year, as_of, "", None, None, units, reach=DISTRICT)
    return next(line for line in completion_page(scope).lines if line.indicator == "invested")


@pytest.fixture
def project() -> Project:
    build.district()
    project = build.project("热泵", total_investment=10 * YI)
    build.annual_plan(project, 4 * YI, 2024, invested_before=2 * YI)
    build.report(project, "2024-01", 1 * YI, progress="桩基施工")
    build.report(project, "2024-02", 0)
    build.report(project, "2024-04", YI // 2, "submitted", progress="主体三层", next_step="封顶")
    build.report(project, "2024-05", YI, "returned", progress="退回的")
    build.report(project, "2024-06", YI, "draft", progress="草稿")
    return project


def test_only_approved_months_count_and_what_waits_is_told(project: Project) -> None:
    money = money_of(project)

    assert (money.year, money.span) == (2024, "1—9月")
    assert (money.done.actual, money.done.target) == (YI, 4 * YI)
    assert money.done.share == Fraction(1, 4)
    assert money.done.pace_gap == Fraction(1, 4) - Fraction(9, 12)
    assert (money.cumulative, money.knows_before) == (3 * YI, True)
    assert money.of_total.share == Fraction(3, 10)
    assert money.waiting == YI // 2
    assert [month.to_date for month in money.months] == [YI, YI, *[None] * 10]
    assert money.months[2].due == YI


def test_progress_is_the_newest_that_was_handed_in(project: Project) -> None:
    latest = money_of(project).latest

    assert latest is not None
    assert (latest.month, latest.progress, latest.next_step) == (date(2024, 4, 1), "主体三层", "封顶")


def test_the_completion_page_of_the_project_says_the_same(project: Project) -> None:
    opened = build.project("储能")
    build.annual_plan(opened, 2 * YI, 2024)
    build.report(opened, "2024-06", None, opening=YI, progress="设备安装")
    build.report(opened, "2024-08", YI // 4)
    build.report(opened, "2024-10", YI)  # a month that has not ended
    for each in (project, opened):
        for day in (DAY, date(2024, 3, 31), date(2024, 12, 31), date(2024, 1, 15)):
            money, line = money_of(each, day), line_of(each, day)
            assert (money.done.actual, money.done.target) == (line.completion.actual, line.completion.target)
            assert (money.done.share, money.done.pace_gap) == (
                line.completion.share,
                line.completion.pace_gap,
            )
            assert [month.to_date for month in money.months or ()] == [
                bounds and bounds.certain for bounds in (line.by_month if money.months else ())
            ]


def test_nothing_known_is_not_zero() -> None:
    money = money_of(build.project())

    assert (money.done.actual, money.done.target, money.cumulative, money.waiting) == (None,) * 4
    assert (money.plot, money.latest, money.months, money.is_known) == (None, None, (), False)


def test_what_was_done_before_is_named_as_missing() -> None:
    project = build.project()
    build.report(project, "2024-01", YI)
    money = money_of(project)

    assert (money.cumulative, money.knows_before) == (YI, False)


def test_a_year_without_anything_shows_the_last_one_that_has_something(project: Project) -> None:
    money = money_of(project, date(2026, 3, 1))

    assert (money.year, money.span, money.cumulative) == (2024, "1—12月", 3 * YI)


def test_the_curve_is_drawn_from_the_same_months(project: Project) -> None:
    plot = money_of(project).plot

    assert plot is not None
    assert {line.code for line in plot.lines} == {"plan", "actual"}
    assert [dot.month for line in plot.lines if line.code == "actual" for dot in line.dots] == [1, 2]
