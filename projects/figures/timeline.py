"""Where a project stands: its stages as marks on a track, the node that comes next, and how late it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from projects.models import Milestone, Project
from projects.rules import lifecycle, lights, periods
from projects.rules.lifecycle import CHAIN, Standstill, Step
from projects.vocabulary import DelayReason, Light, Precision, SideState, Stage

SELDOM = frozenset({Stage.NEGOTIATING, Stage.REGISTERED})
"""Stages that stand on the track only when something is on record about them."""

DATE_UNKNOWN = "日期未公布"
NO_PLAN = "未定"
ALL_DONE = "全部节点已登记"


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
    def state(self) -> State:
        """How the stage stands against its plan."""
        label = self.stage.label
        if self.step.reached_on or self.step.skipped:
            return State(Light.NONE, "已登记" if self.step.reached_on else "不设此节点")
        if self.days_late:
            late = f"晚 {self.days_late} 天"
            return State(lights.of_days_late(self.days_late), late, f"{label}{late}")
        if self.step.current_on is None:
            return State(Light.NONE, "计划未定", f"下一节点{label}，计划未定")
        left = f"还有 {self.days_left} 天"
        return State(Light.GREEN, left, f"按计划，距{label}{left}")

    @property
    def reason(self) -> str:
        """Why the plan moved last."""
        code = self.milestone.reason if self.milestone else ""
        return DelayReason(code).label if code else ""


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

    @property
    def done(self) -> int:
        return sum(mark.mark is Mark.DONE for mark in self.track)


def timeline(project: Project, milestones: Iterable[Milestone], *, as_of: date) -> Timeline:
    """No query of its own: `milestones` are those of the project, loaded by the caller."""
    by_stage = {Stage(milestone.stage): milestone for milestone in milestones}
    steps = {stage: _as_of(milestone.as_step(), as_of) for stage, milestone in by_stage.items()}
    choices = [stage for stage in lifecycle.next_stages(steps.values()) if stage != Stage.NEGOTIATING]
    following = next((stage for stage in choices if stage in steps), next(iter(choices), None))
    passed = lifecycle.implied(steps.values())

    marks = {
        stage: _mark(
            steps.get(stage, Step(stage)), by_stage.get(stage), as_of, passed, following, project.standstills
        )
        for stage in (*CHAIN, Stage.ENTERED)
    }
    records = tuple(mark for stage, mark in marks.items() if stage in steps)
    following_mark = marks[following] if following else None
    return Timeline(
        as_of=as_of,
        track=tuple(marks[stage] for stage in CHAIN if _on_track(stage, steps)),
        records=records,
        choices=tuple(choices),
        marks=marks,
        next=following_mark,
        furthest=lifecycle.furthest(steps.values()),
        state=_state(project, records, following_mark),
    )


def _on_track(stage: Stage, steps: Mapping[Stage, Step]) -> bool:
    return not steps[stage].skipped if stage in steps else stage not in SELDOM


def _as_of(step: Step, day: date) -> Step:
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
) -> StageMark:
    is_next = step.stage == following
    days = lifecycle.days_late(step, as_of, standstills) or 0
    if step.reached_on:
        mark, words = Mark.DONE, step.reached_words
    elif step.stage in passed and not step.current_on:
        mark, words = Mark.DONE, DATE_UNKNOWN
    else:
        plan = _worded(step.current_on, step.current_precision)
        mark = Mark.LATE if days else Mark.NEXT if is_next else Mark.OPEN
        words = f"计划 {plan}" if plan else NO_PLAN
    left = max(0, (step.current_on - as_of).days) if step.current_on else 0
    return StageMark(step.stage, mark, words, step, days, left, is_next, milestone)


def _state(project: Project, records: Iterable[StageMark], following: StageMark | None) -> State:
    """Paused or terminated first; then the longest delay; then the days left to the next plan."""
    if project.side_state:
        words = SideState(project.side_state).label
        return State(Light.NONE, words, words)
    late = max(records, key=lambda mark: mark.days_late, default=None)
    if late is not None and late.days_late:
        state = late.state
        return state if late.is_next else State(state.light, state.sentence, state.sentence)
    return following.state if following else State(Light.GREEN, ALL_DONE, ALL_DONE)


def _worded(day: date | None, precision: Precision | None) -> str:
    return periods.wording(day, precision or Precision.DAY) if day else ""
