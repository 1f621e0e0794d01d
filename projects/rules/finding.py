"""Search in texts: independent of width and case, in characters or in pinyin. Used by models and figures."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

SHORTEST_SPELLING = 2
"""Shortest word that is searched as pinyin: one letter is in almost every spelling."""

_SIGNS = re.compile(r"[a-z0-9]+|[^\W_]")
"""Letters and digits side by side, or one Chinese character."""
_BREAKS = re.compile(r"[\W_]+")
SHORTEST_CUT = 3
"""Fewer signs than these are one word: 河海 is never 河 and 海."""


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of a search in one field; `by_sound`: those that match by pinyin."""

    field: str
    parts: tuple[Part, ...]
    by_sound: bool


@dataclass(frozen=True, slots=True)
class Spelling:
    """The pinyin of a text: a syllable for each character, "" for punctuation."""

    syllables: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "".join(self.syllables)

    @property
    def initials(self) -> str:
        return "".join(syllable[:1] for syllable in self.syllables)


def folded(text: str) -> str:
    """The text as it is compared: half-width and lower case. ＬＥＤ（一期） becomes led(一期)."""
    return "".join(_folded_signs(text))


def spelling(text: str) -> Spelling:
    """Pinyin by words, so that 银行 is yinhang; ü is v; letters and digits are kept."""
    return Spelling(tuple(chain.from_iterable(map(_sounds, seg(text)))))


@lru_cache(maxsize=20_000)
def _sounds(phrase: str) -> tuple[str, ...]:
    """The syllables of a word of the library's dictionary, or of signs that are no Chinese.

    Names share most of their words, and the library looks for the sound of a word at length.
    """
    syllables = lazy_pinyin(phrase, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]  # one sound a sign; its types know strings only
    return tuple(_sound(folded(syllable)) for syllable in syllables)


def spells(word: str) -> str:
    """The word as pinyin letters; "" when it is not pinyin, as 热泵 or a single letter."""
    sound = folded(word).replace("ü", "v").replace("'", "")
    is_spelling = sound.isascii() and sound.isalnum() and not sound.isdigit()
    return sound if is_spelling and len(sound) >= SHORTEST_SPELLING else ""


def cut(word: str) -> list[tuple[str, ...]]:
    """A word typed without spaces, such as 热泵河海, cut up; [] for one that can only be found whole.

    The word is found where of each group at least one piece is, wherever in the texts: every Chinese character beside
    one of its neighbours, letters and digits as they stand.
    """
    whole = folded(word)
    if whole.isascii() or len(_SIGNS.findall(whole)) < SHORTEST_CUT:
        return []
    groups = list(chain.from_iterable(_groups(_SIGNS.findall(part)) for part in _BREAKS.split(whole)))
    needed = {group[0] for group in groups if len(group) == 1}
    return [group for group in dict.fromkeys(groups) if len(group) == 1 or needed.isdisjoint(group)]


def _groups(signs: list[str]) -> Iterator[tuple[str, ...]]:
    """For each sign what shows it: itself where it is letters or alone, else it with the one before or behind."""
    for place, sign in enumerate(signs):
        beside = [pair for pair in pairwise(signs[max(0, place - 1) : place + 2]) if sign in pair]
        characters = ["".join(pair) for pair in beside if not any(map(_is_run, pair))]
        if _is_run(sign) or not beside:
            yield (sign,)
        else:
            yield tuple(characters or ("".join(pair) for pair in beside))


def _is_run(sign: str) -> bool:
    """Whether it is several letters or digits, which are found on their own."""
    return len(sign) > 1


def is_found(question: str, texts: Mapping[str, str], *, spelled: Iterable[str]) -> bool:
    """Whether every word is in the texts, whole or cut up; what `models.search` asks of the stored texts."""
    spelled = tuple(spelled)
    return all(_marks(word, texts, spelled) is not None for word in question.split())


def where_found(question: str, texts: Mapping[str, str], *, spelled: Iterable[str]) -> list[Found]:
    """The fields that match the words of a search, in order; each word, or piece of one, counts in the first that does.

    `texts`: field names with their texts; `spelled`: fields that are also searched by pinyin.
    """
    spelled = tuple(spelled)
    spans: dict[tuple[str, bool], set[int]] = {}
    for word in question.split():
        for key, places in _marks(word, texts, spelled) or ():
            spans.setdefault(key, set()).update(places)
    found = []
    for field, text in texts.items():
        ways = [by_sound for by_sound in (False, True) if (field, by_sound) in spans]
        marked = set[int]().union(*(spans[field, by_sound] for by_sound in ways))
        found += [Found(field, _parts(text, marked), by_sound) for by_sound in ways]
    return found


def _marks(
    word: str, texts: Mapping[str, str], spelled: Iterable[str]
) -> list[tuple[tuple[str, bool], range]] | None:
    """Where the word is first found, or where each group of its pieces is; None when it is not found."""
    if (whole := next(_places(word, texts, spelled), None)) is not None:
        return [whole]
    marks = []
    for group in cut(word):
        found = (next(_places(piece, texts, spelled), None) for piece in group)
        if (mark := next(filter(None, found), None)) is None:
            return None
        marks.append(mark)
    return marks or None


def _places(
    word: str, texts: Mapping[str, str], spelled: Iterable[str]
) -> Iterator[tuple[tuple[str, bool], range]]:
    for field, text in texts.items():
        if (places := _span(folded(word), list(_folded_signs(text)))) is not None:
            yield (field, False), places
    if not (sound := spells(word)):
        return
    for field in spelled:
        spelling_of_text = spelling(texts[field])
        whole = list(spelling_of_text.syllables)
        for syllables in (whole, [syllable[:1] for syllable in whole]):
            if (places := _span(sound, syllables)) is not None:
                yield (field, True), places


def _folded_signs(text: str) -> Iterator[str]:
    """Fold character by character, so that a match can be marked in the original text: ㎡ becomes m2."""
    return map(_folded_sign, text)


@lru_cache(maxsize=10_000)
def _folded_sign(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign).casefold()


def _sound(syllable: str) -> str:
    return syllable if syllable.isalnum() else ""


def _span(word: str, pieces: list[str]) -> range | None:
    """The positions of the pieces that contain the word; None when they do not."""
    at = "".join(pieces).find(word)
    if at < 0:
        return None
    starts, length = [], 0
    for piece in pieces:
        starts.append(length)
        length += len(piece)
    first = max(place for place, start in enumerate(starts) if start <= at)
    last = max(place for place, start in enumerate(starts) if start < at + len(word))
    return range(first, last + 1)


def _parts(text: str, hits: set[int]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for place, sign in enumerate(text):
        is_hit = place in hits
        if parts and parts[-1].is_hit == is_hit:
            parts[-1] = Part(parts[-1].text + sign, is_hit)
        else:
            parts.append(Part(sign, is_hit))
    return tuple(parts)
