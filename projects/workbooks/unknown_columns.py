"""Columns whose meaning is not known: whether their cells look like money or days, so that a person is asked."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from projects.files.cells import is_bare
from projects.files.grids import Raw
from projects.files.recognise.headings import Heading
from projects.files.recognise.stated_units import StatedUnit, stated_unit
from projects.rules import money, periods
from projects.rules.broken import RuleBroken
from projects.rules.typed import narrow

MONEY, DAY = "金额", "日期"
SOME_YEAR = 2024
"""For 三季度, which names none: only whether it is a day is asked here."""
_OF_MONEY = re.compile(
    r"投资|金额|资金|总额|投入|造价|费用|价款|产值|概算|预算|估算|贷款|到账|到位|支付|拨付"
)
_ENDS_AS_MONEY = re.compile(r"(?:投资|金额|资金|总额|造价|价款|产值|贷款)(?:[(（\[].*)?$")
_OF_DAYS = re.compile(r"时间|日期|年月|节点|年限|开工|竣工|投产|达产|签约|开竣工|进场|供地|摘牌|交付")
_DAY_IN_TEXT = re.compile(
    r"(?<!\d)(?:20)?\d\d年(?:\d{1,2}月|[上下]半年|第?[一二三四1-4]季度)|(?<!\d)20\d\d[-./]\d{1,2}(?!\d)"
)
_AMOUNT_IN_TEXT = re.compile(r"\d\s*(?:万?亿|万?(?:元|美元|欧元))")
LONGEST_MENTION = 30
"""Characters of a text that is about the day or amount that it mentions: 2024年3月已供地, 约3亿."""
_SERIALS = range(36_526, 60_000)
"""Numbers that Excel keeps days of 2000 to 2064 by."""
RUNNING = 3
"""Numbers that number something, one after the other; from 1 on two are enough."""
_OF_OTHERS = re.compile(
    r"面积|亩|㎡|平方|数量|个数|户数|人数|人员|号|代码|编码|电话|手机|邮编|容积率|比例|比重|占比|率$|进度|排名|排序|层数"
    r"|年龄|工期|得分|评分|系数|[(\[](?:%|个|项|家|台|套|人|层|天|月|年|吨|万吨|度|千瓦|兆瓦)[)\]]"
)


@dataclass(slots=True)
class UnknownColumn:
    """The cells of a column whose meaning is not known. Where they look like money or days, a person is asked."""

    heading: Heading
    filled: int = 0
    numbers: int = 0
    amounts: int = 0
    """Texts that name a unit of money."""
    days: int = 0
    serials: int = 0
    """Numbers by which Excel keeps days."""
    mentions: Counter[str] = field(default_factory=Counter)
    """Short texts that mention an amount or a day beside other words."""
    _next: float | None = field(default=None)
    _is_running: bool = True
    """Every number is one more than the number above it."""
    _is_from_one: bool = False
    _kinds: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, raw: Raw) -> None:
        """Count one cell."""
        self.filled += 1
        if isinstance(raw, date | datetime):
            self.days += 1
        elif is_bare(raw):
            self.numbers += 1
            self.serials += isinstance(raw, int | float) and raw in _SERIALS
            self._follow(str(raw))
        elif isinstance(raw, str) and len(raw) <= money.LONGEST:
            known = self._kinds.get(raw)
            if known is None:
                known = self._kinds[raw] = (_kind_of(raw), _mentioned(raw))
            kind, mentioned = known
            self.amounts += kind == MONEY
            self.days += kind == DAY
            self.mentions[mentioned] += 1

    def _follow(self, text: str) -> None:
        number = float(text) if len(text) < 20 and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text) else None
        if number is None or (self._next is not None and number != self._next):
            self._is_running = False
        else:
            self._is_from_one = self._is_from_one or (self._next is None and number == 1)
            self._next = number + 1

    @property
    def _has_days(self) -> bool:
        return bool(self.days or self.serials or self.mentions[DAY])

    @property
    def _is_numbering(self) -> bool:
        return self._is_running and self.numbers >= (2 if self._is_from_one else RUNNING)

    @property
    def looks_like(self) -> str:
        """MONEY or DAY; "" for a column of anything else."""
        title = self.heading.title
        if not self.filled:
            return ""
        if _is_of_money(title):
            return MONEY if self.numbers or self.amounts or self.mentions[MONEY] else ""
        if self.days * 2 >= self.filled or (self._has_days and _OF_DAYS.search(title)):
            return DAY
        if self.amounts * 2 >= self.filled:
            return MONEY
        is_other = _OF_OTHERS.search(title) or self._is_numbering
        return MONEY if self.numbers * 2 >= self.filled and not is_other else ""


def _is_of_money(title: str) -> bool:
    """By its words; of two kinds of words the last ones say what it is: 资金文号 is a number, 文号金额 is money."""
    if stated_unit(title) != StatedUnit() or _ENDS_AS_MONEY.search(title):
        return True
    return bool(_OF_MONEY.search(title)) and not _OF_OTHERS.search(title)


def _kind_of(text: str) -> str:
    """MONEY or DAY for a text that states an amount or a day, else ""."""
    readers: Sequence[tuple[str, Callable[[str], object]]] = (
        (MONEY, money.parse),
        (DAY, partial(periods.parse_period, year=SOME_YEAR)),
    )
    for kind, read in readers:
        try:
            read(text)
        except RuleBroken:
            continue
        return kind
    return ""


def _mentioned(text: str) -> str:
    if len(text) > LONGEST_MENTION:
        return ""
    words = narrow(text)
    return DAY if _DAY_IN_TEXT.search(words) else MONEY if _AMOUNT_IN_TEXT.search(words) else ""
