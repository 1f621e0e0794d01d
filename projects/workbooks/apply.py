"""Write what the preview showed, and undo what an import has written, each in one transaction."""

from collections.abc import Sequence
from itertools import chain

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from projects.actions import change_sets
from projects.actions.change_sets import WrittenRecord
from projects.actions.guarding import explained, share_register
from projects.actions.recording import record
from projects.models import Import, ImportRow, Project, Source, User
from projects.models.sources import changed, name_source
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportState, Outcome
from projects.workbooks import progress
from projects.workbooks.drafts import WHOLE_ROW, Draft
from projects.workbooks.judge import chunks, is_as_shown, light, rows_of, show
from projects.workbooks.totals import count_outcomes

WRITTEN = ["outcome", "subject", "faults", "written"]
"""The columns of a row that writing sets."""
CHANGED_SINCE = "核对之后，登记的内容有了变化，请重新核对这一行。"
NOTHING = "没有可以写入的行。"

type Judged = tuple[ImportRow, Draft]


@transaction.atomic
def apply(imported: Import, *, only_good: bool, by: User) -> Import:
    """Write every row that is new or changes something; with `only_good` the other rows are left out.

    Every row is judged again while its records are locked; one that would do something else than was shown is
    refused. Raises RuleBroken, and nothing is written, where a row must stop the import.
    """
    locked = _locked(imported, ImportState.APPLYING)
    if not only_good:
        _demand_decided(locked)
    share_register()
    rows = rows_of(locked)
    rows.survey(light(locked))
    rows.lock()
    source, done = _source(locked, by), 0
    for some in chunks(locked):
        drafts = rows.drafts(some, locked.reason)
        locked.written += _write(locked, some, drafts, source, by=by, only_good=only_good)
        done += len(some)
        progress.store(locked, done)
    if not locked.written:
        raise RuleBroken(NOTHING)
    locked.state, locked.applied_by, locked.applied_at = ImportState.APPLIED, by, timezone.now()
    count_outcomes(locked)
    locked.save()
    return locked


def _locked(imported: Import, state: ImportState) -> Import:
    """The import, locked; raises RuleBroken when it is no longer in this state."""
    locked = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if locked.state != state:
        raise RuleBroken(f"这次导入{locked.get_state_display()}，不能重复操作。")
    return locked


def _demand_decided(imported: Import) -> None:
    undecided = list(imported.rows.undecided().order_by("position")[:4])
    if undecided:
        number = imported.rows.undecided().count()
        named = "、".join(f"第 {row.line} 行" for row in undecided[:3]) + ("等" if number > 3 else "")
        raise RuleBroken(f"还有 {number} 行有错误或待选择（{named}），没有写入任何内容。")


def _source(imported: Import, by: User) -> Source:
    """The workbook as the source of the records that it brings."""
    workbook = imported.workbook
    if workbook.source is None:
        title = f"{workbook.name[:170]}（{workbook.sha256[:12]}）"
        source = Source.objects.filter(title=title).first()
        if source is None:
            source = Source(title=title, note=f"导入的工作簿，SHA-256 {workbook.sha256}")
            record(source, by=by, reason=f"导入《{workbook.name}》")
        workbook.source = source
        workbook.save()
    return workbook.source


def _write(
    imported: Import,
    rows: Sequence[ImportRow],
    drafts: Sequence[Draft],
    source: Source,
    *,
    by: User,
    only_good: bool,
) -> int:
    """Write the rows that are still as they were shown; returns how many."""
    judged = [
        (row, drafted)
        for row, drafted in zip(rows, drafts, strict=True)
        if row.outcome in (Outcome.NEW, Outcome.CHANGED)
    ]
    due = _with_parents([(row, drafted) for row, drafted in judged if is_as_shown(row, drafted)])
    _refuse(judged, {row.pk for row, _ in due}, only_good=only_good)
    sets = []
    for row, drafted in due:
        _name_source(drafted, source, row.place)
        usual = f"导入《{imported.workbook.name}》{row.place}"
        sets.append((drafted.records, explained(usual, imported.reason)))
    for (row, _), written in zip(due, change_sets.write(sets, by=by), strict=True):
        row.written = [entry._asdict() for entry in written]
        row.subject = row.subject or (written[0].pk if written else None)
    ImportRow.objects.keep([row for row, _ in judged], WRITTEN)
    return len(due)


def _refuse(judged: Sequence[Judged], passed: set[int], *, only_good: bool) -> None:
    """Set why the other rows are not written, or raise RuleBroken where all rows have to be."""
    for row, drafted in judged:
        if row.pk in passed:
            continue
        if not only_good:
            why = next(iter(drafted.faults.values()), CHANGED_SINCE)
            raise RuleBroken(f"第 {row.line} 行（{row.label}）：{why}没有写入任何内容。")
        show(row, drafted)
        row.outcome, row.faults = Outcome.FAULTY, row.faults or {WHOLE_ROW: CHANGED_SINCE}


def _with_parents(due: list[Judged]) -> list[Judged]:
    """Drop rows whose parent record comes from a refused row; repeat until nothing more drops."""
    while True:
        coming = {id(change.after) for _, drafted in due for change in drafted.records}
        kept = [(row, drafted) for row, drafted in due if _has_parents(drafted, coming)]
        if len(kept) == len(due):
            return kept
        due = kept


def _has_parents(drafted: Draft, coming: set[int]) -> bool:
    """Whether the projects and units that the records belong to are stored, or are written with them."""
    parents = (
        _unsaved_parent(change.after, name) for change in drafted.records for name in ("project", "parent")
    )
    return all(parent is None or parent.pk is not None or id(parent) in coming for parent in parents)


def _unsaved_parent(record: Model, name: str) -> Model | None:
    parent: Model | None = None if getattr(record, f"{name}_id", None) else getattr(record, name, None)
    return parent


def _name_source(drafted: Draft, source: Source, place: str) -> None:
    """The workbook is the source of the values that the row changes, and of a new project as a whole."""
    for change in drafted.records:
        for stated in changed(change.before, change.after):
            name_source(change.after, stated, source, place)
        if isinstance(change.after, Project) and change.before is None:
            change.after.source, change.after.source_paragraph = source, place


@transaction.atomic
def undo(imported: Import, *, by: User, reason: str = "") -> Import:
    """Undo all that the import has written, as new changes; all of it or, with RuleBroken, nothing."""
    locked = _locked(imported, ImportState.UNDOING)
    share_register()
    of_rows = locked.rows.exclude(written=[]).order_by("position").values_list("written", flat=True)
    written = [WrittenRecord(**entry) for entry in chain.from_iterable(of_rows)]
    why = explained(f"撤销导入《{locked.workbook.name}》", reason)
    change_sets.undo(written, why, by=by, alive=lambda: progress.store(locked, 0))
    locked.state, locked.undone_by, locked.undone_at = ImportState.UNDONE, by, timezone.now()
    locked.save()
    return locked
