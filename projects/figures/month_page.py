"""One page of a month's rows: those that a question leaves, in pages, beside the sums of the whole month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from projects.figures.reporting import SheetRow
from projects.models.project import ProjectQuerySet
from projects.vocabulary import ReportState

PAGE_SIZE = 100
EVERY, UNFILLED, DOUBTFUL, RETURNED, COORDINATED = "", "unfilled", "doubtful", "returned", "coordinated"
_SHOWN: dict[str, Callable[[SheetRow], bool]] = {
    EVERY: lambda row: True,
    UNFILLED: lambda row: not row.is_filled,
    DOUBTFUL: lambda row: bool(row.doubts),
    RETURNED: lambda row: row.report is not None and row.report.state == ReportState.RETURNED,
    COORDINATED: lambda row: row.report is not None and bool(row.report.needs_coordination),
}
_ORDERS: dict[str, Callable[[SheetRow], Any]] = {
    "name": lambda row: row.project.pinyin,
    "total": lambda row: _largest_first(row.project.total_investment),
    "last": lambda row: _largest_first(row.last.invested if row.last else None),
    "invested": lambda row: _largest_first(row.invested),
    "year": lambda row: _largest_first(row.year_to_date),
}
"""How a page may be ordered; unknown amounts come last."""


def counts(rows: Sequence[SheetRow]) -> dict[str, int]:
    """By choice of which rows a page shows, how many of these it has."""
    return {key: sum(map(belongs, rows)) for key, belongs in _SHOWN.items()}


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """What a page of the month is asked: words to find, which rows, or these projects alone; in what order.

    `order`: a key of `_ORDERS`; "" for unit and project, as the register has them.
    """

    words: str = ""
    shown: str = EVERY
    only: frozenset[int] = frozenset()
    order: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.shown or self.only)


def month_page(
    rows: Sequence[SheetRow], projects: ProjectQuerySet, asked: RowsAsked, number: str | int | None
) -> Page[SheetRow]:
    """The page `number` of the rows that are asked for; one query where words are to be found, else none."""
    found = None if not asked.words else set(projects.matching(asked.words).values_list("pk", flat=True))
    kept = [
        row
        for row in rows
        if _SHOWN[asked.shown](row)
        and (found is None or row.project.pk in found)
        and (not asked.only or row.project.pk in asked.only)
    ]
    if asked.order:
        kept.sort(key=_ORDERS[asked.order])
    return Paginator(kept, PAGE_SIZE).get_page(number)


def _largest_first(amount: int | None) -> tuple[bool, int]:
    return amount is None, -(amount or 0)
