"""Search in texts: independent of width and case, in characters or in pinyin. Used by models and figures."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

SHORTEST_SPELLING = 2
"""Shortest word that is searched as pinyin: one letter is in almost every spelling."""


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


def where_found(question: str, texts: Mapping[str, str], *, spelled: Iterable[str]) -> list[Found]:
    """The fields that match the words of a search, in order; each word counts in the first field that matches.

    `texts`: field names with their texts; `spelled`: fields that are also searched by pinyin.
    """
    spelled = tuple(spelled)
    spans: dict[tuple[str, bool], set[int]] = {}
    for word in question.split():
        for key, places in _places(word, texts, spelled):
            spans.setdefault(key, set()).update(places)
            break
    found = []
    for field, text in texts.items():
        ways = [by_sound for by_sound in (False, True) if (field, by_sound) in spans]
        marked = set[int]().union(*(spans[field, by_sound] for by_sound in ways))
        found += [Found(field, _parts(text, marked), by_sound) for by_sound in ways]
    return found


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
