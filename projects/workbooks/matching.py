"""Which project a row of a workbook is about: the one it names for certain, or those that it may mean.

Every row is compared with the whole register, in two readings of it at most, however many rows there are.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from projects.models import Project
from projects.models.project import ProjectQuerySet
from projects.rules.likeness import (
    Lookout,
    bare,
    is_respelled,
    numerals,
    parted,
    share_own_words,
    spelled,
    without_brackets,
)

MOST_CANDIDATES = 5
ENOUGH_SIMILAR = 2 * MOST_CANDIDATES
"""Similar names of a row that are looked for: as many may be candidates for a better reason already."""
MOST_NEAR = 3
MOST_STRANGE = 200
NEAR = Fraction(2, 5)
"""The likeness from which a name is worth naming where nothing matches."""

SAME_CODE = "国家投资项目代码相同"
SAME_CREDIT_CODE = "统一社会信用代码相同"
SAME_NAME = "同名，建设单位不同"
FORMER_NAME = "曾用名相同"
OTHER_BRACKETS = "名称只差括号里的字"
SIMILAR = "名称相近"
_WEIGHT = {
    SAME_CODE: 6,
    FORMER_NAME: 5,
    SAME_NAME: 4,
    OTHER_BRACKETS: 3,
    SAME_CREDIT_CODE: 2,
    SIMILAR: 1,
}

type Entry = tuple[int, str, str, str, str, str]
_READ = ("pk", "name", "enterprise", "former_names", "national_code", "credit_code")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a row says of the project it is about; `key`: the number that an exported sheet carries."""

    name: str
    enterprise: str = ""
    national_code: str = ""
    credit_code: str = ""
    key: int | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Rows of one file that share it are about one project."""
        return spelled(self.name), bare(self.enterprise)


@dataclass(frozen=True, slots=True)
class Candidate:
    pk: int
    name: str
    enterprise: str
    why: str


@dataclass(slots=True)
class Match:
    """`pk`: the project for certain; else `candidates`, the likeliest first; both empty: a new one.

    `is_hidden`: the row names a project for certain that the reader may not see.
    """

    pk: int | None = None
    is_hidden: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    code_owner: int | None = None
    """The project that has the row's national code; the table lets no other have it."""
    name_owner: int | None = None
    """The same of name and enterprise together."""
    current_name: str = ""
    """The project's own name where the row only spells its numerals otherwise; a sheet renames nothing by that."""


def matches(sought: Sequence[Sought], *, visible: ProjectQuerySet) -> list[Match]:
    """One for each row; `visible`: the projects that the reader may see, candidates come from these alone."""
    seen = set(visible.values_list("pk", flat=True))
    found = _Exact(sought)
    for entry in _register():
        found.compare(entry)
    results = [found.decided(place, seen) for place in range(len(sought))]
    open_yet = [place for place, match in enumerate(results) if match.pk is None and not match.is_hidden]
    _look_out(sought, open_yet, results, seen)
    for place in open_yet:
        results[place].candidates = _likeliest(results[place].candidates)
    return results


def nearest(names: Sequence[str], *, visible: ProjectQuerySet) -> dict[str, list[str]]:
    """For names that match nothing the few of the register that come nearest, the nearest first.

    One reading of the register; of a file full of strange names only the first are looked for.
    """
    asked = list(dict.fromkeys(names))[:MOST_STRANGE]
    if not asked:
        return {}
    lookout = Lookout(asked, NEAR)
    found: dict[str, list[tuple[Fraction, str]]] = defaultdict(list)
    for name in visible.order_by("pk").values_list("name", flat=True).iterator(chunk_size=5000):
        for at, share in lookout.alike(name):
            near = found[asked[at]]
            near.append((share, name))
            if len(near) > MOST_NEAR:
                near.sort(key=lambda pair: -pair[0])
                near.pop()
    return {
        name: [near for _, near in sorted(some, key=lambda pair: -pair[0])] for name, some in found.items()
    }


def _register() -> Iterator[Entry]:
    return Project.objects.order_by("pk").values_list(*_READ).iterator(chunk_size=5000)


