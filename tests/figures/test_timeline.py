"""Where a project stands as of a day: its track, the next node, how late it is."""

from datetime import date

import pytest

from projects.figures.registry import stage_timeline
from projects.figures.timeline import Timeline
from projects.vocabulary import Light, Stage
from tests import build

pytestmark = pytest.mark.django_db


def on(project, day: str) -> Timeline:
    return stage_timeline(project, as_of=date.fromisoformat(day))


@pytest.fixture
def heat_pump():
    """As the article tells it: started and topped out, 竣工 and 投产 planned for December."""
    project = build.project("热泵")
    build.milestone(project, "started", "2024-09-30", "not_later")
    build.milestone(project, "topped_out", "2024-11-30", "not_later")
    build.milestone(project, "completed", planned="2024-12-31", planned_precision="month")
    build.milestone(project, "in_production", planned="2024-12-31", planned_precision="month")
    return project


def test_the_track_words_every_stage(heat_pump) -> None:
    track = {mark.stage.label: (mark.mark, mark.words) for mark in on(heat_pump, "2024-12-01").track}

    assert track == {
        "签约": ("done", "日期未公布"),
        "备案": ("done", "日期未公布"),
        "供地": ("done", "日期未公布"),
        "开工": ("done", "不晚于2024年9月30日"),
        "封顶": ("done", "不晚于2024年11月30日"),
        "竣工": ("next", "计划 2024年12月"),
        "投产": ("open", "计划 2024年12月"),
        "达产": ("open", "未定"),
    }


@pytest.mark.parametrize(
    ("day", "light", "words", "sentence"),
    [
        ("2024-12-01", Light.GREEN, "还有 30 天", "按计划，距竣工还有 30 天"),
        ("2024-12-31", Light.GREEN, "还有 0 天", "按计划，距竣工还有 0 天"),
        ("2025-01-01", Light.YELLOW, "晚 1 天", "竣工晚 1 天"),
        ("2025-01-30", Light.YELLOW, "晚 30 天", "竣工晚 30 天"),
        ("2025-01-31", Light.RED, "晚 31 天", "竣工晚 31 天"),
    ],
)
def test_the_state_is_a_light_with_a_word(
    heat_pump, day: str, light: Light, words: str, sentence: str
) -> None:
    state = on(heat_pump, day).state

    assert (state.light, state.words, state.sentence) == (light, words, sentence)


def test_another_stage_that_is_later_than_the_next_is_named() -> None:
    project = build.project()
    build.milestone(project, "topped_out", "2024-05-01")
    build.milestone(project, "completed", planned="2024-12-31")
    build.milestone(project, "in_production", planned="2024-10-01")

    assert on(project, "2024-10-11").state.words == "投产晚 10 天"


def test_as_of_an_earlier_day_a_stage_was_still_open(heat_pump) -> None:
    past = on(heat_pump, "2024-10-31")

    assert past.furthest == Stage.STARTED
    assert past.marks[Stage.TOPPED_OUT].reached == ""
    assert on(heat_pump, "2024-11-30").furthest == Stage.TOPPED_OUT


def test_the_next_node_is_the_first_that_has_a_record() -> None:
    project = build.project()
    build.milestone(project, "in_production", note="即将投产")

    assert on(project, "2024-10-01").next.stage == Stage.IN_PRODUCTION


def test_without_a_record_the_next_node_is_the_natural_one_and_never_negotiating() -> None:
    assert on(build.project(), "2024-10-01").next.stage == Stage.SIGNED


def test_nothing_is_said_to_be_on_time_without_a_plan() -> None:
    state = on(build.project(), "2024-10-01").state

    assert (state.light, state.words) == (Light.NONE, "计划未定")


def test_a_skipped_stage_leaves_the_track_and_stays_on_record() -> None:
    project = build.project()
    build.milestone(project, "topped_out", skipped=True)
    build.milestone(project, "started", "2024-03-01")
    shown = on(project, "2024-10-01")

    assert Stage.TOPPED_OUT not in [mark.stage for mark in shown.track]
    assert Stage.TOPPED_OUT in [mark.stage for mark in shown.records]
    assert shown.next.stage == Stage.COMPLETED


def test_a_paused_project_is_paused_and_not_late() -> None:
    project = build.project(side_state="paused", side_state_on=date(2024, 6, 1), side_reason="market")
    build.milestone(project, "started", planned="2024-01-01")

    assert on(project, "2024-10-01").state.words == "暂停"


def test_everything_recorded_says_so() -> None:
    project = build.project()
    for stage in ("completed", "in_production", "full_capacity", "entered"):
        build.milestone(project, stage, "2024-05-01")
    shown = on(project, "2024-10-01")

    assert shown.next is None
    assert shown.state.words == "全部节点已登记"


def test_a_moved_plan_shows_by_how_much_and_why() -> None:
    project = build.project()
    build.milestone(
        project, "completed", planned="2024-06-30", current="2024-09-30", reason="weather", note="台风"
    )
    mark = on(project, "2024-07-01").marks[Stage.COMPLETED]

    assert (mark.planned, mark.current) == ("2024年6月30日", "2024年9月30日")
    assert (mark.moved_days, mark.reason) == (92, "天气")


def test_no_stage_of_a_paused_project_is_late_or_awaited(heat_pump) -> None:
    heat_pump.side_state, heat_pump.side_state_on, heat_pump.side_reason = (
        "paused",
        date(2025, 2, 1),
        "market",
    )
    build.kept(heat_pump)

    before, paused = on(heat_pump, "2025-01-31"), on(heat_pump, "2025-03-01")

    assert before.marks[Stage.COMPLETED].state.words == "晚 31 天"
    mark = paused.marks[Stage.COMPLETED]
    assert (mark.days_late, mark.mark, mark.state.words, mark.state.light) == (0, "next", "暂停", Light.NONE)
