"""The board: lanes that partition the projects, late ones first, the same cost for many as for few."""

from datetime import date

import pytest

from projects.figures.board import CARDS, BoardLane, BoardPage, board_page
from projects.models import Project
from projects.vocabulary import Lane, Light, Stage
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 30)


def board(**asked) -> BoardPage:
    return board_page(Project.objects.order_by("pk"), as_of=DAY, **asked)


def lane(page: BoardPage, code: Lane) -> BoardLane:
    return next(lane for lane in page.lanes if lane.code == code)


def names(page: BoardPage) -> dict[str, list[str]]:
    return {lane.code.value: [card.name for card in lane.cards] for lane in page.lanes if lane.cards}


def at(name: str, *stages: Stage, skips: tuple[Stage, ...] = (), **facts) -> Project:
    project = build.project(name, **facts)
    for stage in stages:
        build.milestone(project, stage, "2024-03-01")
    for stage in skips:
        build.milestone(project, stage, skipped=True)
    return project


def test_each_project_stands_in_the_lane_of_its_furthest_stage() -> None:
    at("签约", Stage.SIGNED)
    at("供地", Stage.SIGNED, Stage.LAND)
    at("开工", Stage.STARTED)
    at("封顶", Stage.STARTED, Stage.TOPPED_OUT)
    at("竣工", Stage.COMPLETED)
    at("投产", Stage.STARTED, Stage.IN_PRODUCTION)
    at("达产", Stage.FULL_CAPACITY)

    assert names(board()) == {
        "waiting": ["签约", "供地"],
        "building": ["开工"],
        "topped_out": ["封顶"],
        "completed": ["竣工"],
        "producing": ["投产", "达产"],
    }


def test_a_stage_that_a_project_does_not_have_counts_as_passed() -> None:
    at("设备类", Stage.STARTED, skips=(Stage.TOPPED_OUT,))
    at("只差投产", Stage.STARTED, skips=(Stage.TOPPED_OUT, Stage.COMPLETED))
    at("不投产", Stage.COMPLETED, skips=(Stage.IN_PRODUCTION,))
    at("还没开工", Stage.SIGNED, skips=(Stage.TOPPED_OUT,))

    assert names(board()) == {
        "waiting": ["还没开工"],
        "topped_out": ["设备类"],
        "completed": ["只差投产"],
        "producing": ["不投产"],
    }


def test_of_whom_no_stage_is_known_nobody_says_that_it_has_not_begun() -> None:
    at("空白")
    build.milestone(at("只有说明"), Stage.IN_PRODUCTION, note="即将投产")
    build.milestone(at("有计划"), Stage.STARTED, planned="2024-12-31")

    page = board()

    assert names(page) == {"unknown": ["空白", "只有说明"], "waiting": ["有计划"]}
    assert lane(page, Lane.UNKNOWN).label == "阶段未登记"


def test_without_such_projects_there_are_five_lanes() -> None:
    at("开工", Stage.STARTED)

    assert [lane.code for lane in board().lanes] == [
        Lane.WAITING,
        Lane.BUILDING,
        Lane.TOPPED_OUT,
        Lane.COMPLETED,
        Lane.PRODUCING,
    ]


def test_what_is_reached_after_the_day_is_not_reached() -> None:
    project = at("以后", Stage.STARTED)
    build.milestone(project, Stage.TOPPED_OUT, "2024-10-08")

    assert names(board()) == {"building": ["以后"]}


def test_the_lanes_add_up_to_the_whole() -> None:
    for number, stages in enumerate(([], [Stage.SIGNED], [Stage.STARTED], [Stage.COMPLETED]) * 5):
        at(f"项目{number}", *stages, total_investment=None if number % 3 else number * build.YI)

    page = board()

    assert sum(lane.count for lane in page.lanes) == page.count == Project.objects.count() == 20
    assert page.investment.value == sum(number * build.YI for number in range(0, 20, 3))
    assert (page.investment.known, page.investment.missing) == (7, 13)


def test_who_is_late_longest_comes_first_and_says_so() -> None:
    at("不晚", Stage.STARTED)
    for name, until in (("晚", "2024-08-31"), ("更晚", "2024-03-31"), ("将来", "2024-11-30")):
        build.milestone(at(name, Stage.STARTED), Stage.TOPPED_OUT, planned=until, planned_precision="month")

    building = lane(board(), Lane.BUILDING)

    assert [(card.name, card.words, card.light) for card in building.cards] == [
        ("更晚", "封顶晚 183 天", Light.RED),
        ("晚", "封顶晚 30 天", Light.YELLOW),
        ("不晚", "计划未定", Light.NONE),
        ("将来", "封顶 2024年11月", Light.GREEN),
    ]
    assert building.late == 2


def test_who_stands_still_is_not_late() -> None:
    facts = {"side_state": "paused", "side_state_on": date(2024, 3, 1), "side_reason": "market"}
    build.milestone(at("停建", Stage.STARTED, **facts), Stage.TOPPED_OUT, planned="2024-06-30")

    building = lane(board(), Lane.BUILDING)

    assert ([card.words for card in building.cards], building.late) == (["暂停"], 0)


def test_a_lane_shows_the_first_projects_and_opens_whole() -> None:
    for number in range(60):
        at(f"项目{number:02}", Stage.STARTED)

    building = lane(board(), Lane.BUILDING)
    assert (len(building.cards), building.rest) == (CARDS, 60 - CARDS)

    second = board(lane=Lane.BUILDING, number=2)
    assert [len(lane.cards) for lane in second.lanes] == [10]
    assert [card.name for card in second.lanes[0].cards][:1] == ["项目50"]
    assert second.opened is not None
    assert second.opened.paginator.count == 60


def test_an_empty_lane_opens_empty() -> None:
    page = board(lane=Lane.PRODUCING)

    assert [(lane.count, lane.cards) for lane in page.lanes] == [(0, ())]


@pytest.mark.parametrize("count", [3, 60])
@pytest.mark.parametrize("opened", [None, Lane.BUILDING])
def test_the_board_asks_as_much_for_many_projects(
    count: int, opened: Lane | None, django_assert_num_queries
) -> None:
    for number in range(count):
        at(f"项目{number:03}", Stage.STARTED if number % 3 else Stage.SIGNED)
    with django_assert_num_queries(5):
        assert board(lane=opened).count > 0


def test_what_may_have_been_reached_is_not_late_as_in_the_filter_of_late_projects() -> None:
    project = at("甲")
    build.milestone(project, Stage.STARTED, "2024-12-31", "year", planned="2024-06-30")

    assert (board().late, Project.objects.late_on(DAY).count()) == (0, 0)
