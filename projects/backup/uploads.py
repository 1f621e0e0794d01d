"""The uploaded files of a register: copied with it, and compared with the digests that its records carry."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from projects.backup import manifest
from projects.backup.totals import Cursor
from projects.models import Attachment, Evidence, Paper, PaperTemplate, Workbook
from projects.models.encrypted import key_ring
from projects.rules.ciphers import UNREADABLE_FILE, UnknownKey, is_encrypted_file
from projects.rules.seals import digest_of_file

COPIES = ("shown", "thumbnail")
UNFINISHED = ".restoring"
REPLACED = ".replaced"


@dataclass(slots=True)
class Copying:
    """Copies of the files below `root` in `target`; run again, it copies what is new or has changed since."""

    root: Path
    target: Path
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def run(self) -> None:
        for name in files_below(self.root):
            try:
                status = (self.root / name).stat()
                state = status.st_size, status.st_mtime_ns
                if self.seen.get(name) != state:
                    copy(self.root / name, self.target / name)
                    self.seen[name] = state
            except FileNotFoundError:
                continue  # deleted meanwhile: a workbook that nobody wants


def files_below(root: Path) -> Iterator[str]:
    """Paths of the uploaded files, relative to their folder; names that begin with a dot are none of them."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield (Path(folder) / name).relative_to(root).as_posix()


def copy(source: Path, target: Path) -> None:
    """Copy one file and have it written to the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, 1024 * 1024)
        written.flush()
        os.fsync(written.fileno())


def named_by_records(cursor: Cursor) -> dict[str, set[str]]:
    """The files that records name, also withdrawn ones, with the digests they state; none for a copy."""
    sql = []
    kept = (Evidence, Evidence.history.model, Attachment, Attachment.history.model)
    for table in (model._meta.db_table for model in kept):
        sql.append(f'SELECT DISTINCT "file", sha256 FROM "{table}"')  # nosec B608 # names from the models
        sql += [f'SELECT DISTINCT "{name}", \'\' FROM "{table}"' for name in COPIES]  # nosec B608 # names from the models
    for model in (Workbook, Paper, PaperTemplate):
        sql.append(f'SELECT "file", sha256 FROM "{model._meta.db_table}"')  # nosec B608 # names from the models
    found: dict[str, set[str]] = {}
    for statement in sql:
        cursor.execute(statement)
        for name, sha256 in cursor.fetchall():
            if name:
                found.setdefault(name, set()).update({sha256} - {""})
    return found


def clear_digest(path: Path) -> str:
    """The digest of a file as it came in, which is what its record states; "" where the key that it is encrypted by is
    not there.
    """
    with path.open("rb") as file:
        is_encrypted = is_encrypted_file(file.read(100))
    if not is_encrypted:
        return manifest.digest(path)
    try:
        return digest_of_file([key_ring().decrypt_file(path.read_bytes())])
    except UnknownKey:
        return ""


def damaged(named: dict[str, set[str]], digests: dict[str, str]) -> list[str]:
    """Files that records name and that are missing, unreadable or hold something else, by their clear digests; in
    words.
    """
    faults = []
    for name, stated in sorted(named.items()):
        if name not in digests:
            faults.append(f"{name} 缺失")
        elif not digests[name]:
            faults.append(f"{name} {UNREADABLE_FILE}")
        elif stated - {digests[name]}:
            faults.append(f"{name} 与登记的摘要不符")
    return faults


def swap(root: Path, staged: Path, replaced: Path) -> None:
    """Put the staged files in the place of those below `root`, which go to `replaced`; all in one file system."""
    replaced.mkdir()
    for path in sorted(root.iterdir()):
        if not path.name.startswith("."):
            path.rename(replaced / path.name)
    for path in sorted(staged.iterdir()):
        path.rename(root / path.name)
