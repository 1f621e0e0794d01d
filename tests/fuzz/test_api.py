"""The whole OpenAPI document of the API, asked with what it allows and with what it does not: never a 500.

schemathesis makes the requests of the document, and each answer has to be one that the document names.
"""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from projects.vocabulary import KeyScope
from tests import build
from tests.admin import desk
from tests.fuzz.examples import MANY
from tests.fuzz.stranger import Stranger, content_of

pytestmark = pytest.mark.django_db

FEW = 5
"""For each operation and mode, in the gate."""
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def document(asker: Stranger) -> dict[str, Any]:
    return json.loads(content_of(asker.ask("GET", "/api/v1/schema")))


def sent(case: Case) -> tuple[str, str, dict[str, Any]]:
    """Method, path and the rest of a request, as the client of the tests takes them."""
    said: dict[str, Any] = {"QUERY_STRING": urlencode(case.query or {}, doseq=True, errors="replace")}
    if case.method not in ("GET", "HEAD"):
        said["data"] = json.dumps(
            case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
        )
        said["content_type"] = case.media_type or "application/json"
    return case.method, case.formatted_path, said


def fault(answer: Any, operation: Any) -> str:
    """What is wrong with an answer; "" for a good one."""
    stated = operation.definition.raw["responses"]
    if str(answer.status_code) not in stated and answer.status_code != 405:
        return f"{answer.status_code} is not in the document"
    return ""


def test_no_generated_request_to_the_api_ends_in_an_error() -> None:
    known = {"id": desk.furnish().pk, "stage": "started", "month": "2024-03"}
    asker = Stranger(None, **build.key_header(build.office(), scope=KeyScope.WRITE))
    raw = document(asker)
    schema = schemathesis.openapi.from_dict(raw)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in MODES:
            asked += try_operation(operation, mode, asker, known)
    assert asked >= 2 * len(raw["paths"])
    assert not asker.faults, "\n".join(asker.faults[:20])


def try_operation(operation: Any, mode: GenerationMode, asker: Stranger, known: dict[str, Any]) -> int:
    """`known`: what the open places of addresses hold for records that are there."""
    asked = 0
    cases = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=MANY or FEW,
        derandomize=not MANY,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.booleans())
    def tried(case: Case, is_known: bool) -> None:
        nonlocal asked
        asked += 1
        if is_known and case.path_parameters:  # a record that is there
            case.path_parameters = {name: known[name] for name in case.path_parameters}
        method, path, said = sent(case)
        answer = asker.ask(method, path, **said)
        if words := fault(answer, operation):
            asker.faults.append(f"{method} {path} {str(said)[:300]}: {words}")

    tried()
    return asked
