"""Many records at a time, past what costs the ORM more than finding them: a thousand keys, a million values."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL


def among(keys: Collection[int]) -> RawSQL:
    """What `…__in` takes in the place of the keys."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)], BigIntegerField())
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))], BigIntegerField())


def plain_rows(values: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of `values_list` as the driver gives them: a day of SQLite is a text, see `day_of`, a flag is 0 or 1."""
    try:
        sql, params = values.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def day_of(value: str | date | None) -> date | None:
    """A day of `plain_rows`."""
    return _read(value) if isinstance(value, str) else value


@lru_cache(maxsize=20_000)
def _read(text: str) -> date:
    """Records share their days."""
    return date.fromisoformat(text)
