"""What a photo would cost is told before anything of it is decoded."""

import struct
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from projects.files import photos
from projects.files.photo_headers import INNER_SHARE, MOST_ITEMS, MOST_SCANS, _coded_pixels, _scans, pixels_of
from projects.rules.broken import RuleBroken

IPHONE = Path(__file__).parent / "iphone.heic"


def jpeg(**options: object) -> bytes:
    written = BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(written, "JPEG", **options)
    return written.getvalue()


def with_scans(number: int) -> bytes:
    """A progressive JPEG that goes over its pixels so often: its last pass again and again."""
    content = jpeg(progressive=True)
    starts = [at - 2 for at in _scans(content)]
    last, end = starts[-1], content.rindex(b"\xff\xd9")
    return content[:end] + content[last:end] * (number - len(starts)) + content[end:]


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def heic(*sizes: tuple[int, int], items: list[int]) -> bytes:
    """The boxes of a HEIC that say how large its images are: `items` are the numbers of their sizes."""
    ipco = box(b"ipco", b"".join(box(b"ispe", struct.pack(">III", 0, *size)) for size in sizes))
    uses = b"".join(struct.pack(">HBB", number, 1, size) for number, size in enumerate(items, start=1))
    ipma = box(b"ipma", struct.pack(">II", 0, len(items)) + uses)
    return box(b"ftyp", b"heic") + box(b"meta", b"\0\0\0\0" + box(b"iprp", ipco + ipma))


@pytest.mark.parametrize("extension", [".jpg", ".png", ".webp"])
def test_the_pixels_of_a_plain_photo(extension: str) -> None:
    written = BytesIO()
    Image.new("RGB", (40, 30)).save(written, photos.FORMATS[extension])
    assert photos.size_of(written, extension) == 1200


def test_the_pixels_of_an_iphone_photo() -> None:
    with IPHONE.open("rb") as file:
        assert photos.size_of(file, ".heic") == 64 * 64 // INNER_SHARE  # as it is coded, more than is shown


@pytest.mark.parametrize(("progressive", "scans"), [(False, 1), (True, 10)])
def test_the_passes_of_a_jpeg_are_counted(progressive: bool, scans: int) -> None:
    assert len(list(_scans(jpeg(progressive=progressive)))) == scans


def test_what_comes_after_the_end_of_a_jpeg_is_no_pass() -> None:
    assert len(list(_scans(jpeg() + b"\xff\xda\x00\x02" * 500))) == 1


def test_a_jpeg_of_many_passes_is_refused_before_it_is_decoded() -> None:
    assert pixels_of(BytesIO(with_scans(MOST_SCANS)), ".jpg", "JPEG") == 64 * 48
    with pytest.raises(RuleBroken, match="编码异常"):
        pixels_of(BytesIO(with_scans(MOST_SCANS + 1)), ".jpg", "JPEG")


def test_the_tiles_of_a_heic_count_each() -> None:
    assert _coded_pixels(heic((100, 100), (512, 512), items=[1, *[2] * 48])) == 100 * 100 + 48 * 512 * 512


def test_a_small_heic_of_large_tiles_is_refused() -> None:
    content = heic((64, 64), (16_000, 16_000), items=[1, 2])
    assert _coded_pixels(content) // INNER_SHARE > 50_000_000


def test_a_heic_of_very_many_images_is_refused() -> None:
    with pytest.raises(RuleBroken, match="编码异常"):
        _coded_pixels(heic((64, 64), items=[1] * (MOST_ITEMS + 1)))


@pytest.mark.parametrize("cut", range(0, 120, 7))
def test_boxes_that_are_cut_off_end_in_a_sentence(cut: int) -> None:
    content = IPHONE.read_bytes()[:cut] + b"\0" * 40
    with pytest.raises(RuleBroken):
        photos.size_of(BytesIO(content), ".heic")


def test_the_count_of_passes_takes_one_step_for_each_mark() -> None:
    """Twice the passes, twice the steps: no pass is looked at twice."""
    steps = [len(list(_scans(with_scans(number)))) for number in (20, 40, 80)]
    assert all(after == 2 * before for before, after in pairwise(steps))
