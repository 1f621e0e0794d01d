"""Photos: decoded within limits, upright, without metadata; what the camera told, read once."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from projects.files import photos
from projects.files.photos import develop
from projects.rules.broken import RuleBroken
from tests import build

HEIC = Path(__file__).with_name("iphone.heic")
HERE = (Decimal("31.808333"), Decimal("119.937500"))


def developed(content: bytes, extension: str = ".jpg") -> photos.Photo:
    return develop(BytesIO(content), extension)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (build.photo(), ".jpg"),
        (build.photo(kind="PNG"), ".png"),
        (build.photo(kind="WEBP"), ".webp"),
        (HEIC.read_bytes(), ".heic"),
    ],
)
def test_every_kind_becomes_two_jpegs(content: bytes, extension: str) -> None:
    photo = developed(content, extension)

    assert opened(photo.shown).format == opened(photo.thumbnail).format == "JPEG"


def test_the_copies_are_small_and_carry_no_metadata() -> None:
    photo = developed(build.photo(size=(3000, 1500), exif=build.taken()))

    assert (opened(photo.shown).size, opened(photo.thumbnail).size) == ((2048, 1024), (360, 180))
    for copy in (photo.shown, photo.thumbnail):
        assert not opened(copy).getexif()
        assert b"Exif" not in copy


def test_a_small_photo_is_not_blown_up() -> None:
    assert opened(developed(build.photo(size=(40, 30))).shown).size == (40, 30)


def test_it_stands_upright_as_it_was_held() -> None:
    assert opened(developed(build.photo(exif=build.taken(orientation=6))).shown).size == (30, 40)


def test_what_is_transparent_is_shown_on_white() -> None:
    shown = opened(developed(build.photo(kind="PNG", mode="RGBA", colour="#ff000000"), ".png").shown)

    assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_an_iphone_tells_when_and_where() -> None:
    photo = developed(HEIC.read_bytes(), ".heic")

    assert (photo.latitude, photo.longitude) == HERE
    assert photo.taken_at == datetime(2024, 11, 20, 10, 30)  # noqa: DTZ001  # the camera names no zone


@pytest.mark.parametrize(
    ("exif", "place"),
    [
        (build.taken(), HERE),
        (build.taken(sides=("S", "W")), (-HERE[0], -HERE[1])),
        (build.taken(north=(91, 0, 0)), (None, None)),
        (build.taken(east=(181, 0, 0)), (None, None)),
        (build.taken(east=None), (None, None)),
        (build.taken(north=(31, 48), east=(119, 56)), (None, None)),
        (build.taken(north=(0, 0, 0), east=(0, 0, 0)), (None, None)),
        (build.taken(north=(IFDRational(0, 0), 48, 30)), (None, None)),  # no number at all
    ],
)
def test_where_it_was_taken(exif: Image.Exif, place: tuple[Decimal | None, Decimal | None]) -> None:
    photo = developed(build.photo(exif=exif))

    assert (photo.latitude, photo.longitude) == place


@pytest.mark.parametrize(
    ("at", "offset", "moment"),
    [
        (
            "2024:11:20 10:30:00",
            "+08:00",
            datetime(2024, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=8))),
        ),
        ("2024:11:20 10:30:00", "nonsense", datetime(2024, 11, 20, 10, 30)),  # noqa: DTZ001
        ("0000:00:00 00:00:00", "", None),
        ("1980:01:01 00:00:00", "", None),
        ("yesterday", "", None),
        ("", "", None),
    ],
)
def test_when_it_was_taken(at: str, offset: str, moment: datetime | None) -> None:
    assert developed(build.photo(exif=build.taken(at, offset=offset))).taken_at == moment


def test_a_photo_without_metadata_tells_nothing() -> None:
    photo = developed(build.photo())

    assert (photo.taken_at, photo.latitude, photo.longitude) == (None, None, None)


def test_broken_metadata_does_not_break_the_photo() -> None:
    whole = build.photo(exif=build.taken())
    broken = whole.replace(b"Exif\0\0MM\0*", b"Exif\0\0MM\xff*").replace(
        b"Exif\0\0II*\0", b"Exif\0\0II\xff\0"
    )

    assert broken != whole
    assert (developed(broken).taken_at, opened(developed(broken).shown).size) == (None, (40, 30))


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (b"\xff\xd8\xff\xe0 no photo at all", ".jpg"),
        (build.photo(size=(400, 300))[:500], ".jpg"),
        (build.photo(kind="PNG")[:60], ".png"),
        (build.photo(kind="PNG"), ".jpg"),  # the decoder is chosen by what it says it is
        (HEIC.read_bytes()[:400], ".heic"),
        (b"", ".webp"),
    ],
)
def test_what_cannot_be_decoded_is_refused(content: bytes, extension: str) -> None:
    with pytest.raises(RuleBroken, match="照片已损坏"):
        developed(content, extension)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""
    content = bytearray(build.photo(kind="PNG"))
    content[16:24] = width.to_bytes(4) + height.to_bytes(4)
    header = bytes(content[12:29])
    content[29:33] = crc32(header).to_bytes(4)
    return bytes(content)


@pytest.mark.parametrize(("width", "height"), [(10_000, 5_001), (11_000, 9_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(RuleBroken, match="照片像素过多：最多 5000 万像素"):
        developed(bomb(width, height), ".png")
