"""Two people write one record: what each has made of a field, and whether somebody has to choose."""

from collections.abc import Hashable, Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Side(StrEnum):
    """Whose value a field takes."""

    MINE = "mine"
    THEIRS = "theirs"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """One field in words, as it was, as they and as I would have it; `name` where a form lets me choose."""

    label: str
    before: str
    theirs: str
    mine: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else wrote while I was writing; the newest of their writes says who, when and why."""

    who: str
    at: datetime | None
    why: str
    lines: tuple[Line, ...]

    @property
    def has_choice(self) -> bool:
        return any(line.name for line in self.lines)


def side(*, mine_changed: bool, theirs_changed: bool, same: bool) -> Side:
    """Whoever alone changed a field has it; both, to different values: open."""
    if not mine_changed:
        return Side.THEIRS
    return Side.MINE if same or not theirs_changed else Side.OPEN


def merged[T: Hashable](before: Iterable[T], theirs: Iterable[T], mine: Iterable[T]) -> Set[T]:
    """A set that two have changed: what each added is in, what each took out is out."""
    before, theirs, mine = frozenset(before), frozenset(theirs), frozenset(mine)
    return (theirs | (mine - before)) - (before - mine)
