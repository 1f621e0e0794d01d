"""How much work a photo would be, told by its first bytes and marks: nothing is decoded here."""

import re
import struct
from collections.abc import Iterator
from typing import IO

from PIL import Image

from projects.rules.broken import RuleBroken

MOST_PIXELS = 50_000_000
MOST_PIXELS_AT_ONCE = 250_000_000
"""Of all photos of one request together: twenty as a phone takes them."""
MOST_SCANS = 64
"""Passes over a JPEG; a progressive one has about ten, and each may go over every pixel again."""
MOST_ITEMS = 1024
"""Images inside a HEIC; a phone makes a photo of about fifty tiles."""
INNER_SHARE = 3
"""Beside the photo itself there are its tiles, a preview and a map of its light: some three times its pixels."""

TOO_MANY_PIXELS = f"照片像素过多：最多 {MOST_PIXELS // 10_000} 万像素。"
TOO_MANY_AT_ONCE = f"照片像素合计过多：一次最多 {MOST_PIXELS_AT_ONCE // 10_000} 万像素，请分几次上传。"
TOO_INTRICATE = "照片的编码异常，解码会占用太久，请另存为普通的 JPG 后再上传。"

_JPEG_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ALONE = frozenset(b"\x01\xd8")
_END, _SCAN = 0xD9, 0xDA


def pixels_of(file: IO[bytes], extension: str, decoder: str) -> int:
    """The pixels that decoding would have to fill. RuleBroken for one that is too large or too intricate.

    Raises whatever the decoder raises for a header that cannot be read.
    """
    file.seek(0)
    with Image.open(file, formats=[decoder]) as image:
        pixels = image.width * image.height
    if extension in (".jpg", ".heic"):
        file.seek(0)
        content = file.read()
        if extension == ".jpg":
            _check_scans(content)
        else:
            pixels = max(pixels, _coded_pixels(content) // INNER_SHARE)
    file.seek(0)
    if pixels > MOST_PIXELS:
        raise RuleBroken(TOO_MANY_PIXELS)
    return pixels


def _check_scans(content: bytes) -> None:
    for number, _ in enumerate(_scans(content), start=1):
        if number > MOST_SCANS:
            raise RuleBroken(TOO_INTRICATE)


def _scans(content: bytes) -> Iterator[int]:
    """Where each pass of a JPEG begins, up to the end of its first image."""
    at = 2
    while mark := _JPEG_MARK.search(content, at):
        kind, at = mark[0][1], mark.end()
        if kind == _END:
            return
        if kind in _ALONE:
            continue
        if kind == _SCAN:
            yield at
        at += max(int.from_bytes(content[at : at + 2]), 2)


def _coded_pixels(content: bytes) -> int:
    """Of all images inside a HEIC together: a photo is put together of tiles, which may be larger than it is.

    Raises struct.error or IndexError for boxes that cannot be read.
    """
    sizes: list[int] = []
    uses: list[int] = []
    for kind, body in _boxes(content, b"meta", b"iprp"):
        if kind == b"ipco":
            sizes = [_area(box) if inner == b"ispe" else 0 for inner, box in _boxes(body)]
        elif kind == b"ipma":
            uses += _uses(body)
    if uses.count(-1) > MOST_ITEMS:
        raise RuleBroken(TOO_INTRICATE)
    return sum(sizes[use - 1] for use in uses if 0 < use <= len(sizes))


def _boxes(content: bytes, *within: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of an ISO media file by kind, or those inside the boxes named one within the other."""
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        end = at + size if size else len(content)
        if end < at + head:
            return
        body = content[at + head : end]
        if not within:
            yield kind, body
        elif kind == within[0]:
            yield from _boxes(body[4:] if kind == b"meta" else body, *within[1:])
        at = end


def _area(box: bytes) -> int:
    width, height = struct.unpack_from(">II", box, 4)
    return int(width * height)


def _uses(box: bytes) -> Iterator[int]:
    """For each image in the file a -1, and the numbers of the properties that it has."""
    version, is_wide, count = box[0], box[3] & 1, int.from_bytes(box[4:8])
    at = 8
    for _ in range(min(count, len(box))):
        at += 4 if version else 2
        yield -1
        number, at = box[at], at + 1
        for _ in range(number):
            yield int.from_bytes(box[at : at + 2]) & 0x7FFF if is_wide else box[at] & 0x7F
            at += 2 if is_wide else 1
