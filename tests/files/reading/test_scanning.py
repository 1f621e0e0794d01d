"""What a sheet's XML says, whichever way it is written and wherever it is cut."""

import re

import pytest

from projects.files.cells import column_name, column_number
from projects.files.grids import Limits
from projects.files.reading.scanning import ScannedSheet, Scanner, _up_to
from tests.files.corpus import CORPUS
from tests.files.corpus.making import SHEET, parts

TOLD = (
    "last_row",
    "width",
    "hidden_rows",
    "hidden_columns",
    "merged",
    "unevaluated",
    "errors",
)
PROOFS = [
    "merged_headings",
    "blank_and_hidden",
    "formulas_without_values",
    "error_values",
    "away_from_the_corner",
]


def scanned(xml: bytes, step: int = 2**20) -> dict[str, object]:
    scanner = Scanner(Limits(), [10] * 1000, 10, None, recalculates=False)
    chunks = (xml[start : start + step] for start in range(0, len(xml), step))
    seen: ScannedSheet = scanner.scan("表", chunks, len(xml))
    return {name: getattr(seen, name) for name in TOLD}


def sheet_of(proof: str) -> bytes:
    return parts(CORPUS[proof]().content)[SHEET]


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="', b'<c  r="'),
        (b'<row r="', b'<row  r="'),
        (b"<sheetData>", b'<sheetData><c foo="b>ar" r="A1"/>'),
    ],
)
def test_unusual_xml_says_the_same(proof: str, old: bytes, new: bytes) -> None:
    xml = sheet_of(proof)

    assert old in xml
    assert scanned(xml.replace(old, new)) == scanned(xml)


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize("step", [1, 7, 64, 500])
def test_it_says_the_same_wherever_it_is_cut(proof: str, step: int) -> None:
    xml = sheet_of(proof)

    assert scanned(xml, step) == scanned(xml)


@pytest.mark.parametrize("most", [1, 9, 10, 12, 99, 100, 305, 1000, 100_002, 200_000])
def test_the_pattern_of_numbers_up_to_one(most: int) -> None:
    pattern = re.compile(rf"(?:{_up_to(str(most), '0', '9')})x")
    numbers = [*range(1, min(most + 3, 1200)), most - 1, most, most + 1, most * 10]

    assert all(bool(pattern.fullmatch(f"{number}x")) == (number <= most) for number in numbers if number)


@pytest.mark.parametrize("most", ["A", "B", "Z", "AA", "AZ", "BC", "IV", "ZZ", "AAA", "XFD"])
def test_the_pattern_of_columns_up_to_one(most: str) -> None:
    pattern = re.compile(rf"(?:{_up_to(most, 'A', 'Z')})1")
    columns = {*range(1, 800), *range(16_380, 16_385), column_number(most), column_number(most) + 1}

    assert all(
        bool(pattern.fullmatch(f"{column_name(column)}1")) == (column <= column_number(most))
        for column in columns
    )
