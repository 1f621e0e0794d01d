"""Names of records: which are similar, so that a person decides whom an imported name means; and former names.

Two phases of one plant differ only in a numeral and are two projects: names with different numerals are not similar.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import repeat
from math import ceil

from projects.rules.broken import RuleBroken
from projects.rules.typed import narrow

ALIKE = Fraction(2, 3)
"""The share of pairs of adjacent characters that two similar names have in common."""

PARTING, INSTEAD = "、", "，"
"""A name that contains the separator is stored with a comma; names are compared without both."""
FULL = "曾用名最多 {} 个字，放不下“{}”；请先删去不再需要的曾用名。"

_SIGNS = re.compile(r"[\W_]+")
_SURELY = "期|号|标|批|阶段"
_COUNTED = f"{_SURELY}|区|代|厂|车间|[幢栋座楼]"
_WORDS = "一二三四五六七八九十首〇零"
_FORMAL = "壹贰叁肆伍陆柒捌玖拾弌弍弎貳參陸"
_MORE = rf"(?:[、,和及与~至-][{_WORDS}{_FORMAL}ivx0-9]{{1,4}}){{0,3}}"
"""Further numbers before the word that is counted: 一、二期."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_DINGBATS = "❶-❿➀-➓⓵-⓾"
_NUMERALS = re.compile(
    rf"(?=[(第#nivx0-9{_WORDS}{_FORMAL}{_DINGBATS}])"
    rf"(?:\(第?([{_WORDS}{_FORMAL}]+|[ivx]+|[0-9]+)\)(?![a-z])|"
    rf"第 ?([{_WORDS}{_FORMAL}]+|[ivx]+|[0-9]+)|"
    rf"([{_WORDS}]+)(?:(?P<after> ?#)|(?={_MORE}\)? ?(?:{_COUNTED})))|"
    rf"([{_FORMAL}]+)(?:(?P<behind> ?#)|(?={_MORE}\)? ?(?:{_SURELY})))|"
    rf"(?<![a-z])([ivx]+)(?={_MORE}\)? ?(?:{_SURELY}))|(?<![a-z0-9])(i{{2,3}}|iv|vi{{1,3}}|ix)(?![a-z0-9])|"
    rf"(?:(?P<sign>#|(?<![a-z])no\.? ?))?(?P<digits>[0-9]+)(?P<hash> ?#)?|([{_DINGBATS}]))"
)
"""A number in a name, in any spelling: bracketed, after 第, before a word that is counted, Roman, or in digits."""
_OF_A_NUMBER = ("after", "behind", "sign", "hash")
"""Signs that mean 号: 2#, No.2."""
_PLAIN = str.maketrans(_FORMAL, "一二三四五六七八九十一二三二三六")
_DIGITS = "〇一二三四五六七八九"
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\W_]+(?=[0-9])")
_PART = "ǀ"
"""Stands for the signs between two numbers: 1.5 and 15, or 一、二期 and 12期, are two things."""

_USUAL = re.compile(
    "研发|设计|生产|制造|加工|组装|总装|基地|产业化|产业园|产业|项目|工程|建设|新建|扩建|改建|迁建|扩能|扩产|技术改造|技改|升级|改造"
    "|智能化|智能|数字化|自动化|工厂|厂房|车间|生产线|产线|总部|中心|年产|及|[0-9ǀ]+(?:期|号|标段|批|阶段)?"
)
"""Words of many names."""

type Pairs = frozenset[tuple[str, int]]


def bare(name: str) -> str:
    """The characters that distinguish names: without width, case, spaces or punctuation."""
    return _SIGNS.sub("", _folded(name))


def _folded(text: str) -> str:
    """As `finding.folded`, but the whole text at once, which is fast enough for a hundred thousand names."""
    return narrow(text).casefold()


def spelled(name: str) -> str:
    """As `bare`, with numerals by their value: 一期, Ⅰ期, 首期, ㈠期 and 第一期 are 1期; 二号, No.2 and 2# are 2号."""
    return _signless(_numbered(_folded(name)))


def without_brackets(name: str) -> str:
    """As `spelled`, without what stands in brackets."""
    return _signless(_BRACKETED.sub("", _numbered(_folded(name))))


def _numbered(folded: str) -> str:
    return _NUMERALS.sub(_as_digits, _THOUSANDS.sub("", folded))


def _signless(text: str) -> str:
    return _SIGNS.sub("", _BETWEEN_DIGITS.sub(_PART, text))


def _as_digits(found: re.Match[str]) -> str:
    is_number = any(found[name] for name in _OF_A_NUMBER)
    return f" {_value(found)}{'号' if is_number else ''} "


def _value(found: re.Match[str]) -> str:
    if digits := found["digits"]:
        return digits.lstrip("0") or "0"
    signs = {found[name] for name in _OF_A_NUMBER}
    written = next(text for text in found.groups() if text and text not in signs)
    if written.isascii():
        return written.lstrip("0") or "0" if written.isdigit() else f"{_ROMAN.get(written, written)}"
    if written.isnumeric() and len(written) == 1 and written not in _WORDS + _FORMAL:
        return f"{unicodedata.numeric(written):.0f}"
    return _value_of_words(written.translate(_PLAIN).replace("零", "〇"))


