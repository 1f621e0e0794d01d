"""The archive that an .xlsx is: its directory is checked before a part is unpacked, and no size is believed.

Readers of archives differ in what they make of a crooked one, so whatever could be read in two ways is refused.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from projects.files.grids import ACCEPTED, BROKEN, LOCKED, MIB, RESAVE, Limits, Unreadable

CHUNK = MIB
READ = 256 * 1024
DIRECTORY = MIB
"""Bytes that the list of parts may take: some 10,000 parts, and Excel writes some dozens."""

END, END_64, LOCAL = b"PK\x05\x06", b"PK\x06\x07", b"PK\x03\x04"
END_SIZE, END_64_SIZE, LOCAL_SIZE = 22, 20, 30
ENCRYPTED = 0x1

ODD = f"文件的内部结构异常，{RESAVE}"


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A part as the directory states it; `size` is what it unpacks to."""

    name: str
    offset: int
    packed: int
    size: int
    method: int


def parts_of(file: BinaryIO, limits: Limits) -> dict[str, PackagePart]:
    """The parts of the package by name, in small letters. Raises Unreadable for what is no plain .xlsx."""
    _check_end(file)
    try:
        with ZipFile(file) as archive:
            listed = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable(BROKEN) from None
    parts = {part.name: part for part in map(_part, listed)}
    if len(parts) != len(listed):
        raise Unreadable(ODD)
    _check_kind(parts)
    size = sum(part.size for part in parts.values())
    if size > limits.unpacked:
        raise Unreadable(
            f"文件解压后有 {size / MIB:.0f} MB，超过 {limits.unpacked / MIB:g} MB 的上限，请删除无关内容或拆分后上传"
        )
    return parts


def _check_end(file: BinaryIO) -> None:
    """One directory, at the end of the file, of a size to be read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - END_64_SIZE))
    tail = file.read()
    end = tail[-END_SIZE:]
    if len(end) < END_SIZE or not end.startswith(END):
        raise Unreadable(BROKEN)
    length, start, comment = struct.unpack("<IIH", end[12:])
    if comment or END_64 in tail[:-END_SIZE] or length > DIRECTORY or start + length != size - END_SIZE:
        raise Unreadable(ODD)


def _part(listed: ZipInfo) -> PackagePart:
    if listed.flag_bits & ENCRYPTED:
        raise Unreadable(LOCKED)
    if listed.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Unreadable(ODD)
    name = listed.filename.replace("\\", "/").lower().lstrip("/")
    return PackagePart(
        name, listed.header_offset, listed.compress_size, listed.file_size, listed.compress_type
    )


def _check_kind(parts: dict[str, PackagePart]) -> None:
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in parts):
        raise Unreadable("文件含有宏，请另存为不含宏的 .xlsx 后再上传")
    if "xl/workbook.xml" in parts:
        return
    for sign, what in (
        ("xl/workbook.bin", "Excel 二进制工作簿（.xlsb）"),
        ("word/document.xml", "Word 文档"),
        ("ppt/presentation.xml", "PowerPoint 演示文稿"),
        ("content.xml", "OpenDocument 表格（.ods）"),
        ("index/document.iwa", "Numbers 表格"),
    ):
        if sign in parts:
            raise Unreadable(f"文件内容是 {what}，只接受 .xlsx、.xls 和 .csv：{RESAVE}")
    raise Unreadable(f"文件内容是压缩包，不是工作簿：请先解压；{ACCEPTED}")


def unpacked(file: BinaryIO, part: PackagePart) -> Iterator[bytes]:
    """The part in pieces of at most `CHUNK` bytes. Raises Unreadable if it is not what the directory states."""
    file.seek(part.offset)
    header = file.read(LOCAL_SIZE)
    if len(header) < LOCAL_SIZE or not header.startswith(LOCAL):
        raise Unreadable(BROKEN)
    name, extra = struct.unpack("<HH", header[26:])
    file.seek(part.offset + LOCAL_SIZE + name + extra)
    seen = 0
    for piece in _stored(file, part) if part.method == ZIP_STORED else _inflated(file, part):
        seen += len(piece)
        if seen > part.size:
            raise Unreadable("文件声明的大小与实际不符，可能是压缩炸弹，已停止读取")
        yield piece
    if seen != part.size:
        raise Unreadable(BROKEN)


def _stored(file: BinaryIO, part: PackagePart) -> Iterator[bytes]:
    left = part.packed
    while left and (piece := file.read(min(left, CHUNK))):
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, part: PackagePart) -> Iterator[bytes]:
    engine, left = zlib.decompressobj(-zlib.MAX_WBITS), part.packed
    packed = b""
    try:
        while not engine.eof:
            if not packed:
                packed = file.read(min(left, READ))
                left -= len(packed)
            piece = engine.decompress(packed, CHUNK)
            packed = engine.unconsumed_tail
            if piece:
                yield piece
            elif not packed and not left:
                break
    except zlib.error:
        raise Unreadable(BROKEN) from None


def whole(file: BinaryIO, part: PackagePart, most: int) -> bytes:
    """A small part at once."""
    if part.size > most:
        raise Unreadable(ODD)
    return b"".join(unpacked(file, part))
