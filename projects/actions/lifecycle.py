"""Change the stages of a project: plan, postpone, reach, take back, skip; and pause, terminate, resume."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions import marking, undoing
from projects.actions.guarding import corrected
from projects.actions.recording import record
from projects.models import Milestone, Project, User
from projects.rules import lifecycle
from projects.rules.broken import Overtaken, RuleBroken
from projects.vocabulary import DelayReason, Precision, SideState, Stage

UNDONE = "从项目清单撤销"


@transaction.atomic
def as_seen(project: Project, stage: Stage, version: int | None, write: Callable[[], Milestone]) -> Milestone:
    """Run `write` under a lock if the stage has not changed since the base version.

    `version`: the base version, None for no record. Raises Overtaken when it is not the current one.
    """
    _locked_milestone(project, stage, version)
    return write()


@transaction.atomic
def reach(
    project: Project,
    stage: Stage,
    *,
    on: date,
    precision: Precision,
    by: User,
    reason: str = "",
    correction: str = "",
) -> Milestone:
    """Record that the stage was reached, within the period of `on` that `precision` names.

    `correction`: why the office changes what a sealed month has counted.
    """
    milestones = _locked(project)
    steps = [milestone.as_step() for milestone in milestones.values()]
    milestone = milestones.get(stage) or Milestone(project=project, stage=stage)
    today = timezone.localdate()
    marking.set_reached(milestone, on, precision, others=steps, today=today, note=reason)
    record(milestone, by=by, reason=corrected(reason or f"登记{stage.label}", correction))
    return milestone


@transaction.atomic
def plan(
    project: Project, stage: Stage, *, on: date, precision: Precision, by: User, reason: str = ""
) -> Milestone:
    """Set the plan of a stage; the first plan is kept as the original plan."""
    milestone = _milestone(project, stage)
    marking.set_plan(milestone, on, precision)
    record(milestone, by=by, reason=reason or f"计划{stage.label}")
    return milestone


@transaction.atomic
def postpone(
    project: Project,
    stage: Stage,
    *,
    to: date,
    precision: Precision,
    cause: DelayReason,
    by: User,
    reason: str = "",
) -> Milestone:
    """Move the plan of a stage to a later day; the cause is a code, and “other” needs an explanation."""
    milestone = _milestone(project, stage)
    marking.set_later_plan(milestone, to, precision, cause=cause, words=reason)
    record(milestone, by=by, reason=f"推迟{stage.label}（{cause.label}）" + (f"：{reason}" if reason else ""))
    return milestone


@transaction.atomic
def explain(project: Project, stage: Stage, *, cause: DelayReason, by: User, reason: str = "") -> Milestone:
    """Record why the stage is late; its plan stays. This answers a question of `inquiries.ask_reason`."""
    milestone = _milestone(project, stage)
    marking.set_reason(milestone, cause=cause, words=reason)
    words = f"说明{stage.label}晚于计划的原因（{cause.label}）"
    record(milestone, by=by, reason=f"{words}：{reason}" if reason else words)
    return milestone


@transaction.atomic
def take_back(project: Project, stage: Stage, *, by: User, reason: str, correction: str = "") -> Milestone:
    """Withdraw a reached day that was recorded by mistake; the plan stays, the history keeps both.

    `correction`: as for `reach`.
    """
    milestones = _locked(project)
    lifecycle.check_take_back([milestone.as_step() for milestone in milestones.values()], stage)
    if not reason:
        raise RuleBroken("撤回须写明原因。")
    milestone = milestones[stage]
    milestone.reached_on, milestone.reached_precision, milestone.recorded_on = None, "", None
    milestone.reached_note = ""
    record(milestone, by=by, reason=corrected(f"撤回{stage.label}：{reason}", correction))
    return milestone


@transaction.atomic
def undo(project: Project, stage: Stage, *, version: int, by: User) -> None:
    """Take back the newest change of a stage, which is `version`, by a new one; Overtaken when it is not.

    When a stage was reached with photos, it is taken back and the photos are kept.
    """
    milestone = _locked_milestone(project, stage, version)
    if milestone is None:
        raise RuleBroken(f"{stage.label}没有可以撤销的记录。")
    if milestone.history.count() == 1 and milestone.evidence.exists():
        take_back(project, stage, by=by, reason=UNDONE)
    else:
        undoing.undo(project, "milestone", version, units=(), by=by, reason=UNDONE)


@transaction.atomic
def skip(project: Project, stage: Stage, *, by: User, reason: str) -> Milestone:
    """State that the project has no such stage: equipment-only projects have no 封顶."""
    milestone = _milestone(project, stage)
    marking.demand_open(milestone)
    milestone.skipped = True
    milestone.current_on, milestone.current_precision = None, ""
    record(milestone, by=by, reason=reason or f"本项目不设{stage.label}")
    return milestone


@transaction.atomic
def restore(project: Project, stage: Stage, *, by: User, reason: str) -> Milestone:
    """Restore a skipped stage."""
    milestone = _locked(project).get(stage)
    if milestone is None or not milestone.skipped:
        raise RuleBroken(f"{stage.label}没有设为“不设此节点”，无需恢复。")
    milestone.skipped = False
    record(milestone, by=by, reason=f"恢复{stage.label}节点：{reason}")
    return milestone


@transaction.atomic
def turn_aside(
    project: Project, state: SideState, *, on: date, cause: DelayReason, by: User, reason: str = ""
) -> Project:
    """Pause a project, or terminate a running or paused one; the cause is a code, and “other” needs an explanation."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if locked.side_state == state or locked.side_state == SideState.TERMINATED:
        raise RuleBroken(f"项目已{locked.get_side_state_display()}，不能再设为{state.label}。")
    if cause == DelayReason.OTHER and not reason:
        raise RuleBroken("原因选“其他”时，请在说明中写明。")
    running, over = _standstills(locked)
    lifecycle.check_aside(running, over, on, timezone.localdate())
    locked.keep_pause(on)
    locked.side_state, locked.side_state_on = state, on
    locked.side_reason, locked.side_note = cause, reason
    record(locked, by=by, reason=f"{state.label}（{cause.label}）" + (f"：{reason}" if reason else ""))
    return locked


