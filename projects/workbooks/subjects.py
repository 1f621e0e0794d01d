"""Which project each row of a file is about, found out for all rows at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projects.models import Project
from projects.models.project import ProjectQuerySet
from projects.rules import codes
from projects.workbooks.matching import FORMER_NAME, Match, Sought, matches
from projects.workbooks.terms import NEW, Light, key_of

HIDDEN = "已有同名项目，由其他单位负责，您不能查看；请联系项目办。"
NO_SUCH = "没有系统编号为“{}”的项目，或您不能查看。"


@dataclass(frozen=True, slots=True)
class Place:
    """What the survey says of one row."""

    sought: Sought
    match: Match
    subject: int | None
    is_open: bool
    """A person has to say whether it is one of the candidates."""
    same: object
    """Rows that share it are about one project."""

    @property
    def name_of_today(self) -> str:
        """The project's own name where a former one was found: an old sheet renames nothing; else ""."""
        candidates = (each for each in self.match.candidates if each.pk == self.subject)
        return next((each.name for each in candidates if each.why == FORMER_NAME), "")

    def refusal(self, cells: Mapping[str, str]) -> str:
        """Why the row may not touch the project that it names, "" where it may."""
        if not self.match.is_hidden:
            return ""
        return HIDDEN if self.sought.key is None else NO_SUCH.format(cells["key"])


@dataclass(slots=True)
class Subjects:
    """The rows of a file by position, with the projects that they are about. `may_be_new`: or that they found."""

    may_be_new: bool
    places: dict[int, Place] = field(default_factory=dict)
    repeated: frozenset[object] = frozenset()
    """Projects that several rows are about."""

    def survey(self, rows: Iterable[Light], *, visible: ProjectQuerySet) -> None:
        """`visible`: the projects that the reader may see."""
        light = [(position, _sought(cells), choice) for position, cells, choice in rows]
        found = matches([sought for _, sought, _ in light], visible=visible)
        for (position, sought, choice), match in zip(light, found, strict=True):
            self.places[position] = self._placed(sought, match, choice.get("subject"))
        counts = Counter(place.same for place in self.places.values())
        self.repeated = frozenset(same for same, count in counts.items() if count > 1)

    def kin(self, positions: Iterable[int]) -> set[int]:
        same = {self.places[position].same for position in positions}
        return {position for position, place in self.places.items() if place.same in same}

    def lock(self) -> None:
        """Hold the projects, until the transaction ends."""
        subjects = sorted(self.of(self.places))
        for start in range(0, len(subjects), 5000):
            some = Project.objects.filter(pk__in=subjects[start : start + 5000])
            list(some.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))

    def of(self, positions: Iterable[int]) -> set[int]:
        """The projects on record that some rows are about."""
        found = {self.places[position].subject for position in positions}
        return {subject for subject in found if subject is not None}

    def _placed(self, sought: Sought, match: Match, chosen: object) -> Place:
        """`chosen`: the candidate that a person has picked, or NEW."""
        candidates = {candidate.pk for candidate in match.candidates}
        picked = chosen if isinstance(chosen, int) and chosen in candidates else None
        subject = match.pk if match.pk is not None else picked
        same: object = subject if subject is not None else sought.identity
        is_new = chosen == NEW and self.may_be_new
        return Place(sought, match, subject, subject is None and bool(candidates) and not is_new, same)


def _sought(cells: dict[str, str]) -> Sought:
    return Sought(
        name=cells.get("name", "").strip(),
        enterprise=cells.get("enterprise", "").strip(),
        national_code=codes.normalise(cells.get("national_code", "")),
        credit_code=codes.normalise(cells.get("credit_code", "")),
        key=key_of(cells),
    )
