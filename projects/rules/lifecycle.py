"""The order of the stages: which recorded dates contradict it, which stage may be next, how late a plan is.

Dates are often known only to the month or year, so order is judged by *certainty*: a record is refused only when
no possible day agrees with the order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from projects.rules.broken import RuleBroken
from projects.rules.periods import first_day, happened_by, last_day, settled, wording
from projects.vocabulary import Precision, SideState, Stage

CHAIN: tuple[Stage, ...] = (
    Stage.NEGOTIATING,
    Stage.SIGNED,
    Stage.REGISTERED,
    Stage.FILED,
    Stage.LAND,
    Stage.STARTED,
    Stage.TOPPED_OUT,
    Stage.COMPLETED,
    Stage.IN_PRODUCTION,
    Stage.FULL_CAPACITY,
)

# (earlier, later) in the chain, but the other order is allowed: plants produce before the acceptance.
_MAY_COME_BEFORE = frozenset({(Stage.COMPLETED, Stage.IN_PRODUCTION)})

_ORDERED_PAIRS: tuple[tuple[Stage, Stage], ...] = (
    *(
        (earlier, later)
        for position, earlier in enumerate(CHAIN)
        for later in CHAIN[position + 1 :]
        if (earlier, later) not in _MAY_COME_BEFORE
    ),
    (Stage.STARTED, Stage.ENTERED),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one project: three dates, each the last possible day with its precision."""

    stage: Stage
    planned_on: date | None = None
    planned_precision: Precision | None = None
    current_on: date | None = None
    current_precision: Precision | None = None
    reached_on: date | None = None
    reached_precision: Precision | None = None
    skipped: bool = False
    is_plan_stated: bool = False
    """The current plan is what a source said; nobody who follows the project has changed or confirmed it."""

    @property
    def reached_words(self) -> str:
        """The recorded date in words; empty when not reached."""
        return wording(self.reached_on, self.reached_precision or Precision.DAY) if self.reached_on else ""

    def reached_by(self, day: date) -> bool | None:
        """Whether the stage was reached by the day; None where it may have been."""
        if self.reached_on is None:
            return False
        return happened_by(self.reached_on, self.reached_precision or Precision.DAY, day)


@dataclass(frozen=True, slots=True)
class OrderFault:
    """`later` is recorded on a day that is certainly before `earlier`."""

    earlier: Stage
    later: Stage
    sentence: str


def passing(stage: Stage) -> frozenset[Stage]:
    """The stages of the chain that imply that `stage` was passed: itself and those after it."""
    later = CHAIN[CHAIN.index(stage) :]
    return frozenset(reached for reached in later if (stage, reached) not in _MAY_COME_BEFORE)


def order_faults(steps: Iterable[Step]) -> list[OrderFault]:
    """The pairs of recorded dates that contradict the chain for every possible day of their precisions.

    The same day is never a fault (拿地即开工), and 投产 may come before 竣工. 入库 may not come before 开工.
    """
    reached = {step.stage: step for step in steps if step.reached_on}
    faults = []
    for earlier, later in _ORDERED_PAIRS:
        if earlier in reached and later in reached and _contradicts(reached[earlier], reached[later]):
            sentence = (
                f"{later.label}（{reached[later].reached_words}）"
                f"早于{earlier.label}（{reached[earlier].reached_words}），次序不对"
            )
            faults.append(OrderFault(earlier, later, sentence))
    return faults


def _contradicts(earlier: Step, later: Step) -> bool:
    if not earlier.reached_on or not later.reached_on:
        return False
    opens = first_day(earlier.reached_on, earlier.reached_precision or Precision.DAY)
    return opens is not None and later.reached_on < opens


def check_reach(steps: Iterable[Step], stage: Stage, on: date, precision: Precision, today: date) -> None:
    """Raise RuleBroken unless `stage` may be recorded as reached `on` a day known to `precision`."""
    by_stage = _by_stage(steps)
    step = by_stage.get(stage, Step(stage))
    if step.reached_on:
        raise RuleBroken(f"{stage.label}已登记（{step.reached_words}），如需更正请先撤回")
    if step.skipped:
        raise RuleBroken(f"本项目不设此节点：{stage.label}")
    reached = replace(step, reached_on=settled(on, precision, today), reached_precision=precision)
    faults = order_faults({**by_stage, stage: reached}.values())
    # Faults among the other stages existed before and must not prevent this record.
    mine = [fault.sentence for fault in faults if stage in (fault.earlier, fault.later)]
    if mine:
        raise RuleBroken("；".join(mine))


def check_take_back(steps: Iterable[Step], stage: Stage) -> None:
    """Raise RuleBroken when `stage` has not been reached."""
    step = _by_stage(steps).get(stage)
    if step is None or step.reached_on is None:
        raise RuleBroken(f"{stage.label}尚未登记，无需撤回")


def check_postpone(step: Step, to: date, to_precision: Precision) -> None:
    """Raise RuleBroken unless the plan of `step` can move to a later day; an earlier day is a new plan."""
    label = step.stage.label
    if step.skipped:
        raise RuleBroken(f"本项目不设此节点：{label}")
    if step.reached_on:
        raise RuleBroken(f"{label}已登记（{step.reached_words}），不能再延期")
    if step.current_on is None:
        raise RuleBroken(f"{label}还没有计划日期，请先填写计划")
    if last_day(to, to_precision) <= step.current_on:
        current = wording(step.current_on, step.current_precision or Precision.DAY)
        raise RuleBroken(f"{label}新的计划日期须晚于现计划（{current}）；提前请修改计划")


def furthest(steps: Iterable[Step]) -> Stage | None:
    """The last stage of the chain that has a recorded date; 入库 does not count."""
    reached = {step.stage for step in steps if step.reached_on}
    return next((stage for stage in reversed(CHAIN) if stage in reached), None)


