"""A long list in pages, and whole as far as paper is meant to hold it."""

import pytest

from projects.figures.paging import MOST_AT_ONCE, WHOLE, Pages


@pytest.mark.parametrize(
    ("count", "number", "first", "last", "is_cut"),
    [
        (100, 1, 1, 50, True),
        (100, "2", 51, 100, True),
        (100, WHOLE, 1, 100, False),
        (MOST_AT_ONCE, WHOLE, 1, MOST_AT_ONCE, False),
        (MOST_AT_ONCE + 1, WHOLE, 1, 50, True),
        (50, WHOLE, 1, 50, False),
        (0, WHOLE, 0, 0, False),
        (100, "nonsense", 1, 50, True),
    ],
)
def test_which_rows_a_page_holds(count: int, number: object, first: int, last: int, is_cut: bool) -> None:
    page = Pages(range(count), 50).get_page(number)

    assert (page.start_index(), page.end_index(), page.paginator.num_pages > 1) == (first, last, is_cut)
