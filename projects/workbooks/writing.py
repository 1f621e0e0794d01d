"""Drafts of many rows written in a few statements, and taken back in as few; each history says who, when and why."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, Model

from projects.actions.guarding import COUNTED, Write, explained, refusals
from projects.actions.recording import attribute, erase_all, record_all
from projects.models import (
    AnnualPlan,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Project,
    Source,
    Target,
    User,
)
from projects.rules.broken import RuleBroken
from projects.workbooks.drafts import Draft, give_source

TABLES: dict[str, type[Model]] = {
    str(model._meta.model_name): model
    for model in (Organisation, Project, Listing, AnnualPlan, Milestone, MonthlyReport, Target)
}
"""What an import writes, in the order in which it is written: a record comes after what it hangs on."""

TAKEN_MEANWHILE = "刚刚有人登记了同名或同代码的记录，没有写入任何内容，请重新核对。"
NAMED = 5

type Version = Any
type Written = tuple[str, int, int, str]
"""Table, number of the record, number of its history entry, "+" for a new one or "~"."""


@dataclass(frozen=True, slots=True)
class Why:
    """What the history says of each row: 导入《项目.xlsx》第12行：市里下发的名单."""

    workbook: str
    reason: str
    source: Source | None = None

    def of(self, place: str) -> str:
        return explained(f"导入《{self.workbook}》{place}", self.reason)


def write_drafts(drafts: Sequence[tuple[Draft, str]], why: Why, *, by: User) -> list[list[Written]]:
    """Write the records of drafts, each with its place on the sheet; gives what each has written.

    The caller holds the locks and one transaction. RuleBroken where somebody has taken a name or code meanwhile.
    """
    written: list[list[Written]] = [[] for _ in drafts]
    groups: dict[tuple[type[Model], bool], list[tuple[int, Model]]] = defaultdict(list)
    for at, (draft, place) in enumerate(drafts):
        for record, stated in zip(draft.records, draft.stated, strict=True):
            is_new = record._state.adding  # a target that was taken back comes again under its number
            give_source(record, stated, why.source, place)
            if isinstance(record, Project):
                record.make_findable()  # last, for it is slow and no preview needs it
            attribute(record, by=by, reason=why.of(place))
            groups[type(record), is_new].append((at, record))
    for name, model in TABLES.items():
        for is_new in (True, False):
            group = groups[model, is_new]
            for (at, record), number in zip(group, _saved(group, by, is_new), strict=True):
                written[at].append((name, record.pk, number, "+" if is_new else "~"))
    return written


def _saved(group: Sequence[tuple[int, Model]], by: User, is_new: bool) -> list[int]:
    """A unit is written after the one above it, which may be new as well."""
    numbers: dict[int, int] = {}
    waiting = [record for _, record in group]
    while waiting:
        ready = [record for record in waiting if _stands_on_record(record)]
        assert ready, "rows without ground are left out before"
        try:
            numbers |= zip(map(id, ready), record_all(ready, by=by, is_new=is_new), strict=True)
        except IntegrityError as taken:
            raise RuleBroken(TAKEN_MEANWHILE) from taken
        waiting = [record for record in waiting if id(record) not in numbers]
    return [numbers[id(record)] for _, record in group]


def _stands_on_record(record: Model) -> bool:
    above = getattr(record, "parent", None)
    return above is None or above.pk is not None


def take_back(
    written: Iterable[Written], why: str, *, by: User, alive: Callable[[], object] = lambda: None
) -> None:
    """Take back what an import has written, as new changes: new records go, changed ones are as they were before.

    All of it or nothing: RuleBroken where somebody has changed one since, or hung something on a new one, or where
    a sealed month counts it. `alive`: called after each table, for whoever waits.
    """
    of_table: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    for name, pk, number, kind in written:
        of_table[name][pk] = (number, kind)
    backs = []
    for name in TABLES:
        if name in of_table:
            backs.append(_back(TABLES[name], of_table[name]))
            alive()
    created = {back.model: {record.pk for record in back.gone} for back in backs}
    for back in backs:
        _demand_alone(back, backs, created)
    _demand_unsealed(backs, by=by, reason=why)
    for back in reversed(backs):
        erase_all(back.gone, by=by, reason=why)
        alive()
    for back in backs:
        for record in back.restored:
            attribute(record, by=by, reason=why)
        record_all(back.restored, by=by, is_new=False)
        alive()


@dataclass(frozen=True, slots=True)
class _Back:
    """One table on its way back."""

    model: type[Model]
    gone: list[Model]
    held: list[Model]
    restored: list[Model]


def _back(model: type[Model], entries: Mapping[int, tuple[int, str]]) -> _Back:
    _demand_newest(model, entries)
    records = model._base_manager.in_bulk(list(entries))
    gone = [records[pk] for pk, (_, kind) in entries.items() if kind == "+"]
    changed = [pk for pk, (_, kind) in entries.items() if kind == "~"]
    before = _versions_before(model, {pk: entries[pk][0] for pk in changed})
    again = model._base_manager.in_bulk(changed)
    restored = [_as_before(again[pk], before[pk]) for pk in changed]
    return _Back(model, gone, [records[pk] for pk in changed], restored)


def _demand_newest(model: type[Model], entries: Mapping[int, tuple[int, str]]) -> None:
    history: Any = model.history  # type: ignore[attr-defined]
    newest = dict(
        history.filter(id__in=list(entries)).order_by().values_list("id").annotate(newest=Max("history_id"))
    )
    since = [pk for pk, (number, _) in entries.items() if newest.get(pk) != number]
    if since:
        records = model._base_manager.in_bulk(since[:NAMED])
        names = _named(records.values(), of=len(since))
        raise RuleBroken(f"没有撤销：{len(since)} 条{model._meta.verbose_name}在导入之后又改过{names}。")


def _versions_before(model: type[Model], numbers: Mapping[int, int]) -> dict[int, Version]:
    """Of each record the version before the one that the import wrote."""
    history: Any = model.history  # type: ignore[attr-defined]
    before: dict[int, Version] = {}
    for entry in history.filter(id__in=list(numbers)).order_by("history_id").iterator(chunk_size=2000):
        if entry.history_id < numbers[entry.id]:
            before[entry.id] = entry
    return before


def _as_before(record: Model, version: Version) -> Model:
    for field in version.tracked_fields:
        setattr(record, field.attname, getattr(version, field.attname))
    if isinstance(record, Project):
        record.make_findable()
    return record


def _demand_alone(
    back: _Back, backs: Iterable[_Back], created: Mapping[type[Model], Collection[int]]
) -> None:
    """Nothing hangs on a record that is to go but what the import itself has written, or hung there."""
    pks = [record.pk for record in back.gone]
    for relation in back.model._meta.related_objects:
        other, column = relation.related_model, relation.field.name
        if not pks or hasattr(other, "history_object"):
            continue
        own = {*created.get(other, ()), *_hung(backs, other, relation.field.attname, pks)}
        hanging = other._base_manager.filter(**{f"{column}__in": pks}).exclude(pk__in=own)
        if (found := hanging.select_related(column).first()) is not None:
            subject = getattr(found, column)
            raise RuleBroken(f"没有撤销：“{subject}”在导入之后又登记了{other._meta.verbose_name}。")


def _hung(backs: Iterable[_Back], model: type[Model], column: str, pks: Collection[int]) -> set[int]:
    """Records that hang elsewhere once they are as they were before."""
    restored = (record for back in backs if back.model is model for record in back.restored)
    return {record.pk for record in restored if getattr(record, column) not in pks}


def _demand_unsealed(backs: Iterable[_Back], *, by: User, reason: str) -> None:
    writes = [
        write
        for back in backs
        if issubclass(back.model, COUNTED)
        for write in (
            *(Write(record, None) for record in back.gone),  # type: ignore[arg-type]
            *(Write(held, again) for held, again in zip(back.held, back.restored, strict=True)),  # type: ignore[arg-type]
        )
    ]
    refused = refusals(writes, by=by, reason=reason)
    if refused:
        raise RuleBroken(f"没有撤销：{next(iter(refused.values()))}")


def _named(records: Iterable[Model], *, of: int) -> str:
    """（甲、乙等）; "" where none of them is on record any more."""
    names = [str(record) for record in records]
    return f"（{'、'.join(names)}{'等' if len(names) < of else ''}）" if names else ""
