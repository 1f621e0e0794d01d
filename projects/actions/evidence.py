"""Keeping the photos and permits that prove a milestone."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction

from projects.actions.recording import record
from projects.models import Evidence, Milestone, User
from projects.rules.broken import RuleBroken

LARGEST = 20 * 1024 * 1024
ACCEPTED = "照片（JPG、PNG、WebP、HEIC）或 PDF"
_HEAD = 12  # as many leading bytes as tell the kinds apart
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@transaction.atomic
def attach(
    milestone: Milestone, file: File[bytes], *, caption: str = "", by: User, reason: str = ""
) -> Evidence:
    """Keep `file` as evidence of the milestone; its bytes, not its name, say what it is."""
    name = PurePath(file.name or "").name
    file.name = f"{PurePath(name).stem[:60]}{judged(file)}"
    evidence = Evidence(
        milestone=milestone,
        file=file,
        caption=caption or name[:200],
        sha256=_digest(file),
        uploaded_by=by,
    )
    record(evidence, by=by, reason=reason or "上传佐证")
    return evidence


def judged(file: File[bytes]) -> str:
    """The extension that the content deserves; RuleBroken when empty, too large or of no accepted kind."""
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
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
