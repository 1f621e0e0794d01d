"""Set the values of a milestone after validating them by the rules; the caller saves the record.

Called by `lifecycle` and by imported rows.
"""

from collections.abc import Iterable
from datetime import date

from projects.models import Milestone
from projects.rules import lifecycle, periods
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import Step
from projects.vocabulary import DelayReason, Precision, Stage

LATER_IS_POSTPONED = "新的计划日期晚于现计划，属于推迟，请用“推迟计划”并选择原因。"


ENDED = "项目自{}起已拆分或合并，{}请登记在后续项目上。"


def demand_open(milestone: Milestone) -> None:
    """Raise RuleBroken unless the stage is neither reached nor skipped, so that its plan may be set."""
    stage = Stage(milestone.stage)
    if (ended_on := milestone.project.ended_on) is not None:
        raise RuleBroken(ENDED.format(periods.wording(ended_on, Precision.DAY), "计划"))
    if milestone.reached_on is not None:
        raise RuleBroken(f"{stage.label}已登记实际日期，不能再改计划；如有误请先撤回。")
    if milestone.skipped:
        raise RuleBroken(f"本项目不设{stage.label}节点。")


def set_plan(milestone: Milestone, on: date, precision: Precision) -> None:
    """Set the plan, or move it to an earlier day; the first plan is kept as the original plan."""
    demand_open(milestone)
    if milestone.current_on is not None and periods.last_day(on, precision) > milestone.current_on:
        raise RuleBroken(LATER_IS_POSTPONED)
    milestone.current_on, milestone.current_precision = on, precision
    if milestone.planned_on is None:
        milestone.planned_on, milestone.planned_precision = on, precision


def set_known_plan(milestone: Milestone, on: date, precision: Precision) -> None:
    """Add the plan of a stage that was reached before its plan was known."""
    milestone.current_on, milestone.current_precision = on, precision
    if milestone.planned_on is None:
        milestone.planned_on, milestone.planned_precision = on, precision


def set_later_plan(
    milestone: Milestone, to: date, precision: Precision, *, cause: DelayReason, words: str
) -> None:
    """Move the plan to a later day, for a coded cause; “other” needs an explanation."""
    demand_open(milestone)
    lifecycle.check_postpone(milestone.as_step(), to, precision)
    _demand_words(cause, words)
    milestone.current_on, milestone.current_precision = to, precision
    milestone.reason, milestone.reason_note = cause, words


def set_reason(milestone: Milestone, *, cause: DelayReason, words: str) -> None:
    """Record why the stage is late without moving its plan; “other” needs an explanation."""
    demand_open(milestone)
    if milestone.current_on is None:
        raise RuleBroken("计划日期还没有填写，谈不上晚于计划。")
    _demand_words(cause, words)
    milestone.reason, milestone.reason_note = cause, words


def _demand_words(cause: DelayReason, words: str) -> None:
    if cause == DelayReason.OTHER and not words:
        raise RuleBroken("原因选“其他”时，请在说明中写明。")


def set_reached(
    milestone: Milestone, on: date, precision: Precision, *, others: Iterable[Step], today: date, note: str
) -> None:
    """Set the stage as reached. `others`: the project's stages, for validating the order."""
    ended_on = milestone.project.ended_on
    if ended_on is not None and (periods.first_day(on, precision) or on) >= ended_on:
        raise RuleBroken(ENDED.format(periods.wording(ended_on, Precision.DAY), "这一天以后的进展"))
    lifecycle.check_reach(others, Stage(milestone.stage), on, precision, today)
    milestone.reached_on = periods.settled(on, precision, today)
    milestone.reached_precision = precision
    milestone.recorded_on = today
    milestone.reached_note = note
