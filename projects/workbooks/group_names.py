"""What the title of a group says of its rows besides list and category: the unit that answers, the industry."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from projects.files.recognise.group_lines import group_words
from projects.rules.broken import RuleBroken

SAID_BY_GROUPS = ("organisation", "industry")
"""Columns that a group may stand in for, where the sheet has none of them."""


@dataclass(slots=True)
class GroupNames:
    """By column key, what a title names. `judges` read it as they read a cell; `names`: of the records by number."""

    judges: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    names: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def named(self, key: str, title: str) -> str:
        """罗溪镇 of 一、罗溪镇（共12个）; "" where the title names none, or several."""
        known = self._known.get((key, title))
        if known is None:
            known = self._known[key, title] = next(self._found(key, title), "")
        return known

    def _found(self, key: str, title: str) -> Iterator[str]:
        for words in group_words(title):
            try:
                number = self.judges[key](words)
            except RuleBroken:
                continue
            if isinstance(number, int):
                yield self.names[key][number]
