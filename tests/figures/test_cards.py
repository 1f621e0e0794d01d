"""The cards of projects: as their pages say, in the order asked for, at the same cost for three and for thirty."""

from datetime import date

import pytest
from django.utils import timezone

from projects.figures.cards import known_cards, project_cards
from projects.figures.registry import project_sheet
from projects.models import Evidence, Problem, Project
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


def test_a_past_days_cards_have_the_photos_problems_and_lists_of_then() -> None:
    """What was sent, raised, closed or listed since then is not on them, and what was there then is."""
    then = build.moment("2024-10-08")
    project = build.project("甲", organisation=build.town("罗溪镇"), at="2024-01-01")
    build.listing(project, at="2024-01-02")
    started = build.milestone(project, "started", "2024-05-20", at="2024-05-21")
    build.evidence(started, build.photo(exif=build.taken("2024:09:20 10:30:00")))
    Evidence.history.update(history_date=build.moment("2024-09-21"))
    build.evidence(started, build.photo(colour="#ff0000", exif=build.taken("2024:09:25 10:30:00")))
    problem = build.problem(project, "用地未落实", raised="2024-08-01", at="2024-08-01")
    problem.resolved_on, problem.resolution = build.day("2024-09-01"), "已办"
    build.kept(problem)
    build.problem(project, "后来补记的", raised="2024-08-02")
    closed = build.problem(
        project, "已经办了", raised="2024-08-01", resolved_on="2024-08-09", resolution="已办", at="2024-08-09"
    )
    build.listing(project, level="province")

    (card,) = known_cards(
        [project.pk], problems=Problem.objects.all(), as_of=build.day("2024-09-30"), known_at=then
    )

    assert [line.problem.text for line in card.problems] == ["用地未落实"]
    assert card.problems[0].is_open
    assert closed.pk not in {line.problem.pk for line in card.problems}
    assert [entry.level for entry in card.listings] == ["city"]
    assert card.photo is not None
    assert card.photo.taken_at.day == 20
    (now,) = cards_of()
    assert {line.problem.text for line in now.problems} == {"后来补记的"}
    assert {entry.level for entry in now.listings} == {"city", "province"}


@pytest.mark.parametrize("count", [3, 30])
def test_a_past_days_cards_cost_one_query_each(count: int, django_assert_num_queries) -> None:
    """The history library asks for each project's columns of which it keeps no copy; all else is asked at once."""
    grown(count)
    keys = list(Project.objects.values_list("pk", flat=True))
    with django_assert_num_queries(10 + count):
        assert (
            len(known_cards(keys, problems=Problem.objects.all(), as_of=DAY, known_at=timezone.now()))
            == count
        )
