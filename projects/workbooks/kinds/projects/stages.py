"""The stages of a project, planned and reached, as a row of a 项目清单 states them; by the rules of the page."""

from collections.abc import Callable, Mapping
from copy import copy
from datetime import date
from typing import Any

from projects.actions import marking
from projects.columns import plan_key, reached_key
from projects.models import Milestone
from projects.models.checks import broken
from projects.rules import lifecycle, periods
from projects.rules.broken import RuleBroken
from projects.vocabulary import DelayReason, Precision, Stage
from projects.workbooks.compare import Laying
from projects.workbooks.drafts import WHOLE_ROW, worded
from projects.workbooks.kinds.projects.records import Period, ProjectRecords

type Values = Mapping[str, Any]
type Cause = tuple[DelayReason, str]


def lay_stages(laying: Laying, after: ProjectRecords, wanted: Values, values: Values) -> None:
    """Set the plans and days that the row states; a later plan is a postponement and asks for its cause."""
    cause: Cause | None = values.get("cause") or laying.terms.cause
    first, last = values.get("years") or (None, None)
    span = {Stage.STARTED: first, Stage.COMPLETED: last}
    for stage in Stage:
        plan, reached = wanted.get(plan_key(stage)), wanted.get(reached_key(stage))
        if plan_key(stage) not in values:
            plan = _span_plan(after, stage, span.get(stage))
        if plan or reached:
            _lay_stage(laying, after, stage, plan, reached, cause)
    _judge_order(laying, after, wanted)


def _span_plan(after: ProjectRecords, stage: Stage, last: date | None) -> Period | None:
    """建设年限 is a plan of the coarsest kind: it never stands against one that is on record."""
    held = after.milestones.get(stage)
    is_open = held is None or (held.current_on is None and held.reached_on is None and not held.skipped)
    return (last, Precision.YEAR) if last and is_open else None


def _lay_stage(
    laying: Laying,
    after: ProjectRecords,
    stage: Stage,
    plan: Period | None,
    reached: Period | None,
    cause: Cause | None,
) -> None:
    held = after.milestones.get(stage)
    milestone = copy(held) if held else Milestone(stage=stage)
    milestone.project = after.project
    if plan:
        _try(laying, plan_key(stage), plan, lambda: _set_plan(laying, milestone, plan, cause))
    if reached:
        _try(laying, reached_key(stage), reached, lambda: _set_reached(laying, milestone, reached))
    milestone.clean()
    for sentence in broken(milestone):
        laying.row.faults.setdefault(WHOLE_ROW, sentence)
    after.milestones[stage] = milestone
    laying.row.write(held, milestone)


def _try(laying: Laying, key: str, value: Period, setting: Callable[[], None]) -> None:
    try:
        setting()
    except RuleBroken as fault:
        laying.row.faults.setdefault(key, str(fault))
    else:
        laying.tell(key, value)


def _set_plan(laying: Laying, milestone: Milestone, plan: Period, cause: Cause | None) -> None:
    on, precision = plan
    standing = milestone.current_on
    if standing is None or milestone.reached_on or periods.last_day(on, precision) <= standing:
        marking.set_plan(milestone, on, precision)
    elif cause is None:
        key = plan_key(Stage(milestone.stage))
        current = worded(key, laying.theirs[key], laying.terms)
        raise RuleBroken(f"晚于现计划（{current}），属于推迟：请在“推迟原因”一列写明原因。")
    else:
        marking.set_later_plan(milestone, on, precision, cause=cause[0], words=cause[1])


def _set_reached(laying: Laying, milestone: Milestone, reached: Period) -> None:
    """The order among the stages is judged when all days of the row are set."""
    on, precision = reached
    alone = [milestone.as_step()]
    marking.set_reached(milestone, on, precision, others=alone, today=laying.terms.today, note="")


def _judge_order(laying: Laying, after: ProjectRecords, wanted: Values) -> None:
    told = {stage for stage in Stage if reached_key(stage) in wanted}
    if not told:
        return
    steps = [milestone.as_step() for milestone in after.milestones.values()]
    for fault in lifecycle.order_faults(steps):
        stage = fault.later if fault.later in told else fault.earlier
        if stage in told:
            laying.row.faults.setdefault(reached_key(stage), fault.sentence)
