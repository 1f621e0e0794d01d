"""Which unit a row of a table of units is about: the one it names, or those that it may mean."""

from collections.abc import Sequence

from projects.models import Organisation
from projects.rules.former_names import parted
from projects.rules.likeness import ALIKE, bare, likeness
from projects.workbooks.matching import FORMER_NAME, MOST_CANDIDATES, SIMILAR, Candidate

SAME_SHORT_NAME = "简称相同"


def unit_of_name(name: str, units: Sequence[Organisation]) -> Organisation | None:
    """The unit that is called so today."""
    return next((unit for unit in units if bare(unit.name) == bare(name)), None)


def units_alike(name: str, units: Sequence[Organisation]) -> list[Candidate]:
    """Units that were called so, are called so for short, or nearly so; the likeliest first."""
    former = [unit for unit in units if bare(name) in map(bare, parted(unit.former_names))]
    short = [unit for unit in units if unit.short_name and bare(unit.short_name) == bare(name)]
    near = [
        unit
        for unit in units
        if any(likeness(known, name) >= ALIKE for known in (unit.name, *parted(unit.former_names)))
    ]
    found: dict[int, Candidate] = {}
    for why, some in ((FORMER_NAME, former), (SAME_SHORT_NAME, short), (SIMILAR, near)):
        for unit in some:
            found.setdefault(unit.pk, Candidate(unit.pk, unit.name, "", why))
    return list(found.values())[:MOST_CANDIDATES]
