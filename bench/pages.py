"""The pages of each role on the real server: what a request takes, beside pages measured in the same minutes."""

import json
import math
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from bench.serving import LOGIN, OURS, STOCK, Server, served
from bench.stage import head, row, run, say, scratch_database, scratch_folder

WARM_UPS = 2
LIST, BARE, STOCK_LIST = "list", "bare page", "stock list"
LEADER = "leader"
HEADINGS = (
    "项目",
    "数据库",
    "页面",
    "角色",
    "中位 ms",
    "p95 ms",
    "处理器 ms",
    "÷ 同角色清单",
    "÷ 通用清单",
    "÷ 空页",
    "处理器 ÷ 通用清单",
)
COUNTED = re.compile(r"(\d+) 个")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of one role; `count`: how many projects it must say that it found, None where it says no such."""

    name: str
    role: str
    path: str
    count: int | None = None
    server: str = OURS


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of one request by the clock, and of the processor in the server's processes."""

    clock: float
    busy: float


@dataclass(frozen=True, slots=True)
class Line:
    """Milliseconds of one visit (medians), and how many times those of its yardsticks.

    None where a yardstick is missing.
    """

    visit: Visit
    median: float
    p95: float
    busy: float
    to_own_list: float | None
    to_stock: float
    to_bare: float
    busy_to_stock: float


def pages(sizes: Sequence[int], engines: Sequence[str], rounds: int) -> None:
    """Each size in a folder of its own, each database behind servers of its own."""
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
    """The lines of one database, the memory of both servers, and the statements over the ledger."""
    visits = [Visit(**visit) for visit in asked["visits"]]
    with served(surroundings) as ours, served(surroundings, STOCK) as stock:
        servers = {OURS: ours, STOCK: stock}
        for line in lines(measured(servers, asked["people"], visits, rounds)):
            say(row([f"{size:,}", engine, *cells(line)]))
        for name, server in servers.items():
            say(row([f"{size:,}", engine, f"MiB, {name}", "", f"{server.mebibytes:.0f}", *["—"] * 6]))
    for name, milliseconds in json.loads(run("ledger", size, surroundings)).items():
        say(row([f"{size:,}", engine, f"SQL: {name}", "", f"{milliseconds:.1f}", *["—"] * 6]))


def cells(line: Line) -> list[str]:
    ratios = (line.to_own_list, line.to_stock, line.to_bare, line.busy_to_stock)
    times = (line.median, line.p95, line.busy)
    words = ["—" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
    return [line.visit.name, line.visit.role, *(f"{value:.1f}" for value in times), *words]


def measured(
    servers: Mapping[str, Server], people: Mapping[str, tuple[str, str]], visits: Sequence[Visit], rounds: int
) -> dict[Visit, list[Taken]]:
    """What every visit took, a round of all of them at a time: what disturbs the machine disturbs them alike.

    A page that finds another number of projects than it must ends the run.
    """
    browsers = {
        (visit.server, visit.role): signed_in(servers[visit.server].address, people.get(visit.role))
        for visit in dict.fromkeys(visits)
    }
    times: dict[Visit, list[Taken]] = {visit: [] for visit in visits}
    for turn in range(WARM_UPS + rounds):
        for visit, taken in times.items():
            took, body = _asked(browsers[visit.server, visit.role], servers[visit.server], visit.path)
            if turn >= WARM_UPS:
                taken.append(took)
            elif visit.count is not None:
                _compare(visit, body.decode())
    return times


def _asked(browser: OpenerDirector, server: Server, path: str) -> tuple[Taken, bytes]:
    busy, began = server.busy, time.perf_counter()
    body = browser.open(f"{server.address}{path}").read()
    return Taken(time.perf_counter() - began, server.busy - busy), body


def signed_in(address: str, account: tuple[str, str] | None) -> OpenerDirector:
    """A browser of somebody who has signed in by the form; of nobody without an account."""
    if account is None:
        return build_opener()
    username, password = account
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    browser.open(f"{address}{LOGIN}").read()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    typed = {"username": username, "password": password, "csrfmiddlewaretoken": token, "next": "/projects/"}
    answer = browser.open(f"{address}{LOGIN}", urlencode(typed).encode())
    if answer.url.endswith(LOGIN):
        raise SystemExit(f"{username} 不能登录。 {username} cannot sign in.")
    return browser


def _compare(visit: Visit, page: str) -> None:
    found = COUNTED.search(page[page.find('id="totals"') :] if 'id="totals"' in page else page)
    count = int(found[1]) if found else 0
    if count != visit.count:
        raise SystemExit(f"{visit.role} {visit.path}：页面 {count} 个，应为 {visit.count} 个。")


def lines(times: Mapping[Visit, Sequence[Taken]]) -> list[Line]:
    medians = {visit: statistics.median(took.clock for took in taken) for visit, taken in times.items()}
    busy = {visit: statistics.median(took.busy for took in taken) for visit, taken in times.items()}
    bare = next(visit for visit in times if visit.name == BARE)
    stock = next(visit for visit in times if visit.name == STOCK_LIST)
    own = {visit.role: median for visit, median in medians.items() if visit.name == LIST}
    return [
        Line(
            visit,
            median * 1000,
            percentile([took.clock for took in times[visit]], 0.95) * 1000,
            busy[visit] * 1000,
            median / own[visit.role] if visit.role in own and visit.server == OURS else None,
            median / medians[stock],
            median / medians[bare],
            busy[visit] / busy[stock],
        )
        for visit, median in medians.items()
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of all do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
