"""Write what the preview showed: all of it or nothing, and a long sheet some rows at a time."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from projects.actions import change_sets
from projects.actions.guarding import explained, share_register
from projects.actions.recording import record
from projects.models import Import, ImportRow, Project, Source, User
from projects.models.outages import outage_of
from projects.models.sources import changed, name_source
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportState, Outcome
from projects.workbooks import progress
from projects.workbooks.drafts import WHOLE_ROW, Draft
from projects.workbooks.judge import CHUNK, Rows, is_as_shown, judge, rows_of, show, surveyed
from projects.workbooks.totals import count_outcomes
from projects.workbooks.undo import take_back

WRITTEN = ["outcome", "subject", "faults", "written"]
"""The columns of a row that writing sets."""
CHANGED_SINCE = "核对之后，登记的内容有了变化，请重新核对这一行。"
NOTHING = "没有可以写入的行。"
NOTHING_WRITTEN = "没有写入任何内容"
"""What a refusal says of the register; `jobs` says instead how many rows stand where some do."""

type Judged = tuple[ImportRow, Draft]


def apply(imported: Import, *, only_good: bool, by: User) -> Import:
    """Write every row that is new or changes something; with `only_good` the other rows are left out.

    Every row is judged again while its records are locked; one that would do something else than was shown is
    refused. Up to `CHUNK` rows are one transaction. More are one transaction for each `CHUNK`, so that others can
    write between them: rows that an earlier attempt has written are left alone, and where a row must stop the import
    (RuleBroken), or the program fails, what was written is taken back.
    """
    if imported.total <= CHUNK:
        with transaction.atomic():
            return _applied(imported, only_good=only_good, by=by)
    try:
        return _applied(imported, only_good=only_good, by=by)
    except Exception as error:
        if not outage_of(error):
            _restore(imported, by)
        raise


def _applied(imported: Import, *, only_good: bool, by: User) -> Import:
    if not only_good:
        _demand_decided(imported)
    earlier = dict(imported.rows.standing().values_list("pk", "subject")) if imported.written else {}
    touched = {subject for subject in earlier.values() if subject is not None}
    rows, done = rows_of(imported), 0
    for some in surveyed(imported, rows, is_resumed=bool(earlier)):
        due = [row for row in some if row.pk not in earlier]
        touched |= _write(imported, rows, due, by=by, only_good=only_good, touched=touched)
        done += len(some)
        progress.store(imported, done)
    with transaction.atomic():
        locked = Import.objects.locked(imported, ImportState.APPLYING)
        if not locked.written:
            raise RuleBroken(NOTHING)
        locked.state, locked.applied_by, locked.applied_at = ImportState.APPLIED, by, timezone.now()
        count_outcomes(locked)
        locked.save()
    return locked


def _restore(imported: Import, by: User) -> None:
    """Take back what was written, and judge the rows afresh; it stays where somebody has gone on from it."""
    try:
        if take_back(imported, by=by):
            judge(Import.objects.get(pk=imported.pk), leads_to=ImportState.APPLYING)
    except RuleBroken:
        return  # `jobs` says how many rows stand


def _demand_decided(imported: Import) -> None:
    undecided = list(imported.rows.undecided().order_by("position")[:4])
    if undecided:
        number = imported.rows.undecided().count()
        named = "、".join(f"第 {row.line} 行" for row in undecided[:3]) + ("等" if number > 3 else "")
        raise RuleBroken(f"还有 {number} 行有错误或待选择（{named}），{NOTHING_WRITTEN}。")


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
    rows: Rows,
    some: Sequence[ImportRow],
    *,
    by: User,
    only_good: bool,
    touched: Collection[int],
) -> set[int]:
    """Write those of some rows that are due and still as they were shown, in one transaction; gives their records.

    `touched`: the records of the rows before. A row that goes on from a new one was shown without its number.
    """
    with transaction.atomic():
        locked = Import.objects.locked(imported, ImportState.APPLYING)
        share_register()
        rows.lock(row.position for row in some)
        drafts = rows.drafts(some, locked.reason)
        judged = [
            (row, drafted)
            for row, drafted in zip(some, drafts, strict=True)
            if row.outcome in (Outcome.NEW, Outcome.CHANGED)
        ]
        for row, drafted in judged:
            if row.subject is None and drafted.subject in touched:
                row.subject = drafted.subject
        due = _with_parents([(row, drafted) for row, drafted in judged if is_as_shown(row, drafted)])
        _refuse(judged, {row.pk for row, _ in due}, only_good=only_good)
        _write_records(locked, due, by=by)
        ImportRow.objects.keep([row for row, _ in judged], WRITTEN)
        locked.written += len(due)
        locked.save(update_fields=["written"])
    return {row.subject for row, _ in due if row.subject is not None}


def _write_records(imported: Import, due: Sequence[Judged], *, by: User) -> None:
    if not due:
        return
    source, sets = _source(imported, by), []
    for row, drafted in due:
        _name_source(drafted, source, row.place)
        usual = f"导入《{imported.workbook.name}》{row.place}"
        sets.append((drafted.records, explained(usual, imported.reason)))
    for (row, _), written in zip(due, change_sets.write(sets, by=by), strict=True):
        row.written = [entry._asdict() for entry in written]
        row.subject = row.subject or (written[0].pk if written else None)


def _refuse(judged: Sequence[Judged], passed: set[int], *, only_good: bool) -> None:
    """Set why the other rows are not written, or raise RuleBroken where all rows have to be."""
    for row, drafted in judged:
        if row.pk in passed:
            continue
        if not only_good:
            why = next(iter(drafted.faults.values()), CHANGED_SINCE)
            raise RuleBroken(f"第 {row.line} 行（{row.label}）：{why}{NOTHING_WRITTEN}。")
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