@transaction.atomic
def resume(project: Project, *, by: User, reason: str, on: date | None = None) -> Project:
    """Resume a paused or terminated project from a day, by default today."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    running, _ = _standstills(locked)
    if running is None:
        raise RuleBroken("项目没有暂停或终止，无需恢复。")
    today = timezone.localdate()
    lifecycle.check_resume(running, on or today, today)
    locked.keep_pause(on or today)
    locked.side_state, locked.side_state_on = "", None
    locked.side_reason, locked.side_note = "", ""
    record(locked, by=by, reason=reason or "恢复推进")
    return locked


def _standstills(project: Project) -> tuple[lifecycle.Standstill | None, list[lifecycle.Standstill]]:
    """Return the current standstill, if any, and the past ones."""
    standstills = project.standstills
    running = next((item for item in standstills if item.until == date.max), None)
    return running, [item for item in standstills if item is not running]


def _locked_milestone(project: Project, stage: Stage, version: int | None) -> Milestone | None:
    """Lock the milestone. Raises Overtaken unless `version` is its current version."""
    milestone = _locked(project).get(stage)
    if version != (milestone.version if milestone else None):
        raise Overtaken(f"{stage.label}刚刚被别人改过，请核对后再保存。")
    return milestone


def _locked(project: Project) -> dict[Stage, Milestone]:
    """Lock the project's milestones; return them by stage."""
    Project.objects.select_for_update().get(pk=project.pk)
    milestones = project.milestones.with_version().order_by("pk")
    return {Stage(milestone.stage): milestone for milestone in milestones}


def _milestone(project: Project, stage: Stage) -> Milestone:
    """Lock the milestone; return a new one when there is none."""
    return _locked(project).get(stage) or Milestone(project=project, stage=stage)
