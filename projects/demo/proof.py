"""The one picture that stands for every piece of evidence: it says itself that it shows nothing real."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from projects.files import photos

SIZE = (960, 640)
GROUND, INK = "#e6f0f6", "#b3261e"


@dataclass(frozen=True, slots=True)
class DemoPhoto:
    """The names under which the picture and its copies are stored."""

    file: str
    shown: str
    thumbnail: str
    sha256: str


def stored() -> DemoPhoto:
    """Draw the picture and store it as an uploaded photo is."""
    content = _drawn()
    photo = photos.develop(BytesIO(content), ".jpg")
    digest = hashlib.sha256(content).hexdigest()
    return DemoPhoto(
        file=default_storage.save("evidence/demonstration.jpg", ContentFile(content)),
        shown=default_storage.save("evidence/shown/demonstration.jpg", ContentFile(photo.shown)),
        thumbnail=default_storage.save("evidence/small/demonstration.jpg", ContentFile(photo.thumbnail)),
        sha256=digest,
    )


def _drawn() -> bytes:
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    for step in range(-SIZE[1], SIZE[0], 80):
        draw.line([(step, SIZE[1]), (step + SIZE[1], 0)], fill="#cfe2ee", width=20)
    middle = (SIZE[0] / 2, SIZE[1] / 2)
    draw.text(middle, "DEMONSTRATION", fill=INK, font=ImageFont.load_default(size=90), anchor="mm")
    written = BytesIO()
    image.save(written, "JPEG")
    return written.getvalue()
