"""Sheets as offices print them, in other words, orders and layouts: each function makes one and says what it proves."""

from tests.workbooks.corpus import cells, columns, groups, lines, periods, written
from tests.workbooks.corpus.case import Case, cases

__all__ = ["CASES", "Case"]

CASES = {
    make.__name__: make for room in (lines, columns, groups, cells, periods, written) for make in cases(room)
}
