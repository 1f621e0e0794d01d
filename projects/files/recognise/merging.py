"""Merged cells: a heading over several columns, a unit beside several rows, an amount that counts once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projects.files.grids import Raw, Span


def without_blanks(raws: Sequence[Raw], width: int) -> list[Raw]:
    """The cells, those of blanks alone as empty ones."""
    cells = [None if isinstance(raw, str) and raw.isspace() else raw for raw in raws]
    return cells if len(cells) == width else cells[:width]


class _Area(NamedTuple):
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class HeadMerges:
    """Those of the rows in which headings are looked for; rows and columns count from 1 on the sheet."""

    wide_by_top: Mapping[int, Sequence[_Area]]
    wide_by_bottom: Mapping[int, Sequence[_Area]]
    by_row: Mapping[int, Sequence[_Area]]

    @classmethod
    def of(cls, spans: Iterable[Span], last_row: int) -> "HeadMerges":
        tops, bottoms, rows = defaultdict(list), defaultdict(list), defaultdict(list)
        for area in (_Area(*span) for span in spans if span[0] <= last_row):
            for row in range(area.top, min(area.bottom, last_row) + 1):
                rows[row].append(area)
            if area.right > area.left:
                tops[area.top].append(area)
                bottoms[area.bottom].append(area)
        return cls(tops, bottoms, rows)

    def wide_in(self, row: int) -> bool:
        """Whether any cell of the row spans columns."""
        return any(area.right > area.left for area in self.by_row.get(row, ()))

    def leaves(self, first: int, last: int) -> list[Span]:
        """The cells of heading rows that span columns and have no heading below: they reach the last row."""
        return [area for area in self.wide_by_bottom.get(last, ()) if area.top >= first]

    def is_under(self, row: int, column: int) -> bool:
        """Whether the cell above is a part of one that spans columns."""
        return any(area.left <= column <= area.right for area in self.wide_by_bottom.get(row - 1, ()))

    def spread(self, row: int, texts: Sequence[str], first_column: int) -> list[str]:
        """The row's texts, that of a merged cell in each of its columns."""
        spread = list(texts)
        for area in self.wide_by_top.get(row, ()):
            places = _places(area, first_column, len(spread))
            if places:
                spread[places.start : places.stop] = [spread[places.start]] * len(places)
        return spread

    def without_covered(self, row: int, cells: Sequence[Raw], first_column: int) -> list[Raw]:
        """The row without what merged cells cover."""
        seen = list(cells)
        for area in self.by_row.get(row, ()):
            for place in _places(area, first_column, len(seen)):
                if (row, place + first_column) != (area.top, area.left):
                    seen[place] = None
        return seen


def _places(area: _Area, first_column: int, width: int) -> range:
    """Where the area lies in a row of so many cells."""
    return range(max(0, area.left - first_column), min(width, area.right - first_column + 1))


@dataclass(slots=True)
class BodyMerges:
    """Those below the headings, asked row by row from top to bottom.

    `amounts` are the columns whose cells are never filled down: what is printed once counts once.
    """

    spans: Iterable[Span]
    amounts: frozenset[int]
    waiting: list[_Area] = field(init=False)
    open: list[_Area] = field(init=False, default_factory=list)
    values: dict[_Area, Raw] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = sorted((_Area(*span) for span in self.spans), reverse=True)

    def reach(self, row: int) -> bool:
        """Go on to the row; whether a merged cell lies in it."""
        if self.open and any(area.bottom < row for area in self.open):
            self.open = [area for area in self.open if area.bottom >= row]
        while self.waiting and self.waiting[-1].top <= row:
            area = self.waiting.pop()
            if area.bottom >= row:
                self.open.append(area)
        return bool(self.open)

    def fill(self, row: int, cells: list[Raw], first_column: int) -> frozenset[int]:
        """Give each row of a tall cell its value; the columns whose amount is printed in a row above.

        What a merged cell covers is not seen, and so is not read.
        """
        once = set()
        for area in self.open:
            place, width = area.left - first_column, area.right - area.left
            if not 0 <= place < len(cells):
                continue
            cells[place + 1 : place + 1 + width] = [None] * len(cells[place + 1 : place + 1 + width])
            is_amount = area.left in self.amounts
            if row == area.top:
                self.values[area] = cells[place]
            elif is_amount:
                cells[place] = None
                once.add(area.left)
            else:
                cells[place] = self.values.get(area)
        return frozenset(once)

    def is_wide(self, column: int) -> bool:
        """Whether the cell of the row that was reached spans columns."""
        return any(area.left == column and area.right > area.left for area in self.open)
