"""The chain of seals, as plain text."""

from hashlib import sha256

import pytest

from projects.rules.seals import chain_fault, digest_of, digest_of_file

FIRST = digest_of("", "一")
SECOND = digest_of(FIRST, "二")


def test_a_digest_is_over_the_one_before_and_the_content() -> None:
    assert sha256("\n一".encode()).hexdigest() == FIRST
    assert sha256(f"{FIRST}\n二".encode()).hexdigest() == SECOND


def test_a_file_has_one_digest_however_it_comes_in_pieces() -> None:
    assert digest_of_file([b"ab", b"", b"c"]) == digest_of_file([b"abc"]) == sha256(b"abc").hexdigest()


def test_an_intact_chain_has_no_fault() -> None:
    assert chain_fault("一", FIRST, "", "") == ""
    assert chain_fault("二", SECOND, FIRST, FIRST) == ""


@pytest.mark.parametrize(
    ("content", "digest", "previous"),
    [("贰", SECOND, FIRST), ("二", FIRST, FIRST), ("二", SECOND, ""), ("贰", digest_of("", "贰"), "")],
)
def test_whatever_is_altered_is_a_fault(content: str, digest: str, previous: str) -> None:
    assert chain_fault(content, digest, previous, FIRST)