def implied(steps: Iterable[Step]) -> frozenset[Stage]:
    """Stages that were passed without a recorded day: those before the furthest reached stage.

    Skipped stages are left out, and 投产 does not imply 竣工, which may follow it.
    """
    by_stage = _by_stage(steps)
    return _implied(by_stage, furthest(by_stage.values()))


def _implied(by_stage: Mapping[Stage, Step], top: Stage | None) -> frozenset[Stage]:
    if top is None:
        return frozenset()
    return frozenset(
        stage
        for stage in CHAIN[: CHAIN.index(top)]
        if _is_open(by_stage, stage) and (stage, top) not in _MAY_COME_BEFORE
    )


def next_stages(steps: Iterable[Step]) -> list[Stage]:
    """Stages that can be recorded next, the most natural first.

    The chain from the furthest reached stage on (and 竣工 after 投产). From 开工 until it is recorded, 入库
    is second, after the most natural one.
    """
    return list(_next_after(tuple((step.stage, step.reached_on is not None, step.skipped) for step in steps)))


@lru_cache(maxsize=5_000)
def _next_after(marks: tuple[tuple[Stage, bool, bool], ...]) -> tuple[Stage, ...]:
    """By stage whether it was reached and whether it is skipped: projects share few such courses."""
    by_stage = {
        stage: Step(stage, reached_on=date.min if is_reached else None, skipped=is_skipped)
        for stage, is_reached, is_skipped in marks
    }
    top = furthest(by_stage.values())
    passed = _implied(by_stage, top)
    start = 0 if top is None else CHAIN.index(top)
    stages = [
        stage
        for position, stage in enumerate(CHAIN)
        if _is_open(by_stage, stage)
        and stage not in passed
        and (position >= start or (stage, top) in _MAY_COME_BEFORE)
    ]
    has_started = top is not None and CHAIN.index(top) >= CHAIN.index(Stage.STARTED)
    if has_started and not _skips(by_stage, Stage.STARTED) and _is_open(by_stage, Stage.ENTERED):
        stages.insert(1, Stage.ENTERED)
    return tuple(stages)


@dataclass(frozen=True, slots=True)
class Standstill:
    """A period in which a project was paused or terminated: from a day until it resumed (`date.max`: not resumed)."""

    since: date
    until: date
    state: SideState = SideState.PAUSED

    def covers(self, day: date) -> bool:
        """Whether the standstill includes the day; the day `until` is not included."""
        return self.since <= day < self.until

    def days_within(self, after: date, day: date) -> int:
        """Number of days after `after`, up to `day`, in the standstill; the day of resuming is not one of them."""
        first = max(self.since, after + timedelta(days=1))
        return max(0, (min(self.until, day + timedelta(days=1)) - first).days)


def side_state_on(standstills: Iterable[Standstill], day: date) -> SideState | None:
    """The side state of a project on a day; None when it is neither paused nor terminated."""
    return next((standstill.state for standstill in standstills if standstill.covers(day)), None)


def days_late(step: Step, day: date, standstills: Iterable[Standstill] = ()) -> int | None:
    """Days by which `day` is past the current plan of an unreached stage; 0: not late, None: no plan.

    Days of a standstill do not count. A stage that was reached after `day` is open on that day; one that may have
    been reached by then is not late for certain, so it is not called late.
    """
    if step.current_on is None or step.skipped:
        return None
    if step.reached_by(day) is not False:
        return 0
    idle = sum(standstill.days_within(step.current_on, day) for standstill in standstills)
    return max(0, (day - step.current_on).days - idle)


def check_aside(current: Standstill | None, over: Iterable[Standstill], on: date, today: date) -> None:
    """Raise RuleBroken unless a project may be paused or terminated from `on`. `current`: the standstill that has not
    ended, `over`: those that have."""
    if on > today:
        raise RuleBroken("状态日期不能晚于今天。")
    if current is not None and on < current.since:
        raise RuleBroken(f"日期不能早于暂停的那天（{wording(current.since, Precision.DAY)}）。")
    last = max((standstill.until for standstill in over), default=None)
    if last is not None and on < last:
        raise RuleBroken(f"日期不能早于上次恢复的那天（{wording(last, Precision.DAY)}）。")


def check_resume(current: Standstill, on: date, today: date) -> None:
    """Raise RuleBroken unless a project may resume from `on`."""
    if on > today:
        raise RuleBroken("恢复日期不能晚于今天。")
    if on < current.since:
        raise RuleBroken(f"恢复日期不能早于停下的那天（{wording(current.since, Precision.DAY)}）。")


def moved_days(step: Step) -> int | None:
    """Current plan minus original plan in days, positive when postponed; None when either is unknown."""
    if step.current_on is None or step.planned_on is None:
        return None
    return (step.current_on - step.planned_on).days


LATER, SOONER = "推迟", "提前"


def moved_words(step: Step) -> str:
    """推迟 61 天, 提前 3 天; "" where the plan stands where it stood, or is unknown."""
    days = moved_days(step)
    return f"{LATER if days > 0 else SOONER} {abs(days)} 天" if days else ""


def _by_stage(steps: Iterable[Step]) -> dict[Stage, Step]:
    return {step.stage: step for step in steps}


def _skips(by_stage: Mapping[Stage, Step], stage: Stage) -> bool:
    return stage in by_stage and by_stage[stage].skipped


def _is_open(by_stage: Mapping[Stage, Step], stage: Stage) -> bool:
    """Whether the stage is neither recorded nor skipped; a stage without a step is open."""
    step = by_stage.get(stage)
    return step is None or not (step.skipped or step.reached_on)
