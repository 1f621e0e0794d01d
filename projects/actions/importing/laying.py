"""Which cells of a row change something, whose they are to change, and how that is told."""

from collections.abc import Mapping
from typing import Any

from projects.actions.importing.drafts import Change, Clash, Draft, Terms
from projects.actions.importing.standing import TEXTS
from projects.actions.importing.words import label_of, worded
from projects.excel.columns import CLEARED
from projects.rules import periods
from projects.rules.conflicts import Side, side
from projects.vocabulary import Precision

OF_LISTS = frozenset({"level", "category", "completes", "list_number"})


class Laying:
    """One row upon the records of one subject; `theirs`: what stands now, by column key."""

    def __init__(
        self, row: Draft, theirs: Mapping[str, Any], terms: Terms, choice: Mapping[str, Any]
    ) -> None:
        self.row, self.theirs, self.terms, self.choice = row, theirs, terms, choice

    def wanted(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """The values to set: those that differ from what stands, and that are this row's to set."""
        wanted: dict[str, Any] = {}
        for key, mine in values.items():
            value = _emptied(key) if mine is CLEARED else mine
            if key not in self.theirs or (not self._same(key, value) and self._is_mine(key, value, before)):
                wanted[key] = value
        return wanted

    def demand_same(self, values: Mapping[str, Any]) -> None:
        """A further row about one subject may say more of its lists, and nothing else that differs."""
        for key, value in values.items():
            if key in self.theirs and key not in OF_LISTS and not self._same(key, value):
                other = worded(key, self.theirs[key], self.terms) or "空"
                mine = worded(key, value, self.terms)
                self.row.faults[key] = f"同一个项目在前面的行里写的是“{other}”，这里是“{mine}”。"

    def tell(self, key: str, value: Any) -> None:
        """A change of a cell, in words."""
        self.told(key, self._label(key), self.theirs.get(key), value)

    def _label(self, key: str) -> str:
        return label_of(self.terms.kind, key)

    def told(self, key: str, label: str, before: Any, after: Any) -> None:
        words = (worded(key, value, self.terms) for value in (before, after))
        self.row.changes.append(Change(key, label, *words))

    def _same(self, key: str, mine: Any) -> bool:
        return says_same(key, mine, self.theirs[key])

    def _is_mine(self, key: str, mine: Any, before: Mapping[str, Any] | None) -> bool:
        """Whether this row may set the cell; where both have changed it, a person has to choose."""
        if before is None:
            return True
        decided = side(
            mine_changed=not says_same(key, mine, before[key]),
            theirs_changed=before[key] != self.theirs[key],
            same=False,
        )
        if decided is not Side.OPEN:
            return decided is Side.MINE
        chosen = self.choice.get(key)
        if chosen not in (Side.MINE, Side.THEIRS):
            sides = (worded(key, value, self.terms) for value in (before[key], self.theirs[key], mine))
            self.row.clashes.append(Clash(key, self._label(key), *sides))
        return bool(chosen == Side.MINE)


def says_same(key: str, mine: Any, theirs: Any) -> bool:
    """Whether a cell says what stands: a list may name fewer levels, a period lie open to its end."""
    match mine, theirs:
        case frozenset(), frozenset():
            return mine <= theirs
        case (mine_on, Precision() as precision), (on, other):
            same = precision == other
            return same and periods.last_day(mine_on, precision) == periods.last_day(on, precision)
    return bool(mine == theirs)


def _emptied(key: str) -> Any:
    return "" if key in TEXTS else None
