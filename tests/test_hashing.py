"""How many passwords a process hashes at once, counted, and what one costs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Lock, Semaphore

import argon2
import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.core.exceptions import ImproperlyConfigured

from hightech.hashing import HashingCost, hashing_cost, turns

AT_ONCE = 3
PEOPLE = 12
CHEAP = HashingCost(mebibytes=1, passes=1, lanes=1, at_once=AT_ONCE)
ARGON = ["hightech.hashing.BoundedArgon2PasswordHasher"]


class Counter:
    """Stands around the library's function: everybody who enters waits until `AT_ONCE` of them are inside."""

    def __init__(self, hashing) -> None:
        self.hashing = hashing
        self.lock, self.together = Lock(), Barrier(AT_ONCE, timeout=60)
        self.inside = self.most = 0
        self.free_turns: list[bool] = []

    def __call__(self, *args, **kwargs):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.together.wait()
        with self.lock:  # those who came together are still inside
            self.free_turns.append(_is_free(turns(AT_ONCE)))
        self.together.wait()
        try:
            return self.hashing(*args, **kwargs)
        finally:
            with self.lock:
                self.inside -= 1


def _is_free(turn: Semaphore) -> bool:
    if taken := turn.acquire(blocking=False):
        turn.release()
    return taken


@pytest.fixture(autouse=True)
def _cheap(settings) -> None:
    settings.PASSWORD_HASHERS, settings.HASHING_COST = ARGON, CHEAP


@pytest.mark.parametrize("what", ["hash_secret", "verify_secret"])
def test_only_so_many_are_hashed_or_compared_at_once(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = make_password("right")
    counter = Counter(getattr(argon2.low_level, what))
    monkeypatch.setattr(argon2.low_level, what, counter)
    monkeypatch.setattr(argon2._password_hasher, what, counter)

    with ThreadPoolExecutor(PEOPLE) as people:
        if what == "hash_secret":
            answers = [each.startswith("argon2$") for each in people.map(make_password, ["new"] * PEOPLE)]
        else:
            answers = list(people.map(check_password, ["right"] * PEOPLE, [kept] * PEOPLE))

    assert answers == [True] * PEOPLE
    assert counter.most == AT_ONCE
    assert counter.free_turns == [False] * PEOPLE
    assert _is_free(turns(AT_ONCE))


def test_a_wrong_password_gives_its_turn_back() -> None:
    kept = make_password("right")
    for _ in range(AT_ONCE + 1):
        assert not check_password("wrong", kept)
    assert check_password("right", kept)


def test_a_password_of_another_cost_is_hashed_anew(settings) -> None:
    kept = make_password("right")
    assert kept.startswith("argon2$argon2id$v=19$m=1024,t=1,p=1$")
    assert not identify_hasher(kept).must_update(kept)
    settings.HASHING_COST = replace(CHEAP, mebibytes=2)
    anew: list[str] = []

    assert check_password("right", kept, setter=anew.append)
    assert anew == ["right"]


@pytest.mark.parametrize(
    ("mebibytes", "passes", "is_enough"),
    [
        (46, 1, True),
        (45, 1, False),
        (19, 2, True),
        (18, 2, False),
        (7, 6, True),
        (6, 9, False),
        (64, 0, False),
    ],
)
def test_less_than_owasp_asks_is_refused(
    mebibytes: int, passes: int, is_enough: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD_HASH_MEBIBYTES", str(mebibytes))
    monkeypatch.setenv("PASSWORD_HASH_PASSES", str(passes))
    if is_enough:
        assert hashing_cost().most_mebibytes == 2 * mebibytes
    else:
        with pytest.raises(ImproperlyConfigured, match="低于 OWASP 的最低要求"):
            hashing_cost()


def test_somebody_may_always_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD_HASHES_AT_ONCE", "0")
    with pytest.raises(ImproperlyConfigured, match="至少为 1"):
        hashing_cost()
