"""What a process of the web server rises to while many people sign in at once, with the limit and without it."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from bench.pages import LEADER
from bench.serving import LOGIN, served
from bench.stage import head, row, run, say, scratch_folder

COSTS: dict[str, dict[str, str]] = {
    "ours": {},
    "ours, no limit": {"PASSWORD_HASHES_AT_ONCE": "1000"},
    "Django's, no limit": {
        "PASSWORD_HASH_MEBIBYTES": "100",
        "PASSWORD_HASH_PASSES": "2",
        "PASSWORD_HASH_LANES": "8",
        "PASSWORD_HASHES_AT_ONCE": "1000",
    },
}
HEADINGS = ("Argon2", "同时登录", "登录成功", "之前 MB（每个进程）", "最高 MB（每个进程）", "全部用时 s")


def sign_ins(people: int) -> None:
    head(HEADINGS)
    for name, cost in COSTS.items():
        with scratch_folder() as surroundings:
            run("fill", 100, surroundings)
            account = _leader(Path(surroundings["VAR_DIR"]))
            with served(surroundings | cost) as server:
                _come_in(server.address, account, 2)  # the processes have loaded what a sign-in needs
                before = [now for now, _ in server.peaks]
                begun = time.monotonic()
                succeeded = _come_in(server.address, account, people)
                took = time.monotonic() - begun
                peaks = [most for _, most in server.peaks]
        numbers = (str(people), str(succeeded), _listed(before), _listed(peaks), f"{took:.1f}")
        say(row([name, *numbers]))


def _leader(folder: Path) -> tuple[str, str]:
    lines = [line.split() for line in (folder / "accounts.txt").read_text().splitlines()]
    return next((username, password) for username, password, role, *_ in lines if role == LEADER)


def _come_in(address: str, account: tuple[str, str], people: int) -> int:
    """All send their form at the same moment; how many got in."""
    ready = Barrier(people)

    def person(_: int) -> bool:
        cookies = CookieJar()
        browser = build_opener(HTTPCookieProcessor(cookies))
        browser.open(f"{address}{LOGIN}").read()
        token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
        typed = {"username": account[0], "password": account[1], "csrfmiddlewaretoken": token}
        ready.wait()
        return not browser.open(f"{address}{LOGIN}", urlencode(typed).encode()).url.endswith(LOGIN)

    with ThreadPoolExecutor(people) as crowd:
        return sum(crowd.map(person, range(people)))


def _listed(mebibytes: list[int]) -> str:
    return "、".join(map(str, mebibytes))
