"""Every address of the site, found in Django's own map, so that a new one is tried without being named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern with its open places: `projects/{}/edit/`."""

    shape: str
    places: int

    def filled(self, pieces: list[str]) -> str:
        return "/" + self.shape.format(*pieces)


def addresses() -> list[Address]:
    found = set(_shapes(get_resolver(), ""))
    return [Address(shape, shape.count("{}")) for shape in sorted(found)]


def _shapes(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        shape = before + _shape(entry)
        if isinstance(entry, URLResolver):
            yield from _shapes(entry, shape)
        else:
            yield shape


def _shape(entry: URLPattern | URLResolver) -> str:
    if isinstance(entry.pattern, RegexPattern):
        return _of_regex(entry.pattern._regex)
    return CONVERTER.sub("{}", str(entry.pattern))


def _of_regex(regex: str) -> str:
    """The groups of a regular expression become places; what is left is taken as it is written."""
    shape, depth = "", 0
    for sign in regex:
        if sign == ")":
            depth -= 1
        elif sign == "(":
            shape += "" if depth else "{}"
            depth += 1
        elif not depth and sign not in "^$\\":
            shape += sign
    return shape
