"""Values of cells in the words that a preview shows; exact, for a preview is not rounded."""

from typing import Any

from projects.actions.importing.drafts import Terms
from projects.excel.columns import COLUMNS, Holds
from projects.rules import money, periods
from projects.rules.money import Amount, MoneyUnit
from projects.vocabulary import Category, ImportKind, Level, Nature, OrganisationKind

LABELS = {kind: {column.key: column.title for column in columns} for kind, columns in COLUMNS.items()}
"""The title of each column."""

_HOLDS = {column.key: column.holds for columns in reversed(list(COLUMNS.values())) for column in columns}
_NAMED = {
    "town": "organisation",
    "park": "organisation",
    "organisation": "organisation",
    "parent": "organisation",
    "industry": "industry",
}
_LABELLED = {"nature": Nature, "category": Category, "kind": OrganisationKind}


def worded(key: str, value: Any, terms: Terms) -> str:
    """A value of the column as a reader says it; "" for nothing."""
    if value is None or value == "":
        return ""
    if key in _NAMED and isinstance(value, int):
        return terms.names.get(_NAMED[key], {}).get(value, f"第 {value} 号")
    if key in _LABELLED:
        return str(_LABELLED[key](value).label)
    return _of_kind(key, value)


def _of_kind(key: str, value: Any) -> str:
    match value:
        case Amount():
            return f"{value.foreign}{value.currency.label}" if value.currency else ""
        case bool():
            return "是" if value else "否"
        case frozenset():
            return "、".join(level.label for level in Level if level in value)
        case (on, precision):
            return periods.wording(on, precision)
        case int() if _HOLDS.get(key) is Holds.MONEY:
            return f"{money.to_unit(value, MoneyUnit.YI).normalize():f}亿元"
    return str(value)


def label_of(kind: ImportKind, key: str) -> str:
    return LABELS[kind].get(key, key)
