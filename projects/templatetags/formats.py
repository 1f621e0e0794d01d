"""Filters that format numbers and days; the arithmetic is in `rules`. An unknown value is printed as nothing.

Templates pass "" for a name that does not exist (`row.last.invested` without a last): it is unknown, as None.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.rules import money, periods
from projects.rules.bounds import Bounds
from projects.rules.completion import Completion, round_half_up
from projects.vocabulary import Level, Precision

register = template.Library()

_MINUS = "\N{MINUS SIGN}"


@register.filter
def yi(yuan: int | Literal[""] | None) -> str:
    """Yuan as a number of 亿元: 10.0, 1585.37."""
    return money.show(_known(yuan), money.MoneyUnit.YI, 2)


@register.filter
def yi_in_column(yuan: int | Literal[""] | None) -> str:
    """Yuan as a number of 亿元 with two decimals, as all of a column: 10.00, 1585.37."""
    known = _known(yuan)
    return "" if known is None else str(round_half_up(money.to_unit(known, money.MoneyUnit.YI), 2))


@register.filter
def yi_hundredths(yuan: int | Literal[""] | None) -> str:
    """Yuan as 亿元 with one decimal or two, for the amounts of one project: 1.2, 110.35."""
    return in_unit(yuan, money.MoneyUnit.YI)


@register.filter
def wan(yuan: int | Literal[""] | None) -> str:
    """Yuan as a number of 万元: 600, 1234.5."""
    return money.show(_known(yuan), money.MoneyUnit.WAN, 2)


@register.filter
def in_unit(yuan: int | Literal[""] | None, unit: money.MoneyUnit) -> str:
    """Yuan in the unit of a sheet: 亿元 with one decimal or two, 万元 with none."""
    return money.show(_known(yuan), unit, 2 if unit == money.MoneyUnit.YI else 0)


@register.filter
def exactly_in(yuan: int | Literal[""] | None, unit: money.MoneyUnit) -> str:
    """Yuan in the unit of a sheet with every digit: 亿元 with two decimals at least (0.10, 0.603), 万元 with none
    unless the amount has them.
    """
    known = _known(yuan)
    if known is None:
        return ""
    exact = money.to_unit(known, unit)
    least = 2 if unit == money.MoneyUnit.YI else 0
    places = max(least, -int(exact.normalize().as_tuple().exponent))
    return f"{round_half_up(exact, places):f}"


@register.simple_tag
def sheet_cell(number: int | None, is_money: bool, unit: money.MoneyUnit) -> SafeString | str:
    """A figure in a sheet whose reader chose the unit of its money; "" for None."""
    if not is_money:
        return count(number)
    return padded(in_unit(number, unit)) if unit == money.MoneyUnit.YI else in_unit(number, unit)


@register.filter
def wan_exact(yuan: int) -> str:
    """Yuan as 万元 with every digit, for sums that are compared with a sheet: 1234.5678."""
    return f"{money.to_unit(yuan, money.MoneyUnit.WAN).normalize():f}".replace("-", _MINUS)


@register.filter
def percent(share: Fraction | None) -> str:
    """0.9716 as 97.2%."""
    return "" if share is None else f"{round_half_up(share * 100, 1)}%".replace("-", _MINUS)


@register.filter
def points(gap: Fraction | None) -> str:
    """0.138 as +13.8, −0.2 as −20.0, nothing as 0.0; without the word 百分点."""
    if gap is None:
        return ""
    rounded = round_half_up(gap * 100, 1)
    return f"{rounded:+}".replace("-", _MINUS) if rounded else str(rounded)


@register.filter
def points_behind(gap: Fraction) -> str:
    """How far behind, without a sign, for a sentence that says so: −0.235 as 23.5."""
    return str(round_half_up(-gap * 100, 1)).replace("-", _MINUS)


@register.filter
def count(number: int | None) -> str:
    """A whole number; no separator, whatever the locale."""
    return "" if number is None else str(number)


@register.filter
def period(on: date | None, precision: str | None) -> str:
    """`{{ milestone.reached_on|period:milestone.reached_precision }}`: 2024年9月, 不晚于2024年11月30日."""
    return "" if on is None else periods.wording(on, Precision(precision or Precision.DAY))


@register.filter
def day(on: date | None) -> str:
    """2024年9月30日."""
    return "" if on is None else periods.wording(on, Precision.DAY)


@register.filter
def plain(number: Decimal | None) -> str:
    """A stored decimal without trailing zeros: 70.70 → 70.7; "" for None."""
    return "" if number is None else f"{number.normalize():f}"


@register.filter
def signed_percent(growth: Decimal | None) -> str:
    """A growth in percent with its sign: 6.10 → +6.1%; "" for None."""
    if growth is None:
        return ""
    sign = "−" if growth < 0 else "+"
    return f"{sign}{plain(abs(growth))}%"


@register.filter
def signed(number: str) -> str:
    """A printed number with its sign: "3.0" → "+3.0", "-3" → "−3"; nothing before a zero."""
    if number.startswith(("-", _MINUS)):
        return number.replace("-", _MINUS, 1)
    return f"+{number}" if number.strip("0.%") else number


@register.filter
def list_name(level: str) -> str:
    """The district's name of a list: 市重点."""
    return Level(level).label


