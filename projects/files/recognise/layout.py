"""Where the table stands on a sheet: its title, its headings and their units, its lines and what each is.

Nothing is guessed in silence: a column that is not recognised, a unit that is not stated and a sheet without a
table are said so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from projects.columns import Holds, KnownColumn, by_key
from projects.files.cells import text_of
from projects.files.grids import Grid, Raw
from projects.files.recognise.group_lines import USUAL, GroupWords
from projects.files.recognise.head import Head, without_blanks
from projects.files.recognise.headings import (
    MONTHLY,
    By,
    Heading,
    Recogniser,
    StatedUnit,
    folded_heading,
    settle_doubles,
    states_months,
)
from projects.files.recognise.lines import (
    Classifier,
    JudgedLine,
    Line,
    LineKind,
    Outline,
    are_column_numbers,
)
from projects.files.recognise.merging import BodyMerges
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

ENOUGH = 2
"""Recognised headings that make a table."""
NEAR_HEADINGS = 2
"""Lines below the headings that may number the columns."""
COLUMN_NUMBERS, STRUCK = "列号行", "画了删除线的行"


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

    def __iter__(self) -> Iterator[Line]:
        classifier, outline = Classifier(self.number, self.name, self.words), Outline()
        merges = BodyMerges(self.grid.merged, self.amounts)
        start, width = self.grid.first_column, len(self.headings)
        skipped = self.last_heading_row - self.grid.first_row + 1
        for row, raws in enumerate(islice(self.grid.rows, skipped, None), start=self.last_heading_row + 1):
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
            last = self.wholes.get(row, 0)
            if judged.kind == LineKind.SECTION and not last:
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
        return _texts(cells) in self.printed


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

    @property
    def states_months(self) -> bool:
        """Whether several months stand side by side, or each row says its own."""
        return states_months(self.headings) or self.heading_of("month") is not None

    @property
    def months(self) -> tuple[int, ...]:
        """The months that stand side by side; none where a row is about one."""
        found = {heading.month for heading in self.headings if heading.key in MONTHLY and heading.month}
        return tuple(sorted(found)) if states_months(self.headings) else ()

    def unit_of(self, heading: Heading) -> StatedUnit:
        """What one of a column's numbers is; both None where it has to be asked."""
        if heading.unit is not None:
            return StatedUnit(heading.unit, heading.currency)
        return StatedUnit(self.unit, self.currency)


@dataclass(frozen=True, slots=True)
class Survey:
    tables: list[Table] = field(default_factory=list)
    unread: list[Table] = field(default_factory=list)
    """Sheets whose headings are not ours, with the row that looks most like headings: to be mapped by hand."""
    empty: list[str] = field(default_factory=list)
    """Sheets with nothing on them."""


def tables(
    grids: Sequence[Grid], known: Sequence[KnownColumn], *, remembered: Mapping[str, str] | None = None
) -> list[Table]:
    """The table of each sheet that has one; see `survey` for the others."""
    return survey(grids, known, remembered=remembered).tables


def survey(
    grids: Sequence[Grid],
    known: Sequence[KnownColumn],
    *,
    remembered: Mapping[str, str] | None = None,
    words: GroupWords = USUAL,
) -> Survey:
    """Every sheet, read or not.

    `remembered`: keys of columns by folded heading, from earlier choices by hand; "" means not to read it.
    `words`: what groups of rows are called.
    """
    recogniser, found = Recogniser.of(known, remembered or {}), Survey()
    required = {column.key for column in known if column.required}
    for number, grid in enumerate(grids, start=1):
        head = Head.of(grid)
        if head.is_empty:
            found.empty.append(grid.name)
            continue
        table = _table(head, number, recogniser, known, words)
        read = [heading for heading in table.headings if heading.by != By.NOTHING]
        is_table = len(read) >= ENOUGH or any(
            heading.key in required or heading.by == By.REMEMBERED for heading in read
        )
        (found.tables if is_table else found.unread).append(table)
    return found


def _table(
    head: Head, number: int, recogniser: Recogniser, known: Sequence[KnownColumn], words: GroupWords
) -> Table:
    grid, (top, depth, levels) = head.grid, head.headed(recogniser)
    above, first = head.above(top), head.grid.first_row + top
    headings, remarks = settle_doubles(recogniser.row(grid.first_column, levels))
    return Table(
        sheet=grid.name,
        sheet_number=number,
        is_hidden=grid.is_hidden,
        title=above.title,
        heading_rows=(first, first + depth - 1),
        headings=headings,
        unit=above.stated.unit,
        currency=above.stated.currency,
        lines=replace(_lines(head, first + depth - 1, headings, by_key(known)), words=words),
        hidden_columns=grid.hidden_columns,
        unevaluated=grid.unevaluated,
        notes=above.notes,
        remarks=(*above.doubts, *remarks),
    )


def _lines(head: Head, last: int, headings: Sequence[Heading], known: Mapping[str, KnownColumn]) -> Lines:
    """The lines below the last row of headings."""
    places = {heading.key: place for place, heading in enumerate(headings)}
    printed = [texts for row in head.rows[: last - head.grid.first_row + 1] if any(texts := _texts(row))]
    return Lines(
        head.grid,
        headings,
        last,
        printed=frozenset(printed),
        beginnings=frozenset(next(filter(None, texts)) for texts in printed),
        amounts=frozenset(
            heading.column
            for heading in headings
            if heading.key in known and known[heading.key].holds in (Holds.MONEY, Holds.FOREIGN)
        ),
        number=places.get("number"),
        name=places.get("name", places.get("organisation")),
    )


def _texts(row: Sequence[Raw]) -> tuple[str, ...]:
    return tuple(folded_heading(cell) if isinstance(cell, str) else "" for cell in row)
