"""Where a project stands: its stages as marks on a track, the node that comes next, and how late it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from projects.models import Milestone, Project
from projects.rules import lifecycle, periods
from projects.rules.lifecycle import CHAIN, Step
from projects.vocabulary import DelayReason, Light, Precision, SideState, Stage

SELDOM = frozenset({Stage.NEGOTIATING, Stage.REGISTERED})
"""Stages that stand on the track only when something is on record about them."""

RED_AFTER_DAYS = 30

DATE_UNKNOWN = "日期未公布"
NO_PLAN = "未定"


class Mark(StrEnum):
    """How a stage looks on the track."""

    DONE = "done"
    LATE = "late"
    NEXT = "next"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class StageMark:
    """One stage of one project as of a day; days in words, empty where unknown."""

    stage: Stage
    mark: Mark
    words: str
    step: Step
    days_late: int = 0
    is_next: bool = False
    milestone: Milestone | None = None

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
    def reason(self) -> str:
        """Why the plan moved last."""
        code = self.milestone.reason if self.milestone else ""
        return DelayReason(code).label if code else ""


@dataclass(frozen=True, slots=True)
class State:
    """What a row says about the project as a whole: a word with its light."""

    light: Light
    words: str


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
        stage: _mark(steps.get(stage, Step(stage)), by_stage.get(stage), as_of, passed, following)
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
        state=_state(project, records, following_mark, as_of),
    )


def _on_track(stage: Stage, steps: Mapping[Stage, Step]) -> bool:
    return not steps[stage].skipped if stage in steps else stage not in SELDOM


def _as_of(step: Step, day: date) -> Step:
    """The step without what happened after the day."""
    if step.reached_on is None or step.reached_on <= day:
        return step
    return Step(step.stage, step.planned_on, step.planned_precision, step.current_on, step.current_precision)


def _mark(
    step: Step, milestone: Milestone | None, as_of: date, passed: Collection[Stage], following: Stage | None
) -> StageMark:
    is_next = step.stage == following
    days = lifecycle.days_late(step, as_of) or 0
    if step.reached_on:
        mark, words = Mark.DONE, step.reached_words
    elif step.stage in passed and not step.current_on:
        mark, words = Mark.DONE, DATE_UNKNOWN
    else:
        plan = _worded(step.current_on, step.current_precision)
        mark = Mark.LATE if days else Mark.NEXT if is_next else Mark.OPEN
        words = f"计划 {plan}" if plan else NO_PLAN
    return StageMark(step.stage, mark, words, step, days, is_next, milestone)


def _state(project: Project, records: Iterable[StageMark], following: StageMark | None, as_of: date) -> State:
    """Paused or terminated first; then the longest delay; then the days left to the next plan."""
    if project.side_state:
        return State(Light.NONE, SideState(project.side_state).label)
    late = max(records, key=lambda mark: mark.days_late, default=None)
    if late is not None and late.days_late:
        light = Light.RED if late.days_late > RED_AFTER_DAYS else Light.YELLOW
        subject = "" if late.is_next else late.stage.label
        return State(light, f"{subject}晚 {late.days_late} 天")
    if following is None:
        return State(Light.GREEN, "全部节点已登记")
    if following.step.current_on is None:
        return State(Light.NONE, "计划未定")
    return State(Light.GREEN, f"还有 {(following.step.current_on - as_of).days} 天")


def _worded(day: date | None, precision: Precision | None) -> str:
    return periods.wording(day, precision or Precision.DAY) if day else ""
