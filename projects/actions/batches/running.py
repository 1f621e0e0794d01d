"""One batch from its preview to its undoing; every state locks the batch and its projects first."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from projects.actions import undoing
from projects.actions.batches.acts import Act, Draft, carry_out
from projects.actions.guarding import refusals
from projects.actions.recording import record
from projects.models import Batch, Project, User
from projects.models.batch import BatchRow
from projects.models.project import ProjectQuerySet
from projects.rules.broken import RuleBroken
from projects.vocabulary import BatchAct, BatchState

MOST = 500
"""Projects in one batch."""
ABANDONED_AFTER = timedelta(days=7)
NAMED = 5
"""Projects that a refusal names before it says “and so on”."""

TABLES = {BatchAct.MOVE: "milestone", BatchAct.ASSIGN: "project", BatchAct.ENLIST: "listing"}
"""Whose history an act writes, as `undoing` calls it."""

NOT_YOURS = "您不能修改这个项目。"
CHANGED_SINCE_PREVIEW = "预览之后被改过，请重新预览。"
CHANGED_SINCE = "执行之后又被改过。"


@transaction.atomic
def preview(
    act: Act, projects: Sequence[Project], *, writable: ProjectQuerySet, by: User, reason: str = ""
) -> Batch:
    """Judge an act upon projects in the order shown, and keep the outcome; no fact is changed.

    `writable`: what the door lets `by` change. The same number of queries for three projects and for many.
    """
    if not 0 < len(projects) <= MOST:
        raise RuleBroken(f"一次处理 1 到 {MOST} 个项目，请缩小范围。")
    Batch.objects.abandoned(by, before=timezone.now() - ABANDONED_AFTER).delete()
    batch = Batch(act=act.kind, terms=act.terms, reason=reason.strip(), created_by=by)
    batch.keep(BatchRow(project.pk, project.name) for project in projects)
    versions = batch.versions()
    batch.keep(
        replace(row, seen=versions.get(row.project))
        for row in _judged(act, projects, writable, by=by, reason=batch.reason)
    )
    record(batch, by=by, reason=batch.reason)
    return batch


def _judged(
    act: Act, projects: Sequence[Project], writable: ProjectQuerySet, *, by: User, reason: str
) -> list[BatchRow]:
    own = writable.in_bulk([project.pk for project in projects])  # as they stand now, after `versions`
    prefetch_related_objects(list(own.values()), *act.relations)
    today = timezone.localdate()
    drafts: dict[int, Draft] = {}
    faults: dict[int, str] = {}
    for place, project in enumerate(projects):
        try:
            if project.pk not in own:
                raise RuleBroken(NOT_YOURS)
            drafts[project.pk] = act.draft(own[project.pk], place, today)
        except RuleBroken as broken:
            faults[project.pk] = str(broken)
    faults |= refusals((draft.write for draft in drafts.values() if draft.write), by=by, reason=reason)
    return [_row(project, drafts.get(project.pk), faults.get(project.pk, "")) for project in projects]


def _row(project: Project, draft: Draft | None, fault: str) -> BatchRow:
    if draft is None or fault:
        return BatchRow(project.pk, project.name, fault=fault)
    return BatchRow(project.pk, project.name, changes=draft.changes, period=draft.period)


@transaction.atomic
def apply_all(batch: Batch, *, writable: ProjectQuerySet, by: User) -> Batch:
    """Carry out every row, or nothing: RuleBroken naming the projects that cannot be changed."""
    held, projects = _held(batch, BatchState.PREVIEW, writable)
    rows = _judged_again(held, projects)
    _refuse(rows)
    rows = _carried_out(held, rows, projects, by)
    _refuse(rows)
    return _applied(held, rows, by)


@transaction.atomic
def apply_good(batch: Batch, *, writable: ProjectQuerySet, by: User) -> Batch:
    """Carry out the rows that can be; the others keep why not."""
    held, projects = _held(batch, BatchState.PREVIEW, writable)
    rows = _carried_out(held, _judged_again(held, projects), projects, by)
    return _applied(held, rows, by)


@transaction.atomic
def undo(
    batch: Batch, *, writable: ProjectQuerySet, units: Collection[int], by: User, reason: str = ""
) -> Batch:
    """Take back what was written, as new changes; RuleBroken naming the projects that were changed since.

    `units`: those that `by` may make responsible. All of it, or nothing.
    """
    held, projects = _held(batch, BatchState.APPLIED, writable)
    why, versions = reason.strip() or f"第 {held.pk} 号批量处理", held.versions()
    faulty = []
    for row in held.rows:
        if row.written is None:
            continue
        try:
            if row.project not in projects:
                raise RuleBroken(NOT_YOURS)
            if versions.get(row.project) != row.written:
                raise RuleBroken(CHANGED_SINCE)
            with transaction.atomic():
                undoing.undo(
                    projects[row.project],
                    TABLES[BatchAct(held.act)],
                    row.written,
                    units=units,
                    by=by,
                    reason=why,
                )
        except RuleBroken as broken:
            faulty.append(replace(row, fault=str(broken)))
    if faulty:
        raise RuleBroken(f"没有撤销：{_named(faulty)}")
    held.state, held.undone_by, held.undone_at = BatchState.UNDONE, by, timezone.now()
    record(held, by=by, reason=why)
    return held


def _held(batch: Batch, state: BatchState, writable: ProjectQuerySet) -> tuple[Batch, dict[int, Project]]:
    """The batch in this state and those of its projects that may be changed, while nobody else may write them.

    Locked in one order, so that two batches wait for, and never block, one another.
    """
    held = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.state != state:
        raise RuleBroken(f"这一批{held.get_state_display()}，不能重复操作。")
    locked = writable.order_by("pk").select_for_update(of=("self",))
    return held, locked.in_bulk([row.project for row in held.rows])


def _judged_again(batch: Batch, projects: dict[int, Project]) -> list[BatchRow]:
    """The rows as the preview left them; those that were changed since are refused."""
    versions = batch.versions()
    return [
        replace(row, fault=_conflict(row, row.project in projects, versions)) if row.changes else row
        for row in batch.rows
    ]


def _conflict(row: BatchRow, is_own: bool, versions: dict[int, int]) -> str:
    if not is_own:
        return NOT_YOURS
    return CHANGED_SINCE_PREVIEW if versions.get(row.project) != row.seen else ""


def _carried_out(
    batch: Batch, rows: Sequence[BatchRow], projects: dict[int, Project], by: User
) -> list[BatchRow]:
    """The rows with what came of each; what a rule refuses now leaves nothing behind."""
    outcome = []
    for row in rows:
        fault = row.fault
        if row.changes and not fault:
            try:
                with transaction.atomic():
                    carry_out(batch, row, projects[row.project], by=by)
            except RuleBroken as broken:
                fault = str(broken)
        outcome.append(replace(row, fault=fault))
    return outcome


def _refuse(rows: Sequence[BatchRow]) -> None:
    if faulty := [row for row in rows if row.fault]:
        raise RuleBroken(f"没有写入任何改动：{_named(faulty)}")


def _applied(batch: Batch, rows: Sequence[BatchRow], by: User) -> Batch:
    """Keep what was written; a batch that changes nothing stays a preview."""
    done = {row.project for row in rows if row.changes and not row.fault}
    if not done:
        raise RuleBroken("没有可以修改的项目。")
    versions = batch.versions()
    batch.keep(replace(row, written=versions[row.project]) if row.project in done else row for row in rows)
    batch.state, batch.applied_at = BatchState.APPLIED, timezone.now()
    record(batch, by=by, reason=batch.reason)
    return batch


def _named(rows: Sequence[BatchRow]) -> str:
    names = "；".join(f"{row.name}（{row.fault.rstrip('。')}）" for row in rows[:NAMED])
    return f"{len(rows)} 个项目不能改：{names}{'等' if len(rows) > NAMED else ''}。"
