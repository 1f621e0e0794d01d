"""Workbooks of Excel 2007 and later: the package is checked and scanned, then read by calamine."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from projects.files.grids import (
    BROKEN,
    MIB,
    MOST_STRUCK,
    Grid,
    LazyRows,
    Limits,
    Raw,
    Unreadable,
    too_many_struck,
)
from projects.files.reading.contents import TEXTS, contents_of
from projects.files.reading.packages import ODD, PackagePart, parts_of, unpacked
from projects.files.reading.scanning import (
    COLUMN_BITS,
    LONGEST_CELL,
    STRUCK,
    STYLE_BITS,
    ScannedSheet,
    Scanner,
)
from projects.files.reading.styles import Look, as_shown

FEW_STYLES = 200
_USUAL_END = b"</si>"
_END_OF_TEXT = re.compile(rb"</(?:[^\s<>/:]+:)?si\s*>|<(?:[^\s<>/:]+:)?si\s*/>")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xlsx(file: BinaryIO, limits: Limits) -> list[Grid]:
    """Every sheet of cells, in order. Raises Unreadable."""
    parts = parts_of(file, limits)
    seen, looks = _scanned(file, parts, limits)
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return [
            _grid(
                book.get_sheet_by_name(sheet.name),
                seen[sheet.name],
                looks,
                hidden=sheet.visible != SheetVisibleEnum.Visible,
            )
            for sheet in sheets
        ]
    except Unreadable:
        raise
    except KeyError:
        raise Unreadable(ODD) from None
    except Exception:  # calamine's own errors share no class with one another
        raise Unreadable(BROKEN) from None


def _scanned(
    file: BinaryIO, parts: Mapping[str, PackagePart], limits: Limits
) -> tuple[dict[str, ScannedSheet], Mapping[int, Look]]:
    """Each sheet by name as its XML shows it, and the styles that show values otherwise."""
    _check_small_parts(file, parts)
    contents = contents_of(file, parts)
    if len(contents.sheets) > limits.sheets:
        raise Unreadable(
            f"文件有 {len(contents.sheets)} 张工作表，超过 {limits.sheets} 张的上限，请拆分后上传"
        )
    texts = _SharedTexts()
    if TEXTS in parts:
        texts.read(file, parts[TEXTS], limits)
    lengths = texts.lengths
    scanner = Scanner(
        limits,
        lengths,
        max(lengths, default=0),
        _cells_of(contents.looks),
        contents.recalculates,
        frozenset(texts.struck),
    )
    seen = {}
    for name, part in contents.sheets.items():
        seen[name] = scanner.scan(name, _clean(file, part), part.size)
    if sum(sheet.last_row * sheet.width for sheet in seen.values()) > limits.cells:
        raise Unreadable(f"各工作表合计超过 {limits.cells} 格的上限，请拆分后上传")
    if sum(sheet.text for sheet in seen.values()) > limits.text:
        raise Unreadable(_too_much_text(limits))
    return seen, contents.looks


def _check_small_parts(file: BinaryIO, parts: Mapping[str, PackagePart]) -> None:
    """All XML but the sheets and their texts, which are checked as they are scanned."""
    for name, part in parts.items():
        is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        if name.endswith((".xml", ".rels")) and not is_sheet and name != TEXTS:
            for _ in _clean(file, part):
                pass


def _too_much_text(limits: Limits) -> str:
    return f"文件的文字超过 {limits.text / MIB:g} MB 的上限，请拆分后上传"


def _refuse_entities(chunk: bytes) -> None:
    if b"!" in chunk and b"<!" in chunk and _DECLARED.search(chunk):
        raise Unreadable("文件的 XML 中带有实体定义（DOCTYPE），Excel 从不写入，可能是恶意文件，已停止读取")


def _clean(file: BinaryIO, part: PackagePart) -> Iterator[bytes]:
    tail = b""
    for chunk in unpacked(file, part):
        if not tail and chunk.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
            raise Unreadable(ODD)
        _refuse_entities(tail + chunk)
        tail = chunk[-10:]
        yield chunk


@dataclass(slots=True)
class _SharedTexts:
    """The shared texts of a workbook by their numbers."""

    lengths: list[int] = field(default_factory=list)
    """Bytes of XML of each: more than the text itself takes."""
    struck: set[int] = field(default_factory=set)
    """Those with a part that is struck through."""

    def read(self, file: BinaryIO, part: PackagePart, limits: Limits) -> None:
        """Raises Unreadable for more text than a workbook may have."""
        kept = b""
        if part.size > limits.text:
            raise Unreadable(_too_much_text(limits))
        for chunk in _clean(file, part):
            piece = kept + chunk if kept or self.lengths else chunk[max(0, chunk.find(b"<si>")) :]
            odd = b"<si/>" in piece or b":si" in piece or b"si " in piece
            *ended, kept = _END_OF_TEXT.split(piece) if odd else piece.split(_USUAL_END)
            if b"strike" in piece:
                first = len(self.lengths)
                self.struck |= {first + at for at, text in enumerate(ended) if STRUCK.search(text)}
            self.lengths.extend(map(len, ended))
            if len(kept) > LONGEST_CELL:
                raise Unreadable(ODD)
            if len(self.lengths) > limits.cells:
                raise Unreadable(f"文件有超过 {limits.cells} 段文字，请拆分后上传")


def _cells_of(styles: Mapping[int, Look]) -> re.Pattern[bytes] | None:
    if not styles:
        return None
    many = len(styles) > FEW_STYLES  # a search for any of thousands is slower than a look at each
    numbers = b"[0-9]{1,5}" if many else "|".join(map(str, styles)).encode()
    place = rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']"""
    return re.compile(
        rb"<[^\s<>]{0,9}c(?=\s)[^<>]{0,99}?" + place + rb"""[^<>]{0,40}?\ss=["'](%b)["']""" % numbers
    )


