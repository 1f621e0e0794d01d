"""Writing what the preview showed, in one go; and taking it back, in one go."""

from collections.abc import Sequence
from itertools import chain

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from projects.actions.guarding import explained, share_register
from projects.actions.recording import record
from projects.models import Import, ImportRow, Source, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportState, Outcome
from projects.workbooks import progress
from projects.workbooks.drafts import WHOLE_ROW, Draft
from projects.workbooks.judge import chunks, is_as_shown, light, rows_of, show
from projects.workbooks.totals import tally
from projects.workbooks.writing import Why, take_back, write_drafts

WRITTEN = ["outcome", "subject", "faults", "written"]
CHANGED_SINCE = "核对之后，登记的内容有了变化，请重新核对这一行。"
NOTHING = "没有可以写入的行。"


@transaction.atomic
def apply(imported: Import, *, only_good: bool, by: User) -> Import:
    """Write every row that is new or changes something; `only_good`: the other rows are left aside.

    Every row is judged once more beside what stands now, while nobody else may write it; one that would do
    something else than was shown is refused. RuleBroken, and nothing is written, where a row must stop it.
    """
    held = _held(imported, ImportState.APPLYING)
    if not only_good:
        _demand_decided(held)
    share_register()
    rows = rows_of(held)
    rows.survey(light(held))
    rows.lock()
    why, done = Why(held.workbook.name, held.reason, _source(held, by)), 0
    for some in chunks(held):
        held.written += _write(some, rows.drafts(some, held.reason), why, by=by, only_good=only_good)
        done += len(some)
        progress.tell(held, done)
    if not held.written:
        raise RuleBroken(NOTHING)
    held.state, held.applied_by, held.applied_at = ImportState.APPLIED, by, timezone.now()
    held.tally = tally(held)
    held.save()
    return held


def _held(imported: Import, state: ImportState) -> Import:
    """The import while nobody else may move it; RuleBroken when it has been moved meanwhile."""
    held = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if held.state != state:
        raise RuleBroken(f"这次导入{held.get_state_display()}，不能重复操作。")
    return held


def _demand_decided(imported: Import) -> None:
    open_yet = list(imported.rows.undecided().order_by("position")[:4])
    if open_yet:
        number = imported.rows.undecided().count()
        named = "、".join(f"第 {row.line} 行" for row in open_yet[:3]) + ("等" if number > 3 else "")
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


def _write(rows: Sequence[ImportRow], drafts: Sequence[Draft], why: Why, *, by: User, only_good: bool) -> int:
    """Write the rows that are as they were shown; gives how many."""
    told = [
        (row, drafted)
        for row, drafted in zip(rows, drafts, strict=True)
        if row.outcome in (Outcome.NEW, Outcome.CHANGED)
    ]
    due = _grounded([(row, drafted) for row, drafted in told if is_as_shown(row, drafted)])
    passed = {row.pk for row, _ in due}
    for row, drafted in told:
        if row.pk in passed:
            continue
        if not only_good:
            raise RuleBroken(f"第 {row.line} 行（{row.label}）：{_why_not(drafted)}没有写入任何内容。")
        show(row, drafted)
        row.outcome, row.faults = Outcome.FAULTY, row.faults or {WHOLE_ROW: CHANGED_SINCE}
    written = write_drafts([(drafted, row.place) for row, drafted in due], why, by=by)
    for (row, _), entries in zip(due, written, strict=True):
        row.written = [list(entry) for entry in entries]
        row.subject = row.subject or (entries[0][1] if entries else None)
    ImportRow.objects.keep([row for row, _ in told], WRITTEN)
    return len(due)


def _grounded(due: list[tuple[ImportRow, Draft]]) -> list[tuple[ImportRow, Draft]]:
    """Without the rows whose records hang on one of a row that was refused, and those that hang on these."""
    while True:
        coming = {id(record) for _, drafted in due for record in drafted.records}
        kept = [(row, drafted) for row, drafted in due if _has_ground(drafted, coming)]
        if len(kept) == len(due):
            return kept
        due = kept


def _has_ground(drafted: Draft, coming: set[int]) -> bool:
    """Whether what the records hang on is on record, or comes with them."""
    above = (_above(record, name) for record in drafted.records for name in ("project", "parent"))
    return all(record is None or record.pk is not None or id(record) in coming for record in above)


def _above(record: Model, name: str) -> Model | None:
    """What a record hangs on where that is not on record by its number."""
    found: Model | None = None if getattr(record, f"{name}_id", None) else getattr(record, name, None)
    return found


def _why_not(drafted: Draft) -> str:
    return next(iter(drafted.faults.values()), CHANGED_SINCE)


@transaction.atomic
def undo(imported: Import, *, by: User, reason: str = "") -> Import:
    """Take back everything that the import has written, as new changes; all of it or, with RuleBroken, nothing."""
    held = _held(imported, ImportState.UNDOING)
    share_register()
    entries = held.rows.exclude(written=[]).order_by("position").values_list("written", flat=True)
    why = explained(f"撤销导入《{held.workbook.name}》", reason)
    written = [tuple(entry) for entry in chain.from_iterable(entries)]
    take_back(written, why, by=by, alive=lambda: progress.tell(held, 0))
    held.state, held.undone_by, held.undone_at = ImportState.UNDONE, by, timezone.now()
    held.save()
    return held
