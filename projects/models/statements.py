"""Insert and update many rows of a table in a few statements, for imports and other large writes.

`bulk_create` makes an expression of each value, which takes longer than all that an import does besides. The values
here are plain ones, converted for the database by their fields as `save` converts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import batched, chain
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from .encrypted import EncryptedCharField

AT_ONCE = 500
"""The most rows of one statement."""

type Values = Sequence[Any]
"""The values of a row as the database takes them, in the order of the fields."""
type Fields = Sequence[models.Field[Any, Any]]


def converted(records: Iterable[models.Model], fields: Fields) -> list[Values]:
    """The values of these fields for the database; a link to a record that was saved meanwhile takes its key."""
    links = [field for field in fields if isinstance(field, models.ForeignKey)]
    conversions = [_conversion(field) for field in fields]
    names = [field.attname for field in fields]
    values_of = attrgetter(*names, names[0])  # one name alone would not give a tuple
    rows: list[Values] = []
    for record in records:
        for link in links:
            if getattr(record, link.attname) is None and link.is_cached(record):
                setattr(record, link.attname, getattr(link.get_cached_value(record), "pk", None))
        rows.append(
            [
                value if value is None or type(value) is plain else convert(value)
                for value, (plain, convert) in zip(values_of(record), conversions, strict=False)
            ]
        )
    return rows


def _conversion(field: models.Field[Any, Any]) -> tuple[type | None, Callable[[Any], Any]]:
    """The type whose values the database takes as they are, and what converts the others."""
    kinds = {} if isinstance(field, EncryptedCharField) else _PLAIN
    plain = next((plain for kind, plain in kinds.items() if isinstance(field, kind)), None)
    return plain, partial(field.get_db_prep_save, connection=connections[DEFAULT_DB_ALIAS])


_PLAIN: dict[type[models.Field[Any, Any]], type] = {
    models.CharField: str,
    models.TextField: str,
    models.IntegerField: int,
    models.ForeignKey: int,
    models.BooleanField: bool,
}


def insert(model: type[models.Model], fields: Fields, rows: Sequence[Values]) -> list[int]:
    """Insert rows of converted values; returns their keys in the order of the rows."""
    if not rows:
        return []
    columns = ", ".join(_quoted(str(field.column)) for field in fields)
    begin = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES "  # nosec B608 # names from the models
    end = f" RETURNING {_quoted(str(_key(model).column))}"
    places = f"({', '.join(['%s'] * len(fields))})"
    keys: list[int] = []
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for some in batched(rows, min(AT_ONCE, connection.ops.bulk_batch_size(fields, rows))):
            statement = f"{begin}{', '.join([places] * len(some))}{end}"
            cursor.execute(statement, list(chain.from_iterable(some)))
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def update(model: type[models.Model], fields: Fields, rows: Iterable[Values], keys: Iterable[int]) -> None:
    """Set the columns of the rows with these keys: one statement, sent for each."""
    assignments = ", ".join(f"{_quoted(str(field.column))} = %s" for field in fields)
    table, key = _quoted(model._meta.db_table), _quoted(str(_key(model).column))
    values = [[*row, pk] for row, pk in zip(rows, keys, strict=True)]
    if values:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {assignments} WHERE {key} = %s", values)  # nosec B608 # names from the models


def stored_fields(
    model: type[models.Model], names: Iterable[str] | None = None
) -> list[models.Field[Any, Any]]:
    """The fields with these names, or all except the key, in the order of the names or of the table."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    if names is None:
        return [field for field in fields.values() if not field.primary_key]
    return [fields[name] for name in names]


def _key(model: type[models.Model]) -> models.Field[Any, Any]:
    return model._meta.pk


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
