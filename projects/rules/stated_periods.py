"""Years and months that a title or a heading states in passing: 2024年1—9月, 截至8月底, 前三季度."""

import re
from dataclasses import dataclass
from functools import lru_cache

from projects.rules.typed import narrow

LONGEST = 200
"""Characters of a title that are read."""
_TO = r"(?:--|[-—–~～至到])"
_DAYS = re.compile(r"(?<!\d)20\d\d([-./])\d{1,2}\1\d{1,2}(?!\d)|(?<!\d)20\d{6}(?!\d)")
_YEARS = re.compile(rf"(?<!\d)(20\d\d)年?{_TO}(20\d\d)(?!\d)年?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年|(?!\d))")
_DOTTED = re.compile(r"(?<!\d)20\d\d[-./](\d{1,2})(?!\d)月?")
_SPAN = re.compile(rf"(?<!\d)1月?(?:份)?{_TO}(\d{{1,2}})月(?:份)?")
_OTHER_SPAN = re.compile(rf"(?<!\d)(\d{{1,2}})月?{_TO}(\d{{1,2}})月")
_UP_TO = re.compile(r"(?:截[至止]到?|(?<![\d月])[至到])(?:20\d\d年)?(\d{1,2})月(?:份|\d{1,2}日)?")
_QUARTERS = re.compile(r"前([二两三23])个?季度|(上半年)|第?([一1])季度|(全年)")
_FIRST_MONTHS = re.compile(r"前(\d{1,2})个?月")
_QUARTER = re.compile(r"(?<!前)第?([二三四234])季度")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})月(?:份)?")
_JOINED = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(1[3-9]|[2-4]\d)年")
_OF_PERIODS = re.compile(
    r"(?:统计|报告|数据|所属|报送|上报)?(?:月份|月度|时间|时段|区间|期间|周期|期|年度|年份)?[::]?"
)
_LEFT = re.compile(r"[()\[\]【】〔〕\-—–.年度月份底末]*")
_CHINESE_MONTHS = re.compile(r"(?<![一二三四五六七八九十])(十[一二]?|[一二三四五六七八九])月(?:份)?")
_CHINESE_YEARS = re.compile(r"([二2])([〇零0○Ｏ])([〇零0○一二1-2])([〇零0○一二三四五六七八九\d])年")
_FIRST = re.compile(rf"一(?={_TO}[一二三四五六七八九十\d]{{1,2}}月)")
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    years: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    is_cumulative: bool = False
    """From January to the month."""

    def differs(self, year: int | None, month: int | None) -> bool:
        """Whether it states years or months, and not this one; None is not compared."""
        is_other_year = bool(self.years) and year is not None and year not in self.years
        return is_other_year or (bool(self.months) and month is not None and month not in self.months)

    def single(self, year: int | None, *, by_month: bool) -> tuple[int, int | None] | None:
        """The one year, and with `by_month` the one month, that it states; `year` where it states none."""
        years = self.years or {year}
        if len(years) != 1 or None in years or (by_month and len(self.months) != 1):
            return None
        return next(year for year in years if year), next(iter(self.months)) if by_month else None

    @property
    def words(self) -> str:
        """2023 年 1—9 月."""
        parts = []
        if self.years:
            parts.append(f"{'、'.join(map(str, sorted(self.years)))} 年")
        if self.months:
            months = "、".join(map(str, sorted(self.months)))
            parts.append(f"1—{months} 月" if self.is_cumulative else f"{months} 月")
        return " ".join(parts)


@lru_cache(maxsize=4096)
def stated_period(text: str) -> StatedPeriod | None:
    """What a text states; None for nothing. A whole date (2024-09-30) is when it was printed, and says nothing."""
    words = _DAYS.sub(" ", re.sub(r"\s", "", narrow(text[:LONGEST])))
    words = _in_digits(words)
    words = _CHINESE_MONTHS.sub(lambda found: f"{_month_number(found[1])}月", words)
    years = {year for first, last in _YEARS.findall(words) for year in range(int(first), int(last) + 1)}
    years |= {int(year) for year in _YEAR.findall(words)}
    months, is_cumulative = _months(words)
    return StatedPeriod(frozenset(years), months, is_cumulative) if years or months else None


