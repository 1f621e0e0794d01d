"""The units that a cell names: in every usual form, several in one cell, one of them in the lead."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projects.models import Organisation
from projects.rules.broken import RuleBroken
from projects.rules.likeness import bare
from projects.vocabulary import OrganisationKind
from projects.workbooks.cells import Judge, Told, by_words

_OFFICE = re.compile(r"(?:人民政府|政府|街道办事处|办事处|街道办|管理委员会|管委会|管理办公室|党工委|党委)$")
_GRADE = re.compile(r"(?:街道|镇|乡|园区|园)$")
_AREA = re.compile(r"(?:[^省市区县]{2,4}省)?(?:[^省市区县]{2,4}市)?(?:[^省市区县]{2,4}(?:区|县))?")
_PARTED = re.compile(r"[、，,;；/\n|+＋&]")
_LOOSELY = re.compile(r"[\s和及与]")
_IN_BRACKETS = re.compile(r"[(（]([^()（）]{2,20})[)）]")
_COUNT = re.compile(r"[(（](?:共|合计)?[0-9０-９]{1,4}[个项家]?(?:项目)?[)）]$")
_LEADS = re.compile(r"[(（]?(?:牵头|主办|责任|主责|负责)(?:单位)?[)）:：]?")
_HELPS = re.compile(r"[(（]?(?:配合|协助|协同|参与|参加|协办)(?:单位)?[)）:：]?")


@dataclass(frozen=True, slots=True)
class SeveralUnits:
    """`lead` answers for the project, `others` take part; `park` is where it stands."""

    lead: int
    others: frozenset[int] = frozenset()
    park: int | None = None


@dataclass(slots=True)
class UnitNames:
    """Every form of the names of some units. `words`: their numbers by name, `what` they are called in a fault."""

    units: Sequence[Organisation]
    words: Mapping[str, int]
    what: str
    city: str = ""
    """The city of the district, which names of its units may begin with: 常州综保区."""
    _exact: Judge = field(init=False)
    _forms: dict[str, int | None] = field(init=False, default_factory=dict)
    """Shorter and longer forms; None for one of several units."""
    _parks: frozenset[int] = field(init=False)
    _called: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self._exact = by_words(self.words, what=self.what)
        self._parks = frozenset(unit.pk for unit in self.units if unit.kind == OrganisationKind.PARK)
        self._called = {unit.pk: str(unit) for unit in self.units}
        for word, pk in self.words.items():
            for form in _forms(word):
                self._forms[form] = pk if self._forms.get(form, pk) == pk else None

    def one(self, text: str) -> int:
        """The one unit that a text names. Raises RuleBroken for a name that no unit has, with the nearest one."""
        forms = [*_asked_forms(text), *(self._without_city(text))]
        for form in forms:
            if pk := self._forms.get(form) or self._shortened(form):
                return pk
        return int(self._exact(text))

    def _without_city(self, text: str) -> Iterable[str]:
        name = bare(text)
        return _asked_forms(name[len(self.city) :]) if self.city and name.startswith(self.city) else ()

    def _shortened(self, form: str) -> int | None:
        """综保区 for 综合保税区: signs of the name of one unit only, its first and its last among them."""
        if len(form) < LEAST_OF_SHORT or form[-1] not in "区园":
            return None
        meant = {pk for name, pk in self._forms.items() if pk and _shortens(form, name)}
        return meant.pop() if len(meant) == 1 else None

    def answering(self, text: str) -> int | SeveralUnits | Told:
        """The unit that answers: the only one, the one in the lead, or the first; the others take part."""
        parts = self._parts(text)
        if len(parts) == 1:
            return self.one(parts[0][0])
        found = [(self.one(name), leads) for name, leads in parts]
        towns = [pair for pair in found if pair[0] not in self._parks] or found
        lead = next((pk for pk, leads in towns if leads), towns[0][0])
        parks = [pk for pk, _ in found if pk in self._parks and pk != lead]
        others = frozenset(pk for pk, _ in towns if pk != lead)
        if not others and not parks:
            return lead
        park = parks[0] if len(parks) == 1 else None
        others |= frozenset(parks) if park is None else frozenset()
        names = "、".join(self._called[pk] for pk in sorted(others))
        told = f"“{' '.join(text.split())}”：{self._called[lead]}负责" + (f"，{names}参加" if names else "")
        return Told(SeveralUnits(lead, others, park), told)

    def helping(self, text: str) -> frozenset[int]:
        """All units that a text names: they take part."""
        return frozenset(self.one(name) for name, _ in self._parts(text))

    def first(self, text: str) -> int | Told:
        """Where only one unit has a place: the first."""
        found = self.answering(text)
        if not isinstance(found, Told):
            return found if isinstance(found, int) else found.lead
        lead = found.value.lead
        return Told(lead, f"“{' '.join(text.split())}”写了几个{self.what}，登记{self._called[lead]}")

    def _parts(self, text: str) -> list[tuple[str, bool]]:
        """Names with whether they are marked as leading; the text as a whole where it is one name."""
        text = _COUNT.sub("", text.strip())
        whole = _unmarked(text)
        if not _PARTED.search(whole) and self._pieces(whole) == [whole] and self._knows(whole):
            return [(whole, False)]
        text = _IN_BRACKETS.sub(lambda found: f"、{found[1]}" if self._knows(found[1]) else found[0], text)
        parts: list[tuple[str, bool]] = []
        for part in _PARTED.split(text):
            name = _unmarked(part)
            if not name:
                continue
            leads = bool(_LEADS.search(part))
            parts += [(piece, leads and not place) for place, piece in enumerate(self._pieces(name))]
        return parts or [(text, False)]

    def _pieces(self, name: str) -> list[str]:
        """The units that a blank or 和 parts; the name itself where not all of them are units."""
        loose = [piece for piece in _LOOSELY.split(name) if piece]
        return loose if len(loose) > 1 and all(map(self._knows, loose)) else [name]

    def _knows(self, text: str) -> bool:
        try:
            self.one(text)
        except RuleBroken:
            return False
        return True


def _shortens(short: str, name: str) -> bool:
    """Whether the signs of `short` stand in the name in their order, the first and the last at its ends.

    A city in front may be left out: 光伏园 is 常州光伏产业园.
    """
    if len(name) <= len(short) or name[-1] != short[-1]:
        return False
    wholes = [whole for whole in (name, name[CITY:]) if whole[:1] == short[0]]
    return any(_stand_in(short, whole) for whole in wholes)


def _stand_in(short: str, name: str) -> bool:
    signs = iter(name)
    return all(sign in signs for sign in short)


def _unmarked(text: str) -> str:
    """Without （牵头）, 配合单位：, the count of its projects (共2个), and brackets that are left."""
    text = _COUNT.sub("", text.strip())
    plain = _HELPS.sub("", _LEADS.sub("", text)).strip(" \t:：")
    return plain[1:-1] if plain[:1] in "(（" and plain[-1:] in ")）" else plain


def _forms(word: str) -> Iterable[str]:
    """The unit's name with and without 街道, 镇, without the area in front, and as people shorten it."""
    for name in _shortened(bare(word)):
        yield from _forms_of(name)


