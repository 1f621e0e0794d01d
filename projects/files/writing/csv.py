"""The same sheets as text, for systems and for whoever opens them in anything: UTF-8 with its mark, line by line."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from projects.files.shield import shield
from projects.files.writing.sheets import As, Cell, Kind, Sheet, cell_text

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
        kinds = [column.kind for column in sheet.columns]
        for cells in sheet.rows:
            yield _line(kinds, cells)
        if sheet.total is not None:
            yield _line(kinds, sheet.total)


def _line(kinds: Sequence[Kind], cells: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else _cell(kind, cell) for kind, cell in zip(kinds, cells, strict=True)]


def _cell(kind: Kind, cell: Cell) -> str:
    if isinstance(cell, As):
        kind, cell = cell.kind, cell.value
    if isinstance(cell, str):
        return shield(cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell)
    return cell_text(kind, cell)
