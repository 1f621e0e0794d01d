"""What every paper of an order is made of: `making.frozen` reads it once."""

from collections.abc import Iterable
from dataclasses import dataclass

from projects.figures.scope import Scope
from projects.models import PaperOrder
from projects.rules.bulletin import Printed

ALL = "all"

type Made = tuple[bytes, dict[str, str]]
"""The bytes of a paper and its numbers by key, as printed."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What every paper of an order is made of: nothing of it depends on who asks or when.

    `printed`: the numbers of the scope; `part`: which units of a sealed month, `all` of the whole.
    """

    order: PaperOrder
    scope: Scope
    printed: Printed
    part: str


def part_of(units: Iterable[int] | None) -> str:
    """The part of a bulletin that a paper is made of, in a word that the paper keeps; None: the whole district."""
    return ALL if units is None else " ".join(map(str, sorted(units)))
