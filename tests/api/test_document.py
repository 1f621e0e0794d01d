"""The OpenAPI document says of every operation what a reader needs, and its examples are what it describes."""

from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    return build.browser_of(build.office()).get("/api/v1/schema").json()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = [each for item in document["paths"].values() for each in item.values() if "operationId" in each]
    return {each["operationId"]: each for each in found}


def test_every_record_is_read_and_every_write_says_how_it_is_refused(document) -> None:
    found = operations(document)
    writes = {name: each for name, each in found.items() if "requestBody" in each}

    assert {"problems", "problems_one", "problems_amend", "problems_close", "targets_set"} <= set(found)
    assert len(writes) > 30
    for name, each in writes.items():
        headers = {said["name"] for said in each["parameters"] if said["in"] == "header"}
        assert {"Idempotency-Key"} <= headers, name
        is_new = "201" in each["responses"]
        assert ("If-Match" in headers) is ("409" in each["responses"]) is not is_new, name
        assert {"400", "401", "403", "404", "422", "428", "429"} <= set(each["responses"]), name
        assert each["summary"], name
        assert each["description"], name


def test_the_examples_of_bodies_are_valid(document) -> None:
    shown = 0
    for name, each in operations(document).items():
        for media_type, said in each.get("requestBody", {}).get("content", {}).items():
            example = said["schema"]["example"]
            if media_type == "application/json":
                shown += 1
                assert [*Draft4Validator(nulls_named(said["schema"])).iter_errors(example)] == [], name
    assert shown > 30


def test_every_answer_has_an_example_that_its_schema_allows(document) -> None:
    shown = 0
    for name, each in operations(document).items():
        for status, answer in each["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if content and status.startswith("2"):
                shown += 1
                schema = nulls_named(content["schema"]) | {"components": nulls_named(document["components"])}
                assert [*Draft4Validator(schema).iter_errors(content["example"])] == [], name
    assert shown > 40


def test_reads_on_condition_are_in_the_document(document) -> None:
    on_condition = {name for name, each in operations(document).items() if "304" in each["responses"]}
    assert {"projects", "projects_one", "milestones_one", "completion", "forecast"} <= on_condition
    for name in on_condition:
        headers = {said["name"] for said in operations(document)[name]["parameters"]}
        assert "If-None-Match" in headers, name


def nulls_named(schema: Any) -> Any:
    """`nullable` of OpenAPI in the words of JSON Schema."""
    if not isinstance(schema, dict):
        return schema
    said = {name: nulls_named(value) for name, value in schema.items()}
    if said.pop("nullable", False) is True and "type" in said:
        said["type"] = [said["type"], "null"]
    return said
