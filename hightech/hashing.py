"""Passwords are hashed by Argon2id with numbers of the settings, and only so many at once in a process.

Argon2 takes its memory for each password that is hashed or compared. Without a limit a worker with 8 threads takes it
eight times when a whole district signs in at nine o'clock; with one, the others wait for their turn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ImproperlyConfigured

from hightech import env

LEAST = {5: 7, 4: 9, 3: 12, 2: 19, 1: 46}
"""OWASP's Password Storage Cheat Sheet: mebibytes at least, by passes."""
TOO_WEAK = (
    "PASSWORD_HASH_MEBIBYTES={0} 和 PASSWORD_HASH_PASSES={1} 低于 OWASP 的最低要求（例如 19 和 2、46 和 1）。"
    " They are below OWASP's minimum (for example 19 and 2, or 46 and 1)."
)
AT_LEAST_ONE = (
    "PASSWORD_HASH_LANES 和 PASSWORD_HASHES_AT_ONCE 至少为 1。 PASSWORD_HASH_LANES and …_AT_ONCE: at least 1."
)


@dataclass(frozen=True, slots=True)
class HashingCost:
    """What one password costs, and how many a process hashes at once: its most memory is the product."""

    mebibytes: int
    passes: int
    lanes: int
    at_once: int

    @property
    def most_mebibytes(self) -> int:
        return self.mebibytes * self.at_once


def hashing_cost() -> HashingCost:
    """From the environment. Without a word: RFC 9106's second recommended option, above OWASP's minimum."""
    cost = HashingCost(
        mebibytes=env.number("PASSWORD_HASH_MEBIBYTES", 64),
        passes=env.number("PASSWORD_HASH_PASSES", 3),
        lanes=env.number("PASSWORD_HASH_LANES", 4),
        at_once=env.number("PASSWORD_HASHES_AT_ONCE", 2),
    )
    if cost.passes < 1 or cost.mebibytes < LEAST[min(cost.passes, max(LEAST))]:
        raise ImproperlyConfigured(TOO_WEAK.format(cost.mebibytes, cost.passes))
    if min(cost.lanes, cost.at_once) < 1:
        raise ImproperlyConfigured(AT_LEAST_ONE)
    return cost


@cache
def turns(at_once: int) -> BoundedSemaphore:
    """What a hashing of this process waits for."""
    return BoundedSemaphore(at_once)


@contextmanager
def own_turn() -> Iterator[None]:
    with turns(settings.HASHING_COST.at_once):
        yield


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Django's hasher with the cost of the settings; what was hashed at another cost is hashed anew at a sign-in."""

    @property
    def memory_cost(self) -> int:  # type: ignore[override]
        return int(settings.HASHING_COST.mebibytes) * 1024

    @property
    def time_cost(self) -> int:  # type: ignore[override]
        return int(settings.HASHING_COST.passes)

    @property
    def parallelism(self) -> int:  # type: ignore[override]
        return int(settings.HASHING_COST.lanes)

    def encode(self, password: str, salt: str) -> str:
        with own_turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with own_turn():
            return super().verify(password, encoded)
