"""What is owed: milestones, months, returned reports and problems of a unit; what waits for the office."""

from datetime import date

import pytest

from projects.actions import reporting
from projects.figures.todo import (
    Silence,
    StaffDesk,
    office_desk,
    owed,
    reopened,
    silent_months,
    staff_desk,
    unwritten,
)
from projects.models import Decision, Organisation, Problem, Project
from projects.models.reach import UnitAndBelow
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 1)
"""September's window closes on the fifth."""

SEPTEMBER, AUGUST = date(2024, 9, 1), date(2024, 8, 1)


@pytest.fixture
def luoxi() -> Organisation:
    return build.town("罗溪镇")


def desk(unit: Organisation, *, today: date = TODAY) -> StaffDesk:
    return staff_desk(
        Project.objects.answered_by(unit),
        Problem.objects.answered_by(unit),
        Decision.objects.answered_by(unit),
        reach=UnitAndBelow(unit),
        today=today,
        days_after=5,
    )


def reporting_project(unit: Organisation | None, *states: str, **facts) -> Project:
    """A project on the list of the year, with reports of August, September … in these states."""
    project = build.project(organisation=unit, **facts)
    build.listing(project)
    for month, state in zip(("2024-08", "2024-09"), states, strict=False):
        if state:
            build.report(project, month, YI, state)
    return project


def test_a_month_is_counted_by_how_far_it_is(luoxi: Organisation) -> None:
    for state in ("approved", "submitted", "draft", "returned", "", ""):
        reporting_project(luoxi, "approved", state)
    empty = reporting_project(luoxi, "approved")
    build.report(empty, "2024-09", None, "draft")  # opened, nothing said
    same = reporting_project(luoxi, "approved")
    build.report(same, "2024-09", None, "draft", unchanged=True)
    build.project(organisation=luoxi)  # on no list: owes nothing
    reporting_project(build.town("奔牛镇"))
    found = desk(luoxi)

    (month,) = found.months
    assert (month.month, month.closes_on, month.days_left) == (SEPTEMBER, date(2024, 10, 5), 4)
    assert (month.total, month.handed_in, month.drafted, month.returned) == (8, 2, 2, 1)
    assert (month.unwritten, month.open, found.owed) == (3, 5, 6)
    assert len(unwritten(Project.objects.answered_by(luoxi), SEPTEMBER, today=TODAY)) == 3


def test_the_month_before_stays_while_something_of_it_is_missing(luoxi: Organisation) -> None:
    reporting_project(luoxi, "", "approved")
    first, second = desk(luoxi).months

    assert (first.month, first.open, second.month, second.open) == (SEPTEMBER, 0, AUGUST, 1)
    assert (second.days_left, second.days_over) == (-26, 26)


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2024, 9, 24), AUGUST),
        (date(2024, 9, 25), SEPTEMBER),  # ten days before it closes
        (date(2024, 10, 24), SEPTEMBER),
        (date(2024, 10, 26), date(2024, 10, 1)),
    ],
)
def test_a_month_is_asked_for_in_time(luoxi: Organisation, today: date, month: date) -> None:
    reporting_project(luoxi)

    assert desk(luoxi, today=today).months[0].month == month


def test_milestones_are_late_or_soon(luoxi: Organisation) -> None:
    project, other = build.project(organisation=luoxi), build.project(organisation=build.town("奔牛镇"))
    build.milestone(project, "started", planned="2024-08-31", reason="weather")
    build.milestone(project, "topped_out", planned="2024-10-01")
    build.milestone(project, "completed", planned="2024-10-31")
    build.milestone(project, "in_production", planned="2024-11-01")
    build.milestone(project, "signed", "2024-01-01", planned="2024-02-01")
    build.milestone(other, "started", planned="2024-08-31")
    paused = build.project(
        organisation=luoxi, side_state="paused", side_state_on=build.day("2024-01-01"), side_reason="market"
    )
    build.milestone(paused, "started", planned="2024-08-31")
    found = desk(luoxi)

    assert [(item.stage, item.days_late, item.reason) for item in found.late] == [("started", 31, "天气")]
    assert [(item.stage, item.days_to_go) for item in found.soon] == [("topped_out", 0), ("completed", 30)]
    assert found.owed == 1  # what comes later is shown, not counted


