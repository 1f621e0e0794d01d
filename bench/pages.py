"""The pages of each role on the real server: what a request takes, beside pages measured in the same minutes."""

import json
import math
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from bench.stage import head, row, run, say, scratch_database, scratch_folder

START_SECONDS = 60
WARM_UPS = 2
LOGIN = "/accounts/login/"
LIST, BARE, STOCK = "list", "bare page", "admin list"
LEADER = "leader"
HEADINGS = ("项目", "数据库", "页面", "角色", "中位 ms", "p95 ms", "÷ 领导同页", "÷ 空页", "÷ 后台列表")
COUNTED = re.compile(r"(\d+) 个 · 总投资")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of one role; `count`: how many projects it must say that it found, None where it says no such."""

    name: str
    role: str
    path: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Milliseconds of one visit, and how many times those of its yardsticks; None where a yardstick is missing."""

    visit: Visit
    median: float
    p95: float
    to_leader: float | None
    to_bare: float
    to_stock: float


def pages(sizes: Sequence[int], engines: Sequence[str], rounds: int) -> None:
    """Each size in a folder of its own, each database behind a server of its own."""
    head(HEADINGS)
    for size in sizes:
        with scratch_folder() as surroundings:
            run("fill", size, surroundings)
            asked = json.loads(run("ask", size, surroundings))
            if "sqlite" in engines:
                report(size, "sqlite", asked, surroundings, rounds)
            if "postgres" in engines:
                with scratch_database() as surroundings["DATABASE_URL"]:
                    run("copy", size, surroundings)
                    report(size, "postgresql", asked, surroundings, rounds)


def report(
    size: int, engine: str, asked: Mapping[str, Any], surroundings: dict[str, str], rounds: int
) -> None:
    with served(surroundings) as address:
        visits = [Visit(**visit) for visit in asked["visits"]]
        for line in lines(measured(address, asked["people"], visits, rounds)):
            ratios = (line.to_leader, line.to_bare, line.to_stock)
            words = ["—" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
            times = [f"{line.median:.1f}", f"{line.p95:.1f}"]
            say(row([f"{size:,}", engine, line.visit.name, line.visit.role, *times, *words]))


@contextmanager
def served(surroundings: dict[str, str]) -> Iterator[str]:
    """The address of the application as it is served, on a free port, stopped afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    where = {"HOST": "127.0.0.1", "PORT": str(port)}  # the rest is in gunicorn.conf.py
    server = subprocess.Popen([sys.executable, "-m", "gunicorn"], env=surroundings | where)
    try:
        _wait_for(f"{address}{LOGIN}", server)
        yield address
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


def measured(
    address: str, people: Mapping[str, tuple[str, str]], visits: Sequence[Visit], rounds: int
) -> dict[Visit, list[float]]:
    """Seconds of every visit, a round of all of them at a time: what disturbs the machine disturbs them alike.

    A page that finds another number of projects than it must ends the run.
    """
    browsers = {role: signed_in(address, *account) for role, account in people.items()}
    browsers[""] = build_opener()
    times: dict[Visit, list[float]] = {visit: [] for visit in visits}
    for turn in range(WARM_UPS + rounds):
        for visit, taken in times.items():
            began = time.perf_counter()
            body = browsers[visit.role].open(f"{address}{visit.path}").read()
            seconds = time.perf_counter() - began
            if turn >= WARM_UPS:
                taken.append(seconds)
            elif visit.count is not None:
                _compare(visit, body.decode())
    return times


def signed_in(address: str, username: str, password: str) -> OpenerDirector:
    """A browser of somebody who has signed in by the form."""
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    browser.open(f"{address}{LOGIN}").read()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    typed = {"username": username, "password": password, "csrfmiddlewaretoken": token}
    answer = browser.open(f"{address}{LOGIN}", urlencode(typed).encode())
    if answer.url.endswith(LOGIN):
        raise SystemExit(f"{username} 不能登录。 {username} cannot sign in.")
    return browser


def _compare(visit: Visit, page: str) -> None:
    found = COUNTED.search(page)
    count = int(found[1]) if found else 0
    if count != visit.count:
        raise SystemExit(f"{visit.role} {visit.path}：页面 {count} 个，应为 {visit.count} 个。")


def lines(times: Mapping[Visit, Sequence[float]]) -> list[Line]:
    medians = {visit: statistics.median(taken) * 1000 for visit, taken in times.items()}
    by_name = {(visit.name, visit.role): median for visit, median in medians.items()}
    bare = next(median for (name, _), median in by_name.items() if name == BARE)
    stock = next(median for (name, _), median in by_name.items() if name == STOCK)
    return [
        Line(
            visit,
            median,
            percentile(times[visit], 0.95) * 1000,
            median / leader if (leader := by_name.get((visit.name, LEADER))) else None,
            median / bare,
            median / stock,
        )
        for visit, median in medians.items()
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of all do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
