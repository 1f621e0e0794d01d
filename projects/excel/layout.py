"""Where the table stands on a sheet: its title, its headings and their units, its lines and what each is.

Nothing is guessed in silence: a column that is not recognised, a unit that is not stated and a sheet without a
table are said so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from projects.excel.cells import text_of
from projects.excel.columns import Holds, Known, by_key
from projects.excel.grids import Grid, Raw
from projects.excel.headings import (
    By,
    Heading,
    Recogniser,
    Stated,
    folded_heading,
    settle_doubles,
    unit_of_line,
)
from projects.excel.lines import Classifier, Line, LineKind, Outline
from projects.excel.merging import BodyMerges, HeadMerges
from projects.rules.money import MoneyUnit
from projects.vocabulary import Currency

__all__ = [
    "By",
    "Heading",
    "Line",
    "LineKind",
    "Survey",
    "Table",
    "folded_heading",
    "survey",
    "tables",
]

HEAD_ROWS = 40
"""Rows of a sheet in which its headings are looked for."""
DEEPEST = 3
"""Rows that headings take at most."""
ENOUGH = 2
"""Recognised headings that make a table."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a table; each loop reads the sheet anew, so none is kept."""

    grid: Grid
    headings: Sequence[Heading]
    last_heading_row: int
    heading_texts: frozenset[tuple[str, ...]]
    amounts: frozenset[int]
    """Columns whose merged cells count once."""
    number: int | None
    name: int | None

    def __iter__(self) -> Iterator[Line]:
        classifier, outline = Classifier(self.number, self.name), Outline()
        merges = BodyMerges(self.grid.merged, self.amounts)
        start, width = self.grid.first_column, len(self.headings)
        skipped = self.last_heading_row - self.grid.first_row + 1
        for row, raws in enumerate(islice(self.grid.rows, skipped, None), start=self.last_heading_row + 1):
            cells = _without_blanks(raws, width)
            merged = merges.fill(row, cells, start) if merges.reach(row) else frozenset()
            first = next((place for place, cell in enumerate(cells) if cell is not None), None)
            if first is None or self._repeats_headings(cells, first):
                continue
            judged = classifier.judge(cells, spans=merges.is_wide(start + first))
            if judged.kind == LineKind.SECTION:
                outline.enter(judged.label)
            elif judged.kind == LineKind.ROW:
                outline.hold_row()
            yield Line(
                row,
                judged.kind,
                cells,
                outline.titles,
                row in self.grid.hidden_rows,
                merged,
                judged.label,
            )

    def _repeats_headings(self, cells: Sequence[Raw], first: int) -> bool:
        """Headings printed again at the top of a page."""
        if not isinstance(cells[first], str):
            return False
        texts = tuple(folded_heading(cell) if isinstance(cell, str) else "" for cell in cells)
        return sum(map(bool, texts)) >= ENOUGH and texts in self.heading_texts


def _without_blanks(raws: Sequence[Raw], width: int) -> list[Raw]:
    """The cells, those of blanks alone as empty ones."""
    return [
        None if raw is None or (isinstance(raw, str) and not text_of(raw)) else raw for raw in raws[:width]
    ]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a sheet; each of `headings` is a column, and a line has a cell for each."""

    sheet: str
    sheet_number: int
    """Counted from 1, hidden sheets too."""
    is_hidden: bool
    title: str
    heading_rows: tuple[int, int]
    """First and last, on the sheet."""
    headings: tuple[Heading, ...]
    unit: MoneyUnit | None
    """Of amounts whose heading states none, from the line above the table; None must be asked for."""
    currency: Currency | None
    lines: Lines
    hidden_columns: frozenset[int]
    unevaluated: frozenset[tuple[int, int]]
    notes: tuple[str, ...] = ()
    """What stands above the headings besides title and unit."""
    remarks: tuple[str, ...] = ()
    """What a person has to know about how the table was read, in Chinese."""

    def heading_of(self, key: str) -> Heading | None:
        return next((heading for heading in self.headings if heading.key == key), None)

    def place_of(self, key: str) -> int | None:
        """Where the column's cell is in a line."""
        return next((place for place, heading in enumerate(self.headings) if heading.key == key), None)

    def unit_of(self, heading: Heading) -> Stated:
        """What one of a column's numbers is; both None where it has to be asked."""
        if heading.unit is not None:
            return Stated(heading.unit, heading.currency)
        return Stated(self.unit, self.currency)


@dataclass(frozen=True, slots=True)
class Survey:
    tables: list[Table] = field(default_factory=list)
    unread: list[Table] = field(default_factory=list)
    """Sheets whose headings are not ours, with the row that looks most like headings: to be mapped by hand."""
    empty: list[str] = field(default_factory=list)
    """Sheets with nothing on them."""


def tables(
    grids: Sequence[Grid], known: Sequence[Known], *, remembered: Mapping[str, str] | None = None
) -> list[Table]:
    """The table of each sheet that has one; see `survey` for the others."""
    return survey(grids, known, remembered=remembered).tables


def survey(
    grids: Sequence[Grid], known: Sequence[Known], *, remembered: Mapping[str, str] | None = None
) -> Survey:
    """Every sheet, read or not.

    `remembered`: keys of columns by folded heading, from earlier choices by hand; "" means not to read it.
    """
    recogniser, found = Recogniser.of(known, remembered or {}), Survey()
    required = {column.key for column in known if column.required}
    for number, grid in enumerate(grids, start=1):
        merges = HeadMerges.of(grid.merged, grid.first_row + HEAD_ROWS)
        head = [
            merges.without_covered(row, _without_blanks(raws, len(raws)), grid.first_column)
            for row, raws in enumerate(islice(grid.rows, HEAD_ROWS), start=grid.first_row)
        ]
        if not any(cell is not None for row in head for cell in row):
            found.empty.append(grid.name)
            continue
        table = _table(grid, number, head, merges, recogniser, known)
        read = [heading for heading in table.headings if heading.by != By.NOTHING]
        is_table = len(read) >= ENOUGH or any(
            heading.key in required or heading.by == By.REMEMBERED for heading in read
        )
        (found.tables if is_table else found.unread).append(table)
    return found


