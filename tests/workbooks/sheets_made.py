"""Small workbooks as people send them: a grid of cells becomes the bytes of a file."""

from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from xlsxwriter import Workbook

from projects.models import Import, ImportRow, User
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import jobs
from projects.workbooks.receive import receive


def xlsx(*rows: list[Any], sheet: str = "项目清单") -> bytes:
    """One sheet, row by row; days become dates."""
    written = BytesIO()
    with Workbook(written, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(row, column, cell)
                elif cell is not None:
                    page.write(row, column, cell)
    return written.getvalue()


def received(
    content: bytes,
    by: User,
    *,
    kind: str = "projects",
    name: str = "清单.xlsx",
    reason: str = "",
    **terms: Any,
) -> Import:
    """The import of a workbook as far as it goes by itself: read and judged, or waiting for an explanation."""
    terms = {"year": 2024, **terms}
    file = ContentFile(content, name=name)
    imported = receive(file, kind=ImportKind(kind), terms=terms, by=by, reason=reason)
    return jobs.perform(jobs.begin(imported, ImportState.READING, by=by))


def applied(imported: Import, by: User, *, only_good: bool = False) -> Import:
    return jobs.perform(jobs.begin(imported, ImportState.APPLYING, by=by, only_good=only_good))


def undone(imported: Import, by: User, reason: str = "") -> Import:
    return jobs.perform(jobs.begin(imported, ImportState.UNDOING, by=by, reason=reason))


def changes_of(row: ImportRow) -> list[list[str]]:
    """Key, label, before and after of each change."""
    return [[change[name] for name in ("key", "label", "before", "after")] for change in row.changes]


def conflicts_of(row: ImportRow) -> list[list[str]]:
    """Key, label, before, theirs and mine of each conflict."""
    return [[each[name] for name in ("key", "label", "before", "theirs", "mine")] for each in row.conflicts]
