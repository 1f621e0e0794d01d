"""What a sheet with months side by side prints as sums: each month in the lines of totals, and all months of a row."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from projects.files.cells import is_bare, text_of
from projects.files.recognise.headings import MONTH, YEAR_BEFORE_NOW, Heading
from projects.files.recognise.layout import Line, LineKind
from projects.rules import money
from projects.rules.broken import RuleBroken
from projects.rules.money import MoneyUnit
from projects.workbooks.extract import Extractor, suffix_of

MOST_OFF = 500
"""Rows of a sheet whose sums are told to differ."""


def month_totals(line: Line, extractor: Extractor, first: int, last: int) -> Iterator[dict[str, Any]]:
    """The sums of a line, one for each month and one for all; `first` and `last` are the lines that it stands for."""
    cells = extractor.row(line).cells
    for place, heading in _months(extractor):
        amount = _amount(cells.get(f"{place}", ""))
        if amount is not None and heading.month:
            month = extractor.month_text(heading.month)
            words = f"{line.label}（{heading.month}月）"
            yield _printed(extractor, line.number, words, amount, (first, last)) | {"month": month}
    amount = _of_all(line, extractor)
    if amount is not None:
        yield _printed(extractor, line.number, f"{line.label}（合计）", amount, (first, last))


def rows_that_do_not_add_up(extractor: Extractor) -> Iterator[dict[str, Any]]:
    """Rows whose column of sums prints another amount than their months come to."""
    if all(heading.key != YEAR_BEFORE_NOW for heading in extractor.table.headings):
        return
    yield from islice(_off(extractor), MOST_OFF)


def _off(extractor: Extractor) -> Iterator[dict[str, Any]]:
    for line in extractor.table.lines:
        printed = _of_all(line, extractor) if line.kind is LineKind.ROW else None
        if printed is None:
            continue
        cells = extractor.row(line).cells
        months = (_amount(cells.get(f"{place}", "")) for place, _ in _months(extractor))
        if printed != sum(amount or 0 for amount in months):
            yield _printed(
                extractor, line.number, f"第 {line.number} 行合计", printed, (line.number, line.number)
            )


def _months(extractor: Extractor) -> Iterator[tuple[int, Heading]]:
    for place, heading in enumerate(extractor.table.headings):
        if heading.key == MONTH and heading.month:
            yield place, heading


def _of_all(line: Line, extractor: Extractor) -> int | None:
    """What the column of sums prints."""
    units: Mapping[str, MoneyUnit] = extractor.units
    for place, heading in enumerate(extractor.table.headings):
        if heading.key == YEAR_BEFORE_NOW:
            raw = line.cells[place]
            suffix = suffix_of(heading, extractor.table, units) if is_bare(raw) else ""
            return _amount(f"{text_of(raw)}{suffix}")
    return None


def _amount(text: str) -> int | None:
    try:
        return money.parse(text, is_printed=True).yuan if text else None
    except RuleBroken:
        return None


def _printed(
    extractor: Extractor, line: int, words: str, amount: int, lines: tuple[int, int]
) -> dict[str, Any]:
    first, last = lines
    return {
        "sheet": extractor.table.sheet,
        "line": line,
        "words": words,
        "amounts": {MONTH: amount},
        "first": first,
        "last": last,
    }
