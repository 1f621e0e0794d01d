"""The same sheets as text, for systems and for whoever opens them in anything: UTF-8 with its mark, line by line."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from projects.files.shield import shield
from projects.files.writing.sheets import As, Cell, Column, Sheet, cell_text

CONTENT_TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"
"""By it Excel knows UTF-8."""

PIECE = 64 * 1024
"""Characters that are sent at once."""


def csv_pieces(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The sheets one below the other; numbers are exact, and no text is a formula."""
    written = StringIO()
    written.write(MARK)
    writer = csv.writer(written)
    for line in _lines(sheets):
        writer.writerow(line)
        if written.tell() > PIECE:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def _lines(sheets: Iterable[Sheet]) -> Iterator[list[str]]:
    for place, sheet in enumerate(sheets):
        if place:
            yield []
        yield from ([shield(words)] for words in (sheet.title, *sheet.notes))
        yield [shield(column.title) for column in sheet.columns]
        for cells in sheet.rows:
            yield _line(sheet.columns, cells)
        if sheet.total is not None:
            yield _line(sheet.columns, sheet.total)


def _line(columns: Sequence[Column], cells: Sequence[Cell]) -> list[str]:
    return [_cell(column, cell) for column, cell in zip(columns, cells, strict=True)]


def _cell(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return shield(cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell)
    kind, value = (cell.kind, cell.value) if isinstance(cell, As) else (column.kind, cell)
    return shield(value) if isinstance(value, str) else cell_text(kind, value)
