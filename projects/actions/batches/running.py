"""One batch from its preview to its undoing; every step locks the batch and its projects first."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import chain

from django.db import transaction
from django.db.models import Model, prefetch_related_objects
from django.utils import timezone

from projects.actions import change_sets, project_news, undoing
from projects.actions.batches.acts import BatchableAct, ProjectDraft, act_of
from projects.actions.change_sets import TableUndone
from projects.actions.guarding import refusals, share_register
from projects.actions.recording import record
from projects.models import Batch, Organisation, Project, User
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
    act: BatchableAct, projects: Sequence[Project], *, writable: ProjectQuerySet, by: User, reason: str = ""
) -> Batch:
    """Judge an act upon projects in the order shown, and keep the outcome; no fact is changed.

    `writable`: the projects that `by` may change. The same number of queries for three projects and for many.
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
    act: BatchableAct, projects: Sequence[Project], writable: ProjectQuerySet, *, by: User, reason: str
) -> list[BatchRow]:
    own = writable.in_bulk([project.pk for project in projects])  # as they are now, after `versions`
    chosen = {place: own[project.pk] for place, project in enumerate(projects) if project.pk in own}
    drafts, faults = _drafts(act, chosen, by=by, reason=reason)
    faults |= {project.pk: NOT_YOURS for project in projects if project.pk not in own}
    return [_row(project, drafts.get(project.pk), faults.get(project.pk, "")) for project in projects]


def _drafts(
    act: BatchableAct, chosen: Mapping[int, Project], *, by: User, reason: str
) -> tuple[dict[int, ProjectDraft], dict[int, str]]:
    """By project what the act would do, or why it may not; `chosen`: the projects by their place in the batch."""
    prefetch_related_objects(list(chosen.values()), *act.relations)
    today = timezone.localdate()
    drafts: dict[int, ProjectDraft] = {}
    faults: dict[int, str] = {}
    for place, project in chosen.items():
        try:
            drafts[project.pk] = act.draft(project, place, today, reason)
        except RuleBroken as broken:
            faults[project.pk] = str(broken)
    records = chain.from_iterable(draft.records for draft in drafts.values())
    counted = (write for record in records if (write := record.counted) is not None)
    return drafts, faults | refusals(counted, by=by, reason=reason)


def _row(project: Project, draft: ProjectDraft | None, fault: str) -> BatchRow:
    if draft is None or fault:
        return BatchRow(project.pk, project.name, fault=fault)
    return BatchRow(project.pk, project.name, changes=draft.changes, period=draft.period)


@transaction.atomic
def apply_all(batch: Batch, *, writable: ProjectQuerySet, by: User) -> Batch:
    """Write every row, or nothing: RuleBroken naming the projects that cannot be changed."""
    return _applied(batch, writable, by, only_good=False)


@transaction.atomic
def apply_good(batch: Batch, *, writable: ProjectQuerySet, by: User) -> Batch:
    """Write the rows that can be written; the others keep why not."""
    return _applied(batch, writable, by, only_good=True)


@transaction.atomic
def undo(
    batch: Batch, *, writable: ProjectQuerySet, units: Collection[int], by: User, reason: str = ""
) -> Batch:
    """Take back what was written, as new changes; RuleBroken naming the projects that were changed since.

    `units`: those that `by` may make responsible. All of it, or nothing.
    """
    locked, projects = _locked(batch, BatchState.APPLIED, writable)
    share_register()
    table, versions = TABLES[BatchAct(locked.act)], locked.versions()
    faults: dict[int, str] = {}
    for row in locked.rows:
        if row.written is not None and row.project not in projects:
            faults[row.project] = NOT_YOURS
        elif row.written is not None and versions.get(row.project) != row.written:
            faults[row.project] = CHANGED_SINCE
    due = [row.written for row in locked.rows if row.written is not None and row.project not in faults]
    written = change_sets.written_in(table, due)
    tables = change_sets.undone_tables(written)
    why = undoing.why_undone(
        locked.applied_at or timezone.now(), reason.strip() or f"第 {locked.pk} 号批量处理"
    )
    faults |= change_sets.sealed(tables, by=by, reason=why) | _undo_faults(tables, units, by)
    if faulty := [replace(row, fault=faults[row.project]) for row in locked.rows if row.project in faults]:
        raise RuleBroken(f"没有撤销：{_named(faulty)}")
    change_sets.write_undone(tables, why, by=by)
    locked.state, locked.undone_by, locked.undone_at = BatchState.UNDONE, by, timezone.now()
    record(locked, by=by, reason=why)
    return locked


