"""Headings: which column of ours a printed heading means, and the unit of money that it states."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from projects.columns import Holds, KnownColumn
from projects.files.cells import column_name
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


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """A unit of money; both None where none is stated, or several."""

    unit: MoneyUnit | None = None
    currency: Currency | None = None


MONTH, TO_DATE, YEAR_BEFORE_NOW = "invested", "year_to_date", "shown_year_to_date"
MONTHLY = frozenset({MONTH, TO_DATE})
"""Keys of the columns that a month may be named in."""

_SCALES = {"": MoneyUnit.YUAN, "万": MoneyUnit.WAN, "亿": MoneyUnit.YI, "万亿": MoneyUnit.WAN_YI}
_NAMES = {**{currency.label: currency for currency in Currency}, "美金": Currency.USD, "港币": Currency.HKD}
_MONEY = rf"(?:人民币|[Rr][Mm][Bb]|[¥￥])?(万亿|亿|万)?(?:(人民币|{'|'.join(_NAMES)})|元(?:人民币)?)"
_UNIT = re.compile(_MONEY)
_SHORT_UNIT = re.compile(r"(?:单位[::]?)?(万亿|亿|万)")
"""In brackets of its own: （万）."""
_OTHER_UNITS = r"个|项|家|%|％|亩|平方米|万平方米|㎡|年月?|月|台|套|人"
_BRACKETS = re.compile(r"[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_BRACKET_SIGNS = re.compile(r"[()\[\]【】〔〕{}<>《》]")
_UNIT_WORD = re.compile(rf"{_MONEY}|{_OTHER_UNITS}")
_UNIT_PREFIX = re.compile(r"(?:金额)?单位[::]?")
_BETWEEN_UNITS = "、,/;及和"
_ENDS_WITH_UNIT = re.compile(rf"(?<=.)[/:,;_-]?(?:单位[::]?)?({_MONEY})$")
_UNIT_LINE = re.compile(r"单位[::]?([^()\s::]*)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度?")
_SIGNS = re.compile(r"[\s::*＊·.。、,，_\-—~]+")
_ABOUT = re.compile(r"(?:时间|节点|情况|安排|日期|进度|目标|信息|内容)$")
_SUMS = frozenset({"合计", "小计", "总计", "总额", "金额", "总数", "合计数"})


def folded_heading(title: str) -> str:
    """How headings are compared: half-width, without blanks, line breaks, colons, brackets, and units in brackets."""
    words = _BRACKETS.sub(_kept_in_brackets, re.sub(r"\s", "", narrow(title)))
    return _SIGNS.sub("", _BRACKET_SIGNS.sub("", words)).lower()


def _kept_in_brackets(found: re.Match[str]) -> str:
    return "" if _only_units(found[1]) else found[1]


def _only_units(words: str) -> bool:
    """Whether a text names units and nothing else: 万元, 单位:亿元, 万元/万美元."""
    prefix = _UNIT_PREFIX.match(words)
    units = words[prefix.end() :] if prefix else words
    if _SHORT_UNIT.fullmatch(words):
        return True
    is_named = bool(units.strip(_BETWEEN_UNITS))
    return is_named and not _UNIT_WORD.sub("", units).strip(_BETWEEN_UNITS)


def stated_unit(text: str) -> StatedUnit:
    """The unit in the brackets of a heading, or at its end: 总投资（亿元）, 外资(万美元), 投资额万元."""
    words = re.sub(r"\s", "", narrow(text))
    texts = [found[1] for found in _BRACKETS.finditer(words) if _UNIT.search(found[1])]
    if not texts:
        short = [_SHORT_UNIT.fullmatch(found[1]) for found in _BRACKETS.finditer(words)]
        texts = [f"{found[1]}元" for found in short if found]
    if not texts and (found := _ENDS_WITH_UNIT.search(words)):
        texts = [found[1]]
    return _one_unit(texts)


def unit_of_line(text: str) -> StatedUnit:
    """The unit that a line above the table states: 单位：万元, （金额单位:亿元）, 情况表（万元）."""
    words = re.sub(r"\s", "", narrow(text))
    texts = [found[1] for found in _UNIT_LINE.finditer(words)]
    texts += [found[1] for found in _BRACKETS.finditer(words) if _only_units(found[1])]
    return _one_unit(texts)


def _one_unit(texts: Iterable[str]) -> StatedUnit:
    """The one unit of yuan among them, else the one foreign unit; nothing where two contradict each other."""
    units = {
        StatedUnit(_SCALES[scale], _NAMES.get(name)) for text in texts for scale, name in _UNIT.findall(text)
    }
    home = [unit for unit in units if unit.currency is None]
    chosen = home or list(units)
    return chosen[0] if len(chosen) == 1 else StatedUnit()


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Knows the headings of one kind of sheet."""

    titles: Mapping[str, str]
    variants: Mapping[str, str]
    remembered: Mapping[str, str]
    states_months: bool = False
    """Whether its headings may name months: 8月完成投资 is a month's amount."""

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
        """1月, 2月, 3月 beside one another are the months' amounts; a sum beside them is not read."""
        bare = [heading for heading in headings if heading.month and not heading.key]
        if len(bare) < 2:
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
        return Heading(column, title, key, by, stated.unit, stated.currency, named, month)

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
    bare = folded_heading(_BRACKETS.sub("", narrow(words)))
    without_unit = re.sub(rf"[/:,;_-]?(?:单位)?{_MONEY}$", "", bare)
    for plain in dict.fromkeys((bare, without_unit)):
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
