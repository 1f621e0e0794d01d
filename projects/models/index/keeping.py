"""The index of this process, brought up to date before every question.

Every write leaves an entry in a history, so the entries that were not read yet tell which projects to read again. A
question costs one query for that. Where a lower entry may still appear after a higher one (PostgreSQL, somebody
writes), the entries are asked for again from where nothing could appear any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Model

from projects.models.listing import AnnualPlan, Listing
from projects.models.milestone import Milestone
from projects.models.organisation import Organisation
from projects.models.project import Project
from projects.models.report import MonthlyReport
from projects.models.restoration import Restoration
from projects.models.settled import NOBODY_WRITES
from projects.models.source import Industry

from .columns import RegisterIndex
from .facts import facts
from .orders import DIRECTORIES

OF_PROJECTS: Mapping[type[Model], str] = {
    Project: "id",
    Listing: "project_id",
    AnnualPlan: "project_id",
    Milestone: "project_id",
    MonthlyReport: "project_id",
}
"""The tables that the index is made of, each with the column of its history that names the project."""
TABLES: tuple[type[Model], ...] = (*OF_PROJECTS, Organisation, Industry)
MOST_AT_ONCE = 2_000
"""So many projects are read again; for more the index is made anew."""
MARGIN = 20_000
"""Entries that may still appear below the newest one of a table, where the index is made while somebody writes."""


@dataclass(frozen=True, slots=True)
class State:
    """How far the histories go: the newest entry of each table, when a backup was put back last, and whether none of
    the entries up to these can still appear."""

    newest: tuple[int, ...]
    restored: Any
    is_settled: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    """An index, and what is in it. `upto`: of each table, the entries up to here; `read`: those after it."""

    index: RegisterIndex
    restored: Any
    upto: tuple[int, ...]
    read: tuple[frozenset[int], ...]


_kept: dict[str, _Kept] = {}
_lock = Lock()


def register_index(day: date) -> RegisterIndex:
    """The index as of the day. Inside a transaction it is made for the caller alone: what was written there may never
    come to be.
    """
    if connection.in_atomic_block:
        return RegisterIndex.of(day, facts(day))
    with _lock:
        state = _state()  # before the records: what is written meanwhile is read again
        kept = _kept.get(connection.alias)
        if kept is None or kept.restored != state.restored or kept.index.day != day:
            kept = _made(state, day)
        else:
            kept = _brought_up(kept, state)
        _kept[connection.alias] = kept
        return kept.index


def forget() -> None:
    """Nothing is kept any more: for tests, whose databases begin again."""
    with _lock:
        _kept.clear()


def _state() -> State:
    newest = [f"(SELECT COALESCE(MAX(history_id), 0) FROM {_history(model)})" for model in TABLES]  # nosec B608 # names from the models
    restored = f"(SELECT MAX(restored_at) FROM {connection.ops.quote_name(Restoration._meta.db_table)})"  # nosec B608 # names from the models
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(newest)}, {restored}, {NOBODY_WRITES[connection.vendor]}")
        *numbers, at, is_settled = cursor.fetchone()
    return State(tuple(numbers), at, bool(is_settled))


def _made(state: State, day: date) -> _Kept:
    upto, read = state.newest, _NOTHING
    if not state.is_settled:
        upto = tuple(max(0, newest - MARGIN) for newest in upto)
        read = tuple(frozenset(_entries(model, above)) for model, above in zip(TABLES, upto, strict=True))
    return _Kept(RegisterIndex.of(day, facts(day)), state.restored, upto, read)


def _brought_up(kept: _Kept, state: State) -> _Kept:
    """With the projects whose entries were not read yet read again."""
    if any(newest < above for newest, above in zip(state.newest, kept.upto, strict=True)):
        return _made(state, kept.index.day)  # the numbers began again
    entries = [
        _entries(model, above) if newest > above else {}
        for model, newest, above in zip(TABLES, state.newest, kept.upto, strict=True)
    ]
    fresh = [
        {entry: subject for entry, subject in found.items() if entry not in read}
        for found, read in zip(entries, kept.read, strict=True)
    ]
    projects = {
        subject
        for model, found in zip(TABLES, fresh, strict=True)
        if model in OF_PROJECTS
        for subject in found.values()
    }
    if len(projects) > MOST_AT_ONCE:
        return _made(state, kept.index.day)
    index = kept.index
    if projects:
        index = index.changed(projects, facts(index.day, projects))
    if any(found for model, found in zip(TABLES, fresh, strict=True) if model not in OF_PROJECTS):
        index = index.without_orders(DIRECTORIES)
    upto = state.newest if state.is_settled else kept.upto
    read = tuple(
        frozenset(entry for entry in found if entry > above)
        for found, above in zip(entries, upto, strict=True)
    )
    return _Kept(index, state.restored, upto, read)


def _entries(model: type[Model], above: int) -> dict[int, int]:
    """The entries of a history with higher numbers, each with the project (or the unit, the industry) that it is of."""
    sql = f"SELECT history_id, {OF_PROJECTS.get(model, 'id')} FROM {_history(model)} WHERE history_id > %s"  # nosec B608 # names from the models
    with connection.cursor() as cursor:
        cursor.execute(sql, [above])
        return dict(cursor.fetchall())


def _history(model: type[Model]) -> str:
    return connection.ops.quote_name(model.history.model._meta.db_table)  # type: ignore[attr-defined]


_NOTHING: tuple[frozenset[int], ...] = tuple(frozenset() for _ in TABLES)
