"""The calendar: days hold what has a day; months, quarters and years stand apart."""

from datetime import date

import pytest

from projects.figures.due import MOST_A_DAY, DueDay, DueKind, DuePage, due_page
from projects.models import Project
from projects.vocabulary import Light, Stage
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2024, 9, 18)


def calendar(month: str = "2024-09", **asked) -> DuePage:
    return due_page(Project.objects.all(), month=date.fromisoformat(f"{month}-01"), as_of=TODAY, **asked)


def days(page: DuePage) -> dict[int, list[str]]:
    return {
        day.on.day: [item.title for item in day.items]
        for week in page.weeks
        for day in week
        if day.on is not None and day.items
    }


def at(page: DuePage, number: int) -> DueDay:
    return next(day for week in page.weeks for day in week if day.on and day.on.day == number)


def planned(
    name: str, until: str, precision: str = "day", stage: Stage = Stage.COMPLETED, **facts
) -> Project:
    project = build.project(name, **facts)
    build.milestone(project, stage, planned=until, planned_precision=precision)
    return project


def test_a_plan_with_a_day_stands_in_that_day() -> None:
    planned("甲", "2024-09-20", organisation=build.town("罗溪镇"))

    page = calendar()

    [item] = at(page, 20).items
    assert (item.kind, item.title, item.project, item.unit) == (DueKind.STAGE, "竣工", "甲", "罗溪镇")
    assert (item.light, item.words, item.when) == (Light.GREEN, "还有 2 天", "9月20日")
    assert (page.stages, page.problems, page.done) == (1, 0, 0)
    assert at(page, 18).is_today


@pytest.mark.parametrize("precision", ["month", "quarter", "year", "not_later"])
def test_a_plan_without_a_day_stands_in_no_day(precision: str) -> None:
    planned("甲", "2024-09-30", precision)

    page = calendar()

    assert (days(page), page.stages) == ({}, 0)
    assert [item.project for item in page.vague_items] == ["甲"]


def test_a_quarter_concerns_its_three_months_and_a_year_all_of_them() -> None:
    planned("季", "2024-09-30", "quarter")
    planned("年", "2024-12-31", "year")
    planned("月", "2024-09-30", "month")

    found = {
        month: [item.when for item in calendar(f"2024-{month:02}").vague_items] for month in (6, 7, 9, 10)
    }

    assert found == {
        6: ["2024年内"],
        7: ["第三季度内", "2024年内"],
        9: ["第三季度内", "9月内", "2024年内"],
        10: ["2024年内"],
    }


def test_what_has_passed_is_late_and_what_is_done_says_so() -> None:
    planned("晚", "2024-09-10")
    planned("很晚", "2024-08-10")
    build.milestone(build.project("成"), Stage.STARTED, "2024-09-09", planned="2024-09-10")

    page = calendar()

    assert [(item.project, item.light, item.words) for item in at(page, 10).items] == [
        ("晚", Light.YELLOW, "晚 8 天"),
        ("成", Light.NONE, "已到达"),
    ]
    assert (page.stages, page.done, page.overdue) == (2, 1, 1)
    assert [item.light for item in at(calendar("2024-08"), 10).items] == [Light.RED]


def test_the_present_plan_counts_and_not_the_first() -> None:
    project = build.project("甲")
    build.milestone(project, Stage.COMPLETED, planned="2024-09-10", current="2024-10-20")

    assert (days(calendar()), days(calendar("2024-10"))) == ({}, {20: ["竣工"]})


def test_problems_are_due_on_their_day_before_stages() -> None:
    project = planned("甲", "2024-09-20")
    build.problem(project, "线路迁改", due_on="2024-09-20")
    build.problem(project, "已办", due_on="2024-09-05", resolved_on="2024-09-04", resolution="已迁")
    build.problem(project, "无期限")

    page = calendar()

    assert days(page) == {5: ["已办"], 20: ["线路迁改", "竣工"]}
    assert (page.problems, page.done) == (2, 1)


def test_who_stands_still_owes_nothing() -> None:
    facts = {"side_state": "terminated", "side_state_on": date(2024, 3, 1), "side_reason": "market"}
    project = planned("止", "2024-09-20", **facts)
    build.problem(project, due_on="2024-09-21")
    planned("止二", "2024-09-30", "month", **facts)

    page = calendar()

    assert (page.stages, page.problems, page.vague_items, page.overdue) == (0, 0, (), 0)


def test_a_skipped_stage_is_never_due() -> None:
    build.milestone(build.project("甲"), Stage.TOPPED_OUT, planned="2024-09-20", skipped=True)

    assert calendar().stages == 0


def test_a_full_day_says_how_much_it_does_not_show_and_opens() -> None:
    for number in range(9):
        planned(f"项目{number}", "2024-09-20")

    page = calendar(day=date(2024, 9, 20))

    assert (len(at(page, 20).items), at(page, 20).rest) == (MOST_A_DAY, 9 - MOST_A_DAY)
    assert page.opened is not None
    assert (len(page.opened.items), page.opened.rest) == (9, 0)


def test_the_months_beside_it_lead_over_the_turn_of_the_year() -> None:
    assert (calendar("2024-12").after, calendar("2025-01").before) == (date(2025, 1, 1), date(2024, 12, 1))


@pytest.mark.parametrize("count", [3, 60])
def test_the_calendar_asks_as_much_for_many_projects(count: int, django_assert_num_queries) -> None:
    for number in range(count):
        project = planned(f"项目{number:03}", "2024-09-20", ("day", "month")[number % 2])
        build.problem(project, due_on="2024-09-21")
    with django_assert_num_queries(7):
        assert calendar().stages == -(-count // 2)
