"""Numbers in a document that can be traced: each stands in a bookmark that names what it is.

A text for a template carries a number between marks of the private-use area. After the template was filled, `bind`
puts each number into a bookmark `hp_<key>_<n>`: these survive editing and saving in an office program, where content
controls lose their name. `read_back` reads them again.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from projects.vocabulary import Indicator

OPEN, MIDDLE, CLOSE = "\ue0f0", "\ue0f1", "\ue0f2"
PREFIX = "hp_"
LONGEST = 40
"""Signs of the name of a bookmark."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MARKS = re.compile(f"[{OPEN}{MIDDLE}{CLOSE}]")
_FIELD = re.compile(f"{OPEN}([a-z0-9_]+){MIDDLE}([^{OPEN}{MIDDLE}{CLOSE}]*){CLOSE}")
_NAME = re.compile(rf"{PREFIX}([a-z0-9_]+)_\d+")


class Fields:
    """The fields of a paper as they are written: call it with a key and the printed number for the marked text."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        """`known`: fields that are written already."""
        self.values: dict[str, str] = dict(known or {})

    def __call__(self, key: str, words: str) -> str:
        """The number with its marks; "" stays "". Raises ValueError for a key that no bookmark can have."""
        if not re.fullmatch(r"[a-z0-9_]+", key) or len(PREFIX) + len(key) + 4 > LONGEST:
            raise ValueError(f"no key of a field: {key}")
        if not words:
            return ""
        if self.values.setdefault(key, words) != words:
            raise ValueError(f"two values of one field: {key}")
        return f"{OPEN}{key}{MIDDLE}{words}{CLOSE}"


def plain(words: str) -> str:
    """A text of the register without signs that would look like marks, or that no XML takes."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", _MARKS.sub("", words))


@dataclass(frozen=True, slots=True)
class Trace:
    """What a field is of, as its key says: the indicator ("" for others), the unit or the project (None: the whole)."""

    indicator: str
    organisation: int | None
    project: int | None


_TRACED = re.compile(r"(?:t|u(?P<unit>\d+)o?|[pr](?P<project>\d+))_(?P<rest>\w+)")


def traced(key: str) -> Trace:
    found = _TRACED.fullmatch(key)
    if found is None:
        return Trace("", None, None)
    code = found["rest"].rpartition("_")[0]
    unit, project = (None if words is None else int(words) for words in (found["unit"], found["project"]))
    return Trace(code if code in Indicator else "", unit, project)


def digest_of(values: Mapping[str, str]) -> str:
    """SHA-256 over the canonical text of the fields."""
    written = json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def bind(document: Any) -> None:
    """Put every marked number of a part of the document into a bookmark, in place."""
    used: defaultdict[str, int] = defaultdict(int)
    for number, text in enumerate(
        [node for node in document.iter(f"{W}t") if OPEN in (node.text or "")], start=1
    ):
        _split(text, used, 1000 * number)


def _split(text: Any, used: defaultdict[str, int], first: int) -> None:
    """Divide the run of one text: what stands before, each number in its bookmark, and what stands between."""
    run = text.getparent()
    pieces: list[Any] = []
    place = 0
    for found in _FIELD.finditer(text.text):
        pieces += [_run(run, text.text[place : found.start()])] if found.start() > place else []
        key, number = found[1], first + len(pieces)
        used[key] += 1
        name = f"{PREFIX}{key}_{used[key]}"
        pieces += [
            etree.Element(f"{W}bookmarkStart", {f"{W}id": str(number), f"{W}name": name}),
            _run(run, found[2]),
            etree.Element(f"{W}bookmarkEnd", {f"{W}id": str(number)}),
        ]
        place = found.end()
    pieces += [_run(run, text.text[place:])] if place < len(text.text) else []
    before, after = _rest(run, text)
    parent, at = run.getparent(), run.getparent().index(run)
    parent[at : at + 1] = [*before, *pieces, *after]


def _run(run: Any, words: str) -> Any:
    """A run that looks like `run` with these words."""
    made = etree.Element(f"{W}r")
    looks = run.find(f"{W}rPr")
    if looks is not None:
        made.append(deepcopy(looks))
    text = etree.SubElement(made, f"{W}t")
    text.text = words
    text.set(SPACE, "preserve")
    return made


def _rest(run: Any, text: Any) -> tuple[list[Any], list[Any]]:
    """What the run holds besides the text, as runs of their own before and after it."""
    content = [child for child in run if child.tag != f"{W}rPr"]
    at = content.index(text)
    return [_alone(run, child) for child in content[:at]], [_alone(run, child) for child in content[at + 1 :]]


def _alone(run: Any, child: Any) -> Any:
    made = _run(run, "")
    made.replace(made[-1], child)
    return made


def read_back(document: Any) -> dict[str, list[str]]:
    """The texts of the bookmarks by key, in the order of the document."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for start in document.iter(f"{W}bookmarkStart"):
        name = _NAME.fullmatch(start.get(f"{W}name") or "")
        if name:
            found[name[1]].append(_between(start))
    return dict(found)


def _between(start: Any) -> str:
    """The words from the start of a bookmark to its end, within one paragraph."""
    number, words = start.get(f"{W}id"), []
    for node in start.itersiblings():
        if node.tag == f"{W}bookmarkEnd" and node.get(f"{W}id") == number:
            break
        words += [text.text or "" for text in node.iter(f"{W}t")]
    return "".join(words)
