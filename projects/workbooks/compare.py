"""Compare the cells of a row with the stored record: changes, three-way conflicts, and their wording."""

from collections.abc import Mapping
from typing import Any

from projects.columns import CLEARED
from projects.rules import periods
from projects.rules.merge import merge
from projects.vocabulary import Precision
from projects.workbooks.drafts import Change, Clash, Draft, Terms, label_of, worded
from projects.workbooks.kinds.projects.records import OF_LISTS, TEXTS


class Laying:
    """One row beside the records that it is about; `theirs`: the values that are stored now, by column key."""

    def __init__(
        self, row: Draft, theirs: Mapping[str, Any], terms: Terms, choice: Mapping[str, Any]
    ) -> None:
        self.row, self.theirs, self.terms, self.choice = row, theirs, terms, choice

    def wanted(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """The values to set: those that differ from the stored ones, and that nobody else has changed since."""
        mine = {key: _emptied(key) if value is CLEARED else value for key, value in values.items()}
        known = {key: value for key, value in mine.items() if key in self.theirs}
        base = self.theirs if before is None else before
        merged = merge(base, self.theirs, known, self.choice, same=says_same)
        for key in merged.open:
            sides = (worded(key, value, self.terms) for value in (base[key], self.theirs[key], mine[key]))
            self.row.clashes.append(Clash(key, self._label(key), *sides))
        left = {*merged.theirs, *merged.open}
        return {key: value for key, value in mine.items() if key not in left}

    def demand_same(self, values: Mapping[str, Any]) -> None:
        """Refuse what differs from an earlier row about the same project, except for the project's lists."""
        for key, value in values.items():
            if key in self.theirs and key not in OF_LISTS and not self._same(key, value):
                other = worded(key, self.theirs[key], self.terms) or "空"
                mine = worded(key, value, self.terms)
                self.row.faults[key] = f"同一个项目在前面的行里写的是“{other}”，这里是“{mine}”。"

    def tell(self, key: str, value: Any) -> None:
        """Add a change of a cell to the preview."""
        self.told(key, self._label(key), self.theirs.get(key), value)

    def _label(self, key: str) -> str:
        return label_of(self.terms.kind, key)

    def told(self, key: str, label: str, before: Any, after: Any) -> None:
        words = (worded(key, value, self.terms) for value in (before, after))
        self.row.changes.append(Change(key, label, *words))

    def _same(self, key: str, mine: Any) -> bool:
        return says_same(key, mine, self.theirs[key])


def says_same(key: str, mine: Any, theirs: Any) -> bool:
    """Whether a cell means the stored value: it may name fewer lists, or another day of the same month."""
    match mine, theirs:
        case frozenset(), frozenset():
            return mine <= theirs
        case (mine_on, Precision() as precision), (on, other):
            same = precision == other
            return same and periods.last_day(mine_on, precision) == periods.last_day(on, precision)
    return bool(mine == theirs)


def _emptied(key: str) -> Any:
    return "" if key in TEXTS else None
