"""The reference of the API as a page: the OpenAPI document in words, without a script and without another host."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from projects import access
from projects.rules.problem_details import TITLES

type Schema = dict[str, Any]

MEANING = re.compile(r"^\* `([^`]*)` - (.*)$", re.MULTILINE)
"""What a code means, as a line of a description."""
METHODS = ("get", "post", "patch")
PLACES = {"query": "条件", "path": "地址", "header": "标头"}
TYPES = {
    "integer": "整数",
    "number": "数",
    "string": "文字",
    "boolean": "true / false",
    "array": "列表",
    "object": "对象",
}
FORMATS = {"date": "日期", "date-time": "时间", "binary": "文件", "uri": "地址"}
DONE = {200: "办成了", 201: "新建了", 204: "办成了，没有内容"}


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter, a field of a body or a field of an answer."""

    name: str
    place: str
    kind: str
    words: str
    codes: tuple[tuple[str, str], ...]
    """Each with what it means, "" where nothing is said."""
    is_required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. `example`: a body as JSON, "" where none is sent."""

    key: str
    method: str
    path: str
    title: str
    words: str
    media_types: str
    parameters: tuple[Line, ...]
    body: tuple[Line, ...]
    example: str
    answer: tuple[Line, ...]
    statuses: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one kind of record."""

    name: str
    operations: tuple[Operation, ...]


@require_safe
@access.allowed(access.has_keys)
def api_reference(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/api_reference.html", {"groups": reference()})


@cache
def reference() -> tuple[Group, ...]:
    """The document by kind of record; made once, since it changes with the program alone."""
    document = cast(Any, SchemaGenerator)().get_schema(request=None, public=True)
    groups: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                name = operation["tags"][0]
                groups.setdefault(name, []).append(_operation(document, method, path, operation))
    return tuple(Group(name, tuple(operations)) for name, operations in groups.items())


def _operation(document: Schema, method: str, path: str, said: Schema) -> Operation:
    bodies = said.get("requestBody", {}).get("content", {})
    body = _resolved(document, next(iter(bodies.values()))["schema"]) if bodies else {}
    example = body.get("example")
    return Operation(
        key=said["operationId"],
        method=method.upper(),
        path=path,
        title=said["summary"].rpartition("：")[2],
        words=said.get("description", ""),
        media_types="，或 ".join(bodies),
        parameters=tuple(_parameter(each) for each in said.get("parameters", ())),
        body=tuple(_fields(document, body)),
        example=json.dumps(example, ensure_ascii=False, indent=2) if example else "",
        answer=tuple(_answer(document, said["responses"])),
        statuses=tuple(_statuses(said["responses"])),
    )


def _parameter(said: Schema) -> Line:
    described = said["schema"] | {"description": said.get("description", "")}
    return _line(said["name"], described, said.get("required", False), place=PLACES[said["in"]])


def _fields(document: Schema, schema: Schema) -> Iterator[Line]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield _line(name, _resolved(document, each), name in required)


def _answer(document: Schema, responses: Schema) -> Iterator[Line]:
    """The fields of a record; of a list, those of one of its records."""
    done: Schema = next((responses[code] for code in ("200", "201") if code in responses), {})
    content: Schema = next(iter(done.get("content", {}).values()), {})
    schema = _resolved(document, content.get("schema", {}))
    results = schema.get("properties", {}).get("results", {})
    yield from _fields(document, _resolved(document, results.get("items", {})) if results else schema)


def _statuses(responses: Schema) -> Iterator[tuple[int, str]]:
    for code in sorted(map(int, responses)):
        yield code, DONE.get(code) or TITLES.get(code) or HTTPStatus(code).phrase


def _line(name: str, schema: Schema, is_required: bool, place: str = "") -> Line:
    words = MEANING.sub("", schema.get("description", "")).strip() or schema.get("title", "")
    return Line(name, place, _kind(schema), words, _codes(schema), is_required)


def _kind(schema: Schema) -> str:
    """The type in words."""
    kind = FORMATS.get(schema.get("format", "")) or TYPES.get(schema.get("type", ""), "")
    return f"{kind}或 null" if schema.get("nullable") and kind else kind


def _codes(schema: Schema) -> tuple[tuple[str, str], ...]:
    codes = schema.get("enum", ())
    meanings = dict(MEANING.findall(schema.get("description", "")))
    return tuple((str(code), meanings.get(str(code), "")) for code in codes if code not in ("", None))


def _resolved(document: Schema, schema: Schema) -> Schema:
    """The schema itself where it is named elsewhere; what is said beside the name counts."""
    beside = {name: value for name, value in schema.items() if name not in ("$ref", "allOf", "oneOf")}
    named = [schema] if "$ref" in schema else [*schema.get("allOf", ()), *schema.get("oneOf", ())]
    for each in named:
        if "$ref" in each:
            found = document["components"]["schemas"][each["$ref"].rpartition("/")[2]]
            beside = {**_resolved(document, found), **beside}
    return beside