@register.filter
def level_name(level: str) -> str:
    """A list in words, 市重点项目; 全部项目 for the empty code of all lists."""
    return f"{Level(level).label}项目" if level else "全部项目"


@register.filter
def amount(number: int | None, is_money: bool) -> str:
    """A figure in the unit of its indicator: 亿元 for money, else a plain count; "" for None."""
    return yi(number) if is_money else count(number)


@register.filter
def bounds(number: Bounds | None, is_money: bool) -> str:
    """A figure that may be known within bounds only: 34, or 0–34; "" for None."""
    if number is None:
        return ""
    least, most = amount(number.certain, is_money), amount(number.possible, is_money)
    return least if least == most else f"{least}–{most}"


@register.filter
def padded(number: str) -> SafeString | str:
    """A printed number with an unseen place for the decimals that it lacks, so that those of a column stand below one
    another: 27, 110.3 and 1585.37 all take two decimals.
    """
    if not number or not number[-1].isdigit():
        return number
    whole, point, decimals = number.rpartition(".")
    missing = ("" if point else ".") + "0" * (2 - (len(decimals) if point and whole else 0))
    return (
        format_html('{}<i class="pad" data-pad="{}"></i>', number, missing) if missing.strip(".") else number
    )


@register.filter
def cell(number: Bounds | int | None, is_money: bool) -> SafeString | str:
    """A figure in a column of one unit: amounts with the places of their decimals, counts as they are; "" for None."""
    known = bounds(number, is_money) if isinstance(number, Bounds) else amount(number, is_money)
    return padded(known) if is_money else known


class _Ends(Protocol):
    """How far the two ends of a number moved."""

    @property
    def lower(self) -> int: ...

    @property
    def upper(self) -> int: ...


@register.filter
def shift(moved: _Ends | None, is_money: bool) -> str:
    """A movement with its sign: +3.0; where its ends moved differently, 下限 +1，上限 +3. "" for None."""
    if moved is None:
        return ""
    lower, upper = (signed(amount(end, is_money)) for end in (moved.lower, moved.upper))
    return lower if lower == upper else f"下限 {lower}，上限 {upper}"


@register.filter
def rate(completion: Completion) -> str:
    """97.2%; the range of the rate, 0.0%–42.5%, while it is pending; "" without one."""
    if completion.shares is None:
        return ""
    lowest, highest = map(percent, completion.shares)
    return lowest if lowest == highest else f"{lowest}–{highest}"


@register.filter
def due(number: Fraction | None, is_money: bool) -> str:
    """The amount due by now in 亿元, or a count to one decimal, since a part of a project may be due."""
    if number is None:
        return ""
    return yi(int(round_half_up(number, 0))) if is_money else plain(round_half_up(number, 1))


def _known(yuan: int | Literal[""] | None) -> int | None:
    return None if yuan == "" else yuan
