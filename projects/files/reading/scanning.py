"""What a sheet's XML says beyond its values, and how far it really reaches, before anything is read into memory.

The reader of values keeps a rectangle as large as the farthest cell asks for, and believes the file. So every
cell's place is looked at here first: at the speed of a search where the XML is as Excel, WPS and the usual
libraries write it, tag by tag where it is not.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from projects.files.cells import column_name, column_number
from projects.files.grids import MIB, Limits, Span, Unreadable, check_spans
from projects.files.reading.packages import ODD

LONGEST_CELL = 4 * MIB
"""Bytes of XML that one cell can take: 32,767 characters, each of them escaped."""
CELL_MARKUP = 32
TAGS, SPARE_TAGS = 8, 1_000_000
"""Tags that a cell has at most, and those of a sheet besides: rules, links, merged cells."""
MARKED = 20_000
"""Cells of one kind that are remembered one by one."""
COLUMN_BITS, STYLE_BITS = 14, 16
"""A place is row << 14 | column: 16,384 columns. Excel knows 65,490 styles."""

_PREFIX = rb"""(?:[^\s<>/:"'=]+:)?"""
# Possessive, as a file may be written to make a search go back and forth for ever.
_ATTRIBUTES = rb"""((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)"""
_START = re.compile(rb"<" + _PREFIX + rb"(?:row|c)(?=[\s/>])")
_TAG = re.compile(rb"<" + _PREFIX + rb"(row|c)(?=[\s/>])" + _ATTRIBUTES + rb">")
_PREFIXED = re.compile(rb"<[^\s<>/:]+:(?:row|c)[\s/>]")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]{0,4})([0-9]{1,9})["']""")
_PLACED = re.compile(rb"(?:^|\s)r\s*=")
_SHARED = re.compile(rb"""(?:^|\s)t\s*=\s*["']s["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")

_ROW_ATTRIBUTES = re.compile(rb'<row r="([0-9]{1,7})"([^<>]*)>')
_SHARED_TEXT = re.compile(rb't="s"[^<>]{0,200}><' + _PREFIX + rb"v>([0-9]{1,9})</")
_COLUMN = re.compile(rb"<" + _PREFIX + rb"col(?=\s)" + _ATTRIBUTES + rb">")
_BOUND = re.compile(rb"""\s(min|max)\s*=\s*["']([0-9]{1,5})["']""")
_MERGED = re.compile(
    rb"<" + _PREFIX + rb"""mergeCell\s[^<>]*ref=["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']"""
)
_FORMULA = rb"<" + _PREFIX + rb"f(?:\s[^<>]*+)?(?:(?<=/)>|>[^<]*</" + _PREFIX + rb"f>)"
_CELL = rb"<" + _PREFIX + rb"""c(?=\s)([^<>]{0,99}?\sr=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]{0,200})>"""
_CELL_OF_TEXT = re.compile(_CELL + rb"<" + _PREFIX + rb"v>([0-9]{1,9})</")
_EMPTY = rb"<" + _PREFIX + rb"v\s*(?:/>|></" + _PREFIX + rb"v>)"
_ZERO = rb"<" + _PREFIX + rb"v>0</" + _PREFIX + rb"v>"
_NO_VALUE, _NO_VALUE_OR_ZERO = (
    re.compile(_CELL + _FORMULA + rb"(?:" + value + rb")?</" + _PREFIX + rb"c>")
    for value in (_EMPTY, _EMPTY + rb"|" + _ZERO)
)
_TEXT_VALUE = re.compile(rb"""\st=["']str["']""")
_ERROR = re.compile(_CELL + rb"(?:" + _FORMULA + rb")?<" + _PREFIX + rb"v>(#[A-Za-z0-9/!?_]{1,40})</")
_ERRORS = (b"#REF!", b"#N/A", b"#DIV/0!", b"#NAME?", b"#NULL!", b"#NUM!", b"#VALUE!")
_IS_ERROR = re.compile(rb"""\st=["']e["']""")
_NO_VALUE_SIGNS = (b"</f></c>", b"<v></v>", b"<v/>", b"/></c>", b"<v>0</v>", b":f")
_ERROR_SIGNS = (b't="e"', b"t='e'")
_CUTS = (b"<c ", b"<row", b":c ", b":row")


STRUCK = re.compile(rb"""<(?:[^\s<>/:]+:)?strike(?:\sval=["'](?:1|true)["'])?\s?/>""")
"""A run of text that is struck through."""


@dataclass(slots=True)
class ScannedSheet:
    """What was found in one sheet."""

    name: str
    size: int
    last_row: int = 0
    width: int = 0
    row: int = 0
    column: int = 0
    """Where the next row or cell follows that does not say where it stands."""
    cells: int = 0
    text: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Span] = field(default_factory=list)
    unevaluated: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    styled: array[int] = field(default_factory=lambda: array("Q"))
    """Cells whose style shows them otherwise than they are stored, in order: place << STYLE_BITS | style."""
    struck: list[tuple[int, int]] = field(default_factory=list)
    """Row and column of cells with a shared text that is struck through, or a part of it."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """Scans the sheets of one workbook: `lengths` are of its shared texts; `styled` finds cells by their looks."""

    limits: Limits
    lengths: Sequence[int]
    longest: int
    styled: re.Pattern[bytes] | None
    recalculates: bool
    """A 0 beside a formula is no result."""
    struck_texts: frozenset[int] = frozenset()
    """Numbers of shared texts with a part that is struck through."""

    def scan(self, name: str, chunks: Iterable[bytes], size: int) -> ScannedSheet:
        """A sheet of so many bytes. Raises Unreadable as soon as it reaches too far."""
        seen = ScannedSheet(name, size)
        tags = 0
        for piece in _pieces(chunks):
            tags += piece.count(b"<")
            if tags > TAGS * self.limits.cells + SPARE_TAGS:
                raise Unreadable(ODD)
            if not _as_usual(piece, seen, self.limits.columns):
                self._tag_by_tag(piece, seen)
            self._check(seen)
            self._text(piece, seen)
            self._marks(piece, seen)
        return seen

    def _check(self, seen: ScannedSheet) -> None:
        limits = self.limits
        if seen.last_row > limits.rows:
            raise Unreadable(
                f"工作表“{seen.name}”用到了第 {seen.last_row} 行，超过 {limits.rows} 行的上限，"
                "多半是下方的空行带有格式：请删除数据以下的行，另存后再上传"
            )
        if seen.width > limits.columns:
            raise Unreadable(
                f"工作表“{seen.name}”用到了 {column_name(seen.width)} 列，超过 {limits.columns} 列的上限，"
                "请删除数据右边的列，另存后再上传"
            )
        if seen.last_row * seen.width > limits.cells or seen.cells > limits.cells:
            raise Unreadable(
                f"工作表“{seen.name}”有 {seen.last_row} 行 {seen.width} 列（含带格式的空行空列），"
                f"超过共 {limits.cells} 格的上限，请删除空行空列或拆分后上传"
            )

    def _tag_by_tag(self, piece: bytes, seen: ScannedSheet) -> None:
        """Exact for any XML: a row or cell without a number follows the one before."""
        row, column, tags = seen.row, seen.column, 0
        for tag in _TAG.finditer(piece):
            tags += 1
            place = _PLACE.search(tag[2])
            if not place and _PLACED.search(tag[2]):
                raise Unreadable(ODD)
            if tag[1] == b"row":
                row, column = int(place[2]) if place else row + 1, 0
                if _HIDDEN.search(tag[2]):
                    seen.hidden_rows.add(row)
            else:
                seen.cells += 1
                column = column_number(place[1].decode()) if place and place[1] else column + 1
                seen.width = max(seen.width, column)
                row = int(place[2]) if place else max(row, 1)
                if b'"s"' not in tag[2] and _SHARED.search(tag[2]):
                    seen.text += self.longest
            seen.last_row = max(seen.last_row, row)
        seen.row, seen.column = row, column
        if tags != len(_START.findall(piece)):
            raise Unreadable(ODD)

    def _text(self, piece: bytes, seen: ScannedSheet) -> None:
        """Bytes of text that the cells of the piece will take."""
        shared = piece.count(b'"s"')
        if shared * self.longest * seen.size < len(piece) * self.limits.text:
            seen.text += shared * self.longest
        else:
            found = _SHARED_TEXT.findall(piece)
            try:
                seen.text += sum(map(self.lengths.__getitem__, map(int, found)))
            except IndexError:
                raise Unreadable(ODD) from None
            seen.text += (shared - len(found)) * self.longest
        if b"inlineStr" in piece or b'"str"' in piece:
            seen.text += max(0, len(piece) - CELL_MARKUP * piece.count(b"<c "))
        if seen.text > self.limits.text:
            raise Unreadable(
                f"工作表“{seen.name}”的文字超过 {self.limits.text / MIB:g} MB 的上限，请拆分后上传"
            )

    def _marks(self, piece: bytes, seen: ScannedSheet) -> None:
        """What is rare is searched for only where a sign of it occurs."""
        if b"h" in piece and b"hidden" in piece:
            _note_hidden_columns(piece, seen, self.limits.columns)
        if b"g" in piece and b"mergeCell" in piece:
            _note_merged(piece, seen, self.limits)
        if (
            b"f" in piece
            and (b"<f" in piece or b":f" in piece)
            and any(sign in piece for sign in _NO_VALUE_SIGNS)
        ):
            _note_unevaluated(piece, seen, _NO_VALUE_OR_ZERO if self.recalculates else _NO_VALUE)
        if b"#" in piece and any(sign in piece for sign in _ERROR_SIGNS):
            _note_errors(piece, seen)
        if self.struck_texts and len(seen.struck) < MARKED:
            seen.struck += [
                (int(row), column_number(column.decode()))
                for cell, column, row, text in _CELL_OF_TEXT.findall(piece)
                if int(text) in self.struck_texts and _SHARED.search(cell)
            ]
        if b"strike" in piece and b"inlineStr" in piece and len(seen.struck) < MARKED:
            seen.struck += _struck_inline(piece)
        if self.styled:
            for column, row, style in self.styled.findall(piece):
                place = int(row) << COLUMN_BITS | column_number(column.decode())
                seen.styled.append(place << STYLE_BITS | int(style))


def _struck_inline(piece: bytes) -> Iterator[tuple[int, int]]:
    """Row and column of cells that hold their own text, a part of which is struck through."""
    for cell in piece.split(b"</c>"):
        if (
            b"inlineStr" in cell
            and STRUCK.search(cell)
            and (place := _PLACE.search(cell[cell.rfind(b"<c ") :]))
        ):
            yield int(place[2]), column_number((place[1] or b"").decode())


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML cut before a row or cell, so that none lies in two pieces."""
    kept = b""
    for chunk in chunks:
        kept += chunk
        cut = next((cut for sign in _CUTS if (cut := kept.rfind(sign)) >= 0), None)
        cut = kept.rfind(b"<", 0, None if cut is None else cut + 1)
        if cut > 0:
            yield kept[:cut]
            kept = kept[cut:]
        elif len(kept) > LONGEST_CELL:
            raise Unreadable(ODD)
    yield kept


def _as_usual(piece: bytes, seen: ScannedSheet, most: int) -> bool:
    """Take in a piece written in the usual way; False for another. Stops at a column beyond `most`, to be refused."""
    rows = piece.split(b"<row")[1:]
    try:
        last = max((int(row[_AFTER_R : row.index(b'"', _AFTER_R)]) for row in rows), default=0)
    except ValueError:
        return False
    # A row has one colon, in its spans.
    if not all(row.startswith(b' r="') for row in rows) or (
        piece.count(b":") > len(rows) and _PREFIXED.search(piece)
    ):
        return False
    seen.last_row = max(seen.last_row, last)
    place = 0
    while seen.width <= most and (cell := _farther_cell(seen.last_row, seen.width).search(piece, place)):
        usual = _USUAL_CELL.match(piece, cell.start())
        if usual is None or int(usual[2]) > seen.last_row:
            return False
        seen.width, place = column_number(usual[1].decode()), cell.start()
    seen.cells += piece.count(b"<c ")
    seen.row, seen.column = seen.last_row, seen.width
    if b"h" in piece and b"hidden" in piece:
        hidden = (row[1] for row in _ROW_ATTRIBUTES.finditer(piece) if _HIDDEN.search(row[2]))
        seen.hidden_rows.update(map(int, hidden))
    return True


_AFTER_R = len(' r="')
_LOOK = rb'[ a-zA-Z0-9="]*+/?>'
_USUAL_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"' + _LOOK)


def _farther_cell(last_row: int, width: int) -> re.Pattern[bytes]:
    """Finds a cell beyond these, or one that is not written as usual: a search that finds nothing costs least."""
    place = f"(?:{_up_to(column_name(width), 'A', 'Z')})(?:{_up_to(str(last_row), '0', '9')})"
    return re.compile(rb'<c(?! r="' + place.encode() + b'"' + _LOOK + b")")


def _up_to(most: str, first: str, last: str) -> str:
    """A pattern of what is shorter than `most`, or as long and not beyond it; signs run from `first` to `last`."""
    if not most:
        return "(?!)"
    ways = [f"[{first}-{last}]{{1,{len(most) - 1}}}+"] if len(most) > 1 else []
    for place, sign in enumerate(most):
        rest = len(most) - place - 1
        highest = sign if not rest else chr(ord(sign) - 1)
        if highest >= first:
            ways.append(f"{most[:place]}[{first}-{highest}]" + f"[{first}-{last}]{{{rest}}}" * (rest > 0))
    return "|".join(ways)


def _note_hidden_columns(piece: bytes, seen: ScannedSheet, most: int) -> None:
    for column in _COLUMN.finditer(piece):
        if _HIDDEN.search(column[1]):
            bounds = {name: int(value) for name, value in _BOUND.findall(column[1])}
            first, last = bounds.get(b"min", 1), bounds.get(b"max", 0)
            seen.hidden_columns.update(range(first, min(last, most) + 1))


def _note_merged(piece: bytes, seen: ScannedSheet, limits: Limits) -> None:
    for left, top, right, bottom in _MERGED.findall(piece):
        seen.merged.append(
            (int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
        )
    check_spans(seen.name, seen.merged, limits)


def _note_unevaluated(piece: bytes, seen: ScannedSheet, no_value: re.Pattern[bytes]) -> None:
    for attributes, column, row in no_value.findall(piece):
        # A formula whose result is an empty text is written as a text without letters.
        if not _TEXT_VALUE.search(attributes):
            seen.unevaluated.add((int(row), column_number(column.decode())))
    if len(seen.unevaluated) > MARKED:
        raise Unreadable(
            f"工作表“{seen.name}”有超过 {MARKED} 个公式没有保存结果，请用 Excel 或 WPS 打开并保存后再上传"
        )


def _note_errors(piece: bytes, seen: ScannedSheet) -> None:
    for attributes, column, row, text in _ERROR.findall(piece):
        if not _IS_ERROR.search(attributes):
            continue
        if text not in _ERRORS:  # calamine would give up on the whole file
            raise Unreadable(
                f"工作表“{seen.name}”的单元格 {(column + row).decode()} 是错误值 {text.decode()}，请改正后再上传"
            )
        seen.errors.setdefault(int(row), []).append((column_number(column.decode()), text.decode()))
    if len(seen.errors) > MARKED:
        raise Unreadable(f"工作表“{seen.name}”有超过 {MARKED} 行含有错误值（如 #REF!），请先改正公式")
