"""Workbooks as they come: .xlsx, .xls and .csv as grids of plain values, and a clear sentence for all else.

Formulas are never evaluated: a cell is what was stored when the file was saved.
"""

from pathlib import PurePath
from typing import BinaryIO

from projects.files.cells import cell_name, period_text, text_of
from projects.files.grids import Grid, Limits, Raw, Unreadable
from projects.files.reading.containers import XLS, XLSX, format_of
from projects.files.reading.delimited import read_delimited
from projects.files.reading.xls import read_xls
from projects.files.reading.xlsx import read_xlsx

__all__ = ["Grid", "Limits", "Raw", "Unreadable", "cell_name", "period_text", "read", "text_of"]

DEFAULT = Limits()


def read(file: BinaryIO, name: str, limits: Limits = DEFAULT) -> list[Grid]:
    """The sheets of a file, in order, hidden ones too; `name` is what the user calls it.

    The file is kept open until the grids have been read. Raises Unreadable, a sentence for the user.
    """
    match format_of(file, name, limits):
        case format if format == XLSX:
            return read_xlsx(file, limits)
        case format if format == XLS:
            return read_xls(file, limits)
    return read_delimited(file, PurePath(name).stem, limits)
