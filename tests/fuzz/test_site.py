"""Every address of the site, asked by everybody, with what no browser sends: never a 500, and a refusal says why.

The draws are the same on each run. What is written is taken back after each request, so that all meet one register.
"""

import re
from collections.abc import Callable
from random import Random
from urllib.parse import quote, urlencode
from zlib import crc32

import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from projects.models import User
from tests import build
from tests.admin import desk
from tests.fuzz import hostile
from tests.fuzz.site import Address, addresses
from tests.fuzz.stranger import Stranger, content_of

pytestmark = pytest.mark.django_db

NAMED = re.compile(r'name="([\w-]+)"')
DRAWS = {"office": 2}
"""For each address; every draw is two requests. The office opens almost every page."""

WORDS = ["started", "invested", "projects", "reports", "targets", "xlsx", "csv", "project", "milestone"]
PEOPLE: dict[str, Callable[[], User | None]] = {
    "outsider": lambda: None,
    "no role": lambda: build.person(None),
    "no unit": lambda: without_unit(),
    "leader": lambda: build.leader(build.town()),
    "staff": lambda: build.staff(build.town()),
    "office": lambda: build.office(),
    "admin": lambda: build.admin(),
}
ON_BOTH = {"staff", "office"}
"""Who writes and reads most; the others are refused before a database is asked, or ask what these ask."""

bounded = settings(
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def without_unit() -> User:
    user = build.staff()
    user.organisation = None
    user.save()
    return user


def keys() -> list[str]:
    """Numbers of records that are there, of every table that the admin shows."""
    found = {
        str(record.pk) for model in desk.models() for record in model._default_manager.order_by("pk")[:3]
    }
    return sorted(found)


def names_on(answer: HttpResponse) -> list[str]:
    """The names that a page gives its own controls."""
    text = content_of(answer).decode(errors="replace") if answer.status_code == 200 else ""
    return sorted(set(NAMED.findall(text))) or ["q"]


@pytest.mark.parametrize(
    "who", [who if who in ON_BOTH else pytest.param(who, marks=pytest.mark.once) for who in PEOPLE]
)
def test_whoever_asks_whatever(who: str) -> None:
    desk.furnish()
    stranger, known = Stranger(PEOPLE[who]()), [*keys(), *WORDS]
    for address in addresses():
        try_address(stranger, address, Draws(f"{who} {address.shape}", known, DRAWS.get(who, 1)))
    assert not stranger.faults, "\n".join(stranger.faults)


class Draws:
    """What one address is tried with. The order of each list, and so the simplest draw, is another at each address."""

    def __init__(self, name: str, known: list[str], count: int) -> None:
        self.count = count
        self.seed = crc32(name.encode())
        self.random = Random(self.seed)
        self.known = known

    def pieces(self, address: Address) -> st.SearchStrategy[list[str]]:
        right, wrong = self.one_of(self.known), self.one_of(hostile.SEGMENTS)
        return st.lists(
            self.random.choice([right, right, wrong]), min_size=address.places, max_size=address.places
        )

    def said(self, names: list[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
        name = self.one_of([*names, *names, *hostile.NAMES])
        value = self.one_of(hostile.VALUES) | st.text(max_size=8)
        return st.lists(st.tuples(name, value), min_size=1, max_size=5)

    def headers(self) -> st.SearchStrategy[dict[str, str]]:
        return st.dictionaries(self.one_of(hostile.HEADERS), self.one_of(hostile.HEADER_VALUES), max_size=2)

    def one_of(self, values: list[str]) -> st.SearchStrategy[str]:
        return st.sampled_from(self.random.sample(values, len(values)))


def try_address(stranger: Stranger, address: Address, draws: Draws) -> None:
    names = names_on(stranger.ask("GET", address.filled([draws.known[0]] * address.places)))

    @seed(draws.seed)
    @settings(bounded, max_examples=draws.count)
    @given(draws.pieces(address), draws.said(names), draws.headers(), draws.one_of(hostile.METHODS))
    def asks(pieces: list[str], said: list[tuple[str, str]], headers: dict[str, str], method: str) -> None:
        path, text = path_of(address, pieces), urlencode(said)
        stranger.ask("GET", path, QUERY_STRING=text, headers=headers)
        stranger.ask(
            method, path, data=text, content_type="application/x-www-form-urlencoded", headers=headers
        )

    asks()


@pytest.mark.parametrize(
    "who", [who if who in ON_BOTH else pytest.param(who, marks=pytest.mark.once) for who in PEOPLE]
)
def test_whoever_sends_whatever_body(who: str) -> None:
    """Bodies that are no form, to the pages and to the API."""
    project = desk.furnish()
    stranger = Stranger(PEOPLE[who]())
    paths = [
        f"/api/v1/projects/{project.pk}/",
        f"/projects/{project.pk}/edit/",
        "/projects/new/",
        "/accounts/login/",
    ]

    @seed(crc32(who.encode()))
    @settings(bounded, max_examples=20)
    @given(
        st.sampled_from(paths),
        hostile.bodies,
        st.sampled_from(hostile.TYPES),
        st.sampled_from(hostile.METHODS),
    )
    def sends(path: str, body: str, kind: str, method: str) -> None:
        stranger.ask(method, path, data=body.encode(errors="replace"), content_type=kind)

    sends()
    assert not stranger.faults, "\n".join(stranger.faults)


def path_of(address: Address, pieces: list[str]) -> str:
    return address.filled([quote(piece, safe="%") for piece in pieces])
