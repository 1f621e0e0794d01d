"""One look through the lines of a table: a hundred thousand of them are read once for all that is told of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from projects.files.cells import text_of
from projects.files.recognise.layout import By, Line, LineKind, Table
from projects.imports.extracting import is_bare
from projects.imports.suspects import Suspect

SAMPLES = 3
LONGEST_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Glance:
    """Places are those of the headings."""

    hidden_rows: int
    samples: Mapping[int, Sequence[str]]
    """The first texts of a column."""
    bare: frozenset[int]
    """Columns in which some amount says no unit of its own."""
    suspects: Mapping[int, Suspect]
    """Columns that nobody has explained."""
    marks: Sequence[Line]
    """Lines that are no rows: sections, sums, notes."""
    last: int
    """The number of the last line on the sheet."""


def glance(table: Table) -> Glance:
    samples: dict[int, list[str]] = defaultdict(list)
    bare: set[int] = set()
    marks: list[Line] = []
    suspects = {place: Suspect(each) for place, each in enumerate(table.headings) if each.by is By.NOTHING}
    hidden = last = 0
    for line in table.lines:
        last = line.number
        if line.kind is not LineKind.ROW:
            marks.append(line)
            continue
        hidden += line.hidden
        for place, cell in enumerate(line.cells):
            if cell is None:
                continue
            if len(samples[place]) < SAMPLES:
                samples[place].append(text_of(cell)[:LONGEST_SAMPLE])
            if place in suspects:
                suspects[place].take(cell)
            if place not in bare and is_bare(cell):
                bare.add(place)
    return Glance(hidden, samples, frozenset(bare), suspects, marks, last)
