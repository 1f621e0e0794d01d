"""`script/server` in earnest: it answers whoever else is slow, a worker stands beside it, each is kept running."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hightech import supervisor
from tests.servers import PATIENCE, ROOT, Server, alive, answer, kill, served, until

HALF_SENT = {
    "head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
    "body": b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nusername=",
    "chunks": b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nuser",
    "second": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\n",
    "nothing": b"",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var/ that is made once for all starts; its name has a space and Chinese."""
    folder = tmp_path_factory.mktemp("server") / "重大 项目"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def server(prepared: Path) -> Iterator[Server]:
    """One start for all that a server outlives."""
    with served(prepared) as running:
        yield running


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_worker_when_told(prepared: Path, told: signal.Signals) -> None:
    with served(prepared) as running:
        until(lambda: running.program("db_worker") is not None)
        started = running.programs
        assert len(started) == 2

        running.process.send_signal(told)

        assert running.process.wait(PATIENCE) == 0
        assert not any(map(alive, started))


@pytest.mark.parametrize(
    ("word", "other", "said"),
    [
        ("db_worker", "gunicorn", "后台处理程序（db_worker）意外退出（-9），1 秒后重新启动"),
        ("gunicorn", "db_worker", "网站程序（gunicorn）意外退出（-9），1 秒后重新启动"),
    ],
)
def test_one_that_dies_is_started_again_and_the_other_goes_on(
    server: Server, word: str, other: str, said: str
) -> None:
    died, unharmed = server.program(word), server.program(other)
    assert died
    assert unharmed

    kill(died)

    until(lambda: server.program(word) not in (None, died))
    until(lambda: server.answer() == 200)
    assert server.program(other) == unharmed
    assert server.log.count(said) == 1


@pytest.mark.parametrize("part", HALF_SENT)
def test_half_sent_requests_keep_nobody_waiting(server: Server, part: str) -> None:
    """More of them than there are threads; before, eight stopped the site."""
    half_sent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
    for connection in half_sent:
        connection.sendall(HALF_SENT[part])

    assert [server.answer("/accounts/login/") for _ in range(10)] == [200] * 10

    whole = half_sent[0]  # and one that completes its request at last is answered
    whole.settimeout(PATIENCE)
    whole.sendall(REST[part])
    assert whole.recv(1000).startswith(b"HTTP/1.1 ")
    for connection in half_sent:
        connection.close()


REST = {
    "head": b"1\r\n\r\n",
    "body": b"x" * 4991,
    "chunks": b"n\r\n0\r\n\r\n",
    "second": b"Host: localhost\r\n\r\n",
    "nothing": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def test_a_half_sent_request_is_closed_in_the_end(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(HALF_SENT["body"])
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_requests_that_come_together_are_answered_in_order(server: Server) -> None:
    asked = (
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(asked + asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answered = b"".join(iter(lambda: connection.recv(10_000), b""))
    assert re.findall(rb"HTTP/1.1 (\d+)", answered) == [b"200", b"404", b"200"]


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_large_body_arrives_whole(server: Server, is_asked: bool) -> None:
    """What was collected on disk is what the application reads, to its end."""
    token = "a" * 32
    body = f"filler={'x' * 900_000}&csrfmiddlewaretoken={token}&username=last-of-all".encode()
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: csrftoken={token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        if is_asked:
            connection.sendall(head + b"Expect: 100-continue\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            connection.sendall(body)
        else:
            connection.sendall(head + b"\r\n" + body)
        answered = b"".join(iter(lambda: connection.recv(10_000), b""))

    assert b'value="last-of-all"' in answered


def spoken(server: Server, *headers: str) -> str:
    """The answer to a request of the first page with these headers."""
    lines = ["GET / HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return b"".join(iter(lambda: connection.recv(10_000), b"")).decode()


def test_nobody_may_say_under_which_path_and_scheme_it_is_served(server: Server) -> None:
    answered = spoken(
        server, "SCRIPT_NAME: /evil", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"
    )

    assert answered.startswith("HTTP/1.1 302 ")
    assert "Location: /accounts/login/?next=/\r\n" in answered
    assert "evil" not in answered


@pytest.mark.parametrize(("named", "is_believed"), [("127.0.0.1", True), ("10.9.8.7", False)])
def test_a_proxy_is_believed_where_its_address_is_named(
    prepared: Path, named: str, is_believed: bool
) -> None:
    """With HTTPS on, plain requests are redirected, but for those that the proxy received by HTTPS."""
    with served(prepared, BEHIND_PROXY="1", PROXY_ADDRESSES=named, HTTPS="1") as running:
        answered = spoken(running, "X-Forwarded-Proto: https")
        below = spoken(running, "X-Forwarded-Proto: https", "SCRIPT_NAME: /evil")

    there = "/accounts/login/?next=/" if is_believed else "https://localhost/"
    assert f"Location: {there}\r\n" in answered
    assert ("Strict-Transport-Security" in answered) is is_believed
    assert "preload" not in answered
    assert below.startswith("HTTP/1.1 500 ") is is_believed  # `/` is not below `/evil`


def test_what_lies_in_var_is_for_its_owner_alone(prepared: Path) -> None:
    (prepared / "uploads").mkdir(exist_ok=True)
    left = prepared / "uploads" / "left.xlsx"  # by an earlier version
    left.touch()
    left.chmod(0o644)
    with served(prepared) as running:
        until(lambda: running.program("db_worker") is not None)
        spoken(running)
        modes = {path: path.stat().st_mode & 0o777 for path in prepared.rglob("*") if path.name != "log"}

    assert prepared / "db.sqlite3" in modes
    assert left in modes
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_the_pause_before_the_next_start_grows_and_begins_again() -> None:
    pauses, pause = [], 0.0
    for ran in (2, 2, 2, 2, 2, 2, 2, 600, 2):
        pause = supervisor.pause_after(pause, ran)
        pauses.append(pause)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1, 2]


def test_it_runs_in_the_background_of_a_script_and_without_a_terminal(prepared: Path) -> None:
    """Interrupts ignored, no input, output to nowhere, no HOME, a locale without Chinese: as cron or nohup start it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    plain = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(prepared),
        "PORT": str(port),
        "ENV_FILE": "/dev/null",
        "LC_ALL": "POSIX",
    }
    started = subprocess.run(
        ["sh", "-c", 'nohup "$0" <&- >/dev/null 2>&1 & echo $!', ROOT / "script/server"],
        env=plain,
        capture_output=True,
        check=True,
    )
    pid = int(started.stdout)
    try:
        until(lambda: answer(port) == 200)
        os.kill(pid, signal.SIGHUP)  # the terminal closes
        assert answer(port) == 200
        os.kill(pid, signal.SIGINT)
        until(lambda: not alive(pid))
        assert answer(port) == 0
    finally:
        kill(pid)
