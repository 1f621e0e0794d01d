from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import lifecycle
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import CHAIN, Standstill, Step, check_aside, check_resume, days_late
from projects.vocabulary import Precision, Stage

TODAY = date(2024, 11, 30)
MAY, JUNE = date(2024, 5, 10), date(2024, 6, 10)


def reached(stage: Stage, on: date = MAY, precision: Precision = Precision.DAY) -> Step:
    return Step(stage, reached_on=on, reached_precision=precision)


def planned(on: date | None, current: date | None = None, precision: Precision = Precision.DAY) -> Step:
    return Step(Stage.TOPPED_OUT, on, precision if on else None, current or on, precision)


def test_entered_is_a_side_event() -> None:
    assert (*CHAIN, Stage.ENTERED) == tuple(Stage)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (reached(Stage.STARTED, JUNE), reached(Stage.TOPPED_OUT, MAY)),
        (reached(Stage.SIGNED, JUNE), reached(Stage.FULL_CAPACITY, MAY)),
        (reached(Stage.TOPPED_OUT, JUNE), reached(Stage.IN_PRODUCTION, MAY)),
        (reached(Stage.STARTED, JUNE), reached(Stage.ENTERED, MAY)),
        (
            reached(Stage.STARTED, date(2024, 6, 30), Precision.MONTH),
            reached(Stage.TOPPED_OUT, date(2024, 5, 31)),
        ),
        (
            reached(Stage.STARTED, date(2024, 11, 20), Precision.YEAR),
            reached(Stage.TOPPED_OUT, date(2023, 12, 31), Precision.YEAR),
        ),
        (reached(Stage.STARTED, JUNE), reached(Stage.TOPPED_OUT, MAY, Precision.NOT_LATER)),
    ],
)
def test_a_certain_contradiction_is_a_fault(earlier: Step, later: Step) -> None:
    (fault,) = lifecycle.order_faults([later, earlier])
    assert (fault.earlier, fault.later) == (earlier.stage, later.stage)
    assert fault.sentence == (
        f"{later.stage.label}（{later.reached_words}）早于{earlier.stage.label}（{earlier.reached_words}），次序不对"
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (reached(Stage.LAND), reached(Stage.STARTED)),
        (reached(Stage.COMPLETED, JUNE), reached(Stage.IN_PRODUCTION, MAY)),
        (reached(Stage.STARTED), reached(Stage.ENTERED)),
        (reached(Stage.TOPPED_OUT, JUNE), reached(Stage.ENTERED, MAY)),
        (reached(Stage.STARTED, JUNE, Precision.MONTH), reached(Stage.TOPPED_OUT, date(2024, 6, 1))),
        (reached(Stage.STARTED, date(2024, 9, 30), Precision.YEAR), reached(Stage.TOPPED_OUT, MAY)),
        (reached(Stage.STARTED, JUNE, Precision.NOT_LATER), reached(Stage.TOPPED_OUT, date(2020, 1, 1))),
        (reached(Stage.STARTED, JUNE), Step(Stage.TOPPED_OUT, MAY, Precision.DAY, MAY, Precision.DAY)),
    ],
)
def test_what_may_be_true_is_no_fault(earlier: Step, later: Step) -> None:
    assert lifecycle.order_faults([earlier, later]) == []


def test_every_contradiction_is_told() -> None:
    steps = [reached(Stage.LAND, JUNE), reached(Stage.STARTED, JUNE), reached(Stage.TOPPED_OUT, MAY)]
    assert [fault.earlier for fault in lifecycle.order_faults(steps)] == [Stage.LAND, Stage.STARTED]


def test_a_stage_can_be_reached() -> None:
    lifecycle.check_reach([reached(Stage.STARTED)], Stage.TOPPED_OUT, JUNE, Precision.DAY, TODAY)
    lifecycle.check_reach([], Stage.IN_PRODUCTION, TODAY, Precision.DAY, TODAY)
    lifecycle.check_reach([reached(Stage.LAND)], Stage.STARTED, MAY, Precision.DAY, TODAY)


