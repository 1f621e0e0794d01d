"""The steps of a run, each in its own process with Django set up."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench import asking, exporting, importing, papers
from bench.copying import copy_from
from bench.filling import fill as fill_register
from bench.filling import measured_year
from bench.measuring import ledger as of_ledger
from bench.measuring import measured
from bench.written import written


def fill(size: int, *, today: date) -> None:
    """The SQLite file, and static files as they are served."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    fill_register(size, today=today, folder=settings.VAR_DIR)


def copy(size: int, *, today: date) -> None:
    """The same data in PostgreSQL, with the statistics that its autovacuum would make."""
    call_command("migrate", verbosity=0)
    copy_from(Path(settings.VAR_DIR) / "db.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def ask(size: int, *, today: date) -> dict[str, Any]:
    return asking.ask(today=today, folder=Path(settings.VAR_DIR))


def measure(size: int, *, today: date) -> list[dict[str, Any]]:
    return measured(size, measured_year(today))


def ledger(size: int, *, today: date) -> dict[str, float]:
    return of_ledger(measured_year(today))


def write(size: int, *, today: date) -> list[dict[str, Any]]:
    return written(size, measured_year(today))


def export(size: int, *, today: date, way: str) -> dict[str, Any]:
    return exporting.export(size, way)


def paper(size: int, *, today: date, way: str) -> dict[str, Any]:
    return papers.paper(size, way, year=measured_year(today))


def bring(size: int, *, today: date, way: str) -> dict[str, Any]:
    """The workbook of so many rows by one of the ways of `importing`."""
    call_command("migrate", verbosity=0)
    return importing.WAYS[way](importing.workbook(Path(settings.VAR_DIR), size))
