"""A server of the benchmark: started as it is in production, stopped afterwards, and what its processes use."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import build_opener

START_SECONDS = 60
LOGIN = "/accounts/login/"
OURS, STOCK = "hightech.settings", "bench.stock.settings"
APPLICATIONS = {OURS: "hightech.wsgi:application", STOCK: "django.core.wsgi:get_wsgi_application()"}


@dataclass(frozen=True)
class Server:
    """A running server: its address and the number of its first process."""

    address: str
    pid: int

    @property
    def busy(self) -> float:
        """Seconds of the processor that its processes have used; NaN where the system does not tell."""
        try:
            return sum(_ran(pid) for pid in self._processes())
        except OSError:
            return float("nan")

    @property
    def mebibytes(self) -> float:
        """Memory of its processes, what they share counted once; NaN where the system does not tell."""
        try:
            return sum(_proportional(pid) for pid in self._processes()) / 1024
        except OSError:
            return float("nan")

    @property
    def peaks(self) -> list[tuple[int, int]]:
        """Of each process that answers: the mebibytes in memory now, and the most there ever were."""
        return [
            (_status(pid, "VmRSS") // 1024, _status(pid, "VmHWM") // 1024) for pid in self._processes()[1:]
        ]

    def _processes(self) -> list[int]:
        below = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, below)]


def _ran(pid: int) -> float:
    """Of every thread, exact to the nanosecond, where `times` has hundredths of a second."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _proportional(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@contextmanager
def served(surroundings: Mapping[str, str], settings: str = OURS) -> Iterator[Server]:
    """The application, or the yardstick, on a free port: `gunicorn.conf.py` for both."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    where = {"HOST": "127.0.0.1", "PORT": str(port), "DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "-m", "gunicorn", APPLICATIONS[settings]]
    server = subprocess.Popen(command, env={**surroundings, **where})
    try:
        _wait_for(f"{address}{LOGIN}", server)
        yield Server(address, server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and server.poll() is None:
        try:
            build_opener().open(address).read()
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("服务没有启动。 The server did not start.")
