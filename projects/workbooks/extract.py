"""A line of a sheet as texts by column key; an amount without a unit takes the one of its column."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from projects.columns import OF_GROUP, Holds, KnownColumn, by_key
from projects.files.cells import is_bare, period_text, text_of
from projects.files.grids import Raw
from projects.files.recognise.group_lines import part_name
from projects.files.recognise.headings import MONTHLY
from projects.files.recognise.layout import Heading, Line, LineKind, Table
from projects.models import Import
from projects.rules.broken import RuleBroken, shortened
from projects.rules.money import MoneyUnit
from projects.vocabulary import CATEGORY_WORDS, Category, Level

NO_RESULT = "公式没有保存结果：请在 Excel 中重新计算并保存，或改写为数值。"
NAMES = frozenset({"name", "enterprise"})
SAYS_NO_ZERO = frozenset({Holds.TEXT, Holds.PROSE, Holds.CODE, Holds.CHOICE, Holds.PERIOD})
"""Columns in which 0 is what a formula shows for an empty cell."""
OF_A_MONTH = frozenset({"progress", "needs_coordination", "next_step", "unchanged"})
OF_THE_WHOLE = (
    "enterprise",
    "organisation",
    "town",
    "park",
    "industry",
    "nature",
    "level",
    "category",
    "contact",
)
_LISTS = {"省": Level.PROVINCE, "市": Level.CITY, "区": Level.DISTRICT}
_LIST = re.compile("(?<![省市区县])([省市区])级?(?:重大|重点)")
_BETWEEN_COMPANIES = re.compile(r"(?<=公司) ?\n+ ?(?=[^\n（(]{2,}公司)")


@dataclass(frozen=True, slots=True)
class Extracted:
    """One row: texts by column key, and why a cell could not be read."""

    sheet: str
    line: int
    cells: dict[str, str]
    unread: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A heading that is understood, with what its cells hold."""

    place: int
    known: KnownColumn
    suffix: str
    """What a bare amount lacks: 万元, 万美元."""


class Running:
    """Words that stand in the first row of each group, carried down within their section."""

    def __init__(self, table: Table) -> None:
        self.places = table.runs_down
        self.above: dict[int, Raw] = {}
        self.sections: tuple[str, ...] = ()

    def filled(self, line: Line) -> Line:
        """The line with the words from above in its blank cells."""
        if not self.places:
            return line
        if line.sections != self.sections:
            self.above.clear()
            self.sections = line.sections
        self.above.update(
            (place, line.cells[place]) for place in self.places if line.cells[place] is not None
        )
        return replace(line, cells=[self.above.get(place, cell) for place, cell in enumerate(line.cells)])


class Extractor:
    """Rows of one table. `units`: units stated by hand, by folded heading; `year`, `month`: those chosen."""

    def __init__(
        self,
        table: Table,
        known: tuple[KnownColumn, ...],
        units: Mapping[str, MoneyUnit],
        *,
        year: int | None = None,
        month: date | None = None,
    ) -> None:
        self.table, self.year, self.month, self.units = table, year, month, units
        self.months = table.months
        meanings = by_key(known)
        self.columns = [
            ReadColumn(place, meanings[heading.key], suffix_of(heading, table, units))
            for place, heading in enumerate(table.headings)
            if heading.key in meanings and meanings[heading.key].holds is not Holds.NOTHING
        ]
        self.has_level = any(column.known.key == "level" for column in self.columns)
        self.has_category = any(column.known.key == "category" for column in self.columns)

    def rows(self, *, hidden: bool) -> Iterator[Extracted]:
        """The rows of projects, reports and so on; hidden ones only where they are wanted."""
        whole: dict[str, str] = {}
        last = 0
        running = Running(self.table)
        for line in self.table.lines:
            if line.last:
                whole, last = self.row(line).cells, line.last
            if line.kind is LineKind.ROW and (hidden or not line.hidden):
                row = self.row(running.filled(line))
                if line.number <= last:
                    row.cells.update(_of_whole(whole, row.cells))
                if row.cells or row.unread:
                    yield from self._by_month(row) if self.months else (row,)

    def _by_month(self, row: Extracted) -> Iterator[Extracted]:
        """A row of several months as one row for each that says something; its words are of the latest of these."""
        wide = [
            (heading.month, heading.key, f"{place}")
            for place, heading in enumerate(self.table.headings)
            if heading.key in MONTHLY and heading.month
        ]
        stated = {month for month, _, place in wide if place in row.cells or place in row.unread}
        words = self.month.month if self.month and self.month.month in stated else max(stated, default=0)
        places = {place for _, _, place in wide}
        common = {key: text for key, text in row.cells.items() if key not in places}
        for month in sorted(stated):
            cells = {key: text for key, text in common.items() if month == words or key not in OF_A_MONTH}
            cells["month"] = self.month_text(month)
            unread = {key: fault for key, fault in row.unread.items() if key not in places}
            for _, key, place in (each for each in wide if each[0] == month):
                cells |= {key: row.cells[place]} if place in row.cells else {}
                unread |= {key: row.unread[place]} if place in row.unread else {}
            yield Extracted(row.sheet, row.line, cells, unread)

    def month_text(self, month: int) -> str:
        """A month of the sheet's year, as the cell of a row says it."""
        return f"{self.year}-{month:02}" if self.year else f"{month}月"

    def row(self, line: Line) -> Extracted:
        cells: dict[str, str] = {}
        unread: dict[str, str] = {}
        months = self.months
        for column in self.columns:
            raw = line.cells[column.place]
            heading = self.table.headings[column.place]
            at, key = heading.column, column.known.key
            if months and heading.month and key in MONTHLY:
                key = f"{column.place}"
            try:
                text = self._text(line, at, raw, column)
            except RuleBroken as fault:
                text = shortened(text_of(raw), column.known.longest)
                cells[key], unread[key] = text, str(fault)
            else:
                if text:
                    cells[key] = text
        if line.number in self.table.lines.decided and "name" in cells:
            cells["name"] = part_name(cells["name"])
        return Extracted(self.table.sheet, line.number, self._of_section(line, cells), unread)

    def _text(self, line: Line, at: int, raw: Raw, column: ReadColumn) -> str:
        if raw is None and (line.number, at) in self.table.unevaluated:
            raise RuleBroken(NO_RESULT)
        if at in line.merged and column.known.holds in (Holds.MONEY, Holds.FOREIGN):
            return ""  # one amount for several rows: it counts in the first of them
        return _text(raw, column)

    def _of_section(self, line: Line, cells: dict[str, str]) -> dict[str, str]:
        """What the headings above say of the row, where it does not say so itself: 一、省重大项目, （一）新建."""
        for title in line.sections:
            if not self.has_level:
                cells |= _named(title, "level", Level) or _listed(title)
            if not self.has_category:
                cells |= _named(title, "category", Category) or _called(title)
            for key, names in self.table.said_by_groups.items():
                if title in names:
                    cells[OF_GROUP[key]] = names[title]
        return cells


