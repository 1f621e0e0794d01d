"""Undo what an import has written: all that still stands, or chosen rows with what hangs on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from django.db import transaction
from django.utils import timezone

from projects.actions import change_sets
from projects.actions.change_sets import TABLES, Key, WrittenRecord
from projects.actions.guarding import explained, share_register
from projects.models import Import, ImportRow, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportState
from projects.workbooks import progress

CHUNK = 1000
"""Rows that one transaction undoes."""
UNFINISHED = "没有写完，自动退回"
NOTHING_STANDS = "没有撤销：这次导入的逐行内容已经清理，请在各条记录的历史里撤销。"
UNDONE_ALREADY = "选中的行里有已经撤销的，请重新选择。"

type Written = Mapping[int, Sequence[WrittenRecord]]
"""By the key of a row what it has written."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """One time that some rows of an import were taken back."""

    at: str
    """The moment, as ISO 8601."""
    by: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class RowToUndo:
    row: ImportRow
    is_chosen: bool
    """False: it goes with a chosen row, for its records belong to one of that row."""
    fault: str
    """Why the row stays; "" where it can be taken back."""


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What taking back the chosen rows would do."""

    rows: Sequence[RowToUndo]

    @property
    def due(self) -> list[int]:
        return [each.row.pk for each in self.rows if not each.fault]

    @property
    def refused(self) -> int:
        return sum(bool(each.fault) for each in self.rows)

    @property
    def hanging(self) -> int:
        return sum(not each.is_chosen and not each.fault for each in self.rows)


def undo_preview(imported: Import, chosen: Collection[int], *, by: User, reason: str) -> UndoPreview:
    """What taking back these rows would do; a row is refused where it, or one that goes with it, cannot go.

    The number of queries does not depend on the number of rows.
    """
    written = _written(imported.rows.standing().values_list("pk", "written"))
    chosen = frozenset(chosen)
    roots = [pk for pk in written if pk in chosen]
    below = _hanging(written, roots)
    groups = {pk: _with_all_below(pk, below) for pk in roots}
    concerned = set(chain.from_iterable(groups.values()))
    rows = imported.rows.in_bulk(list(concerned))
    own = _faults(imported, {pk: written[pk] for pk in concerned}, by=by, reason=reason)
    faults = dict(own)
    for pk in roots:
        if pk not in own and (held := next((other for other in groups[pk] if other in own), None)):
            why = "" if held in chosen else f"：{own[held]}"
            faults[pk] = f"它下面的第 {rows[held].line} 行不能撤销{why}".rstrip("。") + "。"
    going = set(chain.from_iterable(groups[pk] for pk in roots if pk not in faults))
    return UndoPreview(
        [
            RowToUndo(rows[pk], pk in chosen, "" if pk in going else faults[pk])
            for pk in written
            if pk in going or pk in chosen
        ]
    )


def undo(imported: Import, *, by: User, reason: str = "") -> Import:
    """Undo what the rows in `undo_rows`, or all that still stand, have written, as new changes.

    All of it or, with RuleBroken, nothing. The import stays applied as long as any of its rows stands. More than
    `CHUNK` rows are undone some at a time, the last ones first, after all of them were found to be undoable; a row
    that was changed in that moment stops the rest.
    """
    if imported.rows.standing().count() <= CHUNK:
        with transaction.atomic():
            return _undone(imported, [_due(imported)], by=by, reason=reason)
    due = _due(imported)
    change_sets.demand_undoable(_records(due), by=by, reason=_why(imported, reason))
    return _undone(imported, _together(due), by=by, reason=reason)


def take_back(imported: Import, *, by: User) -> int:
    """Undo what an import has written that could not be finished, as if its rows had not been written yet.

    Gives how many rows; RuleBroken, and nothing more is taken back, where somebody has gone on from one of them.
    """
    rows = list(imported.rows.standing())
    if rows:
        change_sets.demand_undoable(_records(rows), by=by, reason=_why(imported, UNFINISHED))
    for some in _together(rows):
        with transaction.atomic():
            locked = Import.objects.locked(imported, ImportState.APPLYING)
            _undo_rows(locked, some, by=by, reason=UNFINISHED)
            for row in some:
                row.written = []
            ImportRow.objects.keep(some, ["written"])
            locked.written -= len(some)
            locked.save(update_fields=["written"])
    return len(rows)


def _due(imported: Import) -> list[ImportRow]:
    """The rows that the step takes back; RuleBroken where one of them was taken back before it began."""
    of_step = imported.rows.filter(pk__in=imported.undo_rows) if imported.undo_rows else imported.rows.all()
    if imported.undo_rows and of_step.filter(undone_at__lt=imported.begun_at).exists():
        raise RuleBroken(UNDONE_ALREADY)
    due = list(of_step.standing().defer("origin", "conflicts", "candidates", "doubts", "changes"))
    if not due:
        raise RuleBroken(NOTHING_STANDS)
    return due


