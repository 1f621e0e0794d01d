"""Sheets as plain values, before they become an .xlsx or a .csv file: columns, cells, and what a cell shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction

from projects.rules.money import MoneyUnit


class Kind(Enum):
    """What a column holds, and how Excel shows it."""

    TEXT = "@"
    PROSE = "General"
    """Text that is too long for a text cell, which shows none of it beyond 255 characters."""
    COUNT = "0"
    PART = "0.0"
    """A part of a count: how many of 30 were due by March."""
    MONEY = "0.0###"
    """Given in whole yuan, written in 亿元; the cell keeps every digit and shows it to 万元."""
    PERCENT = "0.0%"
    POINTS = "+0.0;-0.0;0.0"
    """A share of 1, written in percentage points."""
    DAY = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"


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
    """`is_key`: for the machine; grey, grouped, not printed. The rest matters where people fill the sheet in.

    `choices`: what a cell may say, with `is_strict` nothing else; `hint`: how it is filled in; `is_locked`: not.
    """

    title: str
    kind: Kind = Kind.TEXT
    is_key: bool = False
    choices: tuple[str, ...] = ()
    is_strict: bool = True
    hint: str = ""
    is_locked: bool = False


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
    is_form: bool = False
    """To be filled in: what is locked on it cannot be changed."""
    blank: int = 0
    """Rows to be filled in below those that are there."""

    @property
    def heading_row(self) -> int:
        """Counted from 0."""
        return len(self.notes) + 1


EXACT = 10**15
"""Beyond it a cell of numbers, which keeps 15 digits, would lose a yuan."""

FIRST_DATED = date(1901, 1, 1)
"""Before it the programs disagree about the number of a day."""

DAY_ZERO = date(1899, 12, 30).toordinal()
"""The day that Excel numbers 0."""

_DAY_OF_MINUTES = 24 * 60


def cell_number(kind: Kind, value: Number | date) -> float | str:
    """The number of a cell; a text where a number would not be exact, or there is no day."""
    if isinstance(value, datetime):
        minutes = value.hour * 60 + value.minute
        return value.toordinal() - DAY_ZERO + minutes / _DAY_OF_MINUTES
    if isinstance(value, date):
        return value.toordinal() - DAY_ZERO if value >= FIRST_DATED else value.isoformat()
    if kind is Kind.MONEY:
        if isinstance(value, int) and not -EXACT <= value <= EXACT:
            return f"{cell_text(kind, value)}亿元"
        return float(value / MoneyUnit.YI)
    return float(value * 100) if kind is Kind.POINTS else float(value)


def cell_text(kind: Kind, value: Value) -> str:
    """The same as text, exact to the yuan; 2024-09-30; a part to 15 digits."""
    if isinstance(value, int):
        if kind is Kind.MONEY:
            return _in_yi(value)
        if kind is Kind.COUNT and -EXACT < value < EXACT:
            return str(value)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return f"{cell_number(kind, value):.15g}"


def _in_yi(yuan: int) -> str:
    """Every digit: 110.3, 0.00000001."""
    whole, part = divmod(abs(yuan), MoneyUnit.YI)
    digits = f"{whole}.{part:0{MoneyUnit.YI.exponent}}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{digits}" if yuan < 0 else digits
