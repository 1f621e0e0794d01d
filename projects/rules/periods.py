"""Dates of limited precision, and the months of a year.

A stored day is the *last possible* one; its precision tells how far back the event may be. (2024-09-30, YEAR)
means “within 2024, and not later than 30 September”.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from projects.rules.broken import RuleBroken, demand_length
from projects.rules.typed import narrow
from projects.vocabulary import Precision

_QUARTER_NAMES = "一二三四"
LONGEST = 60
"""Characters of a day or period: 2024年第三季度（不晚于9月30日） has 19."""


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def year_before(day: date) -> date:
    """The same day of the year before; the end of a month stays the end of its month."""
    first = day.replace(year=day.year - 1, day=1)
    return month_end(first) if day == month_end(day) else first.replace(day=day.day)


def last_month_end(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def months_of(year: int) -> tuple[date, ...]:
    """The first day of each of the twelve months."""
    return tuple(date(year, month, 1) for month in range(1, 13))


def year_to_date(day: date) -> str:
    """The months of the year so far, as papers write them: 2024年1—9月, 2024年1月; 截至2024年9月15日 within a month."""
    if day != month_end(day):
        return f"截至{wording(day, Precision.DAY)}"
    return f"{day.year}年{'1—' if day.month > 1 else ''}{day.month}月"


def quarter_of(day: date) -> int:
    """1 to 4."""
    return (day.month + 2) // 3


def last_day(day: date, precision: Precision) -> date:
    """The last day of the period that contains `day`; `day` itself for DAY and NOT_LATER."""
    match precision:
        case Precision.MONTH:
            return month_end(day)
        case Precision.QUARTER:
            return month_end(date(day.year, quarter_of(day) * 3, 1))
        case Precision.YEAR:
            return date(day.year, 12, 31)
        case _:
            return day


def first_day(day: date, precision: Precision) -> date | None:
    """The earliest possible day; None when there is no bound (NOT_LATER)."""
    match precision:
        case Precision.NOT_LATER:
            return None
        case Precision.MONTH:
            return month_start(day)
        case Precision.QUARTER:
            return date(day.year, quarter_of(day) * 3 - 2, 1)
        case Precision.YEAR:
            return date(day.year, 1, 1)
        case _:
            return day


def settled(day: date, precision: Precision, today: date) -> date:
    """The day to store for an event that *has happened*: the last possible day, but not after `today`.

    Call it once, when the event is recorded: a call on a later day would give a later bound.
    Raises RuleBroken when the event could only be after `today`.
    """
    earliest = first_day(day, precision) or day
    if earliest > today:
        raise RuleBroken(
            f"实际日期不能晚于今天（{wording(today, Precision.DAY)}），“{wording(day, precision)}”尚未到来"
        )
    return min(last_day(day, precision), today)


def happened_by(day: date, precision: Precision, by: date) -> bool | None:
    """Whether an event with this last possible day had happened on the day `by`; None where it may have."""
    if day <= by:
        return True
    earliest = first_day(day, precision)
    return None if earliest is None or earliest <= by else False


def day_in_year(day: date, precision: Precision, year: int) -> bool | None:
    """Whether the event is in `year`; None when the year is not known.

    Only NOT_LATER leaves the year open: “not later than 2024-11-30” may mean 2024 or 2023, but never 2025.
    """
    if precision == Precision.NOT_LATER:
        return None if day.year >= year else False
    return day.year == year


@lru_cache(maxsize=8192)
def wording(day: date, precision: Precision) -> str:
    """The date in words: 2024年9月30日, 2024年9月, 2024年第三季度, 2024年, 不晚于2024年11月30日.

    A bound that is earlier than the end of the period is added: 2024年（不晚于9月30日）.
    """
    full = f"{day.year}年{day.month}月{day.day}日"
    match precision:
        case Precision.NOT_LATER:
            return f"不晚于{full}"
        case Precision.MONTH:
            period = f"{day.year}年{day.month}月"
        case Precision.QUARTER:
            period = f"{day.year}年第{_QUARTER_NAMES[quarter_of(day) - 1]}季度"
        case Precision.YEAR:
            period = f"{day.year}年"
        case _:
            return full
    if day == last_day(day, precision):
        return period
    return f"{period}（不晚于{day.month}月{day.day}日）"


def months_passed(year: int, as_of: date) -> int:
    """Months of `year` that are over on `as_of`, 0 to 12.

    A month counts from its last day on: 1—9月 is as of 30 September; on the 29th it is still eight months.
    """
    if as_of.year != year:
        return 0 if as_of.year < year else 12
    return as_of.month if as_of == month_end(as_of) else as_of.month - 1


def elapsed_months(since: date, as_of: date) -> Fraction:
    """Months from one day to another, with the remaining days as a fraction of their month.

    Not rounded, because the rule for entry is red *over* two months: two months and a day is over.
    0 when `as_of` is not after `since`.
    """
    if as_of <= since:
        return Fraction(0)
    whole = (as_of.year - since.year) * 12 + as_of.month - since.month
    if _months_later(since, whole) > as_of:
        whole -= 1
    reached, following = _months_later(since, whole), _months_later(since, whole + 1)
    return whole + Fraction((as_of - reached).days, (following - reached).days)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_end(first))


_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_OR_SHORT = r"(?P<year>(?:19|20)\d\d|\d\d)"
"""Before 年: 24年9月."""
_TIME = re.compile(r"(?<=[\d日])[ T]{1,3}\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?$")
_YEAR_ALONE = r"(?P<year>1[3-9]|[2-4]\d)"
"""Before a sign: 24.9. A smaller number may be a month."""
_PART = r"(?:底|末|初|中|上旬|中旬|下旬|内)"
_ASIDE = re.compile(
    r"\((?:预计|计划|拟|暂定|预估|左右)\)$|^(?:约|大约|预计|计划|拟|暂定)(?:在|于)?(?=\S)|左右$"
)
_TO = r"(?:--|[-—–―~至到])"
# Accepted notations. A pattern may omit the year; it has groups only for the parts that its notation contains.
_TYPED: tuple[tuple[Precision, re.Pattern[str]], ...] = tuple(
    (precision, re.compile(pattern))
    for precision, pattern in (
        (Precision.DAY, rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)日?"),
        (Precision.DAY, rf"{_YEAR_ALONE}(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)日?"),
        (Precision.DAY, rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)"),
        (Precision.DAY, rf"(?:{_YEAR_OR_SHORT}年)?(?P<month>\d\d?)月(?P<day>\d\d?)[日号]?"),
        (Precision.MONTH, rf"{_YEAR}[-/.](?P<month>\d\d?)(?:月份?)?{_PART}?"),
        (Precision.MONTH, rf"{_YEAR_ALONE}[-/.](?P<month>\d\d?)(?:月份?)?{_PART}?"),
        (Precision.MONTH, rf"{_YEAR}(?P<month>0[1-9]|1[0-2])"),
        (Precision.MONTH, rf"(?:{_YEAR_OR_SHORT}年)?(?P<month>\d\d?)月份?{_PART}?"),
        (Precision.QUARTER, rf"(?:{_YEAR}[-年./]?)?第?(?P<quarter>[一二三四1-4])季度?{_PART}?"),
        (Precision.QUARTER, rf"(?P<year>\d\d)年第?(?P<quarter>[一二三四1-4])季度?{_PART}?"),
        (Precision.QUARTER, rf"(?:{_YEAR}[-年]?)?[Qq](?P<quarter>[1-4])"),
        # Cumulative periods begin in January: only their end is a bound.
        (Precision.NOT_LATER, rf"(?:{_YEAR}年?)?前(?P<quarter>[一二三1-3])个?季度"),
        (Precision.NOT_LATER, rf"(?:{_YEAR}年?)?(?P<half>上半年)"),
        (Precision.YEAR, rf"{_YEAR}年?(?:年?[底末内]|下半年|全年)?"),
        (Precision.YEAR, r"(?P<year>\d\d)年(?:[底末内]|下半年)?"),
        (Precision.YEAR, r"年[底末内]|全年|下半年"),
    )
)
# 二〇二四年九月三十日, as documents write it.
_DIGITS = {
    digit: str(value) for value, digits in enumerate(("〇零○", *"一二三四五六七八九")) for digit in digits
}
_CHINESE_YEAR = re.compile(rf"[{''.join(_DIGITS)}]{{4}}(?=年)")
_CHINESE_NUMBER = re.compile(r"([一二三]?)(十?)([一二三四五六七八九]?)(?=[月日号])")
_MONTHS = re.compile(
    rf"(?:{_YEAR_OR_SHORT}(?:年|[./]))?(?P<first>\d\d?)月?{_TO}(?P<last>\d\d?)月(?:份)?{_PART}?"
)
_ROMAN = ("I", "II", "III", "IV")
_ROMAN_QUARTER = re.compile(r"(?<![A-Z])(IV|I{1,3})季")
_LIMIT = re.compile(r"^(?:不晚于|不迟于|截至|截止到?)|(?:以前|之前|前)$")
_BOUND = re.compile(r"(?P<period>[^()]+)\(不晚于(?P<month>\d\d?)月(?P<day>\d\d?)日\)")
"""A period with the last day that `wording` tells of it: 2024年(不晚于9月30日)."""


def parse_period(text: str, *, year: int | None = None) -> tuple[date, Precision]:
    """Read a day or period as people type it; the day returned is the last possible one.

    2024-09-30, 2024/9/30, 2024.9.30, 20240930, 2024年9月30日; 2024.3, 2024-03, 2024年3月底; 2024年一季度,
    2024Q1; 2024年, 2024年底; 2024年（不晚于9月30日）, as `wording` says it.
    2024年10—12月 is its quarter; of 2024年9—10月 only the end is a bound.
    上半年, 前三季度, 不晚于…, 截至…, …前 are NOT_LATER; …前 includes the period itself,
    which is true for both meanings of the word. `year` is used where the text has no year (年底前, 9月).
    Raises RuleBroken naming the text.
    """
    demand_length(text.strip(), LONGEST, "日期")
    folded = _ASIDE.sub("", _TIME.sub("", narrow(text).strip()))
    # A space between digits may separate day and month: removing it would give another date.
    words = folded if re.search(r"\d\s+\d", folded) else re.sub(r"\s", "", folded)
    words = _CHINESE_NUMBER.sub(_in_digits, _CHINESE_YEAR.sub(_year_in_digits, words, count=1))
    words = _ROMAN_QUARTER.sub(lambda found: f"{_ROMAN.index(found[1]) + 1}季", words)
    if found := _BOUND.fullmatch(words):
        return _bounded(found, year, text)
    if found := _MONTHS.fullmatch(words):
        return _of_months(found, year, text)
    core = _LIMIT.sub("", words)
    for precision, pattern in _TYPED:
        if found := pattern.fullmatch(core):
            day = _last_day_typed(found.groupdict(), year, text)
            return day, precision if core == words else Precision.NOT_LATER
    raise RuleBroken(f"看不懂日期“{text}”，请写成 2024-09-30、2024年9月、2024年三季度或2024年")


def _of_months(found: re.Match[str], default_year: int | None, text: str) -> tuple[date, Precision]:
    """Several months of one year: a quarter, a year, or no more than their end."""
    first, last = int(found["first"]), int(found["last"])
    end = _last_day_typed({"year": found["year"], "month": found["last"]}, default_year, text)
    if not 1 <= first < last:
        raise RuleBroken(f"日期“{text}”的先后颠倒了")
    if (last - first, last % 3) == (2, 0):
        return end, Precision.QUARTER
    whole = (1, 12), (7, 12)  # the second half of a year is known as its year
    return end, Precision.YEAR if (first, last) in whole else Precision.NOT_LATER


def _year_in_digits(found: re.Match[str]) -> str:
    return "".join(_DIGITS[digit] for digit in found[0])


def _in_digits(found: re.Match[str]) -> str:
    """九 is 9, 十 10, 十二 12, 二十 20, 三十一 31; no number stays no number."""
    tens, ten, ones = found.groups()
    if not found[0]:
        return ""
    if not ten:  # one sign is caught as the tens
        return _DIGITS[tens or ones] if not (tens and ones) else found[0]
    return str(10 * int(_DIGITS.get(tens, "1")) + int(_DIGITS.get(ones, "0")))


def _bounded(found: re.Match[str], default_year: int | None, text: str) -> tuple[date, Precision]:
    """The day within a period that bounds it."""
    end, precision = parse_period(found["period"], year=default_year)
    day = _last_day_typed({"month": found["month"], "day": found["day"]}, end.year, text)
    if precision in (Precision.DAY, Precision.NOT_LATER) or last_day(day, precision) != end:
        raise RuleBroken(f"日期“{text}”前后不一致")
    return day, precision


def _last_day_typed(found: dict[str, str | None], default_year: int | None, text: str) -> date:
    year = int(found.get("year") or default_year or 0)
    if 0 < year < 100:
        year += 2000
    if not year:
        raise RuleBroken(f"日期“{text}”没有写明年份")
    month = int(found.get("month") or (6 if found.get("half") else 12))
    if quarter := found.get("quarter"):
        month = 3 * (int(quarter) if quarter.isascii() else _QUARTER_NAMES.index(quarter) + 1)
    try:
        day = date(year, month, int(found.get("day") or 1))
    except ValueError:
        raise RuleBroken(f"没有“{text}”这一天") from None
    return day if found.get("day") else month_end(day)
