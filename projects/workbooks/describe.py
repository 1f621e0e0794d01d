"""What a table of a workbook looks like: its headings with samples, and what has to be asked about them."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from projects.columns import Holds, KnownColumn, by_key
from projects.files.cells import column_name, text_of
from projects.files.grids import Raw
from projects.files.recognise.headings import Heading, StatedUnit, stated_unit
from projects.files.recognise.layout import By, Line, LineKind, Table
from projects.files.recognise.line_doubts import MOST_TOLD, LineDoubts
from projects.models import Import
from projects.rules import money, periods
from projects.rules.broken import RuleBroken
from projects.rules.money import MoneyUnit
from projects.workbooks.extract import is_bare, suffix_of

SAMPLES = 3
LONGEST_SAMPLE = 40
EXPECTED_YEAR = {"planned_investment": 0, "invested_before": -1, "invested": 0, "year_to_date": 0}
"""Columns whose heading may name a year: the year that is imported, or the one before."""
UNTITLED = "（{} 列没有表头）"

MONEY, DAY = "金额", "日期"
_OF_MONEY = re.compile(
    r"投资|金额|资金|总额|投入|造价|费用|价款|产值|概算|预算|估算|贷款|到账|到位|支付|拨付"
)
_OF_DAYS = re.compile(r"时间|日期|年月|节点|年限")
_OF_OTHERS = re.compile(
    r"面积|亩|㎡|平方|数量|个数|户数|人数|人员|号|代码|编码|电话|手机|邮编|容积率|比例|比重|占比|率$|进度|排名|排序|层数"
    r"|年龄|工期|得分|评分|系数|[(\[](?:%|个|项|家|台|套|人|层|天|月|年|吨|万吨|度|千瓦|兆瓦)[)\]]"
)


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
class UnknownColumn:
    """The cells of a column whose meaning is not known. Where they look like money or days, a person is asked."""

    heading: Heading
    filled: int = 0
    numbers: int = 0
    amounts: int = 0
    """Texts that name a unit of money."""
    days: int = 0
    _next: float | None = field(default=None)
    _is_running: bool = True
    """Every number is one more than the number above it."""
    _kinds: dict[str, str] = field(default_factory=dict)

    def add(self, raw: Raw) -> None:
        """Count one cell."""
        self.filled += 1
        if isinstance(raw, date | datetime):
            self.days += 1
        elif is_bare(raw):
            self.numbers += 1
            self._follow(str(raw))
        elif isinstance(raw, str) and len(raw) <= money.LONGEST:
            kind = self._kinds.get(raw)
            if kind is None:
                kind = self._kinds[raw] = _kind_of(raw)
            self.amounts += kind == MONEY
            self.days += kind == DAY

    def _follow(self, text: str) -> None:
        number = float(text) if len(text) < 20 and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text) else None
        if number is None or (self._next is not None and number != self._next):
            self._is_running = False
        else:
            self._next = number + 1

    @property
    def looks_like(self) -> str:
        """MONEY or DAY; "" for a column of anything else."""
        title = self.heading.title
        if not self.filled:
            return ""
        if stated_unit(title) != StatedUnit() or (_OF_MONEY.search(title) and not _OF_OTHERS.search(title)):
            return MONEY if self.numbers or self.amounts else ""
        if self.days * 2 >= self.filled or (self.days and _OF_DAYS.search(title)):
            return DAY
        if self.amounts * 2 >= self.filled:
            return MONEY
        is_other = _OF_OTHERS.search(title) or (self._is_running and self.numbers > 1)
        return MONEY if self.numbers * 2 >= self.filled and not is_other else ""


def _kind_of(text: str) -> str:
    """MONEY or DAY for a text that states an amount or a day, else ""."""
    for kind, read in ((MONEY, money.parse), (DAY, periods.parse_period)):
        try:
            read(text)
        except RuleBroken:
            continue
        return kind
    return ""


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
        doubts = LineDoubts(table.lines.number, table.lines.name, money)
        struck: list[tuple[int, str]] = []
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
            for place, cell in enumerate(line.cells):
                if cell is None:
                    continue
                if len(samples[place]) < SAMPLES:
                    samples[place].append(text_of(cell)[:LONGEST_SAMPLE])
                if place in unknown:
                    unknown[place].add(cell)
                if place not in bare and is_bare(cell):
                    bare.add(place)
        return cls(hidden, samples, frozenset(bare), unknown, marks, last, doubts.finished(), struck)

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
        "asks_unit": is_money and not suffix and place in facts.bare,
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
