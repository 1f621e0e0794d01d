"""The same data in PostgreSQL: every table of the scratch SQLite file by COPY."""

import sqlite3
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Model

CHUNK = 20_000


def copy_from(path: Path) -> None:
    """Fill the migrated, empty database of the default connection from a SQLite file of the same tables."""
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # rows of a table may point to a later one
        for model in tables:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
            _copy(source, cursor, model)
        cursor.execute("SET session_replication_role = DEFAULT")
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
    source.close()


def _is_ours(model: type[Model]) -> bool:
    return model._meta.app_label in ("projects", "auth", "contenttypes")


def _copy(source: sqlite3.Connection, cursor, model: type[Model]) -> None:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    flags = [place for place, field in enumerate(fields) if isinstance(field, models.BooleanField)]
    moments = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    rows = source.execute(f"SELECT {columns} FROM {model._meta.db_table}")
    with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        while chunk := rows.fetchmany(CHUNK):
            for row in chunk:
                values = list(row)
                for place in flags:
                    values[place] = None if values[place] is None else bool(values[place])
                for place in moments:
                    values[place] = None if values[place] is None else f"{values[place]}+00"
                copy.write_row(values)
