"""Our export of the register beside the bare writer given the same cells: rows a second and memory, as ratios."""

import csv
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from xlsxwriter import Workbook

from projects.figures.list_sums import registry_totals
from projects.files.writing import csv as own_csv
from projects.files.writing import xlsx
from projects.files.writing.sheets import Cell, Sheet, cell_number
from projects.models import User
from projects.questions.lists import projects_question
from projects.workbooks.sheets.projects import COLUMNS, project_sheet

SAMPLE = 1000
"""Rows whose cells the bare writers are given, over and over: a hundred thousand would be the memory measured."""

type Line = list[tuple[str, Any]]


@dataclass(frozen=True)
class Taken:
    seconds: float
    busy: float
    """Seconds of the processor: what others do on the machine is not in it."""
    bytes: int


def export(size: int, what: str) -> dict[str, Any]:
    """One export in this process, which is a fresh one: `what` of WAYS."""
    rows = islice(cycle(_sample()), size) if what.startswith("bare") else None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with TemporaryDirectory() as folder:
        taken = _timed(lambda: WAYS[what](Path(folder) / "export", rows))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"size": size, "what": what, **vars(taken), "before": before // 1024, "peak": peak // 1024}


def _timed(work: Callable[[], int]) -> Taken:
    began, busy = perf_counter(), process_time()
    size = work()
    return Taken(perf_counter() - began, process_time() - busy, size)


def _sheet() -> Sheet:
    """The sheet of the page, for somebody who may see everything."""
    question = projects_question(QueryDict(), User.objects.get(username="leader"))
    assert question.is_valid()
    totals = registry_totals(question.qs, year=question.today.year, as_of=question.today)
    return project_sheet(question, totals)


def _ours_xlsx(path: Path, _: object) -> int:
    with xlsx.workbook([_sheet()]) as file, path.open("wb") as kept:
        while piece := file.read(own_csv.PIECE):
            kept.write(piece)
    return path.stat().st_size


def _ours_csv(path: Path, _: object) -> int:
    with path.open("wb") as kept:
        for piece in own_csv.csv_pieces([_sheet()]):
            kept.write(piece)
    return path.stat().st_size


def _sample() -> list[Line]:
    """Cells as the bare writers take them: text, numbers and days, each known beforehand for what it is."""
    sheet = _sheet()
    return [list(_bare_cells(sheet, cells)) for cells in islice(sheet.rows, SAMPLE)]


def _bare_cells(sheet: Sheet, cells: Sequence[Cell]) -> Iterator[tuple[str, Any]]:
    for column, cell in zip(sheet.columns, cells, strict=True):
        if cell is None or cell == "":
            yield "empty", None
        elif isinstance(cell, str):
            yield "text", cell
        elif isinstance(cell, date):
            yield "day", cell
        else:
            yield "number", cell_number(column.kind, cell)


def _bare_xlsx(path: Path, rows: Iterator[Line]) -> int:
    """XlsxWriter in constant memory as its documentation has it, one format a column."""
    with Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet()
        looks = [book.add_format({"num_format": column.kind.value}) for column in COLUMNS]
        for place, column in enumerate(COLUMNS):
            page.write_string(0, place, column.title)
        for number, cells in enumerate(rows, start=1):
            for place, (what, value) in enumerate(cells):
                if what == "text":
                    page.write_string(number, place, value, looks[place])
                elif what == "number":
                    page.write_number(number, place, value, looks[place])
                elif what == "day":
                    page.write_datetime(number, place, value, looks[place])
    return path.stat().st_size


def _selected_csv(path: Path, _: object) -> int:
    """The same records as text: a plain SELECT for each table that the sheet is made of, streamed a chunk at a time."""
    connection.ensure_connection()
    with path.open("w", encoding="utf-8-sig", newline="") as kept:
        writer = csv.writer(kept)
        for statement in SELECTED:
            rows = connection.connection.cursor()
            rows.execute(statement.format(year=timezone.localdate().year))
            while chunk := rows.fetchmany(SAMPLE):
                writer.writerows(chunk)
    return path.stat().st_size


SELECTED = (
    "SELECT p.*, o.name, i.name FROM projects_project p LEFT JOIN projects_organisation o ON o.id = p.organisation_id"
    " LEFT JOIN projects_industry i ON i.id = p.industry_id",
    "SELECT project_id, stage, current_on, current_precision, reached_on, reached_precision, skipped, current_source_id"
    " FROM projects_milestone",
    "SELECT project_id, year, level, category, completes, number, listed_on, listed_precision FROM projects_listing"
    " WHERE year <= {year}",
    "SELECT project_id, invested_before, planned_investment FROM projects_annualplan WHERE year = {year}",
    "SELECT id, MAX(history_id) FROM projects_historicalproject GROUP BY id",
    "SELECT project_id, MAX(history_id) FROM projects_historicalmilestone GROUP BY project_id",
    "SELECT project_id, MAX(history_id) FROM projects_historicallisting WHERE year = {year} GROUP BY project_id",
    "SELECT project_id, MAX(history_id) FROM projects_historicalannualplan WHERE year = {year} GROUP BY project_id",
)


def _bare_csv(path: Path, rows: Iterator[Line]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as kept:
        writer = csv.writer(kept)
        for cells in rows:
            writer.writerow([value for _, value in cells])
    return path.stat().st_size


WAYS: dict[str, Callable[[Path, Any], int]] = {
    "ours xlsx": _ours_xlsx,
    "bare xlsx": _bare_xlsx,
    "ours csv": _ours_csv,
    "bare csv": _bare_csv,
    "selected csv": _selected_csv,
}