class _Exact:
    """What rows and register have in common word for word."""

    def __init__(self, sought: Sequence[Sought]) -> None:
        self.sought = sought
        self.by_key: dict[int, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_core: dict[str, list[int]] = defaultdict(list)
        self.by_code: dict[str, list[int]] = defaultdict(list)
        self.by_credit: dict[str, list[int]] = defaultdict(list)
        self.keyed: dict[int, int] = {}
        self.found: dict[int, list[tuple[Entry, str]]] = defaultdict(list)
        for place, row in enumerate(sought):
            self.by_name[spelled(row.name)].append(place)
            self.by_core[without_brackets(row.name)].append(place)
            for key, places in (
                (row.key, self.by_key),
                (row.national_code, self.by_code),
                (row.credit_code, self.by_credit),
            ):
                if key:
                    places[key].append(place)  # type: ignore[index]

    def compare(self, entry: Entry) -> None:
        pk, name, _, former_names, code, credit = entry
        for place in self.by_key.get(pk, ()):
            self.keyed[place] = pk
        word = spelled(name)
        same = self.by_name.get(word, ())
        for place in same:
            self.found[place].append((entry, SAME_NAME))
        core = without_brackets(name) if "(" in name or "（" in name else word
        for place in self.by_core.get(core, ()):
            if place not in same and _phases(name) == _phases(self.sought[place].name):
                self.found[place].append((entry, OTHER_BRACKETS))
        for former in parted(former_names) if former_names else ():
            for place in self.by_name.get(spelled(former), ()):
                self.found[place].append((entry, FORMER_NAME))
        for place in self.by_code.get(code, ()) if code else ():
            self.found[place].append((entry, SAME_CODE))
        for place in self.by_credit.get(credit, ()) if credit else ():
            self.found[place].append((entry, SAME_CREDIT_CODE))

    def decided(self, place: int, seen: set[int]) -> Match:
        row, found = self.sought[place], self.found.get(place, [])
        entries = [entry for entry, _ in found]
        certain = self.keyed.get(place) if row.key is not None else _certain(row, entries)
        if row.key is not None or certain is not None:
            match = Match(certain if certain in seen else None, is_hidden=certain not in seen)
        else:
            candidates = [
                Candidate(entry[0], entry[1], entry[2], why) for entry, why in found if entry[0] in seen
            ]
            match = Match(candidates=candidates)
        for pk, name, enterprise, _, code, _ in entries:
            if code and code == row.national_code:
                match.code_owner = pk
            if (name, enterprise) == (row.name, row.enterprise):
                match.name_owner = pk
            if pk == match.pk and row.key is None and name != row.name and is_respelled(name, row.name):
                match.current_name = name
        return match


def _phases(name: str) -> tuple[str, ...]:
    """The numbers in a name that tell projects apart; a year does not."""
    return tuple(number for number in numerals(name) if not (len(number) == 4 and number.startswith("20")))


def _certain(row: Sought, entries: Sequence[Entry]) -> int | None:
    """The same name with the same enterprise, or with the same code, or alone where one side names none."""
    of_name = {entry[0]: entry for entry in entries if spelled(entry[1]) == spelled(row.name)}
    for pk, entry in of_name.items():
        if bare(entry[2]) == bare(row.enterprise) or (row.national_code and entry[4] == row.national_code):
            return pk
    if len(of_name) == 1:
        (pk, entry), *_ = of_name.items()
        codes_differ = row.national_code and entry[4] and row.national_code != entry[4]
        if not codes_differ and not (row.enterprise and entry[2]):
            return pk
    return None


def _look_out(sought: Sequence[Sought], places: Sequence[int], results: list[Match], seen: set[int]) -> None:
    """Add the projects whose names are alike; the register is read only where it may answer a row."""
    if not places or not seen:
        return
    of_name: dict[str, list[int]] = defaultdict(list)
    for place in places:
        of_name[sought[place].name].append(place)
    names = list(of_name)
    lookout = Lookout(names, most=ENOUGH_SIMILAR)
    for pk, name, enterprise, former_names, *_ in _register():
        if pk in seen:
            called = (name, *parted(former_names))
            for at, _ in lookout.alike(*called):
                has_own = any(share_own_words(names[at], each) for each in called)
                for place in of_name[names[at]]:
                    if has_own or _may_be_one(sought[place].enterprise, enterprise):
                        results[place].candidates.append(Candidate(pk, name, enterprise, SIMILAR))


def _may_be_one(first: str, second: str) -> bool:
    """Whether two enterprises are the same, as far as is known."""
    return not first or not second or bare(first) == bare(second)


def _likeliest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each project once, for its best reason."""
    best: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=_rank):
        best.setdefault(candidate.pk, candidate)
    return list(best.values())[:MOST_CANDIDATES]


def _rank(candidate: Candidate) -> tuple[int, int]:
    return -_WEIGHT[candidate.why], candidate.pk
