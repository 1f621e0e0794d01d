"""The index: what is known of each project by its number, and the set of projects of each value.

An index never changes once it is made: `changed` makes the next one, so that a request reads one state throughout.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, islice, repeat
from typing import Any

from projects.rules.bitmaps import Bitmap, bitmap, flags, numbers

from .facts import LEVELS, Facts
from .orders import TEXTS, UNKNOWN, Key, Order, columns_of, in_column, put_right

AMOUNTS = ("investment", "planned", "reported")
SETS = ("organisation_id", "industry_id", "town_id", "side_state", "named", "furthest", "urgency", "exists")
"""What projects are found by: a set of projects for each value of these."""

type Value = tuple[str, Any]
"""A column of `SETS` and its value, or a list or a known amount and True."""


@dataclass(frozen=True, slots=True)
class RegisterIndex:
    """Every project as of a day. Sets are bitmaps of project numbers."""

    day: date
    sets: Mapping[Value, Bitmap]
    columns: Mapping[str, array[int]]
    orders: dict[Key, Order] = field(default_factory=dict)
    """Orders that somebody has asked for."""

    @classmethod
    def of(cls, day: date, rows: Iterable[Facts]) -> RegisterIndex:
        """The index of all projects."""
        flags_of = defaultdict[Value, bytearray](bytearray)
        columns = columns_of(0)
        for row in rows:
            place, bit = divmod(row.pk, 8)
            for value in _values(row):
                flags = flags_of[value]
                if place >= len(flags):
                    flags.extend(bytes(place + 1 - len(flags)))
                flags[place] |= 1 << bit
            _put(columns, row)
        return cls(
            day, {value: int.from_bytes(flags, "little") for value, flags in flags_of.items()}, columns
        )

    def changed(self, keys: Collection[int], rows: Iterable[Facts]) -> RegisterIndex:
        """The next index, where the projects with these keys stand as in `rows`; who has no row is gone."""
        stays = ~bitmap(keys)
        sets = {value: members & stays for value, members in self.sets.items()}
        columns = {name: column[:] for name, column in self.columns.items()}
        for column in columns.values():
            for pk in keys:
                if pk < len(column):
                    column[pk] = UNKNOWN
        for row in rows:
            for value in _values(row):
                sets[value] = sets.get(value, 0) | 1 << row.pk
            _put(columns, row)
        return RegisterIndex(self.day, sets, columns, self._orders_after(keys, columns))

    def without_orders(self, names: Collection[str]) -> RegisterIndex:
        """The same projects, whose units or industries have other names or another order."""
        orders = {key: order for key, order in self.orders.items() if key[0] not in names}
        return RegisterIndex(self.day, self.sets, self.columns, orders)

    @property
    def size(self) -> int:
        """One more than the highest number of a project."""
        return len(self.columns["called"])

    @property
    def everything(self) -> Bitmap:
        """Every project on record."""
        return self.having("exists", True) | self.having("exists", False)

    def having(self, column: str, value: Any) -> Bitmap:
        """The projects with this value."""
        return self.sets.get((column, value), 0)

    def counted(self, column: str, members: Bitmap) -> Iterator[tuple[Any, int]]:
        """The values of a column among the members, each with how many have it."""
        for (name, value), found in self.sets.items():
            if name == column and (number := (found & members).bit_count()):
                yield value, number

    def added_up(self, amount: str, members: Bitmap) -> tuple[int | None, int]:
        """Yuan in all, and of how many projects they are known; None where of none."""
        known = members & self.having(amount, True)
        if not known:
            return None, 0
        return sum(compress(self.columns[amount], flags(known, 0))), known.bit_count()

    def in_order(self, members: Bitmap, key: str, *, descending: bool, start: int, stop: int) -> list[int]:
        """The numbers of the members from one place to another, as `ProjectQuerySet.sorted_by` sorts them."""
        count = members.bit_count()
        stop = min(stop, count)
        is_member = flags(members, self.size)
        order = self._order((key, descending))
        if start > count // 2:  # the last pages are read from the end
            backwards = compress(reversed(order), map(is_member.__getitem__, reversed(order)))
            return list(islice(backwards, count - stop, count - start))[::-1]
        return list(islice(compress(order, map(is_member.__getitem__, order)), start, stop))

    def _order(self, key: Key) -> array[int]:
        found = put_right(self.orders.get(key), key, self.columns, self._numbers, self.day)
        self.orders[key] = found
        return found.numbers

    def _numbers(self) -> list[int]:
        return list(numbers(self.everything))

    def _orders_after(self, keys: Collection[int], columns: Mapping[str, array[int]]) -> dict[Key, Order]:
        """Orders in which these projects have to be moved; one of texts stays where no text has changed."""
        called, now = self.columns["called"], columns["called"]
        renamed = [pk for pk in keys if pk >= self.size or pk >= len(now) or called[pk] != now[pk]]
        return {
            key: Order(order.numbers, order.moved.union(renamed if key[0] in TEXTS else keys))
            for key, order in list(self.orders.items())
        }


def _values(row: Facts) -> Iterator[Value]:
    for column in SETS:
        yield column, getattr(row, column)
    for level, is_on_list in zip(LEVELS, row.on_lists, strict=True):
        if is_on_list:
            yield level, True
    for amount in AMOUNTS:
        if getattr(row, amount) is not None:
            yield amount, True


def _put(columns: Mapping[str, array[int]], row: Facts) -> None:
    for name, column in columns.items():
        if row.pk >= len(column):
            column.extend(repeat(UNKNOWN, row.pk + 1 - len(column)))
        column[row.pk] = in_column(getattr(row, name))
