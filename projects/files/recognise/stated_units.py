"""The unit of money that a heading or a line above a table states, and headings without it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from projects.rules.money import CHINESE_SCALE, SCALES, MoneyUnit
from projects.rules.typed import narrow
from projects.vocabulary import Currency

_NAMES = {**{currency.label: currency for currency in Currency}, "美金": Currency.USD, "港币": Currency.HKD}
_FOREIGN = "|".join(_NAMES)
MONEY = (
    rf"(?:人民币|[Rr][Mm][Bb]|[¥￥])?(?<![十百千万亿])({CHINESE_SCALE})?(?:(人民币|{_FOREIGN})|元(?:人民币)?)"
)
"""十万元 and 十亿元 are no units: they are asked for."""
_UNIT = re.compile(MONEY)
ANY_UNIT = re.compile(rf"[十百千万亿](?:元|{_FOREIGN})")
_SHORT_UNIT = re.compile(rf"(?:单位[::]?)?({CHINESE_SCALE})")
"""In brackets of its own: （万）."""
_SHORT_END = re.compile(r"[/:,;_-](?:单位[::]?)?(万亿|亿|万)$")
"""Behind a sign: 总投资/万."""
BEGINS_WITH_UNIT = re.compile(rf"^{MONEY}(?=[\u4e00-\u9fff])")
"""万元总投资."""
_OTHER_UNITS = r"个|项|家|%|％|亩|平方米|万平方米|㎡|年月?|月|台|套|人"
BRACKETS = re.compile(r"[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_BRACKET_SIGNS = re.compile(r"[()\[\]【】〔〕{}<>《》]")
_UNIT_WORD = re.compile(rf"{MONEY}|{_OTHER_UNITS}")
_UNIT_PREFIX = re.compile(r"(?:金额)?单位[::]?")
_BETWEEN_UNITS = "、,/;及和"
_ENDS_WITH_UNIT = re.compile(rf"(?<=.)[/:,;_-]?(?:单位[::]?)?({MONEY})$")
_UNIT_LINE = re.compile(r"单位[::]?([^()\s::]*)")
_SIGNS = re.compile(r"[\s::*＊·.。、,，_\-—~]+")


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """A unit of money; both None where none is stated, or several."""

    unit: MoneyUnit | None = None
    currency: Currency | None = None


def folded_heading(title: str) -> str:
    """How headings are compared: half-width, without blanks, line breaks, colons, brackets, and units in brackets."""
    words = BRACKETS.sub(_kept_in_brackets, re.sub(r"\s", "", narrow(title)))
    return _SIGNS.sub("", _BRACKET_SIGNS.sub("", words)).lower()


def _kept_in_brackets(found: re.Match[str]) -> str:
    return "" if _only_units(found[1]) else found[1]


def only_units(text: str) -> bool:
    """Whether a cell below a heading states its unit alone: （万元）, 单位：亿元, 万元."""
    words = re.sub(r"\s", "", narrow(text))
    return _only_units(_BRACKET_SIGNS.sub("", words))


def _only_units(words: str) -> bool:
    """Whether a text names units and nothing else: 万元, 单位:亿元, 万元/万美元."""
    prefix = _UNIT_PREFIX.match(words)
    units = words[prefix.end() :] if prefix else words
    if _SHORT_UNIT.fullmatch(words):
        return True
    is_named = bool(units.strip(_BETWEEN_UNITS))
    return is_named and not _UNIT_WORD.sub("", units).strip(_BETWEEN_UNITS)


def states_another_unit(text: str) -> bool:
    """Whether the brackets of a heading name a unit of something else than money: 完成投资（%）, 总投资（个）."""
    words = re.sub(r"\s", "", narrow(text))
    inner = [found[1] for found in BRACKETS.finditer(words) if not re.fullmatch(r"年月?|月", found[1])]
    named = [each for each in inner if _only_units(each)]
    return bool(named) and not any(_UNIT.search(each) or _SHORT_UNIT.fullmatch(each) for each in named)


def stated_unit(text: str) -> StatedUnit:
    """The unit in the brackets of a heading, at its end or at its beginning: 总投资（亿元）, 投资额万元, 万元总投资.

    Of two units in one heading (亿元/万美元) nobody can say which a number has.
    """
    words = re.sub(r"\s", "", narrow(text))
    texts = [found[1] for found in BRACKETS.finditer(words) if _UNIT.search(found[1])]
    if not texts:
        short = [_SHORT_UNIT.fullmatch(found[1]) for found in BRACKETS.finditer(words)]
        texts = [f"{found[1]}元" for found in short if found]
    if not texts and (ends := _SHORT_END.search(words)):
        texts = [f"{ends[1]}元"]
    if not texts and (
        found := _UNIT.fullmatch(words) or _ENDS_WITH_UNIT.search(words) or BEGINS_WITH_UNIT.match(words)
    ):
        texts = [found[0]]
    units = _units(texts)
    return units.pop() if len(units) == 1 else StatedUnit()


def unit_of_line(text: str) -> StatedUnit:
    """The unit that a line above the table states: 单位：万元, （金额单位:亿元）, 情况表（万元）, 万元.

    Of yuan and a foreign currency (单位：万元、万美元) the first is meant; a heading of foreign money says so itself.
    """
    words = re.sub(r"\s", "", narrow(text))
    texts = [found[1] for found in _UNIT_LINE.finditer(words)]
    texts += [found[1] for found in BRACKETS.finditer(words) if _only_units(found[1])]
    texts += [words] if _UNIT.fullmatch(words) else []
    units = _units(texts)
    home = [unit for unit in units if unit.currency is None]
    chosen = home or list(units)
    return chosen[0] if len(chosen) == 1 else StatedUnit()


def _units(texts: Iterable[str]) -> set[StatedUnit]:
    return {
        StatedUnit(SCALES[scale], _NAMES.get(name)) for text in texts for scale, name in _UNIT.findall(text)
    }
