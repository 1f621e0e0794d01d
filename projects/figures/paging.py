"""A long list in pages, or whole for paper as far as that is sensible."""

from typing import Any

from django.core.paginator import Page, Paginator

PAGE_SIZE = 50
MOST_AT_ONCE = 1000
"""Rows that a page shows when all of them are asked for."""
WHOLE = "all"
"""Instead of the number of a page: all rows."""


class Pages(Paginator[Any]):
    """Pages of a list; `get_page(WHOLE)` is all of it, where it is not too long."""

    @property
    def offers_whole(self) -> bool:
        return self.per_page < self.count <= MOST_AT_ONCE

    def get_page(self, number: Any) -> Page[Any]:
        if number == WHOLE and self.offers_whole:
            self.per_page = self.count
            number = 1
        return super().get_page(number)
