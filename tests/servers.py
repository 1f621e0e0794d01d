"""`script/server` started in earnest, for the tests that look at it from outside."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180
"""Seconds that a loaded machine may take; nothing here is a test of speed."""


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    var: Path

    @property
    def log(self) -> str:
        return (self.var / "log").read_text()

    @property
    def programs(self) -> dict[int, str]:
        """What it runs, by process number, with the command."""
        return children(self.process.pid)

    def program(self, word: str) -> int | None:
        return next((pid for pid, command in self.programs.items() if word in command and alive(pid)), None)

    def answer(self, path: str = "/healthz") -> int:
        return answer(self.port, path)


def answer(port: int, path: str = "/healthz") -> int:
    """The status of an answer; 0: none came."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


@contextmanager
def served(var: Path, **environment: str) -> Iterator[Server]:
    """The register in `var`, served until the block ends; the log stands in `var/log`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    surroundings = os.environ | {"VAR_DIR": str(var), "PORT": str(port), "HOST": "127.0.0.1"}
    surroundings.pop("DATABASE_URL", None)
    with open(var / "log", "wb") as log:
        process = subprocess.Popen(
            [ROOT / "script/server"], env=surroundings | environment, stdout=log, stderr=log
        )
    server = Server(process, port, var)
    try:
        until(lambda: server.answer() == 200 or process.poll() is not None)
        assert process.poll() is None, server.log
        yield server
    finally:
        for pid in descendants(process.pid):
            kill(pid)
        process.wait()


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(pid, signal.SIGKILL)


def until(holds: Callable[[], bool], *, patience: int = PATIENCE) -> None:
    for _ in range(patience * 10):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it never came to that")


def children(pid: int) -> dict[int, str]:
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(re.sub(r".*\) \S ", "", status.read_text()).split()[0])
            if parent == pid:
                found[int(status.parent.name)] = (status.parent / "cmdline").read_text()
        except (OSError, ValueError):
            continue
    return found


def descendants(pid: int) -> list[int]:
    """The process and all below it, from the top down."""
    return [pid, *(below for child in children(pid) for below in descendants(child))]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
