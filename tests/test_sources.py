"""The sources keep to the style: pages have short lines and colours as tokens, modules short chains of imports."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.conf import settings

BASE = settings.BASE_DIR
LONGEST_LINE = 160
STYLESHEETS = sorted(BASE.glob("projects/static/**/*.css"))
SOURCES = sorted(
    [
        *BASE.glob("templates/**/*.html"),
        *BASE.glob("projects/**/templates/**/*.html"),
        *BASE.glob("projects/static/**/*.js"),
        *STYLESHEETS,
    ]
)
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(|:[^;{}]*\b(?:white|black|red|grey|gray)\b"
)


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def blocks(css: str, start: str) -> list[str]:
    """The contents of every block whose selector or at-rule begins with `start`."""
    found = []
    for match in re.finditer(rf"{re.escape(start)}\s*\{{", css):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        found.append(css[match.end() : end - 1])
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(BASE)))
def test_no_line_is_longer_than_160_characters(path: Path) -> None:
    long = [
        number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_the_sources_were_found() -> None:
    assert [path.name for path in STYLESHEETS] == ["admin.css", "site.css", "tokens.css"]
    assert {path.suffix for path in SOURCES} == {".css", ".html", ".js"}
    assert len(SOURCES) > 70


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_colours_are_written_in_the_tokens_only(path: Path) -> None:
    css = without_comments(path)
    if path.name == "tokens.css":
        [tokens] = blocks(css, ":root")
        assert css.strip().endswith("}")
        assert COLOUR.search(tokens)
        css = css.replace(tokens, "")
    assert COLOUR.findall(css) == []


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_important_is_for_print_only(path: Path) -> None:
    css = without_comments(path)
    for block in blocks(css, "@media print"):
        css = css.replace(block, "")
    assert "!important" not in css


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_a_line_holds_one_declaration_block(path: Path) -> None:
    crowded = [
        line for line in without_comments(path).splitlines() if len(re.findall(r"\}\s*[^\s}]", line)) > 0
    ]
    assert crowded == []


def test_the_stack_is_declared_once_for_the_screen() -> None:
    css = "".join(map(without_comments, STYLESHEETS))
    for block in blocks(css, "@media print"):
        css = css.replace(block, "")
    assert len(re.findall(r"^\.stack\s*\{", css, flags=re.MULTILINE)) == 1


MODULES = sorted(
    path
    for path in BASE.glob("projects/**/*.py")
    if path.name != "__init__.py" and "migrations" not in path.parts
)
TESTED_IN = re.compile(r"^Tested in (.+)\.$", re.MULTILINE)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(BASE)))
def test_a_module_has_its_tests_or_its_package_says_where_they_are(path: Path) -> None:
    inside = path.relative_to(BASE / "projects")
    own = BASE / "tests" / inside.parent / f"test_{inside.name}"
    stated = TESTED_IN.search(path.with_name("__init__.py").read_text())
    places = [own] if own.exists() else [BASE / name for name in stated[1].split(", ")] if stated else []
    assert places
    assert [place for place in places if not place.exists()] == []


LONGEST_CHAIN = 17
"""Modules of a chain in which each imports the next: the address, its view, …, the models, the rules."""


def test_a_chain_of_imports_is_short_and_no_circle() -> None:
    graph = grimp.build_graph("projects", "hightech", cache_dir=None, exclude_type_checking_imports=True)
    imports = {
        module: graph.find_modules_directly_imported_by(module)
        for module in graph.modules
        if ".migrations" not in module
    }
    chains: dict[str, int] = {}
    for module in TopologicalSorter(imports).static_order():
        chains[module] = 1 + max((chains[other] for other in imports[module]), default=0)

    assert len(chains) > 300
    assert [module for module, length in chains.items() if length > LONGEST_CHAIN] == []
