"""What a question to the register was answered before, for as long as nothing has been written since.

Every write leaves an entry in a history, so the newest entry of each table that figures read tells whether an
answer still holds. A question is remembered whole, with the projects that its reader may see.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model

from projects.figures.register.tables import Register
from projects.models import (
    AnnualPlan,
    Evidence,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Project,
    Restoration,
    StageRule,
)

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

KEPT = timedelta(hours=1).total_seconds()

NOBODY_WRITES = (
    "NOT EXISTS (SELECT 1 FROM pg_locks LEFT JOIN pg_stat_activity USING (pid) WHERE locktype = 'transactionid'"
    " AND mode = 'ExclusiveLock' AND COALESCE(datname, current_database()) = current_database())"
)
"""Where several write at once, an entry may appear after one with a higher number: then nothing is kept.

Who writes in another database of the server is none of them."""


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


def _newest(
    alias: str, tables: Sequence[type[Model]], known_at: datetime | None
) -> tuple[tuple[Any, ...], bool]:
    """The number of the newest history entry of each table, and whether none with a lower one can still appear.

    Up to a moment, but for the units, whose tree is always that of today. With them the moment at which the register
    was restored last: the numbers begin again from those of the backup.
    """
    connection = connections[alias]
    newest, moments = [], []
    for model in tables:
        table = connection.ops.quote_name(model.history.model._meta.db_table)  # type: ignore[attr-defined]
        entries = f"SELECT MAX(history_id) FROM {table}"
        if known_at is not None and model is not Organisation:
            entries += " WHERE history_date <= %s"
            moments.append(connection.ops.adapt_datetimefield_value(known_at))
        newest.append(f"({entries})")
    newest.append(f"(SELECT MAX(restored_at) FROM {connection.ops.quote_name(Restoration._meta.db_table)})")
    settled = NOBODY_WRITES if connection.vendor == "postgresql" else "1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(newest)}, {settled}", moments)
        row = cursor.fetchone()
    return tuple(row[:-1]), bool(row[-1])
