"""The parts of every exported sheet: columns with the cells below them, and the line of totals by column key."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from projects.columns import Holds, KnownColumn
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.models import Organisation
from projects.rules.completion import Sum

UNITS = "单位：亿元；空白为未知，不是零"

KINDS = {Holds.MONEY: Kind.MONEY, Holds.COUNT: Kind.COUNT, Holds.PERIOD: Kind.DAY}
"""How a sheet shows what a known column holds; anything else is text."""


@dataclass(frozen=True, slots=True)
class SheetColumn[T]:
    """A column with the cell that it has in the row of a `T`; without `cell`, the number of the row from 1."""

    key: str
    column: Column
    cell: Callable[[T], Cell] | None = None


def table[T](
    name: str,
    title: str,
    columns: Sequence[SheetColumn[T]],
    items: Iterable[T],
    notes: Sequence[str],
    total: Mapping[str, Cell] | None = None,
    *,
    frozen: int = 1,
    is_form: bool = False,
) -> Sheet:
    """A sheet with a row for each item. `total`: the cells of its last line by column key."""
    headings = [column.column for column in columns]
    last = total_line([column.key for column in columns], total) if total is not None else None
    return Sheet(name, title, headings, _rows(columns, items), notes, last, frozen, is_form)


def _rows[T](columns: Sequence[SheetColumn[T]], items: Iterable[T]) -> Iterator[list[Cell]]:
    for number, item in enumerate(items, start=1):
        yield [number if column.cell is None else column.cell(item) for column in columns]


def total_line(keys: Sequence[str], total: Mapping[str, Cell]) -> list[Cell]:
    """A cell for each key; empty where `total` names none."""
    assert total.keys() <= set(keys), f"a total of no column: {total.keys() - set(keys)}"
    return [total.get(key) for key in keys]


def heading(known: KnownColumn, kind: Kind) -> str:
    """The title of a known column; amounts are written in 亿元."""
    return f"{known.title}（亿元）" if kind is Kind.MONEY else known.title


def whole(total: Sum) -> int | None:
    """A sum of counts or yuan as a cell; empty where no amount is known."""
    return None if total.value is None else int(total.value)


def unit_name(unit: Organisation | None) -> str:
    return str(unit or "未明确")


def moment(at: datetime) -> datetime:
    """The local time without its zone, which no cell can hold."""
    return timezone.localtime(at).replace(tzinfo=None)
