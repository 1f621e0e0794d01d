"""Where the headings stand on a sheet: on which rows, under which parents, and what is printed above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from projects.files.cells import text_of
from projects.files.grids import Grid, Raw, Span
from projects.files.recognise.headings import By, Recogniser
from projects.files.recognise.merging import HeadMerges, without_blanks
from projects.files.recognise.stated_units import StatedUnit, only_units, unit_of_line

HEAD_ROWS = 40
"""Rows of a sheet in which its headings are looked for."""
DEEPEST = 3
"""Rows that headings take at most."""
LEAST = 2
"""Texts that a row of headings has at least, if others are below it."""


class Headed(NamedTuple):
    """Rows of headings: the place of the first, how many, and the titles of each column from the parent down."""

    top: int
    depth: int
    levels: list[list[str]]


class Above(NamedTuple):
    """What stands above the headings."""

    title: str
    stated: StatedUnit
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of a sheet, without what merged cells cover."""

    grid: Grid
    rows: Sequence[Sequence[Raw]]
    merges: HeadMerges

    @classmethod
    def of(cls, grid: Grid) -> "Head":
        merges = HeadMerges.of(grid.merged, grid.first_row + HEAD_ROWS)
        rows = [
            merges.without_covered(row, without_blanks(raws, len(raws)), grid.first_column)
            for row, raws in enumerate(islice(grid.rows, HEAD_ROWS), start=grid.first_row)
        ]
        return cls(grid, rows, merges)

    @property
    def is_empty(self) -> bool:
        return not any(cell is not None for row in self.rows for cell in row)

    def headed(self, recogniser: Recogniser) -> Headed:
        """The rows that look most like headings."""
        candidates = (self._candidate(place) for place in range(len(self.rows)))
        return max(candidates, key=lambda candidate: _likeness(candidate, recogniser))

    def _candidate(self, top: int) -> Headed:
        left, first = self.grid.first_column, self.grid.first_row + top
        rows = [[_heading_text(raw) for raw in self.rows[top]]]
        is_parent = len(set(rows[0]) - {""}) >= LEAST  # a title alone is no parent
        for below in self.rows[top + 1 : top + DEEPEST] if is_parent else ():
            if not self._is_sub_heading(first + len(rows), rows[-1], below):
                break
            rows.append([_heading_text(raw) for raw in below])
        spread = [self.merges.spread(row, texts, left) for row, texts in enumerate(rows, start=first)]
        if len(rows) > 1 and not self.merges.wide_in(first):
            spread[0] = _spread_by_gaps(rows[0], rows[1])
        for area in self.merges.leaves(first, first + len(rows) - 1):
            self._keep_one(spread, area, top)
        # A cell that is merged down says its title once.
        levels = [list(dict.fromkeys(filter(None, titles))) for titles in zip(*spread, strict=True)]
        return Headed(top, len(rows), levels)

    def _keep_one(self, spread: list[list[str]], area: Span, top: int) -> None:
        """A heading over several columns is that of the one with the most in it; the others have none."""
        left = self.grid.first_column
        places = range(max(0, area[1] - left), min(len(spread[0]), area[3] - left + 1))
        below = self.rows[top + len(spread) :]
        filled = [sum(row[place] is not None for row in below if place < len(row)) for place in places]
        kept = places[filled.index(max(filled))] if filled else None
        for row in range(area[0], area[2] + 1):
            texts = spread[row - self.grid.first_row - top]
            for place in places:
                if place != kept:
                    texts[place] = ""

    def _is_sub_heading(self, row: int, above: Sequence[str], below: Sequence[Raw]) -> bool:
        """Whether a row stands below headings that span it: only texts, each under a parent that is wider."""
        filled = [place for place, raw in enumerate(below) if raw is not None]
        if not filled or not all(isinstance(below[place], str) for place in filled):
            return False
        if all(above[place] and only_units(str(below[place])) for place in filled):
            return True
        if self.merges.wide_in(row - 1):
            return all(self.merges.is_under(row, self.grid.first_column + place) for place in filled)
        return all(
            not above[place] or (place + 1 < len(above) and not above[place + 1] and place + 1 in filled)
            for place in filled
        )

    def above(self, top: int) -> Above:
        """Title, unit and notes above the headings."""
        texts = [text for row in self.rows[:top] for cell in row if (text := text_of(cell))]
        units = {unit for text in texts if (unit := unit_of_line(text)) != StatedUnit()}
        stated = next(iter(units)) if len(units) == 1 else StatedUnit()
        doubts = ("表格上方写了不同的单位，没有采用，请指定金额的单位",) if len(units) > 1 else ()
        title = next((text for text in texts if not text.startswith(("附件", "单位", "（单位", "(单位"))), "")
        notes = tuple(text for text in texts if text != title and unit_of_line(text) == StatedUnit())
        return Above(title, stated, notes, doubts)


def _likeness(candidate: Headed, recogniser: Recogniser) -> tuple[int, ...]:
    """Recognised headings first, or filled ones where none is; of two alike the one on fewer rows, then the upper."""
    headings = [recogniser.heading(place, titles) for place, titles in enumerate(candidate.levels)]
    known = len({heading.key for heading in headings if heading.by != By.NOTHING})
    filled = len({tuple(titles) for titles in candidate.levels if titles})
    return known, 0 if known else filled, -candidate.depth, filled, -candidate.top


def _heading_text(raw: Raw) -> str:
    """Numbers and days are no headings."""
    return text_of(raw) if isinstance(raw, str) else ""


def _spread_by_gaps(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Without merged cells (a .csv): a parent holds for the empty cells right of it that have a sub-heading."""
    spread = list(above)
    for column in range(1, len(spread)):
        if not spread[column] and below[column]:
            spread[column] = spread[column - 1]
    return spread
