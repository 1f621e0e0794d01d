"""Run a module of this package in a process of its own, with files going in and one coming out.

A template of somebody else is opened there and not here: the limits of that process (`limited`) end what runs or grows
without end.
"""

import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from projects.rules.broken import RuleBroken

ROOT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 30
FAULTY, GREW = 3, 4
"""How such a process ends that has written a sentence on its standard error, and one that had no memory left."""


@dataclass(frozen=True, slots=True)
class Child:
    """`refused` goes before the sentence of the process, `too_much` is said where it was ended by its limits."""

    module: str
    made: str
    refused: str
    too_much: str


def made_by(child: Child, files: Mapping[str, bytes]) -> bytes:
    """The file that the process makes of these files. RuleBroken where it makes none."""
    with TemporaryDirectory(prefix="paper") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        try:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-m", child.module, folder],
                cwd=ROOT,
                env={"PYTHONUTF8": "1"},
                capture_output=True,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as expired:
            raise RuleBroken(child.too_much) from expired
        if done.returncode == FAULTY:
            raise RuleBroken(f"{child.refused}：{done.stderr.decode(errors='replace')[:300]}。")
        made = Path(folder) / child.made
        if done.returncode or not made.is_file():
            raise RuleBroken(child.too_much)
        return made.read_bytes()


def limited(seconds: int, memory: int, file: int) -> None:
    """Limit this process: processor time, memory and size of a file that it writes, in bytes."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))
