"""Workbooks as an office prints them: real numbers and days, headings that stay, a control total at the end.

Rows are written as they come, in constant memory, so a sheet may take an iterator.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from io import BytesIO
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from projects.rules.money import MoneyUnit

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LONGEST = 32_767
"""Characters that a cell holds; more would be dropped without a word."""

TEXT_SHOWN = 255
WIDEST, NARROWEST = 48, 6
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
A4 = 9


class Kind(Enum):
    """What a column holds, and how Excel shows it."""

    TEXT = "@"
    PROSE = "General"
    """Text that is too long for a text cell, which shows none of it beyond 255 characters."""
    COUNT = "0"
    PART = "0.0"
    """A part of a count: how many of 30 were due by March."""
    MONEY = "0.0#"
    """Given in whole yuan, written in 亿元; the cell keeps every digit."""
    PERCENT = "0.0%"
    POINTS = "+0.0;-0.0;0.0"
    """A share of 1, written in percentage points."""
    DAY = "yyyy-mm-dd"


_SCALE = {Kind.MONEY: Fraction(MoneyUnit.YI), Kind.POINTS: Fraction(1, 100)}

type Number = int | Fraction
type Value = str | Number | date | None


@dataclass(frozen=True, slots=True)
class As:
    """A cell of another kind than its column: a count in a column of money."""

    kind: Kind
    value: Value


type Cell = Value | As


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `name` on its tab, `title` and `notes` above the table, `total` below it.

    `rows` hold a cell for each column; None leaves a cell empty, for what is unknown is not 0. `total` is what
    the figure says, not what the rows add up to: an office compares the two.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()
    total: Sequence[Cell] | None = None
    frozen: int = 1
    """Columns that stay when the sheet is moved to the right."""


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as one .xlsx file."""
    file = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        style = _Style(book)
        for sheet in sheets:
            _Writer(book.add_worksheet(sheet.name), style).write(sheet)
    return file.getvalue()


@dataclass(slots=True)
class _Style:
    """The formats of a book, each made once."""

    book: Workbook
    made: dict[tuple[Kind, bool, bool], Format] = field(default_factory=dict)

    def title(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 16})

    def note(self) -> Format:
        return self.book.add_format({"font_color": "#51606f"})

    def heading(self) -> Format:
        look = {"bold": True, "bg_color": "#e6f0f6", "border": 1, "align": "center", "valign": "vcenter"}
        return self.book.add_format({**look, "text_wrap": True})

    def cell(self, kind: Kind, *, total: bool = False, quoted: bool = False) -> Format:
        key = (kind, total, quoted)
        if key not in self.made:
            look: dict[str, object] = {"num_format": kind.value, "border": 1, "valign": "top"}
            if kind in (Kind.TEXT, Kind.PROSE):
                look |= {"text_wrap": True, "quote_prefix": quoted}
            if total:
                look |= {"bold": True, "top": 2}
            self.made[key] = self.book.add_format(look)
        return self.made[key]


class _Writer:
    """Writes one sheet from top to bottom, and measures what it writes."""

    def __init__(self, page: Worksheet, style: _Style) -> None:
        self.page, self.style, self.row = page, style, 0
        self.widths: list[int] = []

    def write(self, sheet: Sheet) -> None:
        self.page.write_string(0, 0, sheet.title, self.style.title())
        for line, note in enumerate(sheet.notes, start=1):
            self.page.write_string(line, 0, note, self.style.note())
        self.row = heading = len(sheet.notes) + 1
        self.widths = [_width(column.title) for column in sheet.columns]
        look = self.style.heading()
        for place, column in enumerate(sheet.columns):
            self.page.write_string(heading, place, column.title, look)
        for cells in sheet.rows:
            self._line(sheet, cells)
        last = self.row
        if sheet.total is not None:
            self._line(sheet, sheet.total, total=True)
        self.page.autofilter(heading, 0, max(last, heading + 1), len(sheet.columns) - 1)
        self.page.freeze_panes(heading + 1, sheet.frozen)
        for place, width in enumerate(self.widths):
            self.page.set_column(place, place, min(max(width, NARROWEST), WIDEST) + 2)
        self._print(sheet, heading)

    def _line(self, sheet: Sheet, cells: Sequence[Cell], *, total: bool = False) -> None:
        self.row += 1
        for place, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            kind, value = (cell.kind, cell.value) if isinstance(cell, As) else (column.kind, cell)
            self._cell(place, kind, value, total=total)

    def _cell(self, place: int, kind: Kind, value: Value, *, total: bool) -> None:
        if value is None or value == "":
            self.page.write_blank(self.row, place, None, self.style.cell(kind, total=total))
        elif isinstance(value, str):
            words = Kind.TEXT if len(value) <= TEXT_SHOWN else Kind.PROSE
            look = self.style.cell(words, total=total, quoted=value.startswith(FORMULA_SIGNS))
            self.page.write_string(self.row, place, _fitting(value), look)
            self._measure(place, max(map(_width, value.splitlines()), default=0))
        elif isinstance(value, date):
            self.page.write_datetime(self.row, place, value, self.style.cell(kind, total=total))
            self._measure(place, 10)
        else:
            number = float(value / _SCALE.get(kind, Fraction(1)))
            self.page.write_number(self.row, place, number, self.style.cell(kind, total=total))
            self._measure(place, len(f"{number:.2f}"))

    def _measure(self, place: int, width: int) -> None:
        self.widths[place] = max(self.widths[place], width)

    def _print(self, sheet: Sheet, heading: int) -> None:
        """A4 landscape, as many pages as it takes downwards, headings on each."""
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(heading)
        title = sheet.title.replace("&", "&&")
        self.page.set_footer(f"&L{title}&R第 &P 页，共 &N 页")


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _width(text: str) -> int:
    """Chinese counts double."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)
