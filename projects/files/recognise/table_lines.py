"""The lines of a table below its headings, one by one, and what each is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from projects.files.cells import text_of
from projects.files.grids import Grid, Raw
from projects.files.recognise.group_lines import USUAL, GroupWords, squeezed
from projects.files.recognise.headings import Heading, heading_words
from projects.files.recognise.lines import (
    Classifier,
    Doubt,
    JudgedLine,
    Line,
    LineKind,
    Outline,
    SumsAbove,
    are_column_numbers,
)
from projects.files.recognise.merging import BodyMerges, without_blanks
from projects.files.recognise.stated_units import folded_heading

NEAR_HEADINGS = 2
"""Lines below the headings that may number the columns."""
COLUMN_NUMBERS, STRUCK, OTHER_TABLE = "列号行", "画了删除线的行", "另一张表的表头"
LONGEST_TITLE = 30
"""Characters of a text that may head a column of another table."""
LEAST_HEADINGS = 3
"""Headings that make another table below the first."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a table; each loop reads the sheet anew, so none is kept."""

    grid: Grid
    headings: Sequence[Heading]
    last_heading_row: int
    printed: frozenset[tuple[str, ...]]
    """The rows down to the headings, as they may be printed again on each page; `beginnings` are their first texts."""
    beginnings: frozenset[str]
    amounts: frozenset[int]
    """Columns whose merged cells count once."""
    number: int | None
    name: int | None
    words: GroupWords = USUAL
    decided: Mapping[int, LineKind] = field(default_factory=dict)
    """What lines are that do not say so themselves, by their number."""
    wholes: Mapping[int, int] = field(default_factory=dict)
    """Lines that count in their parts: the last part by the number of the whole."""
    leaves_struck: bool = False
    """Whether what is struck through is not read."""
    titles: frozenset[str] = frozenset()
    """What columns are called, folded: a line of them heads another table on the sheet."""
    until: int = 0
    """The last line that is read; 0 for all."""

    def __iter__(self) -> Iterator[Line]:
        classifier, outline = Classifier(self.number, self.name, self.words), Outline()
        sums = SumsAbove()
        number_column = self.headings[self.number].column if self.number is not None else 0
        # A number that is merged over rows numbers the first: the others are parts of it, or a person is asked.
        merges = BodyMerges(self.grid.merged, self.amounts | {number_column})
        start, width = self.grid.first_column, len(self.headings)
        skipped = self.last_heading_row - self.grid.first_row + 1
        for row, raws in enumerate(islice(self.grid.rows, skipped, None), start=self.last_heading_row + 1):
            if self.until and row > self.until:
                return
            cells, is_merged = without_blanks(raws, width), merges.reach(row)
            if self._is_printed_again(cells):
                continue
            merged = merges.fill(row, cells, start) if is_merged else frozenset()
            first = next((place for place, cell in enumerate(cells) if cell is not None), None)
            if first is None:
                continue
            struck = self.grid.struck.get(row, frozenset()) if self.grid.struck else frozenset()
            cells, judged = self._judged(
                row, cells, struck, classifier, is_wide=merges.is_wide(start + first)
            )
            if number_column in merged and judged.kind is LineKind.ROW and row not in self.decided:
                judged = replace(judged, doubt=Doubt.PART)
            judged = sums.placed(judged, cells)
            last = self.wholes.get(row, 0)
            outline.take(judged, is_whole=bool(last))
            yield Line(
                row,
                judged.kind,
                cells,
                outline.titles,
                row in self.grid.hidden_rows,
                merged,
                judged.label,
                judged.count,
                judged.doubt,
                last,
                struck,
            )

    def _judged(
        self, row: int, cells: list[Raw], struck: frozenset[int], classifier: Classifier, *, is_wide: bool
    ) -> tuple[list[Raw], JudgedLine]:
        """What the line is, and its cells without those that are struck through and not read."""
        if row - self.last_heading_row <= NEAR_HEADINGS and are_column_numbers(cells):
            return cells, JudgedLine(LineKind.NOTE, COLUMN_NUMBERS)
        if self._heads_a_table(cells):
            return cells, JudgedLine(LineKind.NOTE, OTHER_TABLE)
        if struck and self.leaves_struck:
            if self._is_struck(cells, struck):
                return cells, JudgedLine(LineKind.NOTE, STRUCK)
            start = self.grid.first_column
            cells = [None if place + start in struck else cell for place, cell in enumerate(cells)]
        return cells, self._as_decided(row, cells, classifier.judge(cells, spans=is_wide))

    def _as_decided(self, row: int, cells: Sequence[Raw], judged: JudgedLine) -> JudgedLine:
        kind = self.decided.get(row)
        if kind is None:
            return judged
        label = text_of(cells[self.name]) if self.name is not None else ""
        return JudgedLine(kind, "" if kind is LineKind.ROW else label)

    def _heads_a_table(self, cells: Sequence[Raw]) -> bool:
        """Whether a line has headings of columns, and other ones than this table."""
        filled = [cell for cell in cells if cell is not None]
        texts = [cell for cell in filled if isinstance(cell, str) and len(cell) <= LONGEST_TITLE]
        if len(texts) < LEAST_HEADINGS or len(texts) < len(filled) or "计" in texts[0]:
            return False
        known = sum(heading_words(text) in self.titles for text in texts)
        return known >= LEAST_HEADINGS and known * 2 > len(texts)

    def _is_struck(self, cells: Sequence[Raw], struck: frozenset[int]) -> bool:
        """Whether the row is struck through as a whole: its name, or all of it."""
        start = self.grid.first_column
        if self.name is not None and cells[self.name] is not None:
            return self.name + start in struck
        return all(place + start in struck for place, cell in enumerate(cells) if cell is not None)

    def _is_printed_again(self, cells: Sequence[Raw]) -> bool:
        """Title and headings at the top of a further page."""
        first = next((cell for cell in cells if cell is not None), None)
        if not isinstance(first, str) or folded_heading(first) not in self.beginnings:
            return False
        return heading_texts(cells) in self.printed


def heading_texts(row: Sequence[Raw]) -> tuple[str, ...]:
    """The texts of a row as headings are printed again: without blanks, with their units."""
    return tuple(squeezed(cell) if isinstance(cell, str) else "" for cell in row)
