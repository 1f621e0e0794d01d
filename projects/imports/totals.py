"""The sums that a sheet prints, each with the rows that it stands for; what they come to is `figures.imported`'s."""

from collections.abc import Iterator, Sequence
from typing import Any

from projects.columns import Holds
from projects.files.recognise.layout import Line, LineKind
from projects.imports.extracting import Extractor
from projects.imports.glance import Glance
from projects.rules import money
from projects.rules.broken import RuleBroken


def printed_totals(extractor: Extractor, seen: Glance) -> Iterator[dict[str, Any]]:
    """Each row that prints sums: what it prints, and the first and last line of the rows that it stands for."""
    begins = 0
    for at, line in enumerate(seen.marks):
        match line.kind:
            case LineKind.SECTION:
                begins = line.number
                last = _end_of_section(seen.marks, at) or seen.last
                yield from _total(line, extractor, line.number, last)
            case LineKind.SUBTOTAL:
                yield from _total(line, extractor, begins, line.number)
                begins = line.number
            case LineKind.TOTAL:
                yield from _total(line, extractor, 0, seen.last)


def _end_of_section(marks: Sequence[Line], at: int) -> int:
    """The last line before a section of the same depth or above it begins; 0 where none does."""
    depth = len(marks[at].sections)
    later = (
        mark.number
        for mark in marks[at + 1 :]
        if mark.kind is LineKind.SECTION and len(mark.sections) <= depth
    )
    return next(later, 1) - 1


def _total(line: Line, extractor: Extractor, first: int, last: int) -> Iterator[dict[str, Any]]:
    cells, amounts = extractor.row(line).cells, dict[str, int]()
    for column in extractor.columns:
        text = cells.get(column.known.key, "")
        if column.known.holds is Holds.MONEY and text:
            try:
                amounts[column.known.key] = money.parse(text).yuan or 0
            except RuleBroken:
                continue
    if amounts:
        yield {
            "sheet": extractor.table.sheet,
            "line": line.number,
            "words": line.label,
            "amounts": amounts,
            "first": first,
            "last": last,
        }
