"""Three-way merge: what becomes of one record that two people have changed, field by field.

The page of a project, the month sheet, the API, the admin and the comparison of an imported row all decide by `merge`.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """Whose value a person has chosen for a field that both sides changed."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Merged:
    """The names of the fields, by the side whose value they take; `open`: somebody has to choose first."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field in words: at the base version, theirs and mine; `name` where a form lets its user choose."""

    label: str
    before: str
    theirs: str
    mine: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody else wrote after the base version; their newest change says who, when and why."""

    who: str
    at: datetime | None
    why: str
    differences: tuple[FieldDifference, ...]

    @property
    def has_choice(self) -> bool:
        return any(difference.name for difference in self.differences)


def _is_equal(_name: str, mine: Any, stored: Any) -> bool:
    return bool(mine == stored)


def merge(
    before: Mapping[str, Any] | None,
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    choices: Mapping[str, Any],
    *,
    same: Callable[[str, Any, Any], bool] = _is_equal,
) -> Merged:
    """Decide for each field of `mine` whether it takes my value or theirs.

    A field that one side changed takes that side's value. A field that both changed to different values takes the
    side that `choices` names for it and is open without one. `before`: the values of the base version; without
    them, both sides count as having changed every field. `same`: whether a value of mine means the stored one.
    """
    kept: dict[str, list[str]] = {Side.MINE: [], Side.THEIRS: []}
    still_open: list[str] = []
    is_newer = before is not None and before is not theirs
    for name, value in mine.items():
        if same(name, value, theirs[name]) or (is_newer and same(name, value, before[name])):  # type: ignore[index]
            side: Any = Side.THEIRS
        elif before is not None and before[name] == theirs[name]:
            side = Side.MINE
        else:
            side = choices.get(name)
        kept.get(side, still_open).append(name)
    return Merged(tuple(kept[Side.MINE]), tuple(kept[Side.THEIRS]), tuple(still_open))


def merge_sets[T: Hashable](before: Iterable[T], theirs: Iterable[T], mine: Iterable[T]) -> Set[T]:
    """A set that both sides changed: what either added is in, what either removed is out."""
    before, theirs, mine = frozenset(before), frozenset(theirs), frozenset(mine)
    return (theirs | (mine - before)) - (before - mine)