def _table(
    grid: Grid,
    number: int,
    head: Sequence[Sequence[Raw]],
    merges: HeadMerges,
    recogniser: Recogniser,
    known: Sequence[Known],
) -> Table:
    top, depth, levels = max(
        (_candidate(grid, head, place, merges) for place in range(len(head))),
        key=lambda candidate: _likeness(candidate, recogniser, grid.first_column),
    )
    headings, remarks = settle_doubles(
        [recogniser.heading(grid.first_column + place, titles) for place, titles in enumerate(levels)]
    )
    title, stated, notes = _above(head[:top])
    first = grid.first_row + top
    columns, places = by_key(known), {heading.key: place for place, heading in enumerate(headings)}
    amounts = {
        heading.column
        for heading in headings
        if heading.key in columns and columns[heading.key].holds in (Holds.MONEY, Holds.FOREIGN)
    }
    lines = Lines(
        grid,
        headings,
        first + depth - 1,
        frozenset(_texts(row) for row in head[top : top + depth]),
        frozenset(amounts),
        places.get("number"),
        places.get("name", places.get("organisation")),
    )
    return Table(
        sheet=grid.name,
        sheet_number=number,
        is_hidden=grid.is_hidden,
        title=title,
        heading_rows=(first, first + depth - 1),
        headings=headings,
        unit=stated.unit,
        currency=stated.currency,
        lines=lines,
        hidden_columns=grid.hidden_columns,
        unevaluated=grid.unevaluated,
        notes=notes,
        remarks=tuple(remarks),
    )


type Candidate = tuple[int, int, list[list[str]]]
"""Place of the first heading row, how many there are, and the titles of each column from the parent down."""


def _likeness(candidate: Candidate, recogniser: Recogniser, first_column: int) -> tuple[int, ...]:
    """Recognised headings first, or filled ones where none is; of two alike the one on fewer rows, then the upper."""
    top, depth, levels = candidate
    headings = [recogniser.heading(first_column + place, titles) for place, titles in enumerate(levels)]
    known = len({heading.key for heading in headings if heading.by != By.NOTHING})
    filled = len({tuple(titles) for titles in levels if titles})
    return known, 0 if known else filled, -depth, filled, -top


def _candidate(grid: Grid, head: Sequence[Sequence[Raw]], top: int, merges: HeadMerges) -> Candidate:
    rows = [list(map(_heading_text, head[top]))]
    spread = [merges.spread(grid.first_row + top, rows[0], grid.first_column)]
    is_parent = len(set(rows[0]) - {""}) >= ENOUGH  # a title alone is no parent
    while is_parent and len(rows) < DEEPEST and top + len(rows) < len(head):
        below = head[top + len(rows)]
        if not _is_sub_heading(grid, top + len(rows), rows[-1], below, merges):
            break
        rows.append(list(map(_heading_text, below)))
        spread.append(merges.spread(grid.first_row + top + len(rows) - 1, rows[-1], grid.first_column))
    if len(rows) > 1 and not merges.wide_in(grid.first_row + top):
        spread[0] = _spread_by_gaps(rows[0], rows[1])
    levels = [
        list(dict.fromkeys(text for level in spread if place < len(level) and (text := level[place])))
        for place in range(len(rows[0]))
    ]
    return top, len(rows), levels


def _heading_text(raw: Raw) -> str:
    """Numbers and days are no headings, but a year above a column may be one."""
    return text_of(raw) if isinstance(raw, str) else ""


def _is_sub_heading(
    grid: Grid, place: int, above: Sequence[str], below: Sequence[Raw], merges: HeadMerges
) -> bool:
    """Whether a row stands below a heading that spans it: only texts, each under a parent that is wider."""
    filled = [column for column, raw in enumerate(below) if raw is not None]
    if not filled or not all(isinstance(below[column], str) for column in filled):
        return False
    row, left = grid.first_row + place, grid.first_column
    if merges.wide_in(row - 1):
        return all(merges.is_under(row, left + column) for column in filled)
    return all(
        not above[column] or (column + 1 < len(above) and not above[column + 1] and column + 1 in filled)
        for column in filled
    )


def _spread_by_gaps(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Without merged cells (a .csv): a parent holds for the empty cells right of it that have a sub-heading."""
    spread = list(above)
    for column in range(1, len(spread)):
        if not spread[column] and column < len(below) and below[column]:
            spread[column] = spread[column - 1]
    return spread


def _texts(row: Sequence[Raw]) -> tuple[str, ...]:
    return tuple(folded_heading(cell) if isinstance(cell, str) else "" for cell in row)


def _above(rows: Sequence[Sequence[Raw]]) -> tuple[str, Stated, tuple[str, ...]]:
    """Title, unit and notes above the headings."""
    texts = [text for row in rows for cell in row if (text := text_of(cell))]
    units = {unit for text in texts if (unit := unit_of_line(text)) != Stated()}
    stated = units.pop() if len(units) == 1 else Stated()
    title = next((text for text in texts if not text.startswith(("附件", "单位", "（单位", "(单位"))), "")
    notes = tuple(text for text in texts if text != title and unit_of_line(text) == Stated())
    return title, stated, notes
