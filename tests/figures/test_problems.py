"""The issue ledger read out: who is to remove a problem, how late, in which order."""

from datetime import date

import pytest

from projects.figures.problems import ledger, problem_page
from projects.models import Problem
from projects.vocabulary import Light
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2024, 9, 30)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"due_on": "2024-09-18"}, ("超期 12 天", Light.YELLOW)),
        ({"due_on": "2024-08-30"}, ("超期 31 天", Light.RED)),
        ({"due_on": "2024-09-30"}, ("今天到期", Light.GREEN)),
        ({"due_on": "2024-10-09"}, ("还有 9 天", Light.GREEN)),
        ({}, ("未定期限", Light.NONE)),
        ({"due_on": "2024-09-18", "resolved_on": "2024-09-20", "resolution": "好"}, ("已销号", Light.NONE)),
    ],
)
def test_how_it_stands(facts: dict[str, str], told: tuple[str, Light]) -> None:
    build.problem(build.project(), **facts)
    (line,) = ledger(Problem.objects.all(), today=TODAY)

    assert (line.words, line.light) == told


def test_whoever_is_named_removes_it_else_the_projects_unit() -> None:
    luoxi, office = build.town("罗溪镇"), build.town("资规分局", kind="department")
    build.problem(build.project(organisation=luoxi), "一", due_on="2024-05-01", organisation=office)
    build.problem(build.project(organisation=luoxi), "二", due_on="2024-05-02")
    build.problem(build.project(), "三", due_on="2024-05-03")

    assert [line.unit for line in ledger(Problem.objects.all(), today=TODAY)] == ["资规分局", "罗溪镇", ""]


def test_the_pressing_ones_come_first_and_the_closed_ones_last() -> None:
    project = build.project()
    for text, facts in {
        "旧的": {"resolved_on": "2024-04-01", "resolution": "好"},
        "新的": {"resolved_on": "2024-05-01", "resolution": "好"},
        "未定": {},
        "以后": {"due_on": "2024-12-01"},
        "以前": {"due_on": "2024-06-01"},
    }.items():
        build.problem(project, text, **facts)

    assert [line.problem.text for line in ledger(Problem.objects.all(), today=TODAY)] == [
        "以前",
        "以后",
        "未定",
        "新的",
        "旧的",
    ]


@pytest.mark.parametrize("size", [3, 60])
def test_a_page_takes_three_queries(size: int, django_assert_num_queries) -> None:
    for number in range(size):
        build.problem(
            build.project(organisation=build.town("罗溪镇")), due_on=f"2024-05-{number % 28 + 1:02}"
        )
    with django_assert_num_queries(3):
        page = problem_page(Problem.objects.all(), today=TODAY)

    assert (page.count, page.overdue, len(page.lines)) == (size, size, min(size, 50))
