"""Where a project stands: its stages as marks on a track, the node that comes next, and how late it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from projects.models import Milestone, Project
from projects.rules import lifecycle, lights, overdue, periods
from projects.rules.lifecycle import CHAIN, Standstill, Step
from projects.rules.lights import Rule
from projects.rules.overdue import Overdue
from projects.vocabulary import DelayReason, Light, LightFamily, Precision, Stage

SELDOM = frozenset({Stage.NEGOTIATING, Stage.REGISTERED})
"""Stages that stand on the track only when something is on record about them."""

ORDER = (*CHAIN, Stage.ENTERED)
DATE_UNKNOWN = "日期未公布"
NO_PLAN = "未定"
ALL_DONE = "全部节点已登记"
UNHEARD = "来源后无消息"
"""In place of the days of delay: the plan is what a source said, and nothing was recorded of the stage since."""


class Mark(StrEnum):
    """How a stage looks on the track."""

    DONE = "done"
    LATE = "late"
    NEXT = "next"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class State:
    """What a row says about the project as a whole: a word with its light."""

    light: Light
    words: str
    sentence: str = ""
    """The same for the head of a page, with the stage that it speaks of."""
    late_stage: Stage | None = None
    days_late: int = 0


ENDED = State(Light.NONE, "已拆并", "已拆分或合并")
"""Of a project that was split or merged: its successors go on."""


@dataclass(frozen=True, slots=True)
class StageMark:
    """One stage of one project as of a day; days in words, empty where unknown."""

    stage: Stage
    mark: Mark
    words: str
    step: Step
    days_late: int = 0
    days_left: int = 0
    is_next: bool = False
    milestone: Milestone | None = None
    aside: str = ""
    """That the project stands still or has ended: then an open stage is neither late nor awaited."""

    @property
    def version(self) -> int | None:
        """Of milestones loaded `with_version`: what a form is made for; None: no record yet."""
        return self.milestone.version if self.milestone else None

    @property
    def planned(self) -> str:
        return _worded(self.step.planned_on, self.step.planned_precision)

    @property
    def current(self) -> str:
        return _worded(self.step.current_on, self.step.current_precision)

    @property
    def reached(self) -> str:
        return self.step.reached_words

    @property
    def moved_days(self) -> int | None:
        return lifecycle.moved_days(self.step)

    @property
    def moved_words(self) -> str:
        """推迟 61 天: how far the current plan is from the original one; not how late the stage is by now."""
        return lifecycle.moved_words(self.step)

    @property
    def state(self) -> State:
        """How the stage stands against its plan."""
        if self.aside and not self.step.reached_on and not self.step.skipped:
            return State(Light.NONE, self.aside, f"{self.step.stage.label}：{self.aside}")
        return _stage_state(self.step, self.days_late, self.days_left)

    @property
    def reason(self) -> str:
        """Why the plan moved last."""
        code = self.milestone.reason if self.milestone else ""
        return DelayReason(code).label if code else ""

    @property
    def notes(self) -> list[str]:
        """What is on record beside the days: why the plan moved last, of the day it was reached, of the stage."""
        if self.milestone is None:
            return []
        moved = "：".join(filter(None, (self.reason, self.milestone.reason_note)))
        return [words for words in (moved, self.milestone.reached_note, self.milestone.note) if words]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All stages of a project as of a day."""

    as_of: date
    track: tuple[StageMark, ...]
    """The chain without what is skipped, and without what is seldom recorded and is not."""
    records: tuple[StageMark, ...]
    """Every stage that has a record, 入库 and the skipped ones too."""
    choices: tuple[Stage, ...]
    """Stages that may be recorded next, the most natural first."""
    marks: dict[Stage, StageMark]
    """Every stage, recorded or not."""
    next: StageMark | None
    furthest: Stage | None
    state: State
    overdue: Overdue | None = None
    """What the rules of overdue starts and entries say of the project."""

    @property
    def has_ended(self) -> bool:
        return self.state is ENDED

    @property
    def done(self) -> int:
        return sum(mark.mark is Mark.DONE for mark in self.track)


def timeline(
    project: Project,
    milestones: Iterable[Milestone],
    *,
    as_of: date,
    rules: Collection[Rule] = (),
    in_reserve: bool = False,
) -> Timeline:
    """No query of its own: `milestones` are those of the project, loaded by the caller.

    `rules`: versions of the light rules; without them nothing is overdue by a rule. `in_reserve`: the project's
    start is no plan to be met.
    """
    by_stage = {Stage(milestone.stage): milestone for milestone in milestones}
    steps = {stage: at_day(milestone.as_step(), as_of) for stage, milestone in by_stage.items()}
    ended = project.ended_on is not None and project.ended_on <= as_of
    choices = [] if ended else _choices(steps)
    following = _following(choices, steps)
    passed = lifecycle.implied(steps.values())

    state = ENDED if ended else project_state(project.standstills, steps, as_of=as_of)
    still = ENDED.words if ended else _aside(project, as_of)
    marks = {
        stage: _mark(step, by_stage.get(stage), as_of, passed, following, project.standstills, still)
        for stage, step in ((stage, steps.get(stage, Step(stage))) for stage in ORDER)
    }
    lit = _overdue(project, steps, as_of, rules, in_reserve=in_reserve)
    return Timeline(
        as_of=as_of,
        track=tuple(marks[stage] for stage in CHAIN if _on_track(stage, steps)),
        records=tuple(mark for stage, mark in marks.items() if stage in steps),
        choices=tuple(choices),
        marks=marks,
        next=marks[following] if following else None,
        furthest=lifecycle.furthest(steps.values()),
        state=state if ended or _is_unheard(state, steps) else _by_rule(state, lit, rules, as_of),
        overdue=None if ended else lit,
    )