def _locked(batch: Batch, state: BatchState, writable: ProjectQuerySet) -> tuple[Batch, dict[int, Project]]:
    """The batch in this state and those of its projects that may be changed, all locked.

    Locked in one order, so that two batches wait for, and never block, one another.
    """
    locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state != state:
        raise RuleBroken(f"这一批{locked.get_state_display()}，不能重复操作。")
    projects = writable.order_by("pk").select_for_update(of=("self",))
    return locked, projects.in_bulk([row.project for row in locked.rows])


@transaction.atomic
def _applied(batch: Batch, writable: ProjectQuerySet, by: User, *, only_good: bool) -> Batch:
    """Draft every row again as the preview did, and write those without a fault."""
    locked, projects = _locked(batch, BatchState.PREVIEW, writable)
    share_register()
    rows, drafts = _judged_again(locked, projects, by)
    if not only_good and (faulty := [row for row in rows if row.fault]):
        raise RuleBroken(f"没有写入任何改动：{_named(faulty)}")
    done = [row.project for row in rows if row.changes and not row.fault]
    if not done:
        raise RuleBroken("没有可以修改的项目。")
    sets = [(drafts[pk].records, locked.reason or drafts[pk].usual) for pk in done]
    written = {
        pk: entries[0].version for pk, entries in zip(done, change_sets.write(sets, by=by), strict=True)
    }
    locked.keep(replace(row, written=written.get(row.project)) for row in rows)
    locked.state, locked.applied_at = BatchState.APPLIED, timezone.now()
    record(locked, by=by, reason=locked.reason)
    if unit := locked.terms.get("organisation_id"):
        moved = sum(projects[pk].organisation_id != unit for pk in done)
        project_news.assigned_at_once(locked, Organisation.objects.get(pk=unit), moved, by=by)
    return locked


def _judged_again(
    batch: Batch, projects: Mapping[int, Project], by: User
) -> tuple[list[BatchRow], dict[int, ProjectDraft]]:
    """The rows as the preview left them, with the faults of today; and the drafts of the others by project."""
    versions, chosen = batch.versions(), dict[int, Project]()
    faults: dict[int, str] = {}
    for place, row in enumerate(batch.rows):
        if not row.changes or row.fault:
            continue
        if row.project not in projects:
            faults[row.project] = NOT_YOURS
        elif versions.get(row.project) != row.seen:
            faults[row.project] = CHANGED_SINCE_PREVIEW
        else:
            chosen[place] = projects[row.project]
    drafts, refused = _drafts(act_of(batch), chosen, by=by, reason=batch.reason)
    faults |= refused | {pk: CHANGED_SINCE_PREVIEW for pk, draft in drafts.items() if not draft.records}
    return [replace(row, fault=faults.get(row.project, row.fault)) for row in batch.rows], drafts


def _undo_faults(tables: Sequence[TableUndone], units: Collection[int], by: User) -> dict[int, str]:
    """By project, why the rules of the pages do not allow undoing."""
    faults: dict[int, str] = {}
    for table in tables:
        checks: list[tuple[Model, Callable[[], None]]] = [
            *((gone, partial(undoing.demand_deletable, gone, by)) for gone in table.deleted),
            *(
                (change.after, partial(undoing.demand_restorable, change.after, change.before, units, by))
                for change in table.restored
            ),
        ]
        for changed, check in checks:
            try:
                check()
            except RuleBroken as broken:
                faults[getattr(changed, "project_id", changed.pk)] = str(broken)
    return faults


def _named(rows: Sequence[BatchRow]) -> str:
    names = "；".join(f"{row.name}（{row.fault.rstrip('。')}）" for row in rows[:NAMED])
    return f"{len(rows)} 个项目不能改：{names}{'等' if len(rows) > NAMED else ''}。"
