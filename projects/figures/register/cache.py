"""What a question to the register was answered before, brought up to date by what was written since.

Every write leaves an entry in a history, in its own transaction, so the newest entry of each table that figures read
tells whether an answer still holds, and the entries after those that it was made of tell which projects it has to
count again. A question is remembered whole, with the projects that its reader may see.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model

from projects.figures.register.tables import Entries, Register, Rows, entries_of, is_of_project
from projects.models import (
    AnnualPlan,
    Evidence,
    Inquiry,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Project,
    Restoration,
    StageRule,
)
from projects.models.settled import NOBODY_WRITES

READ = (
    Organisation,
    Project,
    Participation,
    Listing,
    AnnualPlan,
    Milestone,
    MonthlyReport,
    Evidence,
    StageRule,
)
"""The tables that a tally is made of."""

OF_TODAY = (Organisation, Inquiry)
"""Read as they stand also where the rest is read as it was known: the tree, and who asked why a stage is late."""

OF_EVERY_PROJECT = (Organisation, StageRule)
"""What is written here may concern any project: then everything is counted anew."""

KEPT = timedelta(hours=1).total_seconds()
KEPT_UP_TO_DATE = timedelta(days=2).total_seconds()

MOST_CHANGED = 300
"""Of more projects than this a whole question is asked anew."""


def remembered[Answer](
    register: Register,
    question: tuple[Any, ...],
    answer: Callable[[], Answer],
    *,
    besides: Sequence[type[Model]] = (),
) -> Answer:
    """The answer from memory, or else made and kept; one query more.

    `question`: what is asked, beside the register itself; two questions of one register differ in it. `besides`: the
    tables that the answer is made of, beside those of a tally.

    What was known at a moment, as a seal has it, does not change by what is written after it. It may for a reader of
    some projects only: which these are is asked of today. Inside a transaction nothing is remembered: what was
    written there may never come to be.
    """
    connection = connections[register.readable.db]
    if connection.in_atomic_block:
        return answer()
    try:
        readable = register.readable.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return answer()
    assert not isinstance(register.known_at, Entries)  # such a register is one side of a change
    known_at = None if register.readable.query.has_filters() else register.known_at
    newest, is_settled = _newest(register.readable.db, (*READ, *besides), known_at)
    asked = (register.year, register.as_of, register.known_at, register.group, question, readable, newest)
    key = f"figures:{hashlib.sha256(repr(asked).encode()).hexdigest()}"
    cached: Answer | None = cache.get(key)
    if cached is None:
        cached = answer()
        if is_settled:
            cache.set(key, cached, KEPT)
    return cached


@dataclass(frozen=True, slots=True)
class Kept[Answer]:
    """An answer, and the newest entry of each table that it was made of."""

    newest: tuple[Any, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Change:
    """What was written since an answer was kept: in which tables, and the projects concerned, then and now."""

    tables: frozenset[type[Model]]
    before: Register
    now: Register


type Advance[Answer] = Callable[[Answer, Change], Answer | None]
"""From a kept answer the one of now; None where the kept one does not tell."""


def kept_up_to_date[Answer](
    register: Register,
    question: tuple[Any, ...],
    answer: Callable[[], Answer],
    advance: Advance[Answer],
    *,
    reads: Sequence[type[Model]] = READ,
) -> Answer:
    """As `remembered`; after a write only the projects that were written are counted again.

    `reads`: the tables that the answer is made of; what is written in others leaves it as it is.

    This is for readers of every project and the register as it stands. Others are answered by `remembered`: which
    projects a unit could read before a write is not recorded.
    """
    connection = connections[register.readable.db]
    if register.known_at is not None or register.readable.query.has_filters() or connection.in_atomic_block:
        return remembered(register, question, answer, besides=[table for table in reads if table not in READ])
    asked = (register.year, register.as_of, register.group, question)
    key = f"kept:{hashlib.sha256(repr(asked).encode()).hexdigest()}"
    kept: Kept[Answer] | None = cache.get(key)
    newest, is_settled = _newest(register.readable.db, reads, None)
    if kept is not None and kept.newest == newest:
        return kept.answer
    found = None if kept is None else _advanced(register, kept, newest, reads, advance)
    if found is None:
        found = answer()
    if is_settled and _newest(register.readable.db, reads, None) == (newest, True):  # all of one state
        cache.set(key, Kept(newest, found), KEPT_UP_TO_DATE)
    return found


def _advanced[Answer](
    register: Register,
    kept: Kept[Answer],
    newest: tuple[Any, ...],
    tables: Sequence[type[Model]],
    advance: Advance[Answer],
) -> Answer | None:
    if kept.newest[-1] != newest[-1]:  # restored since
        return None
    then, now = (
        Entries({model: number or 0 for model, number in zip(tables, numbers, strict=False)})
        for numbers in (kept.newest, newest)
    )
    change = _change(register, then, now)
    return None if change is None else advance(kept.answer, change)


def _change(register: Register, then: Entries, now: Entries) -> Change | None:
    """None where anything else than a few projects may have changed, or where the histories are not the same ones."""
    written = {model for model, number in now.newest.items() if number != then.newest[model]}
    if written.intersection(OF_EVERY_PROJECT) or any(
        now.newest[model] < then.newest[model] for model in written
    ):
        return None
    parts = [_projects_written(model, then.newest[model]) for model in written]
    changed: frozenset[int] = frozenset()
    if parts:
        found = parts[0].union(*parts[1:]).order_by()[: MOST_CHANGED + 1]
        changed = frozenset(pk for (pk,) in found)
    if len(changed) > MOST_CHANGED:
        return None
    before = replace(register, known_at=then, only=changed)
    return Change(frozenset(written), before, replace(register, only=changed))


def change_of_last(register: Register, entries: int) -> Change | None:
    """What the newest entries of each history have changed, at most so many of each; for whoever checks that an answer
    is brought up to date rightly.
    """
    newest, _ = _newest(register.readable.db, READ, None)
    now = Entries({model: number or 0 for model, number in zip(READ, newest, strict=False)})
    then = {
        model: number if model in OF_EVERY_PROJECT else max(number - entries, 0)
        for model, number in now.newest.items()
    }
    return _change(register, Entries(then), now)


def _projects_written(model: type[Model], since: int) -> Rows:
    """The projects of what was written after an entry, and those that it belonged to before."""
    entries = entries_of(model)
    written = entries.filter(history_id__gt=since)
    if model is Project:
        return written.values_list("id")
    of_record = entries.filter(id__in=written.values("id"))
    if is_of_project(entries.model):
        return of_record.values_list("project_id")
    milestones = entries_of(Milestone).filter(id__in=of_record.values("milestone_id"))
    return milestones.values_list("project_id")


def _newest(
    alias: str, tables: Sequence[type[Model]], known_at: datetime | None
) -> tuple[tuple[Any, ...], bool]:
    """The number of the newest history entry of each table, and whether none with a lower one can still appear.

    Up to a moment, but for what is always read as of today. With them the moment at which the register
    was restored last: the numbers begin again from those of the backup.
    """
    connection = connections[alias]
    newest, moments = [], []
    for model in tables:
        table = connection.ops.quote_name(model.history.model._meta.db_table)  # type: ignore[attr-defined]
        entries = f"SELECT MAX(history_id) FROM {table}"  # nosec B608 # names from the models
        if known_at is not None and model not in OF_TODAY:
            entries += " WHERE history_date <= %s"
            moments.append(connection.ops.adapt_datetimefield_value(known_at))
        newest.append(f"({entries})")
    newest.append(f"(SELECT MAX(restored_at) FROM {connection.ops.quote_name(Restoration._meta.db_table)})")  # nosec B608 # names from the models
    settled = NOBODY_WRITES[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(newest)}, {settled}", moments)
        row = cursor.fetchone()
    return tuple(row[:-1]), bool(row[-1])
