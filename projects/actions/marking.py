"""What a milestone says after a write: judged by the rules and set on the record, which the caller saves.

The page's action and a row of a workbook come through here alike.
"""

from collections.abc import Iterable
from datetime import date

from projects.models import Milestone
from projects.rules import lifecycle, periods
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import Step
from projects.vocabulary import DelayReason, Precision, Stage

LATER_IS_POSTPONED = "新的计划日期晚于现计划，属于推迟，请用“推迟计划”并选择原因。"


def demand_open(milestone: Milestone) -> None:
    """A plan may be set only on a stage that is neither reached nor skipped."""
    stage = Stage(milestone.stage)
    if milestone.reached_on is not None:
        raise RuleBroken(f"{stage.label}已登记实际日期，不能再改计划；如有误请先撤回。")
    if milestone.skipped:
        raise RuleBroken(f"本项目不设{stage.label}节点。")


def set_plan(milestone: Milestone, on: date, precision: Precision) -> None:
    """The plan is set, or moves to an earlier day; the first plan is kept as the original one for ever."""
    demand_open(milestone)
    if milestone.current_on is not None and periods.last_day(on, precision) > milestone.current_on:
        raise RuleBroken(LATER_IS_POSTPONED)
    milestone.current_on, milestone.current_precision = on, precision
    if milestone.planned_on is None:
        milestone.planned_on, milestone.planned_precision = on, precision


def set_later_plan(
    milestone: Milestone, to: date, precision: Precision, *, cause: DelayReason, words: str
) -> None:
    """The plan moves to a later day, for a coded cause; “other” needs words."""
    demand_open(milestone)
    lifecycle.check_postpone(milestone.as_step(), to, precision)
    if cause == DelayReason.OTHER and not words:
        raise RuleBroken("原因选“其他”时，请在说明中写明。")
    milestone.current_on, milestone.current_precision = to, precision
    milestone.reason, milestone.reason_note = cause, words


def set_reached(
    milestone: Milestone, on: date, precision: Precision, *, others: Iterable[Step], today: date, note: str
) -> None:
    """The stage was reached; `others`: the project's stages, to judge the order by."""
    lifecycle.check_reach(others, Stage(milestone.stage), on, precision, today)
    milestone.reached_on = periods.settled(on, precision, today)
    milestone.reached_precision = precision
    milestone.recorded_on = today
    milestone.reached_note = note
