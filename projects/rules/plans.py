"""The plans of several stages of one project: one change, and whether the plans follow each other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from projects.rules.lifecycle import LATER, OrderFault, Step, moved_words, order_faults
from projects.rules.periods import wording
from projects.vocabulary import DelayReason, Precision, Stage


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The new plan of one stage; `version`: of the record that it was typed upon, None for no record.

    `cause`: why the plan moves to a later day.
    """

    stage: Stage
    on: date
    precision: Precision
    version: int | None = None
    cause: DelayReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """What one change makes of its stage, before it is written."""

    before: Step
    after: Step

    @property
    def stage(self) -> Stage:
        return self.after.stage

    @property
    def was(self) -> str:
        """The present plan in words; "" without one."""
        return _words(self.before)

    @property
    def becomes(self) -> str:
        return _words(self.after)

    @property
    def step_words(self) -> str:
        """How far this change alone moves the plan: 推迟 61 天; "" for a first plan."""
        return moved_words(replace(self.after, planned_on=self.before.current_on))

    @property
    def is_postponement(self) -> bool:
        return self.before.current_on is not None and self.step_words.startswith(LATER)

    @property
    def is_first(self) -> bool:
        """Whether the change also sets the original plan."""
        return self.before.planned_on is None

    @property
    def moved_words(self) -> str:
        """How far the plan is from the original one then."""
        return moved_words(self.after)


def effects_of(steps: Iterable[Step], changes: Iterable[PlanChange]) -> list[PlanEffect]:
    """What the changes make of the stages as they stand; the first plan is the original one as well."""
    present = {step.stage: step for step in steps}
    found = []
    for change in changes:
        before = present.get(change.stage, Step(change.stage))
        after = replace(before, current_on=change.on, current_precision=change.precision)
        if before.planned_on is None:
            after = replace(after, planned_on=change.on, planned_precision=change.precision)
        found.append(PlanEffect(before, after))
    return found


def _words(step: Step) -> str:
    return wording(step.current_on, step.current_precision or Precision.DAY) if step.current_on else ""


def faults_by_stage(steps: Iterable[Step], changed: Collection[Stage]) -> dict[Stage, str]:
    """By changed stage a sentence on its plan, where it contradicts another day of the project."""
    found: dict[Stage, str] = {}
    for fault in plan_order_faults(steps):
        stage = next((each for each in (fault.later, fault.earlier) if each in changed), None)
        if stage is not None:
            found[stage] = fault.sentence
    return found


def plan_order_faults(steps: Iterable[Step]) -> list[OrderFault]:
    """As `order_faults`, where the plan of an open stage stands for the day on which it will be reached."""
    return order_faults(
        step
        if step.reached_on
        else replace(step, reached_on=step.current_on, reached_precision=step.current_precision)
        for step in steps
        if not step.skipped
    )