def _called(title: str) -> dict[str, str]:
    category = next((category for word, category in CATEGORY_WORDS.items() if word in title), None)
    return {"category": str(category.label)} if category else {}


def _listed(title: str) -> dict[str, str]:
    """省级重点项目 and 省重大产业项目 are of the province's list, whatever this district calls it."""
    found = _LIST.search(title)
    return {"level": str(_LISTS[found[1]].label)} if found else {}


def _of_whole(whole: Mapping[str, str], part: Mapping[str, str]) -> dict[str, str]:
    """What a part takes from its whole where it does not say it itself."""
    return {key: whole[key] for key in OF_THE_WHOLE if key in whole and key not in part}


def _named(title: str, key: str, words: Iterable[Level | Category]) -> dict[str, str]:
    named = next((label for word in words if (label := str(word.label)) in title), "")
    return {key: named} if named else {}


def suffix_of(heading: Heading, table: Table, units: Mapping[str, MoneyUnit]) -> str:
    """The unit that a bare amount of the column takes: 万元, 万美元; "" where none is stated."""
    stated = table.unit_of(heading)
    unit = stated.unit if stated.currency else units.get(heading.name) or stated.unit
    if unit is None:
        return ""
    return f"{unit.symbol.removesuffix('元')}{stated.currency.label}" if stated.currency else unit.symbol


def unit_of_column(imported: Import, sheet: str, key: str) -> str:
    """The unit that a bare amount takes in a column of a sheet; "" for a column without one."""
    return next(
        (
            str(heading["unit"])
            for layout in imported.layout.get("sheets", ())
            if layout["sheet"] == sheet
            for heading in layout["headings"]
            if heading["key"] == key and heading["is_money"]
        ),
        "",
    )


def _without_breaks(name: str) -> str:
    """A name on several lines of its cell: a break between Latin words is a blank, one between companies a comma."""
    name = _BETWEEN_COMPANIES.sub("、", name)
    return re.sub(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])", " ", re.sub(r" ?\n+ ?", "\n", name)).replace("\n", "")


def _text(raw: Raw, column: ReadColumn) -> str:
    if isinstance(raw, str) and (fault := column.known.length_fault(raw.strip())):
        raise RuleBroken(fault)
    if column.known.holds is Holds.PERIOD and text_of(raw) != "0":
        return period_text(raw)
    text = text_of(raw)
    if text == "0" and column.known.holds in SAYS_NO_ZERO:
        return ""
    if "\n" in text and column.known.key in NAMES:
        return _without_breaks(text)
    if column.known.holds in (Holds.MONEY, Holds.FOREIGN) and text and is_bare(raw):
        return f"{text}{column.suffix}"
    return text