def states_only_a_period(text: str) -> bool:
    """Whether a line says its period and nothing else: （2024年8月）, 统计月份：8月, 2023年度."""
    if stated_period(text) is None or len(text) > LONGEST:
        return False
    words = _in_digits(re.sub(r"\s", "", narrow(text)))
    words = _CHINESE_MONTHS.sub(lambda found: f"{_month_number(found[1])}月", words)
    for pattern in (_YEARS, _YEAR, _UP_TO, _SPAN, _FIRST_MONTHS, _QUARTERS, _QUARTER, _DOTTED, _MONTH):
        words = pattern.sub("", words)
    return bool(_LEFT.fullmatch(_OF_PERIODS.sub("", words, count=1)))


def _in_digits(words: str) -> str:
    """二〇二三年 as 2023年, 202408 as 2024年8月, 24年 as 2024年, and the first of 一至九月 as 1."""
    words = _JOINED.sub(lambda found: f"{found[1]}年{int(found[2])}月", words)
    words = _SHORT_YEAR.sub(r"20\1年", words)
    words = _CHINESE_YEARS.sub(lambda found: f"{''.join(map(_digit, found.groups()))}年", words)
    return _FIRST.sub("1", words)


def _digit(sign: str) -> str:
    return f"{_NUMERALS.find(sign) + 1}" if sign in _NUMERALS else sign if sign.isascii() else "0"


def _months(words: str) -> tuple[frozenset[int], bool]:
    ends = {int(month) for pattern in (_SPAN, _UP_TO, _FIRST_MONTHS) for month in pattern.findall(words)}
    for quarters, half, first, _ in _QUARTERS.findall(words):
        ends.add(
            {"二": 6, "两": 6, "2": 6}.get(quarters, 9) if quarters else 6 if half else 3 if first else 12
        )
    if ends := {month for month in ends if 1 <= month <= 12}:
        return frozenset(ends), True
    if _OTHER_SPAN.search(words):
        return frozenset(), False  # 3-6月: several months of their own
    plain = {int(month) for month in (*_MONTH.findall(words), *_DOTTED.findall(words))}
    if not plain and (quarter := _QUARTER.search(words)):
        last = 3 * ("二三四".find(quarter[1]) + 2 if quarter[1] in "二三四" else int(quarter[1]))
        return frozenset((last - 2, last - 1, last)), False
    return frozenset(month for month in plain if 1 <= month <= 12), False


def _month_number(numeral: str) -> int:
    return (
        10 + (_NUMERALS.index(numeral[1]) + 1 if len(numeral) > 1 else 0)
        if numeral[0] == "十"
        else (_NUMERALS.index(numeral) + 1)
    )


_OF_MONEY = re.compile(
    r"(?:本年度?|今年|当年|年度|当月)?(?:底|末|止|当月|份)?(?P<total>累计)?(?:实际|已|共)?(?:完成)?(?:固定资产|项目|建设|总)?(?:投资)?(?:完成)?(?:额|数|情况|金额)?"
)
_UNITS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]|[/:]?(?:单位[::]?)?(?:万亿|亿|万)?元$")


@dataclass(frozen=True, slots=True)
class StatedColumn:
    """The month whose investment a heading states."""

    month: int
    is_cumulative: bool
    is_bare: bool
    """Nothing but the month: 9月."""


@lru_cache(maxsize=4096)
def stated_column(title: str) -> StatedColumn | None:
    """8月完成投资, 1-9月完成投资, 截至9月底累计完成, 9月; None for a heading that states more or something else."""
    words = re.sub(r"[\s*＊]", "", narrow(title[:LONGEST]))
    period = stated_period(title)
    if period is None or len(period.months) != 1:
        return None
    words = _in_digits(_UNITS.sub("", words))
    words = _CHINESE_MONTHS.sub(lambda found: f"{_month_number(found[1])}月", words)
    for pattern in (_YEAR, _UP_TO, _SPAN, _FIRST_MONTHS, _QUARTERS, _MONTH):
        words = pattern.sub("", words)
    found = _OF_MONEY.fullmatch(words.replace("/", "").replace("各月", ""))
    if found is None:
        return None
    (month,) = period.months
    return StatedColumn(month, period.is_cumulative or bool(found["total"]), not words)
