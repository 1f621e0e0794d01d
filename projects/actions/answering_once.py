"""Requests of the API that are carried out once: the answer is kept in the transaction of the write."""

from collections.abc import Mapping
from typing import Any

from projects.models import KeptAnswer, User


class UsedOtherwise(Exception):
    """The key belongs to a request with another content."""


def claim(digest: str, content: str, *, by: User) -> KeptAnswer:
    """Enter a request that is about to be carried out, within the transaction of its write; with a `status`, the
    answer of the first time.

    Who sends the same key at the same moment waits here until that transaction ends. Raises UsedOtherwise.
    """
    KeptAnswer.objects.bulk_create(
        [KeptAnswer(digest=digest, content=content, user=by)], ignore_conflicts=True
    )
    entry = KeptAnswer.objects.get(digest=digest)
    if entry.content != content:
        raise UsedOtherwise
    return entry


def settle(entry: KeptAnswer, *, status: int, body: Any, headers: Mapping[str, str]) -> None:
    """Keep what was answered."""
    entry.status, entry.body, entry.headers = status, body, dict(headers)
    entry.save(update_fields=["status", "body", "headers"])
