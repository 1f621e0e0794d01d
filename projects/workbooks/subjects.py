"""Which project each row of a file is about, found for all rows at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from projects.models import Project
from projects.models.project import ProjectQuerySet
from projects.rules import codes
from projects.rules.typed import whole_number
from projects.workbooks.matching import FORMER_NAME, Match, Sought, matches

HIDDEN = "已有同名项目，由其他单位负责，您不能查看；请联系项目办。"
NO_SUCH = "没有系统编号为“{}”的项目，或您不能查看。"
NEW = "new"
"""A person's choice that a row is none of the records that it may mean."""

type Light = tuple[int, dict[str, str], dict[str, Any]]
"""Position, cells and choices of a row: enough to find its record."""


def key_of(cells: Mapping[str, str]) -> int | None:
    """The record's number on an exported sheet; 0 for a text that is no number, which no record has."""
    text = cells.get("key", "").strip()
    if not text:
        return None
    return whole_number(text) or 0


@dataclass(frozen=True, slots=True)
class RowSubject:
    """What is known of the project that a row is about."""

    sought: Sought
    match: Match
    pk: int | None
    """The stored project; None for a new one, and while a person has to choose."""
    is_open: bool
    """A person has to choose among the candidates."""
    same: object
    """Equal for all rows about one project."""

    @property
    def current_name(self) -> str:
        """The project's own name where the row has a former one or another spelling: it renames nothing; else ""."""
        if self.match.current_name:
            return self.match.current_name
        candidates = (each for each in self.match.candidates if each.pk == self.pk)
        return next((each.name for each in candidates if each.why == FORMER_NAME), "")

    def refusal(self, cells: Mapping[str, str]) -> str:
        """Why the row may not write the project that it names, "" where it may."""
        if not self.match.is_hidden:
            return ""
        return HIDDEN if self.sought.key is None else NO_SUCH.format(cells["key"])


class Subjects:
    """The subjects of all rows of a file. `may_be_new`: a row may be about a project that does not exist yet."""

    def __init__(self, *, may_be_new: bool) -> None:
        self.may_be_new = may_be_new
        self.by_position: dict[int, RowSubject] = {}
        self.repeated: frozenset[object] = frozenset()
        """`Subject.same` of the projects that several rows are about."""

    def survey(self, rows: Iterable[Light], *, visible: ProjectQuerySet) -> None:
        """`visible`: the projects that the reader may see."""
        light = [(position, _sought(cells), choice) for position, cells, choice in rows]
        found = matches([sought for _, sought, _ in light], visible=visible)
        for (position, sought, choice), match in zip(light, found, strict=True):
            self.by_position[position] = self._subject(sought, match, choice.get("subject"))
        counts = Counter(subject.same for subject in self.by_position.values())
        self.repeated = frozenset(same for same, count in counts.items() if count > 1)

    def related(self, positions: Iterable[int]) -> set[int]:
        """These rows and all that are about the same projects."""
        same = {self.by_position[position].same for position in positions}
        return {position for position, subject in self.by_position.items() if subject.same in same}

    def lock(self, positions: Iterable[int]) -> None:
        """Lock the projects of these rows until the transaction ends."""
        projects = Project.objects.filter(pk__in=self.of(positions)).order_by("pk")
        list(projects.select_for_update(of=("self",)).values_list("pk", flat=True))

    def of(self, positions: Iterable[int]) -> set[int]:
        """The numbers of the stored projects that some rows are about."""
        found = {self.by_position[position].pk for position in positions}
        return {pk for pk in found if pk is not None}

    def _subject(self, sought: Sought, match: Match, chosen: object) -> RowSubject:
        """`chosen`: the candidate that a person has picked, or NEW."""
        candidates = {candidate.pk for candidate in match.candidates}
        picked = chosen if isinstance(chosen, int) and chosen in candidates else None
        pk = match.pk if match.pk is not None else picked
        same: object = pk if pk is not None else sought.identity
        is_new = chosen == NEW and self.may_be_new
        return RowSubject(sought, match, pk, pk is None and bool(candidates) and not is_new, same)


def _sought(cells: dict[str, str]) -> Sought:
    return Sought(
        name=cells.get("name", "").strip(),
        enterprise=cells.get("enterprise", "").strip(),
        national_code=codes.normalise(cells.get("national_code", "")),
        credit_code=codes.normalise(cells.get("credit_code", "")),
        key=key_of(cells),
    )
