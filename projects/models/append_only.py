"""Triggers that let a table only grow: the database itself refuses to change, replace or delete a row.

They are made after every `migrate` (SQLite drops them when a migration makes a table again) and by `prepare`.
"""

from django.db import connection
from django.db.models import Model

from .audit import AuditEntry

TABLES: tuple[type[Model], ...] = (AuditEntry,)
REFUSED = "append-only"
_FUNCTION = "projects_append_only"


def protect() -> None:
    """Make the triggers that are missing."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in TABLES:
            if model._meta.db_table in present:
                for statement in _made(model._meta.db_table):
                    cursor.execute(statement)


def unprotect() -> None:
    """Take the triggers away: before old entries are trimmed or a backup is put back, in the same transaction."""
    present = set(connection.introspection.table_names())
    connection.check_constraints()  # PostgreSQL takes no trigger from a table whose new rows wait to be checked
    with connection.cursor() as cursor:
        for model in TABLES:
            table = model._meta.db_table
            for name in _names(table) if table in present else ():
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {_FUNCTION}() CASCADE")


def is_protected() -> bool:
    """Whether every trigger stands."""
    if connection.vendor == "postgresql":
        asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        standing = {name for (name,) in cursor.fetchall()}
    wanted = {name for model in TABLES for name in _names(model._meta.db_table)}
    return wanted <= standing


def _names(table: str) -> list[str]:
    kinds = ("row", "truncate") if connection.vendor == "postgresql" else ("update", "delete", "replace")
    return [f"{table}_{kind}" for kind in kinds]


def _made(table: str) -> list[str]:
    if connection.vendor == "postgresql":
        row, truncate = _names(table)
        return [
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSED}: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
            f"CREATE OR REPLACE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()",
            f"CREATE OR REPLACE TRIGGER {truncate} BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
        ]
    update, delete, replace = _names(table)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}: {table}'); END"
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR number = NEW.number)"  # nosec B608 # names from the models
    return [
        f"CREATE TRIGGER IF NOT EXISTS {update} BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {delete} BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {replace} BEFORE INSERT ON {table} {taken} {refuse}",
    ]
