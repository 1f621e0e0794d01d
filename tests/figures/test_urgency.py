"""What a unit owes as one list."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.figures.todo import StaffDesk, staff_desk
from projects.figures.urgency import Kind, by_urgency
from projects.models import Decision, Problem, Project
from projects.rules.reporting import asked_month, month_before
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def project() -> Project:
    return build.project("热泵", organisation=build.town("罗溪镇"))


def desk(project: Project) -> StaffDesk:
    user = build.staff(project.organisation)
    return staff_desk(
        Project.objects.all(),
        Problem.objects.all(),
        Decision.objects.all(),
        reach=user.reach,
        today=TODAY,
        days_after=5,
    )


def test_what_is_due_today_is_not_late_and_a_week_is_seven_days(project: Project) -> None:
    for text, number in (("今天", 0), ("一周", 7), ("下周", 8), ("昨天", -1)):
        build.problem(project, text, due_on=days(number))
    found = by_urgency(desk(project), {})

    def texts(listed) -> list[tuple[str, int]]:
        return [(owed.item.problem.text, owed.days) for owed in listed]

    assert texts(found.late) == [("昨天", -1)]
    assert texts(found.week) == [("今天", 0), ("一周", 7)]
    assert texts(found.later) == [("下周", 8)]


def test_a_returned_report_stands_before_the_longest_delay(project: Project) -> None:
    build.milestone(project, "topped_out", planned=days(-400))
    build.report(project, asked_month(TODAY, 5), YI, "returned", return_reason="不符")

    assert [owed.kind for owed in by_urgency(desk(project), {}).late] == [Kind.RETURNED, Kind.MILESTONE]


def test_a_month_carries_the_names_of_the_silent_and_everything_of_the_desk_is_listed_once(
    project: Project,
) -> None:
    month = asked_month(TODAY, 5)
    for year in {month.year, month_before(month).year}:
        build.listing(project, year=year)
    build.report(project, month_before(month), YI)
    build.milestone(project, "topped_out", planned=days(-3))
    build.milestone(project, "completed", planned=days(3))
    build.problem(project, due_on=days(3))
    found = by_urgency(desk(project), {month: (project,)})

    listed = [*found.late, *found.week, *found.later]
    assert sorted(owed.kind for owed in listed) == [Kind.MILESTONE, Kind.MILESTONE, Kind.MONTH, Kind.PROBLEM]
    assert [owed.names for owed in listed if owed.kind is Kind.MONTH] == [(project,)]
