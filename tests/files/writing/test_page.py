"""`Page` overrides and calls private methods of XlsxWriter: whoever updates the library is told which one changed."""

import inspect
from hashlib import sha256

import pytest
from xlsxwriter.worksheet import Worksheet

from projects.files.writing.page import Page

WRITTEN_FOR = {
    "_write_single_row": "350e2bf9afaf",
    "_write_cell": "31d1fc8c46bd",
    "_xml_rich_inline_string": "ca8f501e2f7b",
    "_xml_inline_string": "4a0434c41051",
    "_check_dimensions": "abed6735b78b",
}
"""The first characters of the digest of each method's source, as `page.py` was written for it.

A new digest: compare the method with `page.py`, then state the new digest here.
"""


def digest(name: str) -> str:
    return sha256(inspect.getsource(getattr(Worksheet, name)).encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", WRITTEN_FOR)
def test_the_private_method_of_the_library_is_as_page_was_written_for(name: str) -> None:
    assert digest(name) == WRITTEN_FOR[name], (
        f"XlsxWriter has changed Worksheet.{name}: check files/writing/page.py"
    )


def test_no_other_private_method_is_overridden() -> None:
    private = {name for name in vars(Page) if name.startswith("_") and not name.startswith("__")}

    assert {name for name in private if hasattr(Worksheet, name)} <= WRITTEN_FOR.keys()
