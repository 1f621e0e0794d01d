"""What a cell's number format changes for the eye: a day without its day, an amount with its unit, or made smaller.

2024年3月 typed into Excel is stored as 1 March. 0!.0, shows yuan as 万元: the number stored is another than the
number printed, and nobody can say which of them the heading means.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from projects.files.cells import text_of
from projects.files.grids import Raw
from projects.vocabulary import Currency, Precision

# In Chinese Excel these say yyyy"年"m"月"; 17 is mmm-yy.
_BUILT_IN_MONTHS = frozenset({17, 27, 36, 50, 52, 57})
_BUILT_IN_PERCENTS = frozenset({9, 10})
_LITERAL = re.compile(r'"[^"]*"|[\\!].|\[[^\[\]]*\]|_.|\*.')
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
LONGEST_CODE = 255
"""Characters of a number format; Excel takes no more."""
_FALSE_POINT = re.compile(r'[0#?](?:[!\\]\.|"\.")[0#?]')
_UNIT = re.compile(rf"(?:万亿|亿|万)?(?:元|{'|'.join(currency.label for currency in Currency)})")
_SHARE = re.compile("[%％‰折成倍]")


@dataclass(frozen=True, slots=True)
class Look:
    """How a style shows a value other than as it is stored."""

    precision: Precision | None = None
    """MONTH or YEAR, where a day is shown without the rest."""
    unit: str = ""
    """Of money or of a share, printed behind the number: 万元, ‰, 折."""
    is_scaled: bool = False
    is_percent: bool = False
    """Shown as a hundredfold with a percent sign; a share is no amount, whatever its heading says."""
    is_struck: bool = False
    """Struck through: in many offices, removed from the list."""


_PERCENT = Look(is_percent=True)


def look_of(number: int, code: str) -> Look | None:
    """Of a built-in format, or of one by its code; None for what shows things as they are."""
    if not code:
        is_percent = number in _BUILT_IN_PERCENTS
        return Look(Precision.MONTH) if number in _BUILT_IN_MONTHS else _PERCENT if is_percent else None
    first = code[:LONGEST_CODE].split(";")[0]
    marks = _LITERAL.sub("", first).lower()
    if "y" in marks:
        if set(marks) & set("dhs"):
            return None
        return Look(Precision.MONTH if "m" in marks else Precision.YEAR)
    if "%" in marks:
        return _PERCENT
    if _SCALED.search(marks) or _FALSE_POINT.search(first):
        return Look(is_scaled=True)
    if unit := _UNIT.search(first) or _SHARE.search(first):
        return Look(unit=unit[0])
    return None


def as_shown(raw: Raw, look: Look) -> Raw:
    """The value as the sheet shows it; a number that is shown smaller becomes a text that no judge takes."""
    if look.precision:
        day = raw.date() if isinstance(raw, datetime) else raw
        return _without_day(day, look.precision) if isinstance(day, date) else raw
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return raw
    if look.is_percent:
        return f"{(Decimal(f'{raw:.15g}') * 100).normalize():f}%"
    return f"{text_of(raw)}（按格式缩小显示）" if look.is_scaled else f"{text_of(raw)}{look.unit}"


def _without_day(day: date, precision: Precision) -> date | str:
    """2024年3月 for the first of the month, 2024年 for New Year's Day, which Excel filled in; another day stays."""
    if precision == Precision.MONTH and day.day == 1:
        return f"{day.year}年{day.month}月"
    if precision == Precision.YEAR and (day.month, day.day) == (1, 1):
        return f"{day.year}年"
    return day
