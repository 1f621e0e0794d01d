"""Lines that may carry the sum of others: found in one pass over a table, decided by sums, or asked about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from projects.files.cells import text_of
from projects.files.grids import Raw
from projects.files.recognise.group_lines import (
    is_plain_number,
    main_number,
    may_state_parts,
    sub_projects,
)
from projects.files.recognise.lines import Doubt, Line, LineKind

MOST_TOLD = 500
"""Doubtful lines of a sheet that are kept."""
EQUAL = 1e-9
LEAST_PARTS = 2
"""Rows that are parts of a project by their sums alone."""


@dataclass(slots=True)
class Sums:
    """Amounts of some rows by place, as the sheet prints them."""

    rows: int = 0
    amounts: dict[int, float] = field(default_factory=dict)

    def add(self, amounts: dict[int, float]) -> None:
        self.rows += 1
        for place, amount in amounts.items():
            self.amounts[place] = self.amounts.get(place, 0.0) + amount

    def equal(self, amounts: dict[int, float]) -> bool:
        """Whether a line carries these sums; one without amounts carries none."""
        return any(amounts.values()) and all(
            abs(self.amounts.get(place, 0.0) - amount) <= EQUAL * max(1.0, abs(amount))
            for place, amount in amounts.items()
        )


@dataclass(slots=True)
class Suspect:
    """A row of a name and amounts: perhaps the title of the rows below it, with their sums."""

    line: int
    label: str
    amounts: dict[int, float]
    is_numbered: bool
    before: Sums
    below: Sums = field(default_factory=Sums)

    @property
    def is_section(self) -> bool:
        """By its sums: of one row below it alone, equal amounts may be chance."""
        return self.below.rows > 1 and self.below.equal(self.amounts)

    @property
    def is_sum(self) -> bool:
        """Whether it carries the sum of several other rows."""
        before = self.before
        return self.is_section or (before.rows > 1 and before.equal(self.amounts))


@dataclass(slots=True)
class Family:
    """A project and the rows of its parts."""

    line: int
    label: str
    number: str
    amounts: dict[int, float]
    stated: int
    """How many parts its texts state."""
    parts: list[int] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    is_open: bool = True
    """Whether a row without a number belongs to it."""

    def add(self, line: int, amounts: dict[int, float]) -> None:
        self.parts.append(line)
        self.sums.add(amounts)


@dataclass(slots=True)
class LineDoubts:
    """Takes the lines of a table from top to bottom. `number`, `name`, `money`: places of cells."""

    number: int | None
    name: int | None
    money: Sequence[int]
    suspects: list[Suspect] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    _rows: int = 0
    _numbered: int = 0
    _thin: int = 0
    _before: Sums = field(default_factory=Sums)
    _suspect: Suspect | None = None
    _family: Family | None = None
    _followers: list[tuple[int, dict[int, float]]] = field(default_factory=list)
    """Rows below a project that may be its parts: without a number, or as many as its texts state."""
    _chain: list[tuple[int, float]] = field(default_factory=list)
    """Of a list without numbers, the line and first amount of each row."""

    def add(self, line: Line) -> None:
        if line.kind is not LineKind.ROW:
            if line.kind is not LineKind.NOTE and not line.last:
                self._close()
                self._before = Sums()
            return
        amounts = self._amounts(line.cells)
        number = line.cells[self.number] if self.number is not None else None
        is_numbered = is_plain_number(number)
        if self.number is None:
            self._chain.append((line.number, next(iter(amounts.values()), 0.0)))
        if self._take_part(line, number, amounts):
            return
        self._rows += 1
        self._numbered += is_numbered
        texts = list(map(type, line.cells)).count(str) - isinstance(
            number, str
        )  # runs for each row of a file
        self._thin += texts == 1
        if line.doubt is Doubt.GROUP or (texts == 1 and any(amounts.values())):
            self._suspected(line, amounts, is_numbered=is_numbered)
        elif self._suspect:
            self._suspect.below.add(amounts)
        self._before.add(amounts)
        self._begin_family(line, number, amounts)

    def finished(self) -> "LineDoubts":
        self._close()
        if self._thin * 2 > self._rows:  # a list of names and amounts
            self.suspects = [each for each in self.suspects if not each.is_numbered]
        if self._numbered * 2 < self._rows:
            self.suspects = [each for each in self.suspects if each.is_section or each.is_sum]
        self.suspects += _heads(self._chain)
        self.suspects, self.families = self.suspects[:MOST_TOLD], self.families[:MOST_TOLD]
        return self

    @property
    def sections(self) -> list[Suspect]:
        """Those whose sums say that they are sections."""
        return [each for each in self.suspects if each.is_section and not each.is_numbered]

    @property
    def open(self) -> list[Suspect]:
        """Those that a person is asked about."""
        return [each for each in self.suspects if each.is_numbered or not each.is_section]

    def _suspected(self, line: Line, amounts: dict[int, float], *, is_numbered: bool) -> None:
        if is_numbered and self._suspect and not self._suspect.is_numbered:
            self._suspect.below.add(amounts)  # a thin row of the group, not a group of its own
            return
        self._close_suspect()
        before = Sums(self._before.rows, dict(self._before.amounts))
        label = text_of(line.cells[self.name]) if self.name is not None else ""
        self._suspect = Suspect(line.number, label, amounts, is_numbered, before)

    def _close_suspect(self) -> None:
        suspect, self._suspect = self._suspect, None
        if suspect and (not suspect.is_numbered or suspect.is_sum):
            self.suspects.append(suspect)

    def _begin_family(self, line: Line, number: Raw, amounts: dict[int, float]) -> None:
        family = self._family
        if family and not family.parts and (line.doubt or len(self._followers) < family.stated):
            if len(self._followers) < MOST_TOLD:
                self._followers.append((line.number, amounts))
            if line.doubt or len(self._followers) < family.stated or self._follow(family):
                return
        self._close_family()
        if line.doubt is Doubt.PART:
            return
        stated = max(
            (sub_projects(cell) for cell in line.cells if type(cell) is str and may_state_parts(cell)),
            default=0,
        )
        label = text_of(line.cells[self.name]) if self.name is not None else ""
        self._family = Family(line.number, label, text_of(number).rstrip(".、"), amounts, stated)

    def _follow(self, family: Family) -> bool:
        """Whether the rows below a project are its parts: its amounts are their sums."""
        sums = Sums()
        for _, amounts in self._followers:
            sums.add(amounts)
        if sums.rows < LEAST_PARTS or not sums.equal(family.amounts):
            return False
        for line, amounts in self._followers:
            family.add(line, amounts)
        family.is_open, self._followers = False, []
        return True

    def _take_part(self, line: Line, number: Raw, amounts: dict[int, float]) -> bool:
        family = self._family
        if family is None or line.doubt is None:
            return False
        if line.doubt is Doubt.PART:
            main = main_number(number) if number is not None else ""
            is_part = not main or not family.number or main == family.number
            family.is_open = number is None
        else:
            is_whole = family.sums.equal(family.amounts)  # its parts are complete
            is_part = not is_whole and (
                bool(family.parts and family.is_open) or len(family.parts) < family.stated
            )
        if is_part:
            family.add(line.number, amounts)
        return is_part

    def _amounts(self, cells: Sequence[Raw]) -> dict[int, float]:
        found = {}
        for place in self.money:
            cell = cells[place]
            if isinstance(cell, str):
                cell = _number(cell)
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                found[place] = float(cell)
        return found

    def _close_family(self) -> None:
        if self._family and not self._family.parts:
            self._follow(self._family)
        if self._family and self._family.parts:
            self.families.append(self._family)
            parts = set(self._family.parts)
            self.suspects = [each for each in self.suspects if each.line not in parts]
            if self._suspect and self._suspect.line in parts:
                self._suspect = None
        self._family, self._followers = None, []

    def _close(self) -> None:
        self._close_suspect()
        self._close_family()


def _heads(chain: Sequence[tuple[int, float]]) -> list[Suspect]:
    """Of a list without numbers the rows that head groups, where all of it is groups that sum up to their heads."""
    heads: list[Suspect] = []
    place = 0
    while place < len(chain):
        line, amount = chain[place]
        head = Suspect(line, "", {}, is_numbered=True, before=Sums())
        total, place = 0.0, place + 1
        while place < len(chain) and total < amount * (1 - EQUAL):
            total += chain[place][1]
            head.below.rows += 1
            place += 1
        if not amount or abs(total - amount) > EQUAL * max(1.0, amount):
            return []
        heads.append(head)
    return heads if any(head.below.rows > 1 for head in heads) else []


def _number(text: str) -> float | None:
    """A plain number of a .csv."""
    digits = text.replace(",", "").strip()
    return float(digits) if len(digits) < 20 and digits.replace(".", "", 1).isdecimal() else None
