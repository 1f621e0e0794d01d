"""Headings: which column of ours a printed heading means."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from projects.columns import Holds, KnownColumn
from projects.files.cells import column_name
from projects.files.recognise.stated_units import (
    ANY_UNIT,
    BEGINS_WITH_UNIT,
    BRACKETS,
    MONEY,
    StatedUnit,
    folded_heading,
    stated_unit,
)
from projects.rules.money import MoneyUnit
from projects.rules.stated_periods import stated_column
from projects.rules.typed import narrow
from projects.vocabulary import Currency

APART = "·"
"""In the name of a heading that its title does not tell apart; no folded heading has it."""


class By(Enum):
    """How a heading was recognised; by-hand choices come in as remembered ones."""

    EXACT = "exact"
    VARIANT = "variant"
    REMEMBERED = "remembered"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a sheet as it is headed."""

    column: int
    """Counted from 1 on the sheet."""
    title: str
    """As printed, without its line breaks; a heading on two rows is joined: 投资情况/总投资."""
    key: str = ""
    """The column of ours that it means; "" for none."""
    by: By = By.NOTHING
    unit: MoneyUnit | None = None
    currency: Currency | None = None
    """A foreign currency; `unit` is then how many of it one is: 万美元 is WAN of USD."""
    is_unclear: bool = False
    """Whether it names units, and not one: 亿元/万美元; the line above the table says nothing of it."""
    year: int | None = None
    """The year that the heading names (2024年计划投资): whoever reads the column must see that it is the right one."""
    month: int | None = None
    """The month whose investment it states (8月完成投资), or up to which (1-9月完成投资)."""
    again: int = 0
    """How many columns to the left on its sheet are headed alike."""

    @property
    def name(self) -> str:
        """What a choice by hand is kept under: the folded title, with a mark where others have it or it is empty."""
        if not self.title:
            return f"{APART}{column_name(self.column)}"
        folded = folded_heading(self.title)
        return f"{folded}{APART}{self.again + 1}" if self.again else folded


MONTH, TO_DATE, YEAR_BEFORE_NOW = "invested", "year_to_date", "shown_year_to_date"
MONTHLY = frozenset({MONTH, TO_DATE})
"""Keys of the columns that a month may be named in."""

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度?")
_OF_AN_AMOUNT = re.compile(r"(?:金额|数额|规模|额)$")
_ABOUT = re.compile(r"(?:时间|节点|情况|安排|日期|进度|目标|信息|内容)$")
_SUMS = frozenset({"合计", "小计", "总计", "总额", "金额", "总数", "合计数"})


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Knows the headings of one kind of sheet."""

    titles: Mapping[str, str]
    variants: Mapping[str, str]
    remembered: Mapping[str, str]
    states_months: bool = False
    """Whether its headings may name months: 8月完成投资 is a month's amount."""

    @property
    def words(self) -> frozenset[str]:
        """Everything that columns are called."""
        return frozenset({*self.titles, *self.variants})

    @classmethod
    def of(cls, known: Sequence[KnownColumn], remembered: Mapping[str, str]) -> "Recogniser":
        titles = {folded_heading(column.title): column.key for column in known}
        months = frozenset(column.key for column in known if column.holds is Holds.MONEY) & MONTHLY
        variants = {
            folded_heading(name): column.key for column in reversed(known) for name in column.variants
        }
        return cls(titles, variants, remembered, states_months=months == MONTHLY)

    def row(self, first_column: int, levels: Sequence[Sequence[str]]) -> list[Heading]:
        """The headings of a sheet from left to right; a choice by hand holds for one column each."""
        seen: Counter[str] = Counter()
        headings = []
        for column, titles in enumerate(levels, start=first_column):
            heading = self.heading(column, titles)
            folded = folded_heading(heading.title)
            heading = replace(heading, again=seen[folded] if folded else 0)
            seen[folded] += 1
            headings.append(heading if heading.name == folded else self._apart(heading))
        return self._months_side_by_side(headings)

    def _months_side_by_side(self, headings: list[Heading]) -> list[Heading]:
        """1月, 2月, 3月 beside one another are the months' amounts; a sum beside them is not read.

        So is 9月 alone beside 1-9月累计.
        """
        bare = [heading for heading in headings if heading.month and not heading.key]
        to_date = {heading.month for heading in headings if heading.key == TO_DATE}
        if len(bare) < 2 and not any(heading.month in to_date for heading in bare):
            return headings
        named = {heading.column: replace(heading, key=MONTH, by=By.VARIANT) for heading in bare}
        sums = {
            heading.column: replace(heading, key=YEAR_BEFORE_NOW, by=By.VARIANT)
            for heading in headings
            if heading.by is By.NOTHING and folded_heading(heading.title) in _SUMS
        }
        return [(named | sums).get(heading.column, heading) for heading in headings]

    def _apart(self, heading: Heading) -> Heading:
        """A heading that its title does not tell apart: what was chosen for another of that title is not for it."""
        chosen = self.remembered.get(heading.name)
        if chosen is not None:
            return replace(heading, key=chosen, by=By.REMEMBERED)
        return replace(heading, key="", by=By.NOTHING) if heading.by is By.REMEMBERED else heading

    def heading(self, column: int, levels: Sequence[str]) -> Heading:
        """The heading printed on one row or more, from the parent down."""
        title = "/".join(_printed(level) for level in levels)
        stated = next(
            (unit for level in reversed(levels) if (unit := stated_unit(level)) != StatedUnit()), StatedUnit()
        )
        year = _YEAR.search(narrow(title))
        key, by = self._meaning(title, levels)
        month = None
        if self.states_months and (column_of := stated_column(title)):
            month = column_of.month
            if by is By.NOTHING and (column_of.is_cumulative or not column_of.is_bare):
                key, by = (TO_DATE if column_of.is_cumulative else MONTH), By.VARIANT
        named = int(year[1]) if year else None
        is_unclear = stated.unit is None and bool(ANY_UNIT.search(narrow(title)))
        return Heading(column, title, key, by, stated.unit, stated.currency, is_unclear, named, month)

    def _meaning(self, title: str, levels: Sequence[str]) -> tuple[str, By]:
        if not title:
            return "", By.NOTHING
        chosen = self.remembered.get(folded_heading(title))
        if chosen is not None:
            return chosen, By.REMEMBERED
        for place, words in enumerate(_wordings(levels)):
            if words in self.titles:
                return self.titles[words], By.VARIANT if place else By.EXACT
            if words in self.variants:
                return self.variants[words], By.VARIANT
        return "", By.NOTHING


