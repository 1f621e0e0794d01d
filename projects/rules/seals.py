"""What a seal is of, and SHA-256 digests of seals and files.

A seal includes the digest of the seal before it, so a change is detected.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Protocol


class SealedMonth(Protocol):
    """The month and the list that a seal is of, for a record that says what of it is counted."""

    @property
    def year(self) -> int: ...

    @property
    def as_of(self) -> date: ...

    @property
    def level(self) -> str:
        """ "" for all projects."""


def digest_of(previous_digest: str, content: str) -> str:
    """SHA-256 over the digest of the seal before ("" for the first), a line break, and the content."""
    return hashlib.sha256(f"{previous_digest}\n{content}".encode()).hexdigest()


def chain_fault(content: str, digest: str, previous_digest: str, digest_before: str) -> str:
    """The sentence that says why a seal does not follow the one with `digest_before`; "" when it does."""
    if digest != digest_of(previous_digest, content):
        return "内容、摘要或上一期摘要被改动：三者不再相符"
    if previous_digest != digest_before:
        return "记下的上一期摘要与前一期不符：其一被改写，或其间的封存被删除"
    return ""


def digest_of_file(chunks: Iterable[bytes]) -> str:
    """SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