def _aside(project: Project, as_of: date) -> str:
    """That the project stands still on the day, in a word; "" where it goes on."""
    state = lifecycle.side_state_on(project.standstills, as_of)
    return str(state.label) if state else ""


def _overdue(
    project: Project, steps: Mapping[Stage, Step], as_of: date, rules: Collection[Rule], *, in_reserve: bool
) -> Overdue | None:
    """What the rules of overdue starts and entries find; the start of a reserve project is no plan to be met."""
    lit = overdue.judge(overdue.waiting(steps, as_of), rules, as_of, project.standstills)
    return None if in_reserve and lit and lit.family == LightFamily.START_OVERDUE else lit


def _is_unheard(state: State, steps: Mapping[Stage, Step]) -> bool:
    return state.late_stage is not None and steps[state.late_stage].is_plan_stated


def _by_rule(state: State, lit: Overdue | None, rules: Collection[Rule], as_of: date) -> State:
    """The state with the light of the rule where it speaks of a late start."""
    if state.late_stage != Stage.STARTED:
        return state
    return replace(state, light=overdue.light_of_late_start(rules, as_of, lit, state.days_late))


def project_state(standstills: Collection[Standstill], steps: Mapping[Stage, Step], *, as_of: date) -> State:
    """What a row says about a project: paused or terminated; then the longest delay; then the days left.

    `steps`: its stages in the order of `CHAIN` and 入库, without what happened after the day.
    """
    if (aside := lifecycle.side_state_on(standstills, as_of)) is not None:
        return State(Light.NONE, aside.label, aside.label)
    following = _following(_choices(steps), steps)
    late = {stage: lifecycle.days_late(step, as_of, standstills) or 0 for stage, step in steps.items()}
    latest = max((stage for stage in ORDER if stage in late), key=lambda stage: late[stage], default=None)
    if latest is not None and late[latest]:
        state = _stage_state(steps[latest], late[latest], 0)
        words = state.words if latest == following else state.sentence
        return State(state.light, words, state.sentence, latest, late[latest])
    if following is None:
        return State(Light.GREEN, ALL_DONE, ALL_DONE)
    step = steps.get(following, Step(following))
    return _stage_state(step, 0, _days_left(step, as_of))


def _choices(steps: Mapping[Stage, Step]) -> list[Stage]:
    return [stage for stage in lifecycle.next_stages(steps.values()) if stage != Stage.NEGOTIATING]


def _following(choices: list[Stage], steps: Mapping[Stage, Step]) -> Stage | None:
    """The stage that comes next: the first that has a record, else the first."""
    return next((stage for stage in choices if stage in steps), next(iter(choices), None))


def _days_left(step: Step, as_of: date) -> int:
    return max(0, (step.current_on - as_of).days) if step.current_on else 0


def _stage_state(step: Step, days_late: int, days_left: int) -> State:
    label = step.stage.label
    if step.reached_on or step.skipped:
        return State(Light.NONE, "已登记" if step.reached_on else "不设此节点")
    if days_late and step.is_plan_stated:
        return State(Light.NONE, UNHEARD, f"{label}：{UNHEARD}")
    if days_late:
        late = f"晚 {days_late} 天"
        return State(lights.of_days_late(days_late), late, f"{label}{late}")
    if step.current_on is None:
        return State(Light.NONE, "计划未定", f"下一节点{label}，计划未定")
    left = f"还有 {days_left} 天"
    return State(Light.GREEN, left, f"按计划，距{label}{left}")


def _on_track(stage: Stage, steps: Mapping[Stage, Step]) -> bool:
    return not steps[stage].skipped if stage in steps else stage not in SELDOM


def at_day(step: Step, day: date) -> Step:
    """The step without what happened after the day."""
    if step.reached_on is None or step.reached_on <= day:
        return step
    return Step(step.stage, step.planned_on, step.planned_precision, step.current_on, step.current_precision)


def _mark(
    step: Step,
    milestone: Milestone | None,
    as_of: date,
    passed: Collection[Stage],
    following: Stage | None,
    standstills: Collection[Standstill],
    aside: str,
) -> StageMark:
    """`aside`: that the project stands still or has ended, so that nothing is late."""
    is_next = step.stage == following
    days = 0 if aside else lifecycle.days_late(step, as_of, standstills) or 0
    if step.reached_on:
        mark, words = Mark.DONE, step.reached_words
    elif step.stage in passed and not step.current_on:
        mark, words = Mark.DONE, DATE_UNKNOWN
    else:
        plan = _worded(step.current_on, step.current_precision)
        mark = Mark.LATE if days else Mark.NEXT if is_next else Mark.OPEN
        words = f"计划 {plan}" if plan else NO_PLAN
    left = _days_left(step, as_of)
    return StageMark(step.stage, mark, words, step, days, left, is_next, milestone, aside)


def _worded(day: date | None, precision: Precision | None) -> str:
    return periods.wording(day, precision or Precision.DAY) if day else ""
