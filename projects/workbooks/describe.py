"""What a table of a workbook looks like: its headings with samples, and what has to be asked about them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from projects.columns import Holds, KnownColumn, by_key
from projects.files.cells import column_name, is_bare, text_of
from projects.files.recognise.headings import Heading
from projects.files.recognise.layout import By, Line, LineKind, Table
from projects.files.recognise.line_doubts import MOST_TOLD, LineDoubts
from projects.models import Import
from projects.rules.money import MoneyUnit
from projects.workbooks.extract import suffix_of
from projects.workbooks.unknown_columns import UnknownColumn

SAMPLES = 3
LONGEST_SAMPLE = 40
EXPECTED_YEAR = {"planned_investment": 0, "invested_before": -1, "invested": 0, "year_to_date": 0}
"""Columns whose heading may name a year: the year that is imported, or the one before."""
MAY_RUN_DOWN = frozenset({"organisation", "town", "park", "industry", "nature", "level", "category"})
"""Columns of words that a sheet may print in the first row of each group only."""
UNTITLED = "（{} 列没有表头）"


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """What a sheet leaves open besides its headings."""

    code: str
    """Under which its answer is kept: the sheet, a sign and what is asked."""
    ask: str
    seen: Sequence[str]
    """What of the sheet lets one answer it."""
    choices: Sequence[tuple[str, str]]
    """Value and words of each answer."""
    answer: str = ""


@dataclass(slots=True)
class WordColumns:
    """How full the columns are whose words may be printed in the first row of each group only."""

    places: Sequence[int]
    rows: int = 0
    filled: Counter[int] = field(default_factory=Counter)
    """How many rows fill each."""
    starts: Sequence[int] = ()
    """Those that the first row fills."""

    @classmethod
    def of(cls, table: Table) -> "WordColumns":
        return cls([place for place, each in enumerate(table.headings) if each.key in MAY_RUN_DOWN])

    def add(self, line: Line) -> None:
        self.rows += 1
        found = [place for place in self.places if line.cells[place] is not None]
        self.filled.update(found)
        self.starts = found if self.rows == 1 else self.starts


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What one pass over a table finds. A place is the index of a heading."""

    hidden_rows: int
    samples: Mapping[int, Sequence[str]]
    """The first texts of each column."""
    bare: frozenset[int]
    """Columns in which some amount states no unit of its own."""
    unknown: Mapping[int, UnknownColumn]
    """Columns whose meaning is not known."""
    marks: Sequence[Line]
    """Lines that are no data: sections, sums, notes."""
    last: int
    """The number of the last line on the sheet."""
    doubts: LineDoubts
    """Lines that may carry the sum of others."""
    words: "WordColumns"
    struck: Sequence[tuple[int, str]]
    """The first rows with a cell that is struck through: number and first text."""

    @classmethod
    def of(cls, table: Table) -> "TableFacts":
        samples: dict[int, list[str]] = defaultdict(list)
        bare: set[int] = set()
        marks: list[Line] = []
        unknown = {
            place: UnknownColumn(each) for place, each in enumerate(table.headings) if each.by is By.NOTHING
        }
        money = [at for at, each in enumerate(table.headings) if each.column in table.lines.amounts]
        number = table.lines.number
        column = table.headings[number].column if number is not None else 0
        doubts = LineDoubts(number, table.lines.name, money, column)
        struck: list[tuple[int, str]] = []
        words = WordColumns.of(table)
        hidden = last = 0
        for line in table.lines:
            last = line.number
            doubts.add(line)
            if line.struck and len(struck) < MOST_TOLD and (text := _struck_text(table, line)):
                struck.append((line.number, text))
            if line.kind is not LineKind.ROW:
                marks.append(line)
                continue
            hidden += line.hidden
            words.add(line)
            for place, cell in enumerate(line.cells):
                if cell is None:
                    continue
                if len(samples[place]) < SAMPLES:
                    samples[place].append(text_of(cell)[:LONGEST_SAMPLE])
                if place in unknown:
                    unknown[place].add(cell)
                if place not in bare and is_bare(cell):
                    bare.add(place)
        return cls(hidden, samples, frozenset(bare), unknown, marks, last, doubts.finished(), words, struck)

    def looks_like(self, place: int) -> str:
        """MONEY or DAY for a column whose meaning is not known, else ""."""
        return self.unknown[place].looks_like if place in self.unknown else ""


