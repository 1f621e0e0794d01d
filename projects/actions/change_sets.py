"""Change sets: records before and after, written in a few statements with their history, and undone the same way.

Imports and bulk actions write and undo with this module. Whoever calls it has checked the records, holds their
locks, and runs one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Field, Max, Model

from projects.actions.guarding import COUNTED, RecordChange, Write, refusals
from projects.actions.recording import attribute, erase_all, record_all
from projects.models import (
    AnnualPlan,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Project,
    Target,
    User,
)
from projects.rules.broken import RuleBroken

TABLES: dict[str, type[Model]] = {
    str(model._meta.model_name): model
    for model in (
        Organisation,
        Project,
        Participation,
        Listing,
        AnnualPlan,
        Milestone,
        MonthlyReport,
        Target,
    )
}
"""What a change set may write, in the order in which it is written: a record comes after the one it belongs to."""

NAMED = 5
"""Records that a refusal names."""
CHANGED_SINCE = "“{}”在导入之后又改过。"

type Version = Any
"""A row of a history table; the library makes these classes."""
type Key = tuple[str, int]
"""A record by its table and its key."""


class WrittenRecord(NamedTuple):
    """What became of one record. `kind`: "+" for a new one, "~" for a changed one."""

    table: str
    pk: int
    version: int
    """The number of the history entry."""
    kind: str


def write(sets: Sequence[tuple[Sequence[RecordChange], str]], *, by: User) -> list[list[WrittenRecord]]:
    """Write change sets, each with the reason for its history entries; returns what each has written.

    Raises NotAccepted where the database refuses a record, such as a name that was taken meanwhile.
    """
    written: list[list[WrittenRecord]] = [[] for _ in sets]
    groups: dict[tuple[type[Model], bool], list[tuple[int, Model]]] = defaultdict(list)
    for at, (changes, reason) in enumerate(sets):
        for record in (change.after for change in changes):
            is_new = record._state.adding  # a target that was withdrawn is added again under its number
            if isinstance(record, Project):
                record.make_findable()  # last, for it is slow and no preview needs it
            attribute(record, by=by, reason=reason)
            groups[type(record), is_new].append((at, record))
    for name, model in TABLES.items():
        for is_new in (True, False):
            group = groups[model, is_new]
            for (at, record), version in zip(group, _saved(group, by, is_new), strict=True):
                written[at].append(WrittenRecord(name, record.pk, version, "+" if is_new else "~"))
    return written


def _saved(group: Sequence[tuple[int, Model]], by: User, is_new: bool) -> list[int]:
    """Save records of one table; a unit is saved after its parent, which may be new as well."""
    versions: dict[int, int] = {}
    waiting = [record for _, record in group]
    while waiting:
        ready = [record for record in waiting if _has_saved_parent(record)]
        assert ready, "the caller leaves out records without a parent"
        versions |= zip(map(id, ready), record_all(ready, by=by, is_new=is_new), strict=True)
        waiting = [record for record in waiting if id(record) not in versions]
    return [versions[id(record)] for _, record in group]


def _has_saved_parent(record: Model) -> bool:
    parent = getattr(record, "parent", None)
    return parent is None or parent.pk is not None


@dataclass(frozen=True, slots=True)
class TableUndone:
    """What undoing does to one table."""

    model: type[Model]
    deleted: list[Model]
    """Records that were new."""
    restored: list[RecordChange]
    """Records that were changed, as they are now and as they were before; those that were deleted are not there now."""


def written_in(table: str, versions: Collection[int]) -> list[WrittenRecord]:
    """What these history entries of a table have written; one query."""
    history: Any = TABLES[table].history  # type: ignore[attr-defined]
    entries = history.filter(history_id__in=list(versions)).order_by("history_id")
    return [WrittenRecord(table, entry.id, entry.history_id, entry.history_type) for entry in entries]


def demand_undoable(
    written: Iterable[WrittenRecord], *, by: User, reason: str, alive: Callable[[], object] = lambda: None
) -> list[TableUndone]:
    """What undoing would do. RuleBroken where somebody has changed a record since, or added something to a new one, or
    where a sealed month counts it. `alive` is called after each table.
    """
    of_table = _by_table(written)
    for name, entries in of_table.items():
        _demand_newest(TABLES[name], entries)
    tables = undone_tables(chain.from_iterable(map(dict.values, of_table.values())), alive=alive)
    refused = _not_alone(tables, _created(of_table)) or sealed(tables, by=by, reason=reason)
    if refused:
        raise RuleBroken(f"没有撤销：{next(iter(refused.values()))}")
    return tables


def undo(
    written: Iterable[WrittenRecord], why: str, *, by: User, alive: Callable[[], object] = lambda: None
) -> None:
    """Undo what change sets have written, as new changes: new records are deleted, changed ones are restored.

    All of it or nothing: RuleBroken as `demand_undoable`.
    """
    tables = demand_undoable(written, by=by, reason=why, alive=alive)
    write_undone(tables, why, by=by, alive=alive)


def not_undoable(written: Iterable[WrittenRecord], *, by: User, reason: str) -> dict[Key, str]:
    """By record, why it could not be undone now: for the same reasons as `undo`, each record by itself."""
    of_table = _by_table(written)
    refused: dict[Key, str] = {}
    for name, entries in of_table.items():
        since = _changed_since(TABLES[name], entries)
        names = TABLES[name]._base_manager.in_bulk(since)
        refused |= {(name, pk): CHANGED_SINCE.format(names.get(pk, "这条记录")) for pk in since}
    left = [
        entry
        for entries in of_table.values()
        for entry in entries.values()
        if (entry.table, entry.pk) not in refused
    ]
    tables = undone_tables(left)
    refused |= _not_alone(tables, _created(of_table))
    if not (of_project := sealed(tables, by=by, reason=reason)):
        return refused
    for table in tables:
        for record in (*table.deleted, *(change.after for change in table.restored)):
            project = record.pk if isinstance(record, Project) else getattr(record, "project_id", None)
            if sentence := of_project.get(project or 0):
                refused.setdefault((str(table.model._meta.model_name), record.pk), sentence)
    return refused


def _created(of_table: Mapping[str, Mapping[int, WrittenRecord]]) -> dict[type[Model], set[int]]:
    return {
        TABLES[name]: {pk for pk, entry in entries.items() if entry.kind == "+"}
        for name, entries in of_table.items()
    }


def undone_tables(
    written: Iterable[WrittenRecord], *, alive: Callable[[], object] = lambda: None
) -> list[TableUndone]:
    """What undoing would do; the caller knows that nobody has changed the records since."""
    of_table = _by_table(written)
    tables = []
    for name in TABLES:
        if name in of_table:
            tables.append(_table_undone(TABLES[name], of_table[name]))
            alive()
    return tables


def write_undone(
    tables: Sequence[TableUndone], why: str, *, by: User, alive: Callable[[], object] = lambda: None
) -> None:
    """Delete and restore, with history."""
    for table in reversed(tables):
        erase_all(table.deleted, by=by, reason=why)
        alive()
    for table in tables:
        for change in table.restored:
            attribute(change.after, by=by, reason=why)
        for is_new in (True, False):
            records = [change.after for change in table.restored if (change.before is None) is is_new]
            record_all(records, by=by, is_new=is_new)
        alive()


def sealed(tables: Iterable[TableUndone], *, by: User, reason: str) -> dict[int, str]:
    """By project, why a sealed month does not allow undoing."""
    writes = [
        write
        for table in tables
        for write in (
            *(Write(record, None) for record in table.deleted if isinstance(record, COUNTED)),
            *(change.counted for change in table.restored),
        )
        if write is not None
    ]
    return refusals(writes, by=by, reason=reason)


def _by_table(written: Iterable[WrittenRecord]) -> dict[str, dict[int, WrittenRecord]]:
    of_table: dict[str, dict[int, WrittenRecord]] = defaultdict(dict)
    for entry in written:
        of_table[entry.table][entry.pk] = entry
    return of_table


def _table_undone(model: type[Model], entries: Mapping[int, WrittenRecord]) -> TableUndone:
    records = model._base_manager.in_bulk(list(entries))
    deleted = [records[pk] for pk, entry in entries.items() if entry.kind == "+"]
    changed = [pk for pk, entry in entries.items() if entry.kind == "~"]
    before = _versions_before(model, {pk: entries[pk].version for pk in changed})
    again = model._base_manager.in_bulk(changed)
    restored = [RecordChange(records[pk], as_before(again[pk], before[pk])) for pk in changed]
    return TableUndone(model, deleted, restored)


def newest_versions(model: type[Model], pks: Collection[int]) -> dict[int, int]:
    """By record, the number of its newest history entry; one query."""
    history: Any = model.history  # type: ignore[attr-defined]
    entries = history.filter(id__in=list(pks)).order_by()
    return dict(entries.values_list("id").annotate(newest=Max("history_id")))


def _changed_since(model: type[Model], entries: Mapping[int, WrittenRecord]) -> list[int]:
    newest = newest_versions(model, entries)
    return [pk for pk, entry in entries.items() if newest.get(pk) != entry.version]


def _demand_newest(model: type[Model], entries: Mapping[int, WrittenRecord]) -> None:
    if since := _changed_since(model, entries):
        records = model._base_manager.in_bulk(since[:NAMED])
        names = _named(records.values(), of=len(since))
        raise RuleBroken(f"没有撤销：{len(since)} 条{model._meta.verbose_name}在导入之后又改过{names}。")


def _versions_before(model: type[Model], numbers: Mapping[int, int]) -> dict[int, Version]:
    """Of each record the version before the one that was written."""
    history: Any = model.history  # type: ignore[attr-defined]
    before: dict[int, Version] = {}
    for entry in history.filter(id__in=list(numbers)).order_by("history_id").iterator(chunk_size=2000):
        if entry.history_id < numbers[entry.id]:
            before[entry.id] = entry
    return before


def as_before(record: Model, version: Version, fields: Iterable["Field[Any, Any]"] | None = None) -> Model:
    """Set fields, or all that the history tracks, to those of the version; not saved here."""
    for field in version.tracked_fields if fields is None else fields:
        setattr(record, field.attname, getattr(version, field.attname))
    if isinstance(record, Project):
        record.make_findable()
    return record


class Dependant(NamedTuple):
    """A record that belongs to another one, whose key is `owner`."""

    model: type[Model]
    pk: int
    column: str
    """The attribute that holds `owner`."""
    owner: int


def dependants(model: type[Model], pks: Collection[int]) -> Iterator[Dependant]:
    """All records that belong to these; a query for each table that may have some."""
    for relation in model._meta.related_objects:
        other, column = relation.related_model, relation.field.attname
        if not pks or hasattr(other, "history_object"):
            continue
        found = other._base_manager.filter(**{f"{relation.field.name}__in": list(pks)}).order_by("pk")
        for pk, owner in found.values_list("pk", column):
            yield Dependant(other, pk, column, owner)


def _not_alone(tables: Sequence[TableUndone], gone: Mapping[type[Model], Collection[int]]) -> dict[Key, str]:
    """Why new records cannot be deleted: something belongs to them that is neither in `gone` nor moved away."""
    restored = {(table.model, change.after.pk): change.after for table in tables for change in table.restored}
    refused: dict[Key, str] = {}
    for table in tables:
        subjects = {record.pk: record for record in table.deleted}
        for each in dependants(table.model, subjects):
            again = restored.get((each.model, each.pk))
            is_moved = again is not None and getattr(again, each.column) not in subjects
            if not is_moved and each.pk not in gone.get(each.model, ()):
                what = each.model._meta.verbose_name
                name = str(table.model._meta.model_name)
                refused.setdefault((name, each.owner), f"“{subjects[each.owner]}”在导入之后又登记了{what}。")
    return refused


def _named(records: Iterable[Model], *, of: int) -> str:
    """（甲、乙等）; "" where none of them exists any more."""
    names = [str(record) for record in records]
    return f"（{'、'.join(names)}{'等' if len(names) < of else ''}）" if names else ""
