"""Whom a text mentions: @ and a name, of the people it may speak to."""

import re
from collections.abc import Iterable

AT = re.compile("[@＠]")


def mentioned(text: str, names: Iterable[str]) -> list[str]:
    """The names that stand behind an @ in the text, in the order of the text, each once; the longest that fits."""
    return list(dict.fromkeys(name for _, name in _found(text, names)))


def marked(text: str, names: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in parts, in order; True for an @ with its name."""
    parts, at = [], 0
    for start, name in _found(text, names):
        end = start + 1 + len(name)
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [(words, is_name) for words, is_name in [*parts, (text[at:], False)] if words]


def _found(text: str, names: Iterable[str]) -> Iterable[tuple[int, str]]:
    ordered = sorted({name for name in names if name}, key=len, reverse=True)
    for at in AT.finditer(text):
        name = next((name for name in ordered if text.startswith(name, at.end())), None)
        if name is not None:
            yield at.start(), name
