"""Backups encrypted for public keys, in the format of age (https://age-encryption.org): the server cannot read them.

Such a backup is a folder with one encrypted archive and a small manifest in clear: when it was taken and the digest of
the archive. The archive holds the folder of a plain backup, with the manifest that a restore checks. Any program that
knows age opens it: `age -d -i KEY backup.tar.age | tar x`.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings

from projects.backup import manifest as manifests
from projects.rules.broken import RuleBroken

ARCHIVE = "backup.tar.age"
WAY = "age"
_PRIVATE = "AGE-SECRET-KEY-"

WRONG_PUBLIC = "BACKUP_RECIPIENTS 里的 {} 不是 age 公钥：公钥以 age1 开头，请核对后再备份。"
PRIVATE_HERE = (
    "BACKUP_RECIPIENTS 里写的是私钥：请换成以 age1 开头的公钥。这把私钥已经到过服务器，请另做一对再用。"
)
NEEDS_KEY = "{} 是加密的备份：请用 --identity 写出私钥文件。"
NO_FILE = "私钥文件 {} 打不开：{}。"
NO_KEY = "{} 里没有 age 私钥：应有一行以 AGE-SECRET-KEY-1 开头。"
BROKEN_KEY = "{} 里的私钥读不出：请核对是否完整。"
OTHER_KEY = "这把私钥打不开 {}：备份是给别的公钥加密的，请换相应的私钥。"
UNWRITTEN = "备份没有加密成：{}。没有留下不完整的备份，登记册也没有改动。"
DAMAGED = "加密的备份 {} 已损坏或不完整，什么也没有改动：请换另一份备份。"


def recipients_of(words: list[str]) -> list[Any]:
    """The public keys; RuleBroken that names what is none."""
    if any(word.upper().startswith(_PRIVATE) for word in words):
        raise RuleBroken(PRIVATE_HERE)
    found = []
    for word in words:
        try:
            found.append(pyrage.x25519.Recipient.from_str(word))
        except pyrage.RecipientError as fault:
            raise RuleBroken(WRONG_PUBLIC.format(word)) from fault
    return found


def identities_in(path: Path) -> list[Any]:
    """The private keys of a file as `age-keygen` writes it; RuleBroken where there is none."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except UnicodeDecodeError as fault:
        raise RuleBroken(NO_KEY.format(path)) from fault
    except OSError as fault:
        raise RuleBroken(NO_FILE.format(path, fault.strerror)) from fault
    keys = [line for line in lines if line.startswith(_PRIVATE)]
    if not keys:
        raise RuleBroken(NO_KEY.format(path))
    try:
        return [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError as fault:
        raise RuleBroken(BROKEN_KEY.format(path)) from fault


@contextmanager
def plain_folder() -> Iterator[Path]:
    """A folder beside the register for what is not encrypted: where backups are kept it never lies in clear."""
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="backup-") as folder:
        yield Path(folder)


def encrypt(plain: Path, to: Path, recipients: list[Any], taken_at: str) -> None:
    """Write the archive of a plain backup and the manifest in clear to the folder `to`."""
    archive = to / ARCHIVE
    try:
        with archive.open("wb") as target:
            _through_pipe(partial(_pack, plain), lambda source: pyrage.encrypt_io(source, target, recipients))
    except pyrage.EncryptError as fault:  # such as a full disk
        raise RuleBroken(UNWRITTEN.format(fault)) from fault
    stated = {
        "format": manifests.FORMAT,
        "encrypted": WAY,
        "taken_at": taken_at,
        "files": {ARCHIVE: manifests.digest(archive)},
    }
    (to / manifests.NAME).write_text(f"{json.dumps(stated, indent=1)}\n", encoding="utf-8")


def is_encrypted(folder: Path) -> bool:
    """Whether it is a complete encrypted backup."""
    stated = _stated(folder)
    return stated.get("encrypted") == WAY and (folder / ARCHIVE).is_file()


@contextmanager
def opened(source: Path, identity: Path | None) -> Iterator[Path]:
    """The folder of a plain backup: the source itself, or what its archive holds, gone afterwards."""
    if _stated(source).get("encrypted") != WAY:
        yield source
        return
    if identity is None:
        raise RuleBroken(NEEDS_KEY.format(source))
    keys = identities_in(identity)
    archive = source / ARCHIVE
    if not archive.is_file() or manifests.digest(archive) != _stated(source)["files"].get(ARCHIVE):
        raise RuleBroken(DAMAGED.format(archive))
    with plain_folder() as plain:
        _decrypt(archive, keys, plain)
        yield plain


def _decrypt(archive: Path, keys: list[Any], plain: Path) -> None:
    try:
        with archive.open("rb") as source:
            _through_pipe(lambda target: pyrage.decrypt_io(source, target, keys), partial(_unpack, plain))
    except pyrage.DecryptError as fault:
        words = OTHER_KEY if "No matching keys" in str(fault) else DAMAGED
        raise RuleBroken(words.format(archive)) from fault
    except tarfile.TarError as fault:
        raise RuleBroken(DAMAGED.format(archive)) from fault
    except OSError as fault:
        if fault.errno is None:  # of the library, not of the disk
            raise RuleBroken(DAMAGED.format(archive)) from fault
        raise


def _pack(plain: Path, target: IO[bytes]) -> None:
    with tarfile.open(fileobj=target, mode="w|") as archive:
        archive.add(plain, arcname=".")


def _unpack(plain: Path, source: IO[bytes]) -> None:
    with tarfile.open(fileobj=source, mode="r|") as archive:
        archive.extractall(plain, filter="data")
    while source.read(65536):  # the padding behind the last file, so that the writer comes to its end
        pass


def _through_pipe(write: Callable[[IO[bytes]], None], read: Callable[[IO[bytes]], None]) -> None:
    """Run a writer in a thread and a reader here, joined by a pipe: nothing is in memory or on disk as a whole.

    Where both fail, the writer's error is raised, unless it is only that the reader has gone.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as other, os.fdopen(reading, "rb") as source:
        written = other.submit(_and_close, write, os.fdopen(writing, "wb"))
        try:
            read(source)
        except Exception:
            source.close()
            if isinstance(earlier := written.exception(), Exception) and not _reader_has_gone(earlier):
                raise earlier from None
            raise
        written.result()


def _and_close(write: Callable[[IO[bytes]], None], target: IO[bytes]) -> None:
    with target:
        write(target)


def _reader_has_gone(fault: Exception) -> bool:
    return isinstance(fault, BrokenPipeError) or "Broken pipe" in str(fault)


def _stated(folder: Path) -> dict[str, Any]:
    """The manifest as it stands; empty where there is none, which whoever reads it in earnest says."""
    try:
        found = json.loads((folder / manifests.NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