def _undone(imported: Import, parts: Sequence[Sequence[ImportRow]], *, by: User, reason: str) -> Import:
    """Undo the parts one after the other, each in a transaction; the last one ends the step."""
    before, done, locked = imported.undoings, 0, imported
    for number, some in enumerate(parts, start=1):
        with transaction.atomic():
            locked = Import.objects.locked(imported, ImportState.UNDOING)
            _undo_rows(locked, some, by=by, reason=reason)
            now = timezone.now()
            for row in some:
                row.undone_at = now
            ImportRow.objects.keep(some, ["undone_at"])
            done += len(some)
            part = Undoing(timezone.localtime(now).isoformat(), str(by), reason.strip(), done)
            if locked.rows.standing().exists():
                locked.undoings = [*before, asdict(part)]
                is_whole = locked.applied_at is not None
                after = ImportState.APPLIED if is_whole else ImportState.PARTLY
            else:
                locked.undoings, after = before, ImportState.UNDONE
                locked.undone_by, locked.undone_at = by, now
            if number == len(parts):
                locked.state = after
            locked.save()
        progress.store(locked, done)
    return locked


def _undo_rows(imported: Import, rows: Sequence[ImportRow], *, by: User, reason: str) -> None:
    share_register()
    why = _why(imported, reason)
    change_sets.undo(_records(rows), why, by=by, alive=lambda: progress.store(imported, 0))


def _records(rows: Iterable[ImportRow]) -> Iterator[WrittenRecord]:
    return chain.from_iterable(_written((row.pk, row.written) for row in rows).values())


def _together(rows: Sequence[ImportRow]) -> list[list[ImportRow]]:
    """The rows in parts of some `CHUNK`, the last ones first; rows that wrote or go on from one record are together."""
    group_of = _groups(_written((row.pk, row.written) for row in rows))
    groups: dict[int, list[ImportRow]] = defaultdict(list)
    for row in reversed(rows):
        groups[group_of[row.pk]].append(row)
    parts: list[list[ImportRow]] = []
    for group in groups.values():
        if not parts or len(parts[-1]) + len(group) > CHUNK:
            parts.append([])
        parts[-1] += group
    return parts


def _groups(written: Written) -> dict[int, int]:
    """By row, one row that stands for all that belong together."""
    above = {pk: pk for pk in written}

    def top(pk: int) -> int:
        while above[pk] != pk:
            above[pk] = pk = above[above[pk]]
        return pk

    owner: dict[Key, int] = {}
    for pk, entries in written.items():
        for each in entries:
            above[top(pk)] = top(owner.setdefault((each.table, each.pk), pk))
    for pk, below in _hanging(written, written.keys()).items():
        for other in below:
            above[top(other)] = top(pk)
    return {pk: top(pk) for pk in written}


def _why(imported: Import, reason: str) -> str:
    return explained(f"撤销导入《{imported.workbook.name}》", reason)


def _written(rows: Iterable[tuple[int, list[dict[str, object]]]]) -> dict[int, list[WrittenRecord]]:
    return {pk: [WrittenRecord(**entry) for entry in entries] for pk, entries in rows}  # type: ignore[arg-type]


def _hanging(written: Written, roots: Collection[int]) -> dict[int, set[int]]:
    """By row, the rows whose records belong to one that it has created."""
    owner = {(each.table, each.pk): pk for pk, entries in written.items() for each in entries}
    below: dict[int, set[int]] = defaultdict(set)
    waiting, seen = set(roots), set(roots)
    while waiting:
        found = set[int]()
        for above, row in _belonging(written, waiting, owner):
            if above != row:
                below[above].add(row)
                found.add(row)
        waiting = found - seen
        seen |= found
    return below


def _belonging(
    written: Written, rows: Collection[int], owner: Mapping[Key, int]
) -> Iterator[tuple[int, int]]:
    """Pairs of a row that has created a record and a row that has written one that belongs to it."""
    for name, model in TABLES.items():
        created = [each.pk for pk in rows for each in written[pk] if each.table == name and each.kind == "+"]
        for each in change_sets.dependants(model, created):
            row = owner.get((str(each.model._meta.model_name), each.pk))
            if row is not None:
                yield owner[name, each.owner], row


def _with_all_below(row: int, below: Mapping[int, set[int]]) -> set[int]:
    group, waiting = {row}, [row]
    while waiting:
        fresh = below.get(waiting.pop(), set()) - group
        group |= fresh
        waiting += fresh
    return group


def _faults(imported: Import, written: Written, *, by: User, reason: str) -> dict[int, str]:
    """By row, why it cannot be taken back."""
    refused = change_sets.not_undoable(
        chain.from_iterable(written.values()), by=by, reason=_why(imported, reason)
    )
    faults: dict[int, str] = {}
    for pk, entries in written.items():
        for each in entries:
            if sentence := refused.get((each.table, each.pk)):
                faults.setdefault(pk, sentence)
    return faults
