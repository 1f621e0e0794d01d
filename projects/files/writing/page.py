"""A worksheet of the library with a quicker inner loop: most cells are a plain text or a number with a format."""

import re
from io import StringIO
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

Number, Text = CellNumberTuple, CellStringTuple
"""Cells as the library keeps them until their row is written."""

COLUMNS = [xl_col_to_name(place) for place in range(200)]

_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
"""What stands in a sheet as an escape of its own; the library knows how."""


class Page(Worksheet):
    """Text is always text: the library passes `<r>…</r>` on as markup of its own, which ours never is."""

    fh: Any
    """The file of the rows, which the library keeps."""

    def write_line(self, row: int, cells: dict[int, Any]) -> None:
        """A whole row at once, `Text` and `Number` by column; rows come one after the other."""
        if row > self.previous_row:
            self._write_single_row(row)
        if cells:
            self.table[row] = cells
            self._check_dimensions(row, min(cells))
            self._check_dimensions(row, max(cells))

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """The file is given a row at a time: 40 small writes cost more than what they write."""
        file, self.fh = self.fh, StringIO()
        super()._write_single_row(current_row_num)
        file.write(self.fh.getvalue())
        self.fh = file

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if col < len(COLUMNS) and cell.format is not None:
            look = cell.format._get_xf_index()
            if type(cell) is Text and not _ODD.search(cell.string):
                text = f'<is><t xml:space="preserve">{escape(cell.string)}</t></is>'
                self.fh.write(f'<c r="{COLUMNS[col]}{row + 1}" s="{look}" t="inlineStr">{text}</c>')
                return
            if type(cell) is Number:
                self.fh.write(f'<c r="{COLUMNS[col]}{row + 1}" s="{look}"><v>{cell.number:.16G}</v></c>')
                return
        super()._write_cell(row, col, cell)

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, True, attributes)
