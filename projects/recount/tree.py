"""The tree of units, walked step by step."""

from collections.abc import Iterable
from datetime import date

from projects.vocabulary import OrganisationKind

from .records import UnitRecord


class UnitTree:
    """The units, and what lies above each on a day (None: today)."""

    def __init__(self, rows: Iterable[UnitRecord], day: date | None = None) -> None:
        self.day = day
        self.rows = {row.id: row for row in sorted(rows, key=lambda row: (row.position, row.name))}
        self.root: int | None = None
        for row in self.rows.values():
            if self.root is None and row.parent_id is None and row.kind == OrganisationKind.DISTRICT:
                self.root = row.id

    def upwards(self, unit: int | None) -> list[int]:
        """The unit and everything above it; what nobody answers for is the root's."""
        found, at = [], self.root if unit is None else unit
        while at is not None and at in self.rows:
            found.append(at)
            at = self.above(at)
        return found

    def on(self, day: date) -> "UnitTree":
        return UnitTree(self.rows.values(), day)

    def above(self, unit: int) -> int | None:
        row = self.rows[unit]
        return row.parent_id if self.day is None else row.above_on(self.day)

    def below(self, unit: int) -> set[int]:
        """The unit and everything below it."""
        return {each for each in self.rows if unit in self.upwards(each)}

    def row_for(self, unit: int | None, top: int | None) -> int | None:
        """The unit directly below `top` that `unit` belongs to, or `top` itself; None where it lies elsewhere."""
        way = self.upwards(unit)
        top = self.root if top is None else top
        before = top
        for each in way:
            if each == top:
                return before
            before = each
        return None
