"""Names in the database have 30 characters at most, so that other servers of PostgreSQL's protocol take them."""

import pytest
from django.apps import apps
from django.db import connection

MOST = 30

OBJECTS = {
    "postgresql": """
        SELECT relation.relname, COALESCE(owner.relname, relation.relname), relation.relkind::text
          FROM pg_class relation
          LEFT JOIN pg_index ON pg_index.indexrelid = relation.oid
          LEFT JOIN pg_class owner ON owner.oid = pg_index.indrelid
         WHERE relation.relnamespace = current_schema()::regnamespace AND relation.relkind IN ('r', 'i', 'v')
         UNION ALL
        SELECT conname, owner.relname, contype::text
          FROM pg_constraint JOIN pg_class owner ON owner.oid = conrelid
         WHERE connamespace = current_schema()::regnamespace
         UNION ALL
        SELECT tgname, owner.relname, 'trigger'
          FROM pg_trigger JOIN pg_class owner ON owner.oid = tgrelid
         WHERE NOT tgisinternal""",
    "sqlite": "SELECT name, tbl_name, type FROM sqlite_master",
}


def own_tables() -> dict[str, set[str]]:
    """Tables of this project with their columns; histories and tables between two others are among them."""
    models = apps.get_app_config("projects").get_models(include_auto_created=True)
    return {model._meta.db_table: {field.column for field in model._meta.concrete_fields} for model in models}


def made_by_the_server(table: str, columns: set[str]) -> set[str]:
    """Names that no statement says: the server makes them of table and column, as long as it takes them."""
    if connection.vendor == "sqlite":
        return {f"sqlite_autoindex_{table}_{number}" for number in range(1, 10)}
    ofcolumns = {f"{table}_{column}_{kind}" for column in columns for kind in ("key", "check")}
    return ofcolumns | {f"{table}_pkey"}


def test_models_state_short_names() -> None:
    models = list(apps.get_app_config("projects").get_models(include_auto_created=True))
    tables = [model._meta.db_table for model in models]
    columns = [field.column for model in models for field in model._meta.concrete_fields]
    rules = [rule.name for model in models for rule in (*model._meta.constraints, *model._meta.indexes)]

    assert "projects_participation_history" in tables  # histories are walked, and
    assert "projects_user_user_permissions" in tables  # tables between two others
    assert "one_project_per_name_and_firm" in rules
    assert [name for name in (*tables, *columns, *rules) if len(name) > MOST] == []


@pytest.mark.django_db
def test_the_catalogue_has_short_names() -> None:
    """SQLite keeps Django's longer names of indexes of fields: nothing but SQLite ever reads them."""
    tables = own_tables()
    implied = set().union(*(made_by_the_server(table, columns) for table, columns in tables.items()))
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS[connection.vendor])
        found = [(name, kind) for name, table, kind in cursor.fetchall() if table in tables]
    stated = {name for name, kind in found if not (connection.vendor == "sqlite" and kind == "index")}

    assert set(tables) <= stated
    assert [name for name in sorted(stated - implied) if len(name) > MOST] == []
    if connection.vendor == "postgresql":
        assert len([kind for _, kind in found if kind == "f"]) > 100  # foreign keys are among them