@pytest.mark.parametrize(
    ("steps", "stage", "on", "precision", "sentence"),
    [
        (
            [reached(Stage.STARTED)],
            Stage.STARTED,
            JUNE,
            Precision.DAY,
            "开工已登记（2024年5月10日），如需更正请先撤回",
        ),
        ([Step(Stage.LAND, skipped=True)], Stage.LAND, MAY, Precision.DAY, "本项目不设此节点：供地"),
        (
            [],
            Stage.STARTED,
            date(2024, 12, 1),
            Precision.DAY,
            "实际日期不能晚于今天（2024年11月30日），“2024年12月1日”尚未到来",
        ),
        (
            [reached(Stage.STARTED, JUNE)],
            Stage.TOPPED_OUT,
            MAY,
            Precision.DAY,
            "封顶（2024年5月10日）早于开工（2024年6月10日），次序不对",
        ),
        (
            [reached(Stage.TOPPED_OUT, MAY), reached(Stage.COMPLETED, MAY)],
            Stage.STARTED,
            date(2024, 6, 1),
            Precision.MONTH,
            "封顶（2024年5月10日）早于开工（2024年6月），次序不对；竣工（2024年5月10日）早于开工（2024年6月），次序不对",
        ),
    ],
)
def test_it_says_why_a_stage_cannot_be_reached(
    steps: list[Step], stage: Stage, on: date, precision: Precision, sentence: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        lifecycle.check_reach(steps, stage, on, precision, TODAY)
    assert str(broken.value) == sentence


def test_an_old_fault_elsewhere_does_not_stop_a_record() -> None:
    steps = [reached(Stage.SIGNED, JUNE), reached(Stage.FILED, MAY)]
    lifecycle.check_reach(steps, Stage.STARTED, JUNE, Precision.DAY, TODAY)


def test_a_rough_date_counts_up_to_today() -> None:
    lifecycle.check_reach([reached(Stage.STARTED, TODAY)], Stage.TOPPED_OUT, MAY, Precision.YEAR, TODAY)
    yesterday_only = [reached(Stage.STARTED, date(2024, 12, 1))]
    with pytest.raises(RuleBroken, match="早于开工"):
        lifecycle.check_reach(yesterday_only, Stage.TOPPED_OUT, MAY, Precision.YEAR, TODAY)


def test_only_a_reached_stage_can_be_taken_back() -> None:
    lifecycle.check_take_back([reached(Stage.STARTED)], Stage.STARTED)
    for steps in ([], [Step(Stage.STARTED)], [reached(Stage.LAND)]):
        with pytest.raises(RuleBroken, match="开工尚未登记，无需撤回"):
            lifecycle.check_take_back(steps, Stage.STARTED)


def test_a_plan_can_be_postponed() -> None:
    lifecycle.check_postpone(planned(MAY), JUNE, Precision.DAY)
    # A rougher date counts by its last day.
    lifecycle.check_postpone(planned(MAY), date(2024, 5, 1), Precision.MONTH)


@pytest.mark.parametrize(
    ("step", "to", "sentence"),
    [
        (planned(MAY), MAY, "封顶新的计划日期须晚于现计划（2024年5月10日）；提前请修改计划"),
        (
            planned(MAY, JUNE),
            date(2024, 5, 20),
            "封顶新的计划日期须晚于现计划（2024年6月10日）；提前请修改计划",
        ),
        (reached(Stage.TOPPED_OUT), JUNE, "封顶已登记（2024年5月10日），不能再延期"),
        (planned(None), JUNE, "封顶还没有计划日期，请先填写计划"),
        (Step(Stage.TOPPED_OUT, skipped=True), JUNE, "本项目不设此节点：封顶"),
    ],
)
def test_it_says_why_a_plan_cannot_be_postponed(step: Step, to: date, sentence: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        lifecycle.check_postpone(step, to, Precision.DAY)
    assert str(broken.value) == sentence


@pytest.mark.parametrize(
    ("steps", "furthest", "implied"),
    [
        ([], None, set()),
        ([Step(Stage.SIGNED, MAY, Precision.DAY)], None, set()),
        ([reached(Stage.ENTERED)], None, set()),
        ([reached(Stage.SIGNED)], Stage.SIGNED, {Stage.NEGOTIATING}),
        (
            [reached(Stage.SIGNED), Step(Stage.LAND, skipped=True), reached(Stage.STARTED)],
            Stage.STARTED,
            {Stage.NEGOTIATING, Stage.REGISTERED, Stage.FILED},
        ),
        ([reached(Stage.IN_PRODUCTION)], Stage.IN_PRODUCTION, set(CHAIN[:7])),
        ([reached(Stage.FULL_CAPACITY)], Stage.FULL_CAPACITY, set(CHAIN[:9])),
    ],
)
def test_stages_before_the_furthest_were_passed(
    steps: list[Step], furthest: Stage | None, implied: set[Stage]
) -> None:
    assert lifecycle.furthest(steps) == furthest
    assert lifecycle.implied(steps) == implied


@pytest.mark.parametrize(
    ("steps", "stages"),
    [
        ([], list(CHAIN)),
        ([reached(Stage.SIGNED)], list(CHAIN[2:])),
        ([reached(Stage.FILED), Step(Stage.LAND, skipped=True)], list(CHAIN[5:])),
        (
            [reached(Stage.STARTED)],
            [
                Stage.TOPPED_OUT,
                Stage.ENTERED,
                Stage.COMPLETED,
                Stage.IN_PRODUCTION,
                Stage.FULL_CAPACITY,
            ],
        ),
        ([reached(Stage.TOPPED_OUT), reached(Stage.ENTERED)], list(CHAIN[7:])),
        (
            [reached(Stage.IN_PRODUCTION), reached(Stage.ENTERED)],
            [Stage.COMPLETED, Stage.FULL_CAPACITY],
        ),
        (
            [reached(Stage.IN_PRODUCTION), reached(Stage.ENTERED), Step(Stage.COMPLETED, skipped=True)],
            [Stage.FULL_CAPACITY],
        ),
        ([reached(Stage.FULL_CAPACITY)], [Stage.ENTERED]),
        ([reached(Stage.FULL_CAPACITY), Step(Stage.ENTERED, skipped=True)], []),
        ([reached(Stage.FULL_CAPACITY), Step(Stage.STARTED, skipped=True)], []),
    ],
)
def test_the_next_stages_begin_with_the_natural_one(steps: list[Step], stages: list[Stage]) -> None:
    assert lifecycle.next_stages(steps) == stages


@given(st.lists(st.sampled_from(Stage), unique=True), st.lists(st.sampled_from(Stage), unique=True))
def test_every_stage_it_offers_can_be_reached_on_the_same_day(
    done: list[Stage], skipped: list[Stage]
) -> None:
    steps = [reached(stage) for stage in done]
    steps += [Step(stage, skipped=True) for stage in skipped if stage not in done]
    for stage in lifecycle.next_stages(steps):
        lifecycle.check_reach(steps, stage, MAY, Precision.DAY, TODAY)


@pytest.mark.parametrize(
    ("step", "day", "late"),
    [
        (planned(None), JUNE, None),
        (planned(MAY), MAY, 0),
        (planned(MAY), date(2024, 5, 13), 3),
        (planned(MAY, JUNE), date(2024, 6, 1), 0),
        (planned(date(2024, 12, 31), precision=Precision.YEAR), date(2025, 1, 1), 1),
        (Step(Stage.LAND, current_on=MAY, reached_on=JUNE), date(2024, 7, 1), 0),
        (Step(Stage.LAND, current_on=MAY, reached_on=JUNE), date(2024, 6, 9), 30),
        (Step(Stage.LAND, current_on=MAY, skipped=True), JUNE, None),
    ],
)
def test_a_stage_is_late_while_it_is_open_after_its_plan(step: Step, day: date, late: int | None) -> None:
    assert lifecycle.days_late(step, day) == late


@pytest.mark.parametrize(
    ("step", "moved"),
    [
        (planned(MAY), 0),
        (planned(MAY, JUNE), 31),
        (planned(JUNE, MAY), -31),
        (planned(None), None),
        (Step(Stage.LAND, current_on=MAY), None),
    ],
)
def test_a_plan_has_moved_by_days(step: Step, moved: int | None) -> None:
    assert lifecycle.moved_days(step) == moved


# standing still

PLANNED = Step(Stage.COMPLETED, current_on=date(2024, 6, 30), current_precision=Precision.DAY)


def still(since: str, until: str | None = None) -> Standstill:
    return Standstill(date.fromisoformat(since), date.fromisoformat(until) if until else date.max)


@pytest.mark.parametrize(
    ("standstills", "day", "late"),
    [
        ([], "2024-10-10", 102),
        ([still("2024-05-01", "2024-10-01")], "2024-10-10", 10),
        ([still("2024-05-01", "2024-06-30")], "2024-10-10", 102),
        ([still("2024-08-01", "2024-08-11")], "2024-10-10", 92),
        ([still("2024-07-01", "2024-07-11"), still("2024-08-01", "2024-08-11")], "2024-10-10", 82),
        ([still("2024-07-01", "2024-10-10")], "2024-10-10", 1),  # the day it goes on is a working day
        ([still("2024-07-01", "2024-10-10")], "2024-10-09", 0),
        ([still("2024-08-01")], "2024-10-10", 31),
        ([still("2024-06-01")], "2024-10-10", 0),
        ([still("2024-11-01", "2024-12-01")], "2024-10-10", 102),
        ([still("2024-05-01", "2024-05-01")], "2024-10-10", 102),
    ],
)
def test_days_on_which_a_project_stood_still_are_not_late(
    standstills: list[Standstill], day: str, late: int
) -> None:
    assert days_late(PLANNED, date.fromisoformat(day), standstills) == late


@pytest.mark.parametrize(
    ("standing", "over", "on", "sentence"),
    [
        (None, [], "2024-10-11", "不能晚于今天"),
        (None, [still("2024-05-01", "2024-06-01")], "2024-05-31", "不能早于上次恢复的那天（2024年6月1日）"),
        (still("2024-08-01"), [], "2024-07-31", "不能早于暂停的那天（2024年8月1日）"),
    ],
)
def test_a_standstill_begins_when_it_can(standing, over, on: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        check_aside(standing, over, date.fromisoformat(on), date(2024, 10, 10))


def test_a_standstill_may_begin_on_the_day_the_last_one_ended() -> None:
    check_aside(None, [still("2024-05-01", "2024-06-01")], date(2024, 6, 1), date(2024, 10, 10))
    check_aside(still("2024-08-01"), [], date(2024, 8, 1), date(2024, 10, 10))


@pytest.mark.parametrize(
    ("on", "sentence"), [("2024-10-11", "不能晚于今天"), ("2024-07-31", "不能早于停下的那天")]
)
def test_a_project_goes_on_when_it_can(on: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        check_resume(still("2024-08-01"), date.fromisoformat(on), date(2024, 10, 10))
