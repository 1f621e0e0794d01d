"""The icons of the home screen are what our drawing gives."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from projects.files.icons import SIZES, drawn

FOLDER = Path(settings.BASE_DIR) / "projects/static/projects"
DRAWING = (FOLDER / "icon.svg").read_text()
GROUND, WHITE = (18, 85, 122, 255), (255, 255, 255, 255)


@pytest.mark.parametrize(("name", "size", "is_full"), SIZES)
def test_the_files_are_the_drawing(name: str, size: int, is_full: bool) -> None:
    kept, again = (
        Image.open(BytesIO(each))
        for each in ((FOLDER / name).read_bytes(), drawn(DRAWING, size, is_full=is_full))
    )

    assert kept.size == again.size == (size, size)
    assert kept.tobytes() == again.tobytes()


def test_the_bars_stand_where_the_drawing_has_them() -> None:
    image = Image.open(BytesIO(drawn(DRAWING, 320, is_full=False)))

    assert [image.getpixel((x, 245)) for x in (60, 95, 130, 165, 200, 235)] == [
        GROUND,
        WHITE,
        GROUND,
        WHITE,
        GROUND,
        WHITE,
    ]
    assert [image.getpixel((x, 150)) for x in (95, 165, 235)] == [GROUND, WHITE, WHITE]
    assert image.getpixel((0, 0))[3] == 0


def test_a_full_icon_has_no_corners_of_its_own() -> None:
    assert Image.open(BytesIO(drawn(DRAWING, 180, is_full=True))).getpixel((0, 0)) == GROUND


def test_another_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="bars only"):
        drawn(DRAWING.replace("h5", "c5"), 32, is_full=False)
