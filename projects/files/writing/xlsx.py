"""Workbooks as an office prints them: real numbers and days, headings that stay, a control total at the end.

Rows are written as they come, in constant memory and into a file of their own, so a sheet may take an iterator.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count, islice
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from projects.files.writing.choices import Filled, offer
from projects.files.writing.page import Number, Page, Text
from projects.files.writing.sheets import (
    DAY_ZERO,
    FIRST_DATED,
    As,
    Cell,
    Column,
    Kind,
    Sheet,
    Value,
    cell_number,
    cell_text,
)

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LONGEST = 32_767
"""UTF-16 units that a cell holds; more would be dropped without a word."""

MOST_ROWS = 1_000_000
"""Rows of one sheet, a little less than it has room for."""

TEXT_SHOWN = 255
WIDEST, NARROWEST = 48, 6
MEASURED = 500
"""Rows by whose text a column is made wide."""

FORMULA_SIGNS = tuple("=+-@\t\r")
A4 = 9
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
ALLOWED_ON_A_FORM = dict.fromkeys(
    ("format_columns", "format_rows", "insert_rows", "sort", "autofilter", "select_locked_cells"), True
)


def workbook(sheets: Iterable[Sheet], *, most: int = MOST_ROWS) -> IO[bytes]:
    """The sheets as one .xlsx file, open at its beginning; it is gone when it is closed.

    What goes beyond `most` rows goes on on a further sheet, with the same total of the whole.
    """
    file = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    try:
        _write(file, sheets, most)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _write(file: IO[bytes], sheets: Iterable[Sheet], most: int) -> None:
    with Workbook(file, OPTIONS) as book:
        style, filled = _Style(book), []
        for sheet in chain.from_iterable(_parts(sheet, most) for sheet in sheets):
            page = book.add_worksheet(sheet.name, worksheet_class=Page)
            last = _Writer(page, style).write(sheet)
            filled.append(Filled(page, sheet, last))
        offer(book, filled)


def _parts(sheet: Sheet, most: int) -> Iterator[Sheet]:
    """The next one is asked for when the rows of the one before have been written."""
    rows = iter(sheet.rows)
    for number in count(1):
        name = sheet.name if number == 1 else f"{sheet.name}（{number}）"
        yield replace(sheet, name=name, rows=islice(rows, most))
        following = next(rows, None)
        if following is None:
            return
        rows = chain([following], rows)


@dataclass(slots=True)
class _Style:
    """The formats of a book, each made once."""

    book: Workbook
    made: dict[tuple[Kind, bool, bool, bool, bool], Format] = field(default_factory=dict)

    def title(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 16})

    def note(self) -> Format:
        return self.book.add_format({"font_color": "#51606f"})

    def heading(self, *, is_key: bool) -> Format:
        look = {"bold": True, "bg_color": "#e6f0f6", "border": 1, "align": "center", "valign": "vcenter"}
        return self.book.add_format(
            look | {"text_wrap": True} | ({"font_color": "#8a949e"} if is_key else {})
        )

    def lines(self) -> Format:
        return self.book.add_format({"border": 1})

    def cell(
        self,
        kind: Kind,
        *,
        total: bool = False,
        quoted: bool = False,
        is_key: bool = False,
        is_open: bool = False,
    ) -> Format:
        key = (kind, total, quoted, is_key, is_open)
        if key not in self.made:
            look: dict[str, object] = {"num_format": kind.value, "valign": "top", "locked": not is_open}
            if kind in (Kind.TEXT, Kind.PROSE):
                look |= {"text_wrap": True, "quote_prefix": quoted}
            if total:
                look |= {"bold": True, "top": 2}
            if is_key:
                look |= {"font_color": "#8a949e", "text_wrap": False}
            self.made[key] = self.book.add_format(look)
        return self.made[key]


class _Writer:
    """Writes one sheet from top to bottom, and measures what it writes."""

    def __init__(self, page: Page, style: _Style) -> None:
        self.page, self.style, self.row = page, style, 0
        self.widths: list[int] = []

    def write(self, sheet: Sheet) -> int:
        """The last row above the total."""
        self.page.write_string(0, 0, sheet.title, self.style.title())
        for line, note in enumerate(sheet.notes, start=1):
            self.page.write_string(line, 0, note, self.style.note())
        self.row = heading = sheet.heading_row
        self.widths = [_width(column.title) for column in sheet.columns]
        for place, column in enumerate(sheet.columns):
            self.page.write_string(heading, place, column.title, self.style.heading(is_key=column.is_key))
        self._rows(sheet)
        last = self.row = self.row + sheet.blank
        if sheet.total is not None:
            self._total(sheet, sheet.total)
        self.page.autofilter(heading, 0, max(last, heading + 1), len(sheet.columns) - 1)
        self.page.freeze_panes(heading + 1, sheet.frozen)
        self._lines(sheet, heading)
        self._columns(sheet)
        self._print(sheet, heading)
        if sheet.is_form:
            self.page.protect("", ALLOWED_ON_A_FORM)
        return last

    def _rows(self, sheet: Sheet) -> None:
        """The inner loop: what is unknown is no cell at all, for 50 columns are mostly that."""
        looks = [self._look(sheet, column) for column in sheet.columns]
        texts = [self._look(sheet, column, Kind.TEXT) for column in sheet.columns]
        measured = self.row + MEASURED
        for cells in sheet.rows:
            if len(cells) != len(looks):
                raise ValueError(f"a row of {len(cells)} cells on a sheet of {len(looks)} columns")
            self.row += 1
            line: dict[int, Any] = {}
            for place, cell in enumerate(cells):
                if cell is None or cell == "":
                    continue
                if type(cell) is str and _is_plain(cell):
                    line[place] = Text(cell, texts[place])
                elif type(cell) is date and cell >= FIRST_DATED:
                    line[place] = Number(cell.toordinal() - DAY_ZERO, looks[place])
                elif (shown := self._cell(sheet, sheet.columns[place], cell)) is not None:
                    line[place] = shown
                if self.row <= measured:
                    self._measure(place, sheet.columns[place].kind, cell)
            self.page.write_line(self.row, line)

    def _cell(self, sheet: Sheet, column: Column, cell: Cell) -> Text | Number | None:
        """Of any kind; text is text in a column of numbers, too, and none of it is ever taken for a formula."""
        kind, value = (cell.kind, cell.value) if isinstance(cell, As) else (column.kind, cell)
        if value is None:
            return None
        shown = value if isinstance(value, str) else cell_number(kind, value)
        if not isinstance(shown, str):
            return Number(shown, self._look(sheet, column, kind))
        words = Kind.TEXT if len(shown) <= TEXT_SHOWN else Kind.PROSE
        look = self._look(sheet, column, words, quoted=shown.startswith(FORMULA_SIGNS))
        return Text(fitting(shown), look)

    def _look(
        self, sheet: Sheet, column: Column, kind: Kind | None = None, *, quoted: bool = False
    ) -> Format:
        is_open = sheet.is_form and not (column.is_key or column.is_locked)
        return self.style.cell(kind or column.kind, quoted=quoted, is_key=column.is_key, is_open=is_open)

    def _total(self, sheet: Sheet, cells: Sequence[Cell]) -> None:
        self.row += 1
        for place, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            kind, value = (cell.kind, cell.value) if isinstance(cell, As) else (column.kind, cell)
            shown = value if value is None or isinstance(value, str) else cell_number(kind, value)
            if shown is None or shown == "":
                self.page.write_blank(self.row, place, None, self.style.cell(kind, total=True))
            elif isinstance(shown, str):
                look = self.style.cell(Kind.TEXT, total=True, quoted=shown.startswith(FORMULA_SIGNS))
                self.page.write_string(self.row, place, fitting(shown), look)
            else:
                self.page.write_number(self.row, place, shown, self.style.cell(kind, total=True))
            self._measure(place, kind, cell)

    def _measure(self, place: int, kind: Kind, cell: Cell) -> None:
        if isinstance(cell, As):
            kind, cell = cell.kind, cell.value
        text = cell if isinstance(cell, str) else _shown(kind, cell)
        width = max(map(_width, text.splitlines()), default=0)
        self.widths[place] = max(self.widths[place], width)

    def _lines(self, sheet: Sheet, heading: int) -> None:
        """The lines of the table, drawn by one rule: a cell of its own for every line would double the file."""
        if self.row > heading:
            rule = {"type": "formula", "criteria": "=TRUE", "format": self.style.lines()}
            self.page.conditional_format(heading + 1, 0, self.row, len(sheet.columns) - 1, rule)

    def _columns(self, sheet: Sheet) -> None:
        for place, (column, width) in enumerate(zip(sheet.columns, self.widths, strict=True)):
            look = self._look(sheet, column) if sheet.is_form else None
            options = {"level": 1} if column.is_key else {}
            self.page.set_column(place, place, min(max(width, NARROWEST), WIDEST) + 2, look, options)

    def _print(self, sheet: Sheet, heading: int) -> None:
        """A4 landscape, as many pages as it takes downwards, headings on each; keys are for the machine."""
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(heading)
        printed = [place for place, column in enumerate(sheet.columns) if not column.is_key]
        if len(printed) < len(sheet.columns):
            self.page.print_area(0, 0, self.row, max(printed))
        title = sheet.title.replace("&", "&&")
        self.page.set_footer(f"&L{title}&R第 &P 页，共 &N 页")


def fitting(text: str) -> str:
    """As much as a cell holds, with its line breaks as Excel has them; what is cut says so."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore")
    return f"{kept}…"


def was_cut(text: str) -> bool:
    """Whether a text that was read is what `fitting` left of a longer one: it says nothing about the rest."""
    return (
        text.endswith("…") and 2 * len(text) > LONGEST and len(text.encode("utf-16-le")) // 2 >= LONGEST - 1
    )


def _is_plain(text: str) -> bool:
    return len(text) <= TEXT_SHOWN and text[0] not in FORMULA_SIGNS and "\r" not in text


def _shown(kind: Kind, value: Value) -> str:
    """About as Excel shows it: a number with two places."""
    if value is None or isinstance(value, date):
        return cell_text(kind, value)
    shown = value if isinstance(value, str) else cell_number(kind, value)
    return shown if isinstance(shown, str) else f"{shown:.2f}"


def _width(text: str) -> int:
    """Chinese counts double, as it does in UTF-8 against UTF-16."""
    return (len(text) + len(text.encode())) // 2
