"""SQLite's own tools can check, dump and fill the register: no check, index or trigger needs Django."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from projects.models import MonthlyReport, Reopening
from projects.models.checks import broken
from tests import build
from tests.registers import Register

REPORT = (
    "INSERT INTO projects_monthlyreport (project_id, month, progress, next_step, needs_coordination, unchanged,"
    " state, return_reason, explanation) VALUES ({project}, '{month}', '', '', '', {false}, 'draft', '', '')"
)
DAYS = [
    (date(2024, 3, 1), True),
    (date(2024, 3, 2), False),
    (date(2024, 2, 29), False),
    (date(2000, 1, 1), True),
]


@pytest.fixture
def plain(article_file: Register) -> Iterator[sqlite3.Connection]:
    """The standard library's connection: none of Django's functions is known to it."""
    with closing(sqlite3.connect(article_file.file)) as opened:
        yield opened
        opened.rollback()


@pytest.mark.parametrize("check", ["integrity_check", "quick_check"])
def test_sqlite_checks_the_register(plain: sqlite3.Connection, check: str) -> None:
    assert plain.execute(f"PRAGMA {check}").fetchall() == [("ok",)]


def test_sqlite_checks_the_foreign_keys(plain: sqlite3.Connection) -> None:
    assert plain.execute("PRAGMA foreign_key_check").fetchall() == []


def test_sqlite_dumps_the_register_into_a_new_database(plain: sqlite3.Connection, tmp_path: Path) -> None:
    month = REPORT.format(project="(SELECT MIN(id) FROM projects_project)", month="2024-03-01", false=0)
    plain.execute(month)
    with closing(sqlite3.connect(tmp_path / "fresh.sqlite3")) as fresh:
        fresh.executescript("\n".join(plain.iterdump()))

        assert fresh.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table in ("projects_project", "projects_monthlyreport", "projects_figure"):
            rows = f"SELECT * FROM {table} ORDER BY id"
            assert fresh.execute(rows).fetchall() == plain.execute(rows).fetchall() != []


@pytest.mark.parametrize(("day", "is_whole"), DAYS)
def test_sqlite_judges_a_row(plain: sqlite3.Connection, day: date, is_whole: bool) -> None:
    statement = REPORT.format(project="(SELECT MIN(id) FROM projects_project)", month=day, false=0)
    if is_whole:
        assert plain.execute(statement).rowcount == 1
    else:
        with pytest.raises(sqlite3.IntegrityError, match="monthlyreport_month_first_day"):
            plain.execute(statement)


def test_no_statement_of_the_schema_calls_a_function_of_django(plain: sqlite3.Connection) -> None:
    """Every function that the schema names is one that a bare SQLite knows."""
    known = {name.lower() for (name,) in plain.execute("SELECT DISTINCT name FROM pragma_function_list")}
    schema = plain.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    known |= {"as", "cast", "char", "check", "decimal", "in", "and", "or", "not", "key", "on", "unique"}
    known |= {"varchar", "where", "sqlite_sequence", "raise", "exists"}

    called = {
        (kind, name, word.lower())
        for kind, name, sql in schema
        for word in re.findall(r"\b([a-z_]\w*)\s*\(", re.sub(r"'[^']*'|\"[^\"]*\"", '"', sql), re.IGNORECASE)
    }

    assert {call for call in called if call[2] not in known} == set()
    assert not [name for _, name, sql in schema if re.search(r"django_\w+\s*\(", sql, re.IGNORECASE)]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "is_whole"), DAYS)
@pytest.mark.parametrize("model", [MonthlyReport, Reopening])
def test_python_form_and_database_judge_the_month_alike(
    model: type[MonthlyReport | Reopening], day: date, is_whole: bool
) -> None:
    named = next(c for c in model._meta.constraints if c.name.endswith("_first_day"))
    record = model(month=day)

    by_query = nullcontext() if is_whole else pytest.raises(ValidationError, match="月份应记为当月第一天。")

    assert (broken(record) == []) is is_whole
    with by_query:
        named.validate(model, record)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "is_whole"), DAYS)
def test_the_database_of_the_run_judges_a_row(day: date, is_whole: bool) -> None:
    statement = REPORT.format(project=build.project().pk, month=day, false="false")
    with connection.cursor() as cursor:
        if is_whole:
            cursor.execute(statement)
            assert cursor.rowcount == 1
        else:
            with (
                pytest.raises(IntegrityError, match="monthlyreport_month_first_day"),
                transaction.atomic(),
            ):
                cursor.execute(statement)
