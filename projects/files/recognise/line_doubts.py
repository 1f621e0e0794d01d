"""Lines that may carry the sum of others: found in one pass over a table, decided by sums, or asked about."""

from collections import Counter, deque
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
from projects.files.recognise.line_sums import EQUAL, Breakdown, Family, Sums, Suspect
from projects.files.recognise.lines import Doubt, Line, LineKind

MOST_TOLD = 500
"""Doubtful lines of a sheet that are kept."""
MOST_SUMMED = 60
"""Rows above a line whose sum it is looked for to carry."""
LEAST_PARTS = 2
"""Rows that are parts of a project by their sums alone."""


@dataclass(slots=True)
class LineDoubts:
    """Takes the lines of a table from top to bottom. `number`, `name`, `money`: places of cells."""

    number: int | None
    name: int | None
    money: Sequence[int]
    number_column: int = 0
    """The column of the numbers on the sheet."""
    suspects: list[Suspect] = field(default_factory=list)
    breakdown: Breakdown = field(default_factory=Breakdown)
    families: list[Family] = field(default_factory=list)
    _rows: int = 0
    _numbered: int = 0
    _thin: int = 0
    _before: Sums = field(default_factory=Sums)
    _latest: deque[dict[int, float]] = field(default_factory=lambda: deque(maxlen=MOST_SUMMED))
    """The amounts of the last rows of the section."""
    _fullness: Counter[int] = field(default_factory=Counter)
    """How many rows have so many texts."""
    _suspect: Suspect | None = None
    _weak: Suspect | None = None
    """One that only its sums would make suspect."""
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
                self._latest.clear()
                self.breakdown.add(line, self._amounts(line.cells))
            return
        amounts = self._amounts(line.cells)
        if (
            line.doubt is Doubt.PART
            and self._family is None
            and self.breakdown.takes(line, self._label(line), amounts)
        ):
            return
        self.breakdown.take_row(amounts)
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
        self._fullness[texts] += 1
        if line.doubt is Doubt.GROUP or (texts == 1 and any(amounts.values())):
            self._suspected(line, amounts, is_numbered=is_numbered)
        else:
            self._below_suspects(amounts)
            if any(amounts.values()) and self._is_weaker(line, texts):
                self._close_weak()
                self._weak = self._weakly_suspected(line, texts, amounts, is_numbered=is_numbered)
        self._before.add(amounts)
        self._latest.append(amounts)
        self._begin_family(line, number, amounts)

    def finished(self) -> "LineDoubts":
        self._close()
        self.suspects += self.breakdown.finished()
        if self._thin * 2 > self._rows:  # a list of names and amounts
            self.suspects = [
                each for each in self.suspects if not each.is_numbered and self.number is not None
            ]
        usual = self._usual()
        self.suspects = [
            each
            for each in self.suspects
            if not each.needs_sum
            or each.texts < usual
            or (each.is_unnumbered and self._numbered * 2 > self._rows)
        ]
        if self._numbered * 2 < self._rows:
            self.suspects = [each for each in self.suspects if each.is_section or each.is_sum]
        self.suspects += _heads(self._chain)
        self.suspects, self.families = self.suspects[:MOST_TOLD], self.families[:MOST_TOLD]
        return self

    @property
    def sections(self) -> list[Suspect]:
        """Those whose sums say that they are sections."""
        return [each for each in self.suspects if not self._is_open(each)]

    @property
    def open(self) -> list[Suspect]:
        """Those that a person is asked about."""
        return [each for each in self.suspects if self._is_open(each)]

    @staticmethod
    def _is_open(suspect: Suspect) -> bool:
        return suspect.is_numbered or suspect.needs_sum or not suspect.is_section

    def _below_suspects(self, amounts: dict[int, float]) -> None:
        for suspect in (self._suspect, self._weak):
            if suspect:
                suspect.take(amounts)

    def _suspected(self, line: Line, amounts: dict[int, float], *, is_numbered: bool) -> None:
        if is_numbered and self._suspect and not self._suspect.is_numbered:
            self._below_suspects(amounts)  # a thin row of the group, not a group of its own
            return
        self._close_suspect()
        self._suspect = Suspect(line.number, self._label(line), amounts, is_numbered, self._sums_before())

    def _is_weaker(self, line: Line, texts: int) -> bool:
        """Whether a row is likelier to carry sums than the one that is watched."""
        watched = self._weak
        if watched is None or line.doubt is Doubt.UNNUMBERED or texts < watched.texts:
            return True
        return texts == watched.texts and not watched.is_unnumbered

    def _weakly_suspected(
        self, line: Line, texts: int, amounts: dict[int, float], *, is_numbered: bool
    ) -> Suspect:
        """A row that is suspect if it carries sums, and says less than others do or has no number."""
        is_unnumbered = line.doubt is Doubt.UNNUMBERED
        suspect = Suspect(
            line.number,
            self._label(line),
            amounts,
            is_numbered,
            self._sums_before(),
            texts,
            is_unnumbered,
            needs_sum=True,
        )
        if is_unnumbered or texts < self._usual():
            suspect.tail = self._rows_that_come_to(amounts)
        return suspect

    def _sums_before(self) -> Sums:
        return Sums(self._before.rows, dict(self._before.amounts))

    def _label(self, line: Line) -> str:
        return text_of(line.cells[self.name]) if self.name is not None else ""

    def _usual(self) -> int:
        """How many texts most rows have."""
        return max(self._fullness, key=lambda count: (self._fullness[count], count), default=0)

    def _rows_that_come_to(self, amounts: dict[int, float]) -> int:
        """How many rows just above, two at least, sum up to these amounts; 0 for none."""
        sums = Sums()
        for above in reversed(self._latest):
            sums.add(above)
            if sums.rows > 1 and sums.equal(amounts):
                return sums.rows
        return 0

    def _close_suspect(self) -> None:
        self._close_weak()
        suspect, self._suspect = self._suspect, None
        if suspect and (not suspect.is_numbered or suspect.is_sum):
            self.suspects.append(suspect)

    def _close_weak(self) -> None:
        weak, self._weak = self._weak, None
        if weak and weak.is_sum:
            self.suspects.append(weak)

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
        self._family = Family(line.number, self._label(line), text_of(number).rstrip(".、"), amounts, stated)

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
            family.is_merged = family.is_merged or self._is_merged(line)
        return is_part

    def _is_merged(self, line: Line) -> bool:
        return self.number is not None and self.number_column in line.merged

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
            if self._weak and self._weak.line in {self._family.line, *parts}:
                self._weak = None
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