def _struck_text(table: Table, line: Line) -> str:
    """The name of a line that is struck through, or its first struck text."""
    texts = {
        place: text_of(cell)[:LONGEST_SAMPLE]
        for place, (heading, cell) in enumerate(zip(table.headings, line.cells, strict=True))
        if heading.column in line.struck and cell is not None
    }
    name = table.lines.name
    return texts.get(name, "") if name is not None and name in texts else next(iter(texts.values()), "")


def chosen_units(imported: Import) -> dict[str, MoneyUnit]:
    """Units that a person chose for columns that state none, by folded heading."""
    return {
        heading: MoneyUnit[choice["unit"]]
        for heading, choice in imported.columns.items()
        if choice.get("unit")
    }


def described(
    imported: Import,
    table: Table,
    facts: TableFacts,
    questions: Sequence[SheetQuestion],
    known: Sequence[KnownColumn],
) -> dict[str, Any]:
    """One sheet for the page: its headings with meaning, unit and samples, and what has to be asked."""
    used = Counter(heading.key for heading in table.headings if heading.key)
    missing = [column.title for column in known if column.required and not used[column.key]]
    return {
        "sheet": table.sheet,
        "is_hidden": table.is_hidden,
        "title": table.title,
        "unit": table.unit.symbol if table.unit else "",
        "headings": [
            _heading(imported, table, place, known, facts)
            for place, heading in enumerate(table.headings)
            if heading.title or facts.looks_like(place) or heading.name in imported.columns
        ],
        "missing": [] if used["key"] else missing,  # a row with the record's number needs no name
        "hidden_rows": facts.hidden_rows,
        "hidden_columns": [column_name(column) for column in sorted(table.hidden_columns)],
        "remarks": list(table.remarks),
        "questions": [asdict(question) for question in questions],
    }


def asks(sheet: dict[str, Any]) -> bool:
    """Whether a person has to answer something before the sheet can be read."""
    asked = any(
        heading["asks_unit"] or heading["other_year"] or heading["other_month"] or heading["looks_like"]
        for heading in sheet["headings"]
    )
    return asked or bool(sheet["missing"]) or any(not each["answer"] for each in sheet["questions"])


def _heading(
    imported: Import, table: Table, place: int, known: Sequence[KnownColumn], facts: TableFacts
) -> dict[str, Any]:
    heading = table.headings[place]
    column = by_key(known).get(heading.key)
    is_money = column is not None and column.holds in (Holds.MONEY, Holds.FOREIGN)
    holds_yuan = (
        column is not None and column.holds is Holds.MONEY
    )  # which foreign money is asked with its sheet
    suffix = suffix_of(heading, table, chosen_units(imported)) if is_money else ""
    return {
        "column": column_name(heading.column),
        "title": heading.title or UNTITLED.format(column_name(heading.column)),
        "folded": heading.name,
        "key": heading.key,
        "label": column.title if column else "",
        "note": column.note if column else "",
        "by": heading.by.value,
        "is_money": is_money,
        "unit": suffix,
        "asks_unit": is_money and holds_yuan and not suffix and place in facts.bare,
        "looks_bare": table.unit_of(heading).unit is None and place in facts.bare,
        "other_year": _other_year(imported, heading),
        "month": heading.month if heading.month in table.months else None,
        "other_month": _other_month(imported, table, heading),
        "looks_like": facts.looks_like(place),
        "samples": list(facts.samples.get(place, ())),
    }


def _other_month(imported: Import, table: Table, heading: Heading) -> int | None:
    """The month that a heading names, where it is not the one that is imported: 8月完成投资 in September.

    None where months stand side by side, and once a person has decided what the heading means.
    """
    if not heading.month or not heading.key or imported.month is None or table.states_months:
        return None
    if "key" in imported.columns.get(heading.name, {}) or heading.month == imported.month.month:
        return None
    return heading.month


def _other_year(imported: Import, heading: Heading) -> int | None:
    """The year that a heading names, where it is not the one that is imported: 2023年计划投资 on a list of 2024.

    None once a person has decided for this workbook what the heading means.
    """
    year, expected = imported.year, EXPECTED_YEAR.get(heading.key)
    if "key" in imported.columns.get(heading.name, {}):
        return None
    if heading.year is None or year is None or expected is None or heading.year == year + expected:
        return None
    return heading.year
