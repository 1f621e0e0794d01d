"""The manifest of a backup: what is in it, by which a restore recognises that nothing is missing or altered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from projects.rules.broken import RuleBroken
from projects.rules.seals import digest_of_file

NAME = "manifest.json"
FORMAT = 1
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: SHA-256 by path in the backup. `totals` as `totals.totals_of` gives them, by table.

    `damaged`: uploaded files that records name and that were missing or altered when the backup was taken.
    """

    format: int
    taken_at: str
    engine: str
    engine_version: str
    schema: str
    product: str
    is_demonstration: bool
    migrations: list[str]
    files: dict[str, str]
    totals: dict[str, dict[str, Any]]
    seals: dict[str, Any]
    damaged: list[str]

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / NAME).write_text(f"{text}\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a backup; RuleBroken when the folder holds none that can be read."""
    path = folder / NAME
    if not path.is_file():
        raise RuleBroken(f"{folder} 不是备份：其中没有 {NAME}。")
    try:
        stated = json.loads(path.read_bytes())
        if "encrypted" in stated:
            raise RuleBroken(f"{folder} 是加密的备份：先用私钥打开。")
        found = Manifest(**{field.name: stated[field.name] for field in fields(Manifest)})
    except (ValueError, KeyError, TypeError) as fault:
        raise RuleBroken(f"备份清单 {path} 读不出，备份不完整或被改动。") from fault
    if found.format != FORMAT:
        raise RuleBroken(f"备份的格式是 {found.format}，本程序只认 {FORMAT}：请用相应版本的程序恢复。")
    return found


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of_file(iter(lambda: file.read(_CHUNK), b""))


def files_in(folder: Path) -> Iterator[str]:
    """Paths of the files in a backup, its manifest left out."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != NAME:
            yield name


def check_files(folder: Path, manifest: Manifest) -> None:
    """RuleBroken that names the files of a backup which are missing, altered or not in the manifest."""
    present = set(files_in(folder))
    faults = [f"{name} 不见了" for name in sorted(manifest.files.keys() - present)]
    faults += [f"{name} 不在清单中" for name in sorted(present - manifest.files.keys())]
    for name in sorted(present & manifest.files.keys()):
        if digest(folder / name) != manifest.files[name]:
            faults.append(f"{name} 的内容与清单不符")
    if faults:
        raise RuleBroken(f"备份与清单不符，什么也没有改动：{listed(faults)}。")


def listed(names: list[str], most: int = 20) -> str:
    """The first names of a list in one sentence, and how many there are."""
    shown = "；".join(names[:most])
    return shown if len(names) <= most else f"{shown}；……共 {len(names)} 处"
