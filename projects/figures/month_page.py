"""One page of a month's rows: those that a question leaves, in pages, beside the sums of the whole month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from projects.figures.reporting import SheetRow
from projects.models.project import ProjectQuerySet
from projects.vocabulary import ReportState

PAGE_SIZE = 100
EVERY, UNFILLED, DOUBTFUL, RETURNED = "", "unfilled", "doubtful", "returned"
_SHOWN: dict[str, Callable[[SheetRow], bool]] = {
    EVERY: lambda row: True,
    UNFILLED: lambda row: not row.is_filled,
    DOUBTFUL: lambda row: bool(row.doubts),
    RETURNED: lambda row: row.report is not None and row.report.state == ReportState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """What a page of the month is asked: words to find, which rows, or these projects alone."""

    words: str = ""
    shown: str = EVERY
    only: frozenset[int] = frozenset()

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
    return Paginator(kept, PAGE_SIZE).get_page(number)