def heading_words(text: str) -> str:
    """A heading without its unit, folded: 总投资 of 总投资/万元."""
    return list(_plainer(text))[-1] if _YEAR.search(text) is None else folded_heading(text)


def _printed(level: str) -> str:
    return re.sub(r"\s+", "", level) if re.search(r"[\u4e00-\u9fff]", level) else " ".join(level.split())


def _wordings(levels: Sequence[str]) -> Iterator[str]:
    """What a heading may be called, the likeliest first."""
    if len(levels) == 1:
        yield from _plainer(levels[0])
        return
    parent, child = "".join(levels[:-1]), levels[-1]
    if folded_heading(child) in _SUMS:
        yield from _plainer(parent)
    core = _ABOUT.sub("", folded_heading(parent))
    for words in (parent + child, child + parent, core + child, child + core, child):
        yield from _plainer(words)


def _plainer(words: str) -> Iterator[str]:
    """With what stands in brackets and without; a year read as this one, or as the last."""
    folded = folded_heading(words)
    yield folded
    bare = folded_heading(BRACKETS.sub("", narrow(words)))
    without_unit = re.sub(rf"[/:,;_-]?(?:单位)?{MONEY}$", "", bare)
    without_unit = re.sub(r"/(?:万亿|亿|万)$", "", BEGINS_WITH_UNIT.sub("", without_unit))
    amount = _OF_AN_AMOUNT.sub("", without_unit)
    for plain in dict.fromkeys((bare, without_unit, amount)):
        yield plain
        if _YEAR.search(plain):
            for stead in ("", "年度", "当年", "上年", "上"):
                yield _YEAR.sub(stead, plain)


def states_months(headings: Iterable[Heading]) -> bool:
    """Whether columns of several months stand side by side, so that each is its own report."""
    return len({heading.month for heading in headings if heading.key == MONTH and heading.month}) > 1


def settle_doubles(headings: Sequence[Heading]) -> tuple[tuple[Heading, ...], list[str]]:
    """Two headings that mean one column: the better one stays; of two as good neither, and the user is told."""
    settled, remarks = list(headings), []
    by_month = states_months(headings)
    meanings = [(heading.key, heading.month if by_month else None) for heading in headings]
    for meaning in dict.fromkeys(meaning for meaning in meanings if meaning[0]):
        rivals = [place for place, other in enumerate(meanings) if other == meaning]
        if len(rivals) == 1:
            continue
        best = min(_RANKS[headings[place].by] for place in rivals)
        winners = [place for place in rivals if _RANKS[headings[place].by] == best]
        losers = rivals if len(winners) > 1 else [place for place in rivals if place not in winners]
        for place in losers:
            settled[place] = replace(headings[place], key="", by=By.NOTHING)
        names = "、".join(f"“{headings[place].title}”" for place in rivals)
        used = f"只读取“{headings[winners[0]].title}”" if len(winners) == 1 else "请指定读取哪一列"
        remarks.append(f"{names}都像同一列，{used}")
    return tuple(settled), remarks


_RANKS = {By.REMEMBERED: 0, By.EXACT: 1, By.VARIANT: 2, By.NOTHING: 3}
