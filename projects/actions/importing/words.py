"""Values of cells as the preview of an import shows them; amounts are exact, never rounded."""

from typing import Any

from projects.actions.importing.drafts import Terms
from projects.columns import COLUMNS, Holds
from projects.rules import money, periods
from projects.rules.money import Amount, MoneyUnit
from projects.vocabulary import ImportKind, Level

LABELS = {kind: {column.key: column.title for column in columns} for kind, columns in COLUMNS.items()}
"""The title of each column."""

_ALL = [column for columns in reversed(list(COLUMNS.values())) for column in columns]
_HOLDS = {column.key: column.holds for column in _ALL}
_LINKS = {column.key: column.links for column in _ALL if column.links}
_CHOICES = {column.key: column.choices for column in _ALL if column.choices}


def worded(key: str, value: Any, terms: Terms) -> str:
    """A value of the column in the words of a reader; "" for an unknown one."""
    if value is None or value == "":
        return ""
    if key in _LINKS and isinstance(value, int):
        return terms.names.get(_LINKS[key], {}).get(value, f"第 {value} 号")
    if key in _CHOICES and isinstance(value, str):
        return str(_CHOICES[key](value).label)
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
