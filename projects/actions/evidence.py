"""Store and withdraw photos and permits as evidence of a milestone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Concatenate

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from projects.actions.recording import erase, record
from projects.files import photos
from projects.files.photo_headers import MOST_PIXELS_AT_ONCE, TOO_MANY_AT_ONCE
from projects.files.photos import Photo
from projects.models import Attachment, Evidence, Milestone, User
from projects.rules.broken import RuleBroken
from projects.rules.seals import digest_of_file

LARGEST = 20 * 1024 * 1024
MOST_FILES = 20
ACCEPTED = "照片（JPG、PNG、WebP、HEIC）或 PDF"
_HEAD = 12  # as many leading bytes as tell the kinds apart
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A valid file; `photo` is None for a document."""

    file: File[bytes]
    name: str
    extension: str
    sha256: str
    photo: Photo | None


def attach(
    milestone: Milestone, file: File[bytes], *, caption: str = "", by: User, reason: str = ""
) -> Evidence:
    """Store `file` as evidence of the milestone; its type is recognised from its bytes, not from its name."""
    return attach_all(milestone, [file], caption=caption, by=by, reason=reason)[0]


def attach_all(
    milestone: Milestone, files: Sequence[File[bytes]], *, caption: str = "", by: User, reason: str = ""
) -> list[Evidence]:
    """Store several files, all or none: all are validated before the first is written.

    Raises RuleBroken naming the file that is invalid or already stored.
    """
    return keep_all(milestone, judge_all(files), caption=caption, by=by, reason=reason)


def judge_all(files: Sequence[File[bytes]]) -> list[Judged]:
    """Validate the files. Slow, so call it before taking locks. Duplicates are dropped.

    The sizes in the headers of all photos are checked before one is decoded.
    """
    if len(files) > MOST_FILES:
        raise RuleBroken(f"一次最多上传 {MOST_FILES} 个文件。")
    extensions = [_named(file, judged) for file in files]
    pixels = [_named(file, _pixels, kind) for file, kind in zip(files, extensions, strict=True)]
    if sum(pixels) > MOST_PIXELS_AT_ONCE:
        raise RuleBroken(TOO_MANY_AT_ONCE)
    found = (_judge(file, kind) for file, kind in zip(files, extensions, strict=True))
    return list({item.sha256: item for item in found}.values())


@transaction.atomic
def keep_all(
    milestone: Milestone, files: Sequence[Judged], *, caption: str = "", by: User, reason: str = ""
) -> list[Evidence]:
    """Store validated files, all or none."""
    Milestone.objects.select_for_update().get(pk=milestone.pk)
    present = set(milestone.evidence.values_list("sha256", flat=True))
    refuse_stored(files, present)
    return [_keep(milestone, item, caption, by, reason) for item in files]


def refuse_stored(files: Sequence[Judged], present: Collection[str]) -> None:
    """RuleBroken for the first file whose digest is `present` already."""
    for item in files:
        if item.sha256 in present:
            raise RuleBroken(f"同一文件已经上传过：{item.name}")


@transaction.atomic
def withdraw(evidence: Evidence, *, by: User, reason: str) -> None:
    """Withdraw evidence from its milestone; the history keeps its digest, and the file is kept."""
    if not reason.strip():
        raise RuleBroken("删除佐证须写明原因。")
    erase(evidence, by=by, reason=f"删除佐证：{reason.strip()}")


def judged(file: File[bytes]) -> str:
    """Validate a file and choose the extension by its content. Raises RuleBroken when it is empty, too large or of
    another type."""
    if not file.size:
        raise RuleBroken("文件是空的，请重新选择。")
    if file.size > LARGEST:
        raise RuleBroken(f"文件过大：最多 {LARGEST // 1024**2} MB。")
    file.seek(0)
    extension = _extension(file.read(_HEAD))
    file.seek(0)
    if extension is None:
        raise RuleBroken(f"文件内容不是{ACCEPTED}，无法作为佐证。")
    return extension


def _pixels(file: File[bytes], extension: str) -> int:
    return photos.size_of(file, extension) if extension in photos.FORMATS else 0


def _named[**P, T](
    file: File[bytes], judge: Callable[Concatenate[File[bytes], P], T], *args: P.args, **options: P.kwargs
) -> T:
    """The result of `judge`; the sentence of a refusal names the file."""
    try:
        return judge(file, *args, **options)
    except RuleBroken as broken:
        raise RuleBroken(f"{_name(file)}：{broken}") from broken


def _name(file: File[bytes]) -> str:
    return PurePath(file.name or "").name


def _judge(file: File[bytes], extension: str) -> Judged:
    photo = _named(file, photos.develop, extension) if extension in photos.FORMATS else None
    return Judged(file, _name(file), extension, _digest(file), photo)


def fill(kept: Evidence | Attachment, item: Judged, *, caption: str, by: User) -> None:
    """Set the file, its digest and, of a photo, the copies that tell nothing else; the caller saves the record."""
    stem = PurePath(item.name).stem[:60]
    item.file.name = f"{stem}{item.extension}"
    kept.file, kept.sha256, kept.uploaded_by = item.file, item.sha256, by
    kept.caption = caption or item.name[:200]
    if item.photo is not None:
        kept.shown = ContentFile(item.photo.shown, name=f"{item.sha256}.jpg")
        kept.thumbnail = ContentFile(item.photo.thumbnail, name=f"{item.sha256}.jpg")


def _keep(milestone: Milestone, item: Judged, caption: str, by: User, reason: str) -> Evidence:
    evidence = Evidence(milestone=milestone)
    fill(evidence, item, caption=caption, by=by)
    if item.photo is not None:
        evidence.taken_at = _aware(item.photo.taken_at)
        evidence.latitude, evidence.longitude = item.photo.latitude, item.photo.longitude
    record(evidence, by=by, reason=reason or "上传佐证")
    return evidence


def _aware(moment: datetime | None) -> datetime | None:
    """The time of a photo; without a time zone, ours."""
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


def _extension(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return ".heic"
    return None


def _digest(file: File[bytes]) -> str:
    digest = digest_of_file(file.chunks())
    file.seek(0)
    return digest
