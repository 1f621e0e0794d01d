"""Rows that take long to make are made once in a worker; the next test that asks for them gets them as they were."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

type Rows = dict[type[Model], dict[Any, tuple[Any, ...]]]
"""Columns of each row by its key."""

_kept: dict[str, Rows] = {}


def made_once(name: str, make: Callable[[], object]) -> None:
    """Let `make` add its rows; from the second call on they are inserted without it, many times as fast."""
    if name in _kept:
        _insert(_kept[name])
        return
    before = _rows()
    make()
    after = _rows()
    for model, rows in before.items():
        assert rows.items() <= after[model].items(), (
            f"{name} changes rows of {model.__name__} that were there"
        )
    _kept[name] = {model: rows for model in after if (rows := _without(after[model], before[model]))}


def _without(
    rows: dict[Any, tuple[Any, ...]], others: dict[Any, tuple[Any, ...]]
) -> dict[Any, tuple[Any, ...]]:
    return {key: row for key, row in rows.items() if key not in others}


def _columns(model: type[Model]) -> list[str]:
    """Columns that can be written, the key first."""
    key = model._meta.pk
    fields = [
        field for field in model._meta.local_concrete_fields if not field.generated and field is not key
    ]
    return [connection.ops.quote_name(field.column) for field in (key, *fields)]


def _rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT {', '.join(_columns(model))} FROM {table}")
                found[model] = {row[0]: tuple(row) for row in cursor.fetchall()}
    return found


def _insert(rows: Rows) -> None:
    """In one transaction: a row may refer to one that is inserted after it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, of_model in rows.items():
            columns = _columns(model)
            table = connection.ops.quote_name(model._meta.db_table)
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", list(of_model.values())
            )
        # Keys were given: what is made next must not take one of them (PostgreSQL).
        for statement in connection.ops.sequence_reset_sql(no_style(), list(rows)):
            cursor.execute(statement)
