"""Every pattern that meets a text takes time in proportion to it: proved of each, not measured."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.validators import RegexValidator
from django.urls import URLPattern, URLResolver, get_resolver

import hightech
import projects
from projects.files.reading.scanning import _farther_cell
from projects.files.reading.styles import Look
from projects.files.reading.xlsx import FEW_STYLES, _cells_of
from tests.backtracking import fault_of

ANYWHERE = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
OF_DJANGO = r"^r/(?P<content_type_id>.+)/(?P<object_id>.+)/\Z"
"""The admin's own; the server cuts an address before a square of it matters."""
LINEAR = (
    (r"\s+", "search"),
    (r"(?:a|b)*c", "fullmatch"),
    (r"(\d+)\.(\d+)", "fullmatch"),
    (r"""(?:[^<>"']++|"[^"<]*+")*+>""", "fullmatch"),
    (r"a*b*", "match"),
    (r"[0-9]{1,9}x", "search"),
)
WORSE = (
    (r"(?P<name>.*?)[\s/]*(?P<phone>[\d\-\s]{7,})", "fullmatch"),
    (r"\D*-\D*", "fullmatch"),
    (r"(?:年|月|年月)+", "fullmatch"),
    (r"(?:a+)+", "fullmatch"),
    (r"(?:a|a)*b", "match"),
    (r"[一二三]+(?=期)x", "search"),
    (r"\s+$x", "sub"),
    (r"\[[^\]]*\]", "search"),
)


def modules() -> Iterator[ModuleType]:
    for package in (hightech, projects):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name and not found.name.endswith((".asgi", ".wsgi")):
                yield importlib.import_module(found.name)


class Uses(ast.NodeVisitor):
    """How a module uses its patterns: the methods called on each name, and the patterns written where they are used."""

    def __init__(self) -> None:
        self.methods: dict[str, set[str]] = {}
        self.aliases: list[tuple[str, str]] = []
        self.inline: list[tuple[str, ast.expr]] = []

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="re"), attr=method) if method in {
                *ANYWHERE,
                "match",
                "fullmatch",
            }:
                self.inline.append((method, node.args[0]))
            case ast.Attribute(value=ast.Name(id=name), attr=method):
                self.methods.setdefault(name, set()).add(method)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.methods.setdefault(node.id, set())

    def visit_For(self, node: ast.For) -> None:
        self._alias(node.target, node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._alias(node.target, node.iter)
        self.generic_visit(node)

    def _alias(self, target: ast.expr, source: ast.expr) -> None:
        names = [
            [each.id for each in ast.walk(part) if isinstance(each, ast.Name)] for part in (target, source)
        ]
        self.aliases += product(*names)

    def of(self, name: str) -> set[str]:
        found = set(self.methods.get(name, ()))
        for alias, source in self.aliases:
            if source == name:
                found |= self.methods.get(alias, set())
        return found & {*ANYWHERE, "match", "fullmatch"}


def compiled(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from compiled(each)
    elif isinstance(value, dict):
        yield from compiled(list(value.values()))


def patterns() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Each pattern of ours with the place where it stands and the methods by which it is used."""
    for module in modules():
        uses = Uses()
        uses.visit(ast.parse(Path(module.__file__ or "").read_text()))
        for name, value in vars(module).items():
            for pattern in compiled(value):
                yield f"{module.__name__}.{name}", pattern, uses.of(name) or {"search"}
        for method, written in uses.inline:
            source = eval(compile(ast.Expression(written), "", "eval"), vars(module) | {"mark": "p"})
            yield f"{module.__name__}:{written.lineno}", re.compile(source), {method}


FOUND = list(patterns())


def judged(pattern: re.Pattern[Any], methods: set[str]) -> str:
    faults = [
        fault_of(pattern, searched=method in ANYWHERE, whole=method == "fullmatch")
        for method in sorted(methods)
    ]
    return next(filter(None, faults), "")


@pytest.mark.parametrize(("source", "method"), LINEAR)
def test_a_linear_pattern_is_passed(source: str, method: str) -> None:
    assert judged(re.compile(source), {method}) == ""


@pytest.mark.parametrize(("source", "method"), WORSE)
def test_a_pattern_that_is_worse_is_found(source: str, method: str) -> None:
    assert judged(re.compile(source), {method})


@pytest.mark.parametrize(("pattern", "methods"), [pytest.param(p, m, id=name) for name, p, m in FOUND])
def test_no_pattern_of_ours_goes_back_and_forth(pattern: re.Pattern[Any], methods: set[str]) -> None:
    assert judged(pattern, methods) == ""


def test_the_patterns_of_every_package_were_found() -> None:
    packages = {name.rsplit(".", 1)[0].split(":")[0] for name, _, _ in FOUND}
    assert {"projects.rules.periods", "projects.rules.money", "projects.files.reading.scanning"} <= packages
    assert len(FOUND) > 60


def test_patterns_that_are_made_for_a_workbook_are_linear() -> None:
    few = _cells_of(dict.fromkeys(range(5), Look()))
    many = _cells_of(dict.fromkeys(range(FEW_STYLES + 1), Look()))
    assert few
    assert many
    for pattern in (few, many, _farther_cell(12_345, 26)):
        assert judged(pattern, {"search"}) == ""


def addresses(resolver: URLResolver) -> Iterator[re.Pattern[str]]:
    for each in resolver.url_patterns:
        yield re.compile(getattr(each.pattern, "_regex", None) or each.pattern.regex)
        if isinstance(each, URLResolver):
            yield from addresses(each)
        else:
            assert isinstance(each, URLPattern)


def test_the_patterns_of_addresses_and_fields_are_linear() -> None:
    found = list(addresses(get_resolver()))
    fields = [
        field for model in apps.get_app_config("projects").get_models() for field in model._meta.get_fields()
    ]
    for field in fields:
        for validator in getattr(field, "validators", ()):
            if isinstance(validator, RegexValidator):
                found.append(re.compile(validator.regex.pattern))
    worse = {pattern.pattern: fault for pattern in found if (fault := judged(pattern, {"match"}))}
    assert worse.keys() <= {OF_DJANGO}
