"""Makes workbooks: tidy ones with XlsxWriter, crooked ones by surgery on their parts."""

import inspect
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from types import ModuleType
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
WORKBOOK = "xl/workbook.xml"


class Book(NamedTuple):
    """A file as a user has it."""

    name: str
    content: bytes


class Formula(NamedTuple):
    """A formula with the value that is stored beside it; None stores none."""

    text: str
    value: object


class Shown(NamedTuple):
    """A value in a number format of its own."""

    value: object
    look: str


@dataclass(frozen=True)
class Page:
    """One sheet; `merged` are ranges such as A1:C1 with what is written in them."""

    rows: Sequence[Sequence[object]]
    name: str = "项目清单"
    merged: Sequence[tuple[str, object]] = ()
    hidden_rows: Iterable[int] = ()
    """Counted from 1."""
    hidden_columns: Iterable[str] = ()
    is_hidden: bool = False
    first_row: int = 1
    first_column: int = 1


@dataclass
class Looks:
    book: Workbook
    made: dict = field(default_factory=dict)

    def of(self, look: str):
        if look not in self.made:
            self.made[look] = self.book.add_format({"num_format": look})
        return self.made[look]


def xlsx(*pages: Page) -> bytes:
    file = BytesIO()
    with Workbook(file) as book:
        looks = Looks(book)
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for line, cells in enumerate(page.rows, start=page.first_row - 1):
                for column, value in enumerate(cells, start=page.first_column - 1):
                    write(sheet, looks, line, column, value)
            for span, value in page.merged:
                sheet.merge_range(span, value)
            for row in page.hidden_rows:
                sheet.set_row(row - 1, options={"hidden": True})
            for columns in page.hidden_columns:
                sheet.set_column(columns, options={"hidden": True})
            if page.is_hidden:
                sheet.hide()
    return file.getvalue()


def write(sheet, looks: Looks, line: int, column: int, value: object) -> None:
    match value:
        case None:
            pass
        case Formula():
            sheet.write_formula(line, column, value.text, None, "" if value.value is None else value.value)
        case Shown():
            write_shown(sheet, looks.of(value.look), line, column, value.value)
        case bool():
            sheet.write_boolean(line, column, value)
        case str():
            sheet.write_string(line, column, value)
        case datetime() | date() | time():
            sheet.write_datetime(line, column, value, looks.of("yyyy-mm-dd"))
        case _:
            sheet.write_number(line, column, value)


def write_shown(sheet, look, line: int, column: int, value: object) -> None:
    if isinstance(value, date | time):
        sheet.write_datetime(line, column, value, look)
    else:
        sheet.write_number(line, column, value, look)


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(contents: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, part in contents.items():
            archive.writestr(name, part)
    return file.getvalue()


def operated(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The package with a piece of one part replaced, which must be there."""
    contents = parts(content)
    assert old in contents[name], (old, contents[name][:2000])
    return package(contents | {name: contents[name].replace(old, new)})


def with_rows(rows: bytes) -> bytes:
    """A workbook whose only sheet holds these rows of XML."""
    contents = parts(xlsx(Page([["项目名称"]])))
    before, _, after = contents[SHEET].partition(b"<sheetData>")
    return package(
        contents | {SHEET: before + b"<sheetData>" + rows + b"</sheetData>" + after.split(b"</sheetData>")[1]}
    )


class Entry(NamedTuple):
    """A part as an archive states it, which need not be true."""

    name: str
    packed: bytes
    size: int


def deflated(content: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(content) + engine.flush()


def deflated_zeros(megabytes: int) -> bytes:
    """So many of zeros, made from one: after a full flush, a piece may stand any number of times."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = engine.compress(bytes(2**20)) + engine.flush(zlib.Z_FULL_FLUSH)
    return piece * megabytes + engine.flush()


def archive(entries: Sequence[Entry]) -> bytes:
    """An archive written by hand; its checksums are wrong, and nobody gets as far as to see it."""
    body, directory = b"", b""
    for entry in entries:
        name = entry.name.encode()
        facts = struct.pack("<HHHHIIIHH", 20, 0, 8, 0, 0, 0, 0, 0, 0)[:10]
        sizes = struct.pack("<IIIHH", zlib.crc32(b""), len(entry.packed), entry.size, len(name), 0)
        directory += (
            b"PK\x01\x02\x14\x00" + facts + sizes + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        )
        body += b"PK\x03\x04" + facts + sizes + name + entry.packed
    count = len(entries)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def proofs(room: ModuleType) -> list[Callable[[], Book]]:
    """The functions of a module that make a book."""
    return [
        proof
        for _, proof in inspect.getmembers(room, inspect.isfunction)
        if proof.__module__ == room.__name__ and inspect.signature(proof).return_annotation is Book
    ]
