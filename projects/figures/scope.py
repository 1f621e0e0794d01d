"""What a figure is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from projects.models import Organisation
from projects.models.project import ProjectQuerySet
from projects.vocabulary import Level

type Levels = frozenset[Level]


@dataclass(frozen=True, slots=True)
class Scope:
    """Projects that the door has narrowed to the reader, on the lists of a year, of a unit.

    `level` "" stands for every project of the register, listed or not, each counted once.
    `organisation` None stands for the whole district.
    """

    projects: ProjectQuerySet
    year: int
    level: str = ""
    organisation: Organisation | None = None

    @property
    def of_unit(self) -> ProjectQuerySet:
        """Of the unit, whatever the level."""
        return self.projects if self.organisation is None else self.projects.concerning(self.organisation)

    def listed(self, as_of: date) -> ProjectQuerySet:
        """Of the unit and on the list of the level."""
        if not self.level:
            return self.of_unit
        return self.of_unit.on_list(self.level, self.year, as_of=as_of)

    @property
    def is_district(self) -> bool:
        return self.organisation is None


def levels_of(row: Mapping[str, object]) -> Levels:
    """The lists that a grouped row stands on, from the columns of `with_levels`."""
    return frozenset(level for level in Level if row[f"on_{level}"])
