"""A number for each process of the web server that no other running one has, and that a later one takes over.

The counters of the processes are files (`hightech.metrics`). Named by the number of the process there would be new
ones with each restart of a process, for years; named by a slot there are as many as processes, and counting goes on.
"""

import fcntl
import os
from itertools import count
from pathlib import Path

_taken: tuple[int, int] | None = None
"""The process, and the slot that it has; a forked process takes its own."""
_locked: list[int] = []
"""Descriptors of the locks: they are held until the process ends, however it ends."""


def slot(folder: Path) -> int:
    """The slot of this process, the lowest free one of the folder."""
    global _taken
    if _taken is None or _taken[0] != os.getpid():
        _taken = (os.getpid(), _free(folder))
    return _taken[1]


def _free(folder: Path) -> int:
    for number in count():
        descriptor = os.open(folder / f"slot-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        _locked.append(descriptor)
        return number
    raise AssertionError("count() has no end")
