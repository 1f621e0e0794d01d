"""The register as a sheet has it: the numbers of the page, and as many queries for three projects as for thirty."""

from datetime import date

import pytest

from projects.figures.listed import listed_rows
from projects.figures.registry import registry_page
from projects.models import Project, User
from projects.vocabulary import Category, Level, Stage
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2024, 9, 30)


def rows(**asked):
    return list(listed_rows(Project.objects.all(), **{"year": 2024, "as_of": TODAY} | asked))


def test_a_row_has_the_facts_the_lists_the_plan_and_the_stages() -> None:
    project = build.project("热泵", organisation=build.town("罗溪镇", short_name="罗溪"), total_investment=5)
    build.listing(project, "city", category="new", number=21)
    build.listing(project, "province", category="continuing", number=3)
    build.annual_plan(project, 7, invested_before=1)
    build.milestone(project, Stage.STARTED, "2024-05-20", planned="2024-06-30")
    [row] = rows()

    assert (row.facts["key"], row.facts["organisation"], row.facts["total_investment"]) == (
        project.pk,
        "罗溪镇",
        5,
    )
    assert [(entry.level, entry.category, entry.number) for entry in row.listings] == [
        (Level.PROVINCE, Category.CONTINUING, 3),
        (Level.CITY, Category.NEW, 21),
    ]
    assert (row.invested_before, row.planned_investment) == (1, 7)
    assert (row.furthest, row.steps[Stage.STARTED].reached_on) == (Stage.STARTED, date(2024, 5, 20))
    assert (row.agreed("category"), row.agreed("completes")) == (None, False)


def test_of_one_list_only_where_it_is_asked_for() -> None:
    project = build.project()
    build.listing(project, "city")
    build.listing(project, "province")

    assert [entry.level for entry in rows(level="city")[0].listings] == [Level.CITY]


@pytest.mark.parametrize(
    "facts", [{}, {"side_state": "paused", "side_state_on": date(2024, 8, 1), "side_reason": "land"}]
)
@pytest.mark.parametrize(
    "milestones",
    [
        {},
        {Stage.STARTED: {"planned": "2024-06-30"}},
        {Stage.STARTED: {"planned": "2024-12-31"}},
        {Stage.SIGNED: {"reached": "2024-01-01"}, Stage.COMPLETED: {"planned": "2024-08-31"}},
        {Stage.FULL_CAPACITY: {"reached": "2024-01-01"}, Stage.ENTERED: {"reached": "2024-01-01"}},
        {Stage.STARTED: {"reached": "2024-11-01", "planned": "2024-09-01"}},
    ],
)
def test_stage_and_state_are_those_of_the_page(facts, milestones) -> None:
    project = build.project(**facts)
    for stage, days in milestones.items():
        build.milestone(project, stage, days.get("reached"), planned=days.get("planned"))
    page = registry_page(Project.objects.all(), writable=Project.objects.none(), reader=User(), as_of=TODAY)
    [row], [shown] = rows(), page.rows

    assert (row.furthest, row.state) == (shown.timeline.furthest, shown.timeline.state.words)


@pytest.mark.parametrize("projects", [3, 30])
def test_it_asks_as_much_for_many_projects(projects: int, django_assert_num_queries) -> None:
    for _ in range(projects):
        build.listing(build.project())

    with django_assert_num_queries(10):
        assert len(rows()) == projects


def test_the_order_of_the_question_is_kept() -> None:
    names = [build.project(f"项目{number}", total_investment=number).name for number in range(5)]
    ordered = Project.objects.order_by("total_investment")

    assert [row.facts["name"] for row in listed_rows(ordered, year=2024, as_of=TODAY)] == names