def test_returned_reports_say_why(luoxi: Organisation) -> None:
    project = reporting_project(luoxi, "returned", "approved")
    found = desk(luoxi)

    assert [(report.project, report.month, report.return_reason) for report in found.returned] == [
        (project, AUGUST, "数据与形象进度不符")
    ]
    assert found.owed == 1


def test_problems_reach_the_unit_that_is_to_remove_them(luoxi: Organisation) -> None:
    mine, other = build.project(organisation=luoxi), build.project(organisation=build.town("奔牛镇"))
    build.problem(mine, "自己的", due_on="2024-09-20")
    build.problem(mine, "别人办", due_on="2024-09-20", organisation=build.town("资规分局", kind="department"))
    build.problem(other, "交给我们的", due_on="2024-10-20", organisation=luoxi)
    build.problem(mine, "还早", due_on="2024-11-20")
    build.problem(mine, "没期限")
    build.problem(mine, "办完了", due_on="2024-09-20", resolved_on="2024-09-01", resolution="好")
    found = desk(luoxi)

    assert [(line.problem.text, line.days_late) for line in found.problems] == [
        ("自己的", 11),
        ("交给我们的", 0),
    ]
    assert (found.overdue_problems, found.owed) == (1, 1)


def test_an_empty_desk_says_so(luoxi: Organisation) -> None:
    reporting_project(luoxi, "approved", "submitted")
    found = desk(luoxi)

    assert (found.is_empty, found.owed) == (True, 0)
    assert found.months[0].handed_in == 1


def test_the_office_sees_what_waits_who_is_silent_and_who_asks(luoxi: Organisation) -> None:
    benniu, staff = build.town("奔牛镇", position=9), build.staff(luoxi)
    reporting_project(luoxi, "submitted", "submitted")
    reporting_project(luoxi, "approved", "returned")
    reporting_project(benniu, "approved", "draft")
    reporting_project(None, "approved", "submitted")
    asked = reporting.ask_reopening(luoxi, AUGUST, reason="漏报", by=staff)
    office = office_desk(Project.objects.all())
    (silent,) = silent_months(Project.objects.all(), today=TODAY, days_after=5)

    assert [(month.month, month.count) for month in office.waiting] == [(AUGUST, 1), (SEPTEMBER, 2)]
    assert (list(office.requests), office.owed) == ([asked], 4)
    assert (silent.month, silent.missing, silent.days_left) == (SEPTEMBER, 2, 4)
    assert silent.units == (Silence("罗溪镇", 1, 2), Silence("奔牛镇", 1, 1))
    assert owed([office, desk(luoxi)]) == 4 + 1


def test_a_month_that_was_opened_again_is_told_to_its_unit(luoxi: Organisation) -> None:
    office = build.office()
    granted = reporting.ask_reopening(luoxi, AUGUST, reason="漏报", by=build.staff(luoxi))
    reporting.decide_reopening(granted, until=date(2099, 1, 1), by=office)

    assert [request.month for request in reopened(luoxi, today=TODAY)] == [AUGUST]
    assert reopened(luoxi, today=date(2099, 1, 2)) == ()
    assert reopened(build.town("奔牛镇"), today=TODAY) == ()


@pytest.mark.parametrize("size", [3, 30])
def test_it_takes_the_same_queries(luoxi: Organisation, size: int, django_assert_num_queries) -> None:
    for number in range(size):
        project = reporting_project(luoxi, "returned", ("", "draft", "submitted")[number % 3])
        build.milestone(project, "started", planned="2024-08-31")
        build.problem(project, due_on="2024-09-20")
    # one asks for the units below; two, for the day is over, which pages open
    with django_assert_num_queries(11):
        assert desk(luoxi).owed
    with django_assert_num_queries(2):
        assert office_desk(Project.objects.all()).owed
    with django_assert_num_queries(4):
        assert silent_months(Project.objects.all(), today=TODAY, days_after=5)
    with django_assert_num_queries(1):
        assert unwritten(Project.objects.all(), SEPTEMBER, today=TODAY)
