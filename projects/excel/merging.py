"""Merged cells: a heading over several columns, a unit beside several rows, an amount that counts once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projects.excel.grids import Raw, Span


class _Area(NamedTuple):
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class HeadMerges:
    """Those of the rows in which headings are looked for; rows and columns count from 1 on the sheet."""

    areas: Sequence[_Area]

    @classmethod
    def of(cls, spans: Iterable[Span], last_row: int) -> "HeadMerges":
        return cls([_Area(*span) for span in spans if span[0] <= last_row])

    def wide_in(self, row: int) -> bool:
        """Whether any cell of the row spans columns."""
        return any(area.top <= row <= area.bottom and area.right > area.left for area in self.areas)

    def is_under(self, row: int, column: int) -> bool:
        """Whether the cell above is a part of one that spans columns."""
        return any(
            area.bottom == row - 1 and area.left <= column <= area.right and area.right > area.left
            for area in self.areas
        )

    def spread(self, row: int, texts: Sequence[str], first_column: int) -> list[str]:
        """The row's texts, that of a merged cell in each of its columns."""
        spread = list(texts)
        for area in self.areas:
            if area.top == row and area.right > area.left:
                left, right = (
                    max(0, area.left - first_column),
                    min(len(spread), area.right - first_column + 1),
                )
                if left < right:
                    spread[left:right] = [spread[left]] * (right - left)
        return spread


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
        """Give each row of a tall cell its value; the columns of amounts that stand for several rows."""
        once = set()
        for area in self.open:
            place = area.left - first_column
            if area.bottom == area.top or not 0 <= place < len(cells):
                continue
            if area.left in self.amounts:
                once.add(area.left)
            elif row == area.top:
                self.values[area] = cells[place]
            else:
                cells[place] = self.values.get(area)
        return frozenset(once)

    def is_wide(self, column: int) -> bool:
        """Whether the cell of the row that was reached spans columns."""
        return any(area.left == column and area.right > area.left for area in self.open)