def _value_of_words(words: str) -> str:
    """十二 is 12, 一〇 is 10; 一二 may be the first and the second, and stays as it is."""
    if words == "首":
        return "1"
    if "〇" in words and not set(words) - set(_DIGITS):
        return "".join(f"{_DIGITS.index(word)}" for word in words).lstrip("0") or "0"
    tens, ten, ones = words.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or set(words) & set("首〇"):
        return words
    return (
        f"{(10 * (_DIGITS.index(tens) if tens else 1) if ten else 0) + (_DIGITS.index(ones) if ones else 0)}"
    )


def numerals(name: str) -> tuple[str, ...]:
    """The values of the numbers in a name, in order: 一期 and 二期 are not alike, 一期 and 1期 are."""
    return tuple(_value(found) for found in _NUMERALS.finditer(_THOUSANDS.sub("", _folded(name))))


def is_respelled(first: str, second: str) -> bool:
    """Whether two names are the same but for the spelling of their numerals."""
    if spelled(first) != spelled(second):
        return False
    written = [[found[0] for found in _NUMERALS.finditer(_folded(name))] for name in (first, second)]
    return written[0] != written[1] or bare(first) != bare(second)


def likeness(first: str, second: str) -> Fraction:
    """The share of common neighbours (Dice), 0 to 1; 0 where the numerals differ."""
    if numerals(first) != numerals(second):
        return Fraction(0)
    return _dice(_pairs(spelled(first)), _pairs(spelled(second)))


def share_own_words(first: str, second: str) -> bool:
    """Whether two names have two adjacent characters in common besides what stands in the names of many.

    True where one of them has nothing else: 研发制造基地 may be anybody's.
    """
    own = [_USUAL.sub("", without_brackets(name)) for name in (first, second)]
    return not all(own) or not _pairs(own[0]).isdisjoint(_pairs(own[1]))


def _pairs(text: str) -> Pairs:
    """Pairs of adjacent characters with their occurrence, so that a repeated pair counts each time."""
    pairs = [text[place : place + 2] for place in range(max(1, len(text) - 1))]
    if len(set(pairs)) == len(pairs):
        return frozenset(zip(pairs, repeat(1)))
    seen: Counter[str] = Counter()
    counted = []
    for pair in pairs:
        seen[pair] += 1
        counted.append((pair, seen[pair]))
    return frozenset(counted)


def _dice(first: Pairs, second: Pairs) -> Fraction:
    return Fraction(2 * len(first & second), len(first) + len(second))


@dataclass(slots=True)
class Lookout:
    """Names that are waited for: each name that comes by is compared with those that share a rare pair with it.

    Two names that are `ALIKE` share at least half of their pairs, so they share one of the rarest half of each: only
    these are indexed, each beside the name's numerals, which keeps a hundred thousand names cheap.
    """

    names: Sequence[str]
    least: Fraction = ALIKE
    """The likeness from which a name is proposed."""
    most: int = 0
    """How often a name is told before it is waited for no longer; 0: for ever."""
    _pairs: list[Pairs] = field(init=False)
    _spread: Counter[tuple[str, int]] = field(init=False)
    _places: dict[tuple[tuple[str, ...], tuple[str, int]], dict[int, None]] = field(init=False)
    _told: Counter[int] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._pairs = [_pairs(spelled(name)) for name in self.names]
        self._places = defaultdict(dict)
        self._spread = Counter(pair for pairs in self._pairs for pair in pairs)
        for place in range(len(self.names)):
            for key in self._keys(place):
                self._places[key][place] = None

    def _keys(self, place: int) -> Iterator[tuple[tuple[str, ...], tuple[str, int]]]:
        """Under what a name is found: its numerals with each of its rarest pairs."""
        pairs, digits = self._pairs[place], numerals(self.names[place])
        rarest = sorted(pairs, key=lambda pair: (self._spread[pair], pair))
        for pair in rarest[: _rarest(len(pairs), self.least)]:
            yield digits, pair

    def alike(self, *names: str) -> Iterator[tuple[int, Fraction]]:
        """The places of the names that are like one of these, the names of one thing, each with how much at most."""
        best: dict[int, Fraction] = {}
        for name in names:
            pairs, digits = _pairs(spelled(name)), numerals(name)
            for place in {place for pair in pairs for place in self._places.get((digits, pair), ())}:
                best[place] = max(best.get(place, Fraction(0)), _dice(pairs, self._pairs[place]))
        for place, share in sorted(best.items()):
            if share >= self.least:
                yield place, share
                self._told[place] += 1
                if self._told[place] == self.most:
                    for key in self._keys(place):
                        del self._places[key][place]


def _rarest(pairs: int, least: Fraction) -> int:
    """How many pairs two names may differ in and still be alike, and one more: one of these is common to both.

    With Dice at least `least`, at least least / (2 − least) of a name's pairs stand in the other as well.
    """
    common = least / (2 - least) * pairs
    return pairs - ceil(common) + 1


def parted(names: str) -> list[str]:
    return [name for name in names.split(PARTING) if name]


def renamed(names: str, *, before: str, now: str, most: int) -> str:
    """Return the former names after a change from `before` to `now`: each once, without the current name.

    A name that differs only in spaces, width or punctuation is the same name. Raises RuleBroken when the names would
    take more than `most` characters.
    """
    if bare(before) == bare(now):
        return names
    kept = [name for name in parted(names) if bare(name) != bare(now)]
    if before and bare(before) not in map(bare, kept):
        kept.append(before.replace(PARTING, INSTEAD))
    together = PARTING.join(kept)
    if len(together) > most:
        raise RuleBroken(FULL.format(most, before))
    return together