def _shortened(name: str) -> Iterable[str]:
    """综合保税区 is also 综保区."""
    yield name
    for whole, short in SHORT.items():
        if whole in name:
            yield name.replace(whole, short)
            return


def _forms_of(name: str) -> Iterable[str]:
    yield name
    without_city = name[CITY:] if name.endswith("区") else ""
    for shorter in (_GRADE.sub("", name), name[_area(name) :], without_city, _OFFICE.sub("", name)):
        if len(shorter) >= LEAST:
            yield shorter


def _asked_forms(text: str) -> Iterable[str]:
    name = bare(text)
    yield name
    plain = _OFFICE.sub("", name)
    if plain != name:
        yield plain
        yield f"{plain}街道"
    if plain.endswith("园区"):
        yield plain[:-1]
    if (area := _area(plain)) and len(plain) - area >= LEAST:
        yield plain[area:]


def _area(name: str) -> int:
    """Where the name begins behind the province, city and district that it lies in."""
    found = _AREA.match(name)
    return found.end() if found else 0


SHORT = {
    "综合保税区": "综保区",
    "保税物流中心": "保税中心",
    "经济技术开发区": "经开区",
    "经济开发区": "经开区",
    "高新技术产业开发区": "高新区",
}
"""Kinds of parks with what everybody calls them."""
LEAST_OF_SHORT = 3
LEAST = 2
"""Characters of a form."""
CITY = 2
"""Characters of a city's name: 高新区 is 常州高新区."""
