"""Each promise of docs/security.md and SECURITY.md names tests and files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PROMISES = DOCUMENT.partition("## Promises and their tests")[2].partition("## OWASP")[0]

pytestmark = pytest.mark.once


def names(text: str) -> set[tuple[str, str]]:
    return set(NAMED.findall(text))


def missing(named: set[tuple[str, str]]) -> list[str]:
    return sorted(
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / file).is_file() or f"\ndef {test}(" not in (ROOT / file).read_text()
    )


def test_every_test_that_the_document_names_exists() -> None:
    assert len(names(DOCUMENT)) > 40
    assert missing(names(DOCUMENT)) == []


def test_every_promise_names_a_test() -> None:
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ") and "| test |" not in line]
    assert len(rows) > 30
    assert [row for row in rows if not names(row)] == []


@pytest.mark.parametrize("document", ["SECURITY.md", "docs/security.md"])
def test_every_file_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    named = set(re.findall(r"`((?:tests|projects|hightech|docs)/[\w/.]*)[`:]", text))
    assert len(named) > 3
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_a_test_that_is_gone_is_found() -> None:
    assert missing({("tests/test_audit.py", "test_that_never_was")}) == [
        "tests/test_audit.py::test_that_never_was"
    ]
