"""Backups on a schedule: each in a folder named by its moment, the newest few kept."""

import re
import shutil
from pathlib import Path

from django.utils import timezone

from projects.backup import manifest as manifests
from projects.backup.encryption import is_encrypted
from projects.rules.broken import RuleBroken

_NAME = re.compile(r"\d{8}-\d{6}")


def next_folder(below: Path) -> Path:
    """Where the backup of this moment goes: 20261128-031500."""
    below.mkdir(parents=True, exist_ok=True)
    return below / f"{timezone.localtime():%Y%m%d-%H%M%S}"


def drop_old(below: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest `keep` complete backups that were made so; gives those that went.

    A folder of another name, or without a manifest that can be read, is somebody's own and stays.
    """
    made = sorted(path for path in below.iterdir() if _NAME.fullmatch(path.name) and _is_complete(path))
    old = made[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old


def _is_complete(folder: Path) -> bool:
    if is_encrypted(folder):
        return True
    try:
        manifests.read(folder)
    except RuleBroken:
        return False
    return True
