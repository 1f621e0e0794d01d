"""Text files of cells: UTF-8 with and without its mark, GB18030, UTF-16; comma, tab or semicolon."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import BinaryIO

from projects.files.grids import MIB, RESAVE, Grid, LazyRows, Limits, Raw, Unreadable
from projects.files.shield import unshield

SEPARATORS = (",", "\t", ";")
SAMPLE_LINES, LONGEST_LINE = 20, 64 * 1024
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_delimited(file: BinaryIO, name: str, limits: Limits) -> list[Grid]:
    """The one sheet of the file, named as the file is."""
    content = file.read()
    encoding = _encoding(content)
    separator = _separator(content, encoding)
    height, width = _extent(content, encoding, separator, limits)
    return [Grid(name, _DelimitedRows(content, encoding, separator, height, width))]


@dataclass(frozen=True, slots=True)
class _DelimitedRows(LazyRows):
    """The lines, parsed anew each time: 100,000 of them as lists would take ten times the file."""

    content: bytes
    encoding: str
    separator: str
    height: int
    width: int

    def __len__(self) -> int:
        return self.height

    def __iter__(self) -> Iterator[Sequence[Raw]]:
        for cells in _lines(self.content, self.encoding, self.separator):
            row: list[Raw] = [unshield(cell) or None for cell in cells]
            row.extend([None] * (self.width - len(row)))
            yield row


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _tried(content, encoding) or _refuse()
    return _tried(content, "utf-8") or _tried(content, "gb18030") or _refuse()


def _tried(content: bytes, encoding: str) -> str | None:
    """The encoding, if the whole of the file is in it."""
    decoder = getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), MIB):
            decoder.decode(content[start : start + MIB], final=start + MIB >= len(content))
    except UnicodeError:
        return None
    return encoding


def _refuse() -> str:
    raise Unreadable("认不出文件的编码，请另存为“CSV UTF-8”或 .xlsx 后再上传")


def _separator(content: bytes, encoding: str) -> str:
    """The mark that parts the most of the first lines alike; a comma where nothing does."""
    text = TextIOWrapper(BytesIO(content), encoding, newline="")
    lines = [line for _ in range(SAMPLE_LINES) if (line := text.readline(LONGEST_LINE)).strip()]

    def parted(separator: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=separator)]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    try:
        return max(SEPARATORS, key=parted)
    except csv.Error:
        return ","


def _lines(content: bytes, encoding: str, separator: str) -> Iterator[list[str]]:
    text = TextIOWrapper(BytesIO(content), encoding, newline="")
    reader = csv.reader(text, delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        raise Unreadable(f"第 {reader.line_num} 行附近的引号或分隔符有误，{RESAVE}") from None


def _extent(content: bytes, encoding: str, separator: str, limits: Limits) -> tuple[int, int]:
    """Lines and the cells of the longest; refused as soon as there are too many."""
    height = width = 0
    for cells in _lines(content, encoding, separator):
        height += 1
        width = max(width, len(cells))
        if height > limits.rows or width > limits.columns or height * width > limits.cells:
            raise Unreadable(
                f"第 {height} 行超出上限（{limits.rows} 行、{limits.columns} 列、共 {limits.cells} 格），请拆分后上传"
            )
    return height, width
