from collections.abc import Callable
from io import BytesIO

import pytest

from projects.files.reading.read import Grid, read
from tests.files.corpus import CORPUS


@pytest.fixture
def grids() -> Callable[[str], list[Grid]]:
    """The sheets of a workbook of the corpus."""

    def opened(proof: str) -> list[Grid]:
        book = CORPUS[proof]()
        return read(BytesIO(book.content), book.name)

    return opened
