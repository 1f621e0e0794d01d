"""Taking back one entry of a project's history as a new change: what was written since stays, and both are kept."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from projects.actions.change_sets import TableUndone, as_before, sealed, write_undone
from projects.actions.guarding import RecordChange, change, explained, share_register
from projects.actions.overlaps import demand_alone
from projects.actions.recording import validate
from projects.models import AnnualPlan, Listing, Milestone, MonthlyReport, Participation, Project, User
from projects.rules import lifecycle
from projects.rules.broken import RuleBroken
from projects.rules.reporting import LOCKED
from projects.vocabulary import ReportState, Stage

TABLES: dict[str, type[models.Model]] = {
    str(model._meta.model_name): model
    for model in (Project, Milestone, Listing, AnnualPlan, MonthlyReport, Participation)
}
PLAN = ("current_on", "current_precision", "skipped")

type Version = Any
"""A row of a history table; the library makes these classes."""


@transaction.atomic
def undo(project: Project, table: str, number: int, *, units: Collection[int], by: User, reason: str) -> None:
    """Take back entry `number` of the history of a `table` (a key of `TABLES`), where it still stands.

    A new record goes, a deleted one comes again, changed fields get the value from before. `units`: those that
    the writer may make responsible. RuleBroken, and nothing is written, when something that the entry wrote was
    changed since, when a rule forbids what would stand then, or without a reason.
    """
    if not reason.strip():
        raise RuleBroken("撤销须写明原因。")
    Project.objects.select_for_update().get(pk=project.pk)
    share_register()
    entry = _entry(project, table, number)
    why = why_undone(entry.history_date, reason)
    undone = _undone(entry, units, by)
    for sentence in sealed([undone], by=by, reason=why).values():
        raise RuleBroken(sentence)
    write_undone([undone], why, by=by)


def _undone(entry: Version, units: Collection[int], by: User) -> TableUndone:
    """What undoing does to the record of the entry. Raises RuleBroken where it is not allowed."""
    match entry.history_type:
        case "+":
            return TableUndone(entry.instance_type, deleted=[_added(entry, by)], restored=[])
        case "-":
            restored = change(None, _deleted(entry, units, by))
        case _:
            restored = _changed(entry, units, by)
    validate(restored.after)
    return TableUndone(entry.instance_type, deleted=[], restored=[restored])


def _entry(project: Project, table: str, number: int) -> Version:
    if table not in TABLES:
        raise RuleBroken("这类记录不能撤销。")
    model = TABLES[table]
    owner = {"id": project.pk} if model is Project else {"project": project.pk}
    entry = model.history.filter(history_id=number, **owner).first()  # type: ignore[attr-defined]
    if entry is None:
        raise RuleBroken("这个项目的历史里没有这条记录。")
    return entry


def why_undone(written_at: datetime, reason: str) -> str:
    """What the history says; a correction of a sealed month stays one."""
    return explained(f"撤销 {timezone.localtime(written_at):%Y-%m-%d %H:%M} 的记录", reason)


def _added(entry: Version, by: User) -> models.Model:
    """What the entry has added, if it is still as it was added."""
    if entry.instance_type is Project:
        raise RuleBroken("新增项目不能撤销：可以终止项目，或请管理员在后台删除。")
    current = _current(entry)
    _demand_untouched(current, entry, entry.tracked_fields)
    demand_deletable(current, by)
    return current


def demand_deletable(current: models.Model, by: User) -> None:
    """Raises RuleBroken where a new record may no longer be undone."""
    if isinstance(current, MonthlyReport) and current.state != ReportState.DRAFT:
        raise RuleBroken("月报已提交过，不能撤销；请在月报页退回或申请重开。")
    if isinstance(current, Milestone):
        if current.planned_on is not None:
            _demand_office(by)
        if current.evidence.exists():
            raise RuleBroken("这个节点已有佐证材料，请改用“撤回登记”。")


def _deleted(entry: Version, units: Collection[int], by: User) -> models.Model:
    """A deleted record under its number, and so under its history."""
    if entry.instance_type._base_manager.filter(pk=entry.id).exists():
        raise RuleBroken("这条记录后来已经恢复，无需再撤销。")
    again: models.Model = entry.instance
    if isinstance(again, MonthlyReport) and again.state in LOCKED and not by.is_keeper:
        raise RuleBroken("已提交的月报只能由项目办恢复。")
    demand_restorable(again, None, units, by)
    return again


def _changed(entry: Version, units: Collection[int], by: User) -> RecordChange:
    """The fields that the entry changed with the value from before it; those that were changed later stay."""
    before = entry.prev_record
    if before is None:
        raise RuleBroken("这条记录之前没有可以恢复的内容。")
    fields = [field for field in entry.tracked_fields if _value(entry, field) != _value(before, field)]
    if not fields:
        raise RuleBroken("这条记录没有改动任何内容，无需撤销。")
    current = _current(entry)
    _demand_untouched(current, entry, fields)
    restored = change(current, as_before(_current(entry), before, fields))
    demand_restorable(restored.after, current, units, by)
    return restored


def _current(entry: Version) -> models.Model:
    """The record as it stands; nobody else writes it while the project is locked."""
    current: models.Model | None = entry.instance_type._base_manager.filter(pk=entry.id).first()
    if current is None:
        raise RuleBroken("这条记录后来已被删除，请先撤销那次删除。")
    return current


def _demand_untouched(
    current: models.Model, entry: Version, fields: "Collection[models.Field[Any, Any]]"
) -> None:
    since = [field.verbose_name for field in fields if _value(current, field) != _value(entry, field)]
    if since:
        names = "、".join(f"“{str(name).removesuffix('（元）')}”" for name in since)
        raise RuleBroken(f"{names}后来又改过，不能直接撤销；请先撤销后来的改动，或直接修改。")


def _value(record: Any, field: "models.Field[Any, Any]") -> Any:
    return getattr(record, field.attname)


def demand_restorable(
    after: models.Model, stored: models.Model | None, units: Collection[int], by: User
) -> None:
    """Check the rules of the pages, which the tables do not have; `stored` None: it is deleted."""
    match after, stored:
        case Project(), Project():
            _judge_unit(after, stored, units)
        case Milestone(), Milestone() | None:
            _judge_milestone(after, stored, by)
        case MonthlyReport(), MonthlyReport() | None:
            demand_alone(after)
            if stored is not None:
                _judge_report(after, stored)


def _judge_unit(after: Project, stored: Project, units: Collection[int]) -> None:
    if after.organisation_id == stored.organisation_id or after.organisation_id in units:
        return
    raise RuleBroken("您的账号不能把项目交给原来的责任单位，请由项目办撤销。")


def _judge_milestone(after: Milestone, stored: Milestone | None, by: User) -> None:
    if stored is not None:
        if stored.planned_on is not None and after.planned_on != stored.planned_on:
            _demand_office(by)
        moved = any(getattr(after, name) != getattr(stored, name) for name in PLAN)
        if moved and stored.reached_on is not None and after.reached_on is not None:
            raise RuleBroken("已登记实际日期，不能再改计划；如有误请先撤回登记。")
        if after.reached_on == stored.reached_on:
            return
    stage = Stage(after.stage)
    others = [entry.as_step() for entry in after.project.milestones.all() if entry.stage != stage]
    faults = lifecycle.order_faults([*others, after.as_step()])
    mine = [fault.sentence for fault in faults if stage in (fault.earlier, fault.later)]
    if mine:
        raise RuleBroken("；".join(mine))


def _judge_report(after: MonthlyReport, stored: MonthlyReport) -> None:
    if after.state != stored.state:
        raise RuleBroken("提交、审核和退回不能在这里撤销，请在月报页办理。")
    if stored.state in LOCKED:
        raise RuleBroken("月报已提交，不能再改；请联系项目办退回，或申请重开。")


def _demand_office(by: User) -> None:
    if not by.is_keeper:
        raise RuleBroken("原计划一经填写不再改动；填错了请由项目办撤销，或用“推迟计划”“计划日期”调整现计划。")
