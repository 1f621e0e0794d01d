"""Workbooks of Excel 97 to 2003, read by xlrd; they hold 65,536 rows at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import StringIO
from struct import unpack_from
from typing import BinaryIO

from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT, open_workbook
from xlrd.biffh import XLRDError, error_text_from_code
from xlrd.book import Book
from xlrd.compdoc import CompDoc
from xlrd.sheet import Sheet
from xlrd.xldate import XLDateError, xldate_as_datetime

from projects.files.grids import (
    BROKEN,
    LOCKED,
    MOST_STRUCK,
    Grid,
    LazyRows,
    Limits,
    Raw,
    Span,
    Unreadable,
    check_spans,
    too_many_struck,
)
from projects.files.reading.styles import Look, as_shown, look_of

CELLS = frozenset({0x06, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0xFD})
MANY_BLANKS, MANY_NUMBERS = 0xBE, 0xBD
LEAST_CELL = 2
"""Bytes that a cell takes at least, as one of many blanks."""


def read_xls(file: BinaryIO, limits: Limits) -> list[Grid]:
    """Every sheet of cells, in order. Raises Unreadable."""
    content = file.read()
    try:
        _check_cells(content, limits)
        book = open_workbook(
            file_contents=content, logfile=StringIO(), formatting_info=True, ragged_rows=True
        )
    except Unreadable:
        raise
    except Exception as fault:  # xlrd lets errors of every class through
        locked = isinstance(fault, XLRDError) and "encrypted" in str(fault)
        raise Unreadable(LOCKED if locked else BROKEN) from None
    if book.nsheets > limits.sheets:
        raise Unreadable(f"文件有 {book.nsheets} 张工作表，超过 {limits.sheets} 张的上限，请拆分后上传")
    if sum(sheet.nrows * sheet.ncols for sheet in book.sheets()) > limits.cells:
        raise Unreadable(_too_many(limits))
    return [_grid(book, sheet, limits) for sheet in book.sheets()]


def _check_cells(content: bytes, limits: Limits) -> None:
    """Count the cells before they are read into memory, blank ones too; of a small file there cannot be too many."""
    if len(content) < LEAST_CELL * limits.cells:
        return
    stream = CompDoc(content, logfile=StringIO()).get_named_stream("Workbook") or b""
    place = cells = 0
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
        place += 4 + length
        if kind in CELLS:
            cells += 1
        elif kind in (MANY_BLANKS, MANY_NUMBERS):
            cells += (length - 6) // (2 if kind == MANY_BLANKS else 6)
        if cells > limits.cells:
            raise Unreadable(_too_many(limits))


def _too_many(limits: Limits) -> str:
    return f"工作表（含带格式的空行空列）超过共 {limits.cells} 格的上限，请删除空行空列或拆分后上传"


@dataclass(frozen=True, slots=True)
class _XlsRows(LazyRows):
    book: Book
    sheet: Sheet

    def __len__(self) -> int:
        return int(self.sheet.nrows)

    def __iter__(self) -> Iterator[Sequence[Raw]]:
        for row in range(len(self)):
            cells: list[Raw] = [None] * self.sheet.ncols
            for column in range(self.sheet.row_len(row)):
                cells[column] = _raw(self.book, self.sheet, row, column)
            yield cells


def _raw(book: Book, sheet: Sheet, row: int, column: int) -> Raw:
    value = sheet.cell_value(row, column)
    match sheet.cell_type(row, column):
        case kind if kind == XL_CELL_TEXT:
            return str(value) or None
        case kind if kind == XL_CELL_NUMBER:
            return as_shown(float(value), look) if (look := _look(book, sheet, row, column)) else float(value)
        case kind if kind == XL_CELL_BOOLEAN:
            return bool(value)
        case kind if kind == XL_CELL_ERROR:
            return str(error_text_from_code.get(value, "#ERROR!"))
        case kind if kind == XL_CELL_DATE:
            return _day(book, sheet, row, column, float(value))
    return None


def _day(book: Book, sheet: Sheet, row: int, column: int, value: float) -> Raw:
    """A day, a day with its time, or a time; as its number where it is no day at all."""
    try:
        moment: datetime = xldate_as_datetime(value, book.datemode)
    except (XLDateError, OverflowError, ValueError):
        return value
    if value < 1:
        return moment.time()
    if moment.time() != time():
        return moment
    look = _look(book, sheet, row, column)
    return as_shown(moment.date(), look) if look else moment.date()


def _look(book: Book, sheet: Sheet, row: int, column: int) -> Look | None:
    style = book.format_map.get(book.xf_list[sheet.cell_xf_index(row, column)].format_key)
    return look_of(style.format_key, style.format_str) if style else None


def _grid(book: Book, sheet: Sheet, limits: Limits) -> Grid:
    merged = tuple(_span(*cells) for cells in sheet.merged_cells)
    check_spans(sheet.name, merged, limits)
    return Grid(
        sheet.name,
        _XlsRows(book, sheet),
        hidden_rows=frozenset(row + 1 for row, facts in sheet.rowinfo_map.items() if facts.hidden),
        hidden_columns=_hidden_columns(sheet),
        is_hidden=bool(sheet.visibility),
        merged=merged,
        struck=_struck(book, sheet),
    )


def _struck(book: Book, sheet: Sheet) -> dict[int, frozenset[int]]:
    """The columns by row that are struck through, also in a part of their text.

    Raises Unreadable for more than a person strikes.
    """
    fonts = {place for place, font in enumerate(book.font_list) if font.struck_out}
    styles = {place for place, style in enumerate(book.xf_list) if style.font_index in fonts}
    parts = {
        place for place, runs in sheet.rich_text_runlist_map.items() if any(font in fonts for _, font in runs)
    }
    found: dict[int, frozenset[int]] = {}
    cells = 0
    for row in range(sheet.nrows if fonts else 0):
        struck = [
            column + 1
            for column in range(sheet.row_len(row))
            if (sheet.cell_xf_index(row, column) in styles or (row, column) in parts)
            and sheet.cell_value(row, column) != ""
        ]
        if struck:
            found[row + 1] = frozenset(struck)
            cells += len(struck)
            if cells > MOST_STRUCK:
                raise Unreadable(too_many_struck(sheet.name))
    return found


def _hidden_columns(sheet: Sheet) -> frozenset[int]:
    return frozenset(column + 1 for column, facts in sheet.colinfo_map.items() if facts.hidden)


def _span(top: int, below: int, left: int, beyond: int) -> Span:
    """From xlrd's way of counting, from 0 and with the end left out."""
    return top + 1, left + 1, below, beyond
