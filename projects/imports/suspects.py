"""Whether a column that nobody has explained holds money or days: then a person is asked before it is passed over."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from projects.files.grids import Raw
from projects.files.recognise.headings import Heading, Stated, stated_unit
from projects.imports.extracting import is_bare
from projects.rules import money, periods
from projects.rules.broken import RuleBroken

MONEY, DAY = "金额", "日期"
LONGEST = money.LONGEST
_OF_MONEY = re.compile(
    r"投资|金额|资金|总额|投入|造价|费用|价款|产值|概算|预算|估算|贷款|到账|到位|支付|拨付"
)
_OF_DAYS = re.compile(r"时间|日期|年月|节点|年限")
_OF_OTHERS = re.compile(
    r"面积|亩|㎡|平方|数量|个数|户数|人数|人员|号|代码|编码|电话|手机|邮编|容积率|比例|比重|占比|率$|进度|排名|排序|层数"
    r"|年龄|工期|得分|评分|系数|[(\[](?:%|个|项|家|台|套|人|层|天|月|年|吨|万吨|度|千瓦|兆瓦)[)\]]"
)


@dataclass(slots=True)
class Suspect:
    """The cells of one column, counted as they go by."""

    heading: Heading
    filled: int = 0
    numbers: int = 0
    amounts: int = 0
    """Texts that name a unit of money."""
    days: int = 0
    _next: float | None = field(default=None)
    _is_running: bool = True
    """Every number is one more than the number above it."""
    _known: dict[str, str] = field(default_factory=dict)

    def take(self, raw: Raw) -> None:
        self.filled += 1
        if isinstance(raw, date | datetime):
            self.days += 1
        elif is_bare(raw):
            self.numbers += 1
            self._count(str(raw))
        elif isinstance(raw, str) and len(raw) <= LONGEST:
            kind = self._known.get(raw)
            if kind is None:
                kind = self._known[raw] = _kind_of(raw)
            self.amounts += kind == MONEY
            self.days += kind == DAY

    def _count(self, text: str) -> None:
        number = float(text) if len(text) < 20 and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text) else None
        if number is None or (self._next is not None and number != self._next):
            self._is_running = False
        else:
            self._next = number + 1

    @property
    def looks_like(self) -> str:
        """MONEY or DAY, as a reader says it; "" for a column of anything else."""
        title = self.heading.title
        if not self.filled:
            return ""
        if stated_unit(title) != Stated() or (_OF_MONEY.search(title) and not _OF_OTHERS.search(title)):
            return MONEY if self.numbers or self.amounts else ""
        if self.days * 2 >= self.filled or (self.days and _OF_DAYS.search(title)):
            return DAY
        if self.amounts * 2 >= self.filled:
            return MONEY
        is_other = _OF_OTHERS.search(title) or (self._is_running and self.numbers > 1)
        return MONEY if self.numbers * 2 >= self.filled and not is_other else ""


def _kind_of(text: str) -> str:
    """What a text that is no bare number says."""
    for kind, read in ((MONEY, money.parse), (DAY, periods.parse_period)):
        try:
            read(text)
        except RuleBroken:
            continue
        return kind
    return ""
