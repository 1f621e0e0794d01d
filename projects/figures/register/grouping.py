"""Grouping rows of the register by what they count under: the unit, or the industry, and the lists."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Value

from projects.figures.register.sheet import Amounts, add
from projects.figures.register.tables import EVERY_LEVEL, Register, Rows, project_column
from projects.figures.scope import Scope
from projects.models import Project
from projects.models.standstills import stood_still
from projects.vocabulary import SideState

WHOLE = None
"""The row of a scope as a whole, beside the rows of its units."""

type Address = tuple[str, int | None]
"""A level and a row."""

type Key = tuple[Any, ...]
type Counted = dict[Address, dict[Key, Amounts]]


def in_scope(rows: Rows, register: Register, scope: Scope) -> Rows:
    """What the unit answered for on the day, and what a unit of it helps with; the root answers for everything, the
    unknown too.
    """
    units, top = scope.units, scope.narrowed_to
    if top is None or top in units.path(None):
        return rows
    below = units.below(top)
    helped = register.participations().filter(organisation_id__in=below).values("project_id")
    rows = register.beside(rows, "holder")
    return rows.filter(Q(holder__in=below) | Q((f"{project_column(rows)}__in", helped)))


def asked_of(scope: Scope) -> tuple[Any, ...]:
    """What a question about a scope asks for, beside its register."""
    return scope.level, scope.organisation and scope.organisation.pk, scope.narrowed_to


def of_scope(rows: Rows, register: Register, scope: Scope) -> Rows:
    """Rows of the projects of the scope; a list is looked up from each row, since few rows are wanted."""
    if scope.level:
        listed = register.listings().filter(project_id=OuterRef("project_id"), level=scope.level)
        rows = rows.filter(Exists(listed))
    return in_scope(rows, register, scope)


def whose(register: Register, *states: SideState) -> Exists:
    """Whether the project of a row is there, and was in none of these states on the day."""
    projects = register.table(Project).filter(id=OuterRef("project_id"))
    return Exists(projects.filter(~stood_still(register.as_of, states=states)) if states else projects)


class Grouping:
    """Which rows of the register belong to a scope, and on which sheets each counts.

    A project counts in the row of its unit and, where others help with it, in the rows of those; once in a row.
    On the other levels than the scope's the whole is counted only.
    """

    def __init__(self, scope: Scope, register: Register, levels: frozenset[str], *, by_unit: bool) -> None:
        self.scope, self.register, self.levels, self.by_unit = scope, register, levels, by_unit
        self.units, self.helpers = scope.units, register.helpers()
        self.top = scope.organisation.pk if scope.organisation else None
        self.told_apart = sorted(levels - {EVERY_LEVEL}) if len(levels) > 1 else []
        self.addresses: dict[Key, tuple[Address, ...]] = {}

    def counted(self, rows: Rows, keys: Sequence[str], **sums: Any) -> Counted:
        """The sums of the rows by address and by the values of the `keys`; one query."""
        place, end = len(self._columns), len(self._columns) + len(keys)
        found: dict[tuple[Address, ...], dict[Key, Amounts]] = {}
        for row in self._grouped(rows, keys, sums):
            parts = found.setdefault(self._addresses(row[:place]), {})
            key, amounts = row[place:end], row[end:]
            if key in parts:
                add(parts[key], amounts)
            else:
                parts[key] = list(amounts)
        return _spread(found)

    @property
    def _columns(self) -> list[str]:
        columns = ["joint", "holder", *(f"on_{level}" for level in self.told_apart)]
        return columns if self.by_unit else [*columns, "unit"]

    def _grouped(self, rows: Rows, keys: Sequence[str], sums: dict[str, Any]) -> Rows:
        """Joint projects apart from the others: a group for each would spoil the plan of the common query."""
        column = project_column(rows)
        rows = self.register.beside(
            in_scope(self.register.listed(rows, self.levels), self.register, self.scope), *self._columns[1:]
        )
        rows = rows.annotate(**{f"by_{key}": F(key) for key in keys})
        by = [*self._columns, *(f"by_{key}" for key in keys)]
        alone = rows.annotate(joint=Value(None, BigIntegerField()))
        if not self.helpers:
            return alone.values_list(*by).annotate(**sums)
        joint = {f"{column}__in": self.register.joint()}
        alone = alone.exclude(**joint).values_list(*by).annotate(**sums)
        shared = rows.filter(**joint).annotate(joint=F(column)).values_list(*by).annotate(**sums)
        return alone.union(shared, all=True).order_by()

    def _addresses(self, where: Key) -> tuple[Address, ...]:
        if where not in self.addresses:
            self.addresses[where] = tuple(self._places(*where))
        return self.addresses[where]

    def _places(self, joint: int | None, holder: int | None, *rest: Any) -> Iterator[Address]:
        units = [holder, *self.helpers[joint]] if joint else [holder]
        rows = {row for unit in units if (row := self.units.row_of(unit, self.top)) is not None}
        if not rows and self.top is not None:
            return  # of the district, every project counts, even one whose unit is in no tree
        if not self.by_unit:
            rows = {rest[-1] or 0}
        on = [level for level, stands in zip(self.told_apart, rest, strict=False) if stands]
        for level in (*on, *(self.levels if not self.told_apart else self.levels & {EVERY_LEVEL})):
            yield level, WHOLE
            if level == self.scope.level:
                yield from ((level, row) for row in rows)


def _spread(found: dict[tuple[Address, ...], dict[Key, Amounts]]) -> Counted:
    """What several sheets share, added to each."""
    counted: Counted = {}
    for addresses, parts in found.items():
        for address in addresses:
            sums = counted.setdefault(address, {})
            for key, amounts in parts.items():
                if key in sums:
                    add(sums[key], amounts)
                else:
                    sums[key] = list(amounts)
    return counted