@dataclass(frozen=True, slots=True)
class _XlsxRows(LazyRows):
    """The rows of a sheet from its first on, made one by one."""

    sheet: CalamineSheet
    seen: ScannedSheet
    looks: Mapping[int, Look]

    def __len__(self) -> int:
        return self.sheet.end[0] + 1 if self.sheet.end else 0

    def __iter__(self) -> Iterator[Sequence[Raw]]:
        if not self.sheet.end:
            return
        rows: Iterator[list[Raw]] = (
            [None if cell == "" else cell for cell in row] if "" in row else list(row)
            for row in self.sheet.iter_rows()
        )
        if self.seen.errors or self.seen.styled or self.seen.unevaluated:
            rows = self._amended(rows)
        yield from rows

    def _amended(self, rows: Iterator[list[Raw]]) -> Iterator[list[Raw]]:
        """Error values, which calamine leaves out, and days and amounts as the sheet shows them."""
        first = self.sheet.start[1] + 1 if self.sheet.start else 1
        unevaluated: dict[int, list[int]] = {}
        styled = iter(self.seen.styled)
        mark = next(styled, None)
        for row_number, column in self.seen.unevaluated:
            unevaluated.setdefault(row_number, []).append(column - first)
        for number, row in enumerate(rows, start=1):
            for column, text in self.seen.errors.get(number, ()):
                row[column - first] = text
            for place in unevaluated.get(number, ()):
                if 0 <= place < len(row):
                    row[place] = None
            while mark is not None and mark >> COLUMN_BITS + STYLE_BITS <= number:
                column = (mark >> STYLE_BITS) % (1 << COLUMN_BITS) - first
                if 0 <= column < len(row):
                    look = self.looks.get(mark % (1 << STYLE_BITS))
                    row[column] = as_shown(row[column], look) if look else row[column]
                mark = next(styled, None)
            yield row


def _grid(sheet: CalamineSheet, seen: ScannedSheet, looks: Mapping[int, Look], *, hidden: bool) -> Grid:
    return Grid(
        sheet.name,
        _XlsxRows(sheet, seen, looks),
        first_column=sheet.start[1] + 1 if sheet.start else 1,
        hidden_rows=frozenset(seen.hidden_rows),
        hidden_columns=frozenset(seen.hidden_columns),
        is_hidden=hidden,
        merged=tuple(seen.merged),
        unevaluated=frozenset(seen.unevaluated),
        struck=_struck(seen, looks),
    )


def _struck(seen: ScannedSheet, looks: Mapping[int, Look]) -> dict[int, frozenset[int]]:
    """The columns by row whose style is struck through. Raises Unreadable for more than a person strikes."""
    styles = {style for style, look in looks.items() if look.is_struck}
    found: dict[int, set[int]] = defaultdict(set)
    for row, column in seen.struck:
        found[row].add(column)
    cells = len(seen.struck)
    for mark in seen.styled if styles else ():
        if mark % (1 << STYLE_BITS) in styles:
            place = mark >> STYLE_BITS
            found[place >> COLUMN_BITS].add(place % (1 << COLUMN_BITS))
            cells += 1
            if cells > MOST_STRUCK:
                raise Unreadable(too_many_struck(seen.name))
    return {row: frozenset(columns) for row, columns in found.items()}
