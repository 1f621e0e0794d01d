"""Parse and format amounts of money. Amounts are whole yuan; a foreign amount is kept and never converted."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

from projects.rules.broken import RuleBroken, demand_length
from projects.rules.completion import round_half_up
from projects.rules.typed import narrow
from projects.vocabulary import Currency

LARGEST = 2**63 - 1
"""The largest amount that the database stores, in yuan."""
LONGEST = 60
"""Characters of an amount: 人民币1,234,567,890,123.45元 has 24."""


class MoneyUnit(IntEnum):
    """Units of money with their value in yuan."""

    YUAN = 1
    QIAN = 10**3
    WAN = 10**4
    BAI_WAN = 10**6
    QIAN_WAN = 10**7
    YI = 10**8
    WAN_YI = 10**12

    @property
    def symbol(self) -> str:
        """元, 千元, 万元, 百万元, 千万元, 亿元, 万亿元."""
        return f"{_SCALE_WORDS[self]}元"

    @property
    def exponent(self) -> int:
        """The exponent of ten of the unit."""
        return len(str(int(self))) - 1


SHEET_UNITS = (MoneyUnit.YI, MoneyUnit.WAN)
"""What a person may choose for the amounts of a sheet."""

_SCALE_WORDS = {
    MoneyUnit.YUAN: "",
    MoneyUnit.QIAN: "千",
    MoneyUnit.WAN: "万",
    MoneyUnit.BAI_WAN: "百万",
    MoneyUnit.QIAN_WAN: "千万",
    MoneyUnit.YI: "亿",
    MoneyUnit.WAN_YI: "万亿",
}
SCALES = {word: unit for unit, word in _SCALE_WORDS.items()}
CHINESE_SCALE = "万亿|亿|千万|百万|万|千"
"""The words of `SCALES`, the longer before the shorter: a part of a regular expression."""
_SCALES = {word: int(unit) for word, unit in SCALES.items()} | {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_CURRENCIES = {
    **{currency.label: currency for currency in Currency},
    **{currency.value.lower(): currency for currency in Currency},
    "us$": Currency.USD,
    "美金": Currency.USD,
    "€": Currency.EUR,
    "hk$": Currency.HKD,
    "港币": Currency.HKD,
    "£": Currency.GBP,
}  # no bare “$” and no “¥”: each names several currencies

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = rf"(?P<scale>{CHINESE_SCALE}|thousand|million|billion)?"
_NAMES = "|".join(re.escape(name) for name in _CURRENCIES)
_YUAN = re.compile(rf"(?:人民币)?{_NUMBER}(?P<scale>{CHINESE_SCALE})?(?P<yuan>元)?(?:人民币)?")
_FOREIGN = (
    re.compile(rf"{_NUMBER}{_SCALE}(?P<currency>{_NAMES})"),
    re.compile(rf"(?P<currency>{_NAMES}){_NUMBER}{_SCALE}"),
)


_PLAIN = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?[万亿]?元")
"""Nearly all amounts of a sheet: nothing has to be folded before they are read."""
_SHARE = re.compile(r"[%‰折成]\s*$|^[百千万]分之|(?<=\d)个?(?:百分点|倍)\s*$")


@dataclass(frozen=True, slots=True)
class Amount:
    """Either whole yuan, or whole units of a foreign currency."""

    yuan: int | None = None
    foreign: int | None = None
    currency: Currency | None = None


def parse(text: str, *, default_unit: MoneyUnit | None = None, is_printed: bool = False) -> Amount:
    """Read an amount: 10亿元, 1,234.5万, 1.2万亿, 5000元; 1亿美元, US$230 million.

    A bare number takes `default_unit`, the one its column or sheet states; without one it is refused, but for 0.
    `is_printed`: the text is the cell of a sheet, where =10/3 亿元 has endless decimals: rounded to the yuan.
    Raises RuleBroken for that, for a text that is not a plain number (约…, 超…), for a negative amount, for an
    amount that the database cannot store and for fractions of a yuan.
    """
    words = text if _PLAIN.fullmatch(text) else _words(text)
    found = _YUAN.fullmatch(words)
    if found is None:
        return _foreign(words, text)
    scale = _scale(found, default_unit, text)
    if is_printed and is_endless(text):
        return Amount(yuan=int(round_half_up(Decimal(found["number"].replace(",", "")) * scale, 0)))
    return Amount(yuan=_whole(found["number"], scale, text))


def _words(text: str) -> str:
    """The text without blanks and width; RuleBroken for what is certainly no amount."""
    demand_length(text.strip(), LONGEST, "金额")
    folded = narrow(text).strip().lower()
    if re.match(r"[-−]\s*\d", folded):
        raise RuleBroken(f"金额不能为负：“{text}”")
    if _SHARE.search(folded):
        raise RuleBroken(f"“{text}”是比例，不是金额，请写明元、万元或亿元的数额")
    # “1 234” may be one number or two: closing the gap would decide that.
    return folded if re.search(r"\d\s+\d", folded) else re.sub(r"\s", "", folded)


def _foreign(words: str, text: str) -> Amount:
    for pattern in _FOREIGN:
        if found := pattern.fullmatch(words):
            foreign = _whole(found["number"], _SCALES[found["scale"] or ""], text)
            return Amount(foreign=foreign, currency=_CURRENCIES[found["currency"]])
    raise RuleBroken(f"看不懂金额“{text}”，请只写数字和单位，如 10亿元、600万元")


def _scale(found: re.Match[str], default: MoneyUnit | None, text: str) -> int:
    if found["scale"] or found["yuan"]:
        return _SCALES[found["scale"] or ""]
    if default is not None:
        return default
    if not found["number"].strip("0.,"):
        return 1  # nothing is nothing in every unit
    raise RuleBroken(f"金额“{text}”没有单位，请写明元、万元或亿元")


def half_digit(text: str) -> Fraction:
    """Half of the last printed digit of an amount, in yuan: 500,000 for 1.33亿元."""
    found = _PRINTED.search(re.sub(r"\s", "", narrow(text)))
    if found is None:
        return Fraction(0)
    return Fraction(_SCALES[found["scale"] or ""], 2 * 10 ** len(found["decimals"] or ""))


_PRINTED = re.compile(rf"\d(?:\.(?P<decimals>\d{{1,20}}))?(?P<scale>{CHINESE_SCALE})?元?$")
_DECIMALS = re.compile(rf"\.(\d+)\s*({CHINESE_SCALE})元?$")
PAST_YUAN = 3
"""Decimals of a yuan that nobody types: the result of a division."""


def is_endless(text: str) -> bool:
    """Whether an amount in 亿元, 万元 or the like has decimals far beyond the yuan: 3.33333333333333亿元."""
    found = _DECIMALS.search(narrow(text).strip())
    if found is None:
        return False
    return len(found[1]) >= SCALES[found[2]].exponent + PAST_YUAN


def parse_optional(text: str, default_unit: MoneyUnit | None = None) -> Amount | None:
    """As `parse`, but None (unknown, which is not 0) for an empty text."""
    return parse(text, default_unit=default_unit) if text.strip() else None


def _whole(number: str, scale: int, text: str) -> int:
    whole, _, decimals = number.replace(",", "").partition(".")
    parts: int = 10 ** len(decimals)
    exact, rest = divmod(int(whole + decimals) * scale, parts)
    if rest:
        raise RuleBroken(f"金额“{text}”不足一元的部分无法登记，请精确到元")
    if exact > LARGEST:
        raise RuleBroken(f"金额“{text}”过大，请检查单位")
    return exact


def to_unit(yuan: int, unit: MoneyUnit) -> Decimal:
    """The same amount counted in `unit`, exact."""
    return Decimal(f"{yuan}E-{unit.exponent}")


def show(yuan: int | None, unit: MoneyUnit, places: int) -> str:
    """The number without its unit, rounded half up to `places` decimals at most; "" for None.

    亿元 has one decimal at least and two at most (10.0, 110.3, 1585.37), as the district prints it; the other
    units have no trailing zeros (600, 1234.5). No thousands separators.
    """
    if yuan is None:
        return ""
    least = 1 if unit == MoneyUnit.YI else 0
    most = min(places, 2) if unit == MoneyUnit.YI else places
    whole, _, decimals = f"{round_half_up(to_unit(yuan, unit), most):f}".partition(".")
    decimals = decimals.rstrip("0").ljust(min(least, most), "0")
    return f"{whole}.{decimals}" if decimals else whole


def foreign_words(amount: int | None, currency: str) -> str:
    """A foreign amount as `parse` reads it back: 23000万美元, 12345美元; "" for None."""
    if amount is None:
        return ""
    wan, rest = divmod(amount, int(MoneyUnit.WAN))
    number = f"{wan}万" if wan and not rest else f"{amount}"
    return f"{number}{Currency(currency).label}"
