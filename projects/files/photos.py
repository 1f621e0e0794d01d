"""A photo made fit to be shown: decoded within limits, upright, small, and freed of all that it tells besides.

What a camera writes into a photo (where, when) is read out once; no copy that is shown carries it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import IO, Any

import pi_heif
from PIL import ExifTags, Image, ImageOps

from projects.files.photo_headers import TOO_MANY_PIXELS, pixels_of
from projects.rules.broken import RuleBroken

pi_heif.register_heif_opener()

FORMATS = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".heic": "HEIF"}
"""The decoder that a kind of file goes to, whatever else its content would fit."""

MOST_LOGO_PIXELS = 10_000_000
LOGO_FORMATS = ("PNG", "JPEG", "WEBP")
LOGO_SIZE = (400, 96)
SHOWN_SIDE, THUMBNAIL_SIDE = 2048, 360
FIRST_YEAR = 1990  # an earlier day is a camera's clock that nobody set
BROKEN = "照片已损坏或不完整，无法打开，请重新选择。"

type Position = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Photo:
    """Two JPEG copies without metadata, and what the original's metadata told.

    `taken_at` is naive where the camera named no time zone. Degrees north and east, six decimals; None: unknown.
    """

    shown: bytes
    thumbnail: bytes
    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def develop(file: IO[bytes], extension: str) -> Photo:
    """The photo in `file`, whose content is of the kind `extension` (one of `FORMATS`).

    RuleBroken when it has too many pixels, which is asked before they are decoded, or cannot be decoded.
    """
    size_of(file, extension)
    with _refused_in_words(), Image.open(file, formats=[FORMATS[extension]]) as image:
        taken_at, position = _told(image)
        shown = _reduced(image)
    latitude, longitude = position or (None, None)
    return Photo(_jpeg(shown, SHOWN_SIDE), _jpeg(shown, THUMBNAIL_SIDE), taken_at, latitude, longitude)


def size_of(file: IO[bytes], extension: str) -> int:
    """The pixels of the photo in `file` by its header; RuleBroken for what `develop` would refuse for its size."""
    with _refused_in_words():
        return pixels_of(file, extension, FORMATS[extension])


@contextmanager
def _refused_in_words() -> Iterator[None]:
    try:
        yield
    except RuleBroken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise RuleBroken(TOO_MANY_PIXELS) from bomb
    except Exception as fault:  # a decoder may answer a broken or hostile file with anything
        raise RuleBroken(BROKEN) from fault


def logo(file: IO[bytes]) -> bytes:
    """A small PNG of the image in `file`, without metadata; RuleBroken when it is no image that we read."""
    try:
        with Image.open(file, formats=LOGO_FORMATS) as image:
            if image.width * image.height > MOST_LOGO_PIXELS:
                raise RuleBroken(f"标志像素过多：最多 {MOST_LOGO_PIXELS // 10_000} 万像素。")
            image.thumbnail(LOGO_SIZE)
            small, written = ImageOps.exif_transpose(image).convert("RGBA"), BytesIO()
    except RuleBroken:
        raise
    except Exception as fault:  # a decoder may answer a broken or hostile file with anything
        raise RuleBroken("标志文件不是可以打开的 PNG、JPG 或 WebP 图片。") from fault
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


def _reduced(image: Image.Image) -> Image.Image:
    """The first frame, no larger than is shown, turned as it was held, on white where it was transparent."""
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright)
    return flat


def _jpeg(image: Image.Image, side: int) -> bytes:
    copy, written = image.copy(), BytesIO()
    copy.thumbnail((side, side))
    copy.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()


def _told(image: Image.Image) -> tuple[datetime | None, Position | None]:
    """When and where it was taken, as far as the metadata can be read; a photo may come without any."""
    try:
        exif = image.getexif()
        return _moment(exif.get_ifd(ExifTags.IFD.Exif)), _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # broken metadata tells nothing; the picture itself is judged when it is decoded
        return None, None


def _moment(exif: Mapping[int, Any]) -> datetime | None:
    typed = str(exif.get(ExifTags.Base.DateTimeOriginal, "")).strip(" \0")
    offset = str(exif.get(ExifTags.Base.OffsetTimeOriginal, "")).strip(" \0")
    for text in (f"{typed}{offset}", typed):
        try:
            moment = datetime.fromisoformat(text.replace(":", "-", 2))
        except ValueError:
            continue
        return moment if moment.year >= FIRST_YEAR else None
    return None


def _position(gps: Mapping[int, Any]) -> Position | None:
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:  # 0, 0: the camera had no fix
        return None
    return latitude, longitude


def _degrees(gps: Mapping[int, Any], tag: int, side_tag: int, negative: str, most: int) -> Decimal | None:
    parts = gps.get(tag)
    if parts is None or len(parts) != 3:
        return None
    degrees = sum(float(part) / 60**place for place, part in enumerate(parts))
    if not isfinite(degrees) or not 0 <= degrees <= most:
        return None
    signed = -degrees if str(gps.get(side_tag, "")).strip(" \0").upper() == negative else degrees
    return Decimal(str(signed)).quantize(Decimal("0.000001"))
