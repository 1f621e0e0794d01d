"""Numbers known within bounds: what is certain, and what is possible besides.

A milestone known as “in 2024, not later than 30 September” may or may not have been reached on 29 September. A count
of such milestones is not one number but two.
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Bounds:
    """A count of projects or a sum of yuan: at least `certain`, at most `possible`; equal where it is known exactly."""

    certain: int
    possible: int

    @classmethod
    def exactly(cls, number: int) -> Self:
        return cls(number, number)

    @classmethod
    def of(cls, number: int | None) -> Self | None:
        """The bounds of a known number; None for an unknown one."""
        return None if number is None else cls.exactly(number)

    @property
    def is_open(self) -> bool:
        """Whether the number lies somewhere between two different ends."""
        return self.certain != self.possible

    @property
    def exact(self) -> int | None:
        """The number; None where only its ends are known."""
        return None if self.is_open else self.certain


def exact(bounds: Bounds | None) -> int | None:
    """The number; None where it is unknown, or known within different bounds only."""
    return None if bounds is None else bounds.exact
