"""The cards of projects: as their pages say, in the order asked for, at the same cost for three and for thirty."""

from datetime import date

import pytest

from projects.figures.cards import project_cards
from projects.figures.registry import project_sheet
from projects.models import Problem, Project
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 10, 15)


def cards_of(projects=None, **asked):
    found = Project.objects.order_by("pk") if projects is None else projects
    return project_cards(found, **{"problems": Problem.objects.all(), "as_of": DAY, "most": 100} | asked)


def grown(count: int) -> None:
    """Projects with all that a card shows."""
    for number in range(count):
        project = build.project(f"项目{number}", organisation=build.town("罗溪镇"))
        build.listing(project)
        build.annual_plan(project, 5 * build.YI, invested_before=build.YI)
        build.report(project, "2024-08", 2 * build.YI)
        build.report(project, "2024-09", build.YI, "submitted", progress="主体施工")
        started = build.milestone(project, "started", "2024-05-20", planned="2024-06-30")
        build.evidence(started, build.photo(colour=f"#0000{number:02x}"))
        build.problem(project, due_on="2024-09-10")


def test_a_card_says_what_the_page_says() -> None:
    grown(1)
    (card,) = cards_of()
    sheet = project_sheet(card.project, as_of=DAY)

    assert card.money == sheet.money
    assert card.timeline.track == sheet.timeline.track
    assert card.timeline.state == sheet.timeline.state
    assert card.money.done.actual == 2 * build.YI
    assert card.plan.invested_before == build.YI
    assert card.report.progress == "主体施工"
    assert [line.days_late for line in card.problems] == [35]
    assert card.photo is not None


def test_a_draft_is_no_month_and_a_closed_problem_no_problem() -> None:
    project = build.project()
    build.report(project, "2024-09", build.YI, "draft")
    build.problem(project, resolved_on="2024-05-01", resolution="已办")

    (card,) = cards_of()

    assert card.report is None
    assert card.problems == ()
    assert card.photo is None


def test_the_order_is_the_lists_and_the_reader_sees_own_problems_only() -> None:
    grown(3)
    cards = cards_of(Project.objects.order_by("-pk"), problems=Problem.objects.none(), most=2)

    assert [card.project.name for card in cards] == ["项目2", "项目1"]
    assert [card.problems for card in cards] == [(), ()]


@pytest.mark.parametrize("count", [3, 30])
def test_the_cost_is_the_same(count: int, django_assert_num_queries) -> None:
    grown(count)
    with django_assert_num_queries(9):
        assert len(cards_of()) == count
