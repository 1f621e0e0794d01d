"""Where the table stands on a sheet: its title, its headings and their units, its lines and what each is.

Nothing is guessed in silence: a column that is not recognised, a unit that is not stated and a sheet without a
table are said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from projects.columns import Holds, KnownColumn, by_key
from projects.files.grids import Grid
from projects.files.recognise.group_lines import USUAL, GroupWords
from projects.files.recognise.head import Head
from projects.files.recognise.headings import (
    MONTHLY,
    By,
    Heading,
    Recogniser,
    settle_doubles,
    states_months,
)
from projects.files.recognise.lines import (
    Line,
    LineKind,
)
from projects.files.recognise.stated_units import StatedUnit, folded_heading
from projects.files.recognise.table_lines import Lines, heading_texts
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
    said_by_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By column key, what the titles of groups say of their rows: 一、罗溪镇 is the unit 罗溪镇."""
    runs_down: frozenset[int] = frozenset()
    """Places of columns whose words are printed in the first row of each group only."""

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
        if heading.unit is not None or heading.is_unclear:
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
        lines=replace(
            _lines(head, first + depth - 1, headings, by_key(known)), words=words, titles=recogniser.words
        ),
        hidden_columns=grid.hidden_columns,
        unevaluated=grid.unevaluated,
        notes=above.notes,
        remarks=(*above.doubts, *remarks),
    )


def _lines(head: Head, last: int, headings: Sequence[Heading], known: Mapping[str, KnownColumn]) -> Lines:
    """The lines below the last row of headings."""
    places = {heading.key: place for place, heading in enumerate(headings)}
    printed = [
        texts for row in head.rows[: last - head.grid.first_row + 1] if any(texts := heading_texts(row))
    ]
    return Lines(
        head.grid,
        headings,
        last,
        printed=frozenset(printed),
        beginnings=frozenset(folded_heading(next(filter(None, texts))) for texts in printed),
        amounts=frozenset(
            heading.column
            for heading in headings
            if heading.key in known and known[heading.key].holds in (Holds.MONEY, Holds.FOREIGN)
        ),
        number=places.get("number"),
        name=places.get("name", places.get("organisation")),
    )
