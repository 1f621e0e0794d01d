"""`script/server` in earnest: it answers, a worker stands beside it, and the two end together."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180
"""Seconds that a loaded machine may take; nothing here is a test of speed."""

type Server = tuple[subprocess.Popen[str], str]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var/ that is made once for all starts."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture
def server(prepared: Path) -> Iterator[subprocess.Popen[str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    surroundings = os.environ | {"VAR_DIR": str(prepared), "PORT": port, "HOST": "127.0.0.1"}
    surroundings.pop("DATABASE_URL", None)
    with open(prepared / "log", "w") as log:
        running = subprocess.Popen(
            [ROOT / "script/server"], env=surroundings, stdout=log, stderr=log, text=True
        )
    until(lambda: answers(port) or running.poll() is not None)
    assert running.poll() is None, (prepared / "log").read_text()
    yield running
    for pid in (*children(running.pid), running.pid):
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    running.wait()


def answers(port: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


def until(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 5):
        if holds():
            return
        time.sleep(0.2)
    pytest.fail("it never came to that")


def children(pid: int) -> dict[int, str]:
    """What the server has started, by number, with its command."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(re.sub(r".*\) \S ", "", status.read_text()).split()[0])
            if parent == pid:
                found[int(status.parent.name)] = (status.parent / "cmdline").read_text()
        except (OSError, ValueError):
            continue
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def one_of(started: dict[int, str], word: str) -> int:
    return next(pid for pid, command in started.items() if word in command)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_worker_when_told(server: subprocess.Popen[str], told: signal.Signals) -> None:
    started = children(server.pid)
    assert one_of(started, "gunicorn") != one_of(started, "db_worker")

    server.send_signal(told)

    assert server.wait(PATIENCE) == 0
    assert not any(map(alive, started))


@pytest.mark.parametrize(
    ("word", "said"),
    [("db_worker", "后台处理程序（db_worker）意外退出"), ("gunicorn", "网站程序（gunicorn）意外退出")],
)
def test_if_one_dies_the_other_is_stopped_and_told(
    server: subprocess.Popen[str], prepared: Path, word: str, said: str
) -> None:
    started = children(server.pid)

    os.kill(one_of(started, word), signal.SIGKILL)

    assert server.wait(PATIENCE) == 137
    assert said in (prepared / "log").read_text()
    until(lambda: not any(map(alive, started)))
