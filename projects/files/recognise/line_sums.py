"""Lines that carry the sums of others: what they print, and what the rows around them come to."""

from dataclasses import dataclass, field

from projects.files.recognise.lines import Line, LineKind

EQUAL = 1e-9
"""The share by which sums of decimals may differ and still be equal."""


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
    texts: int = 1
    """How many of its cells are words."""
    is_unnumbered: bool = False
    """Whether it has no number though it says as much as a row."""
    needs_sum: bool = False
    """Whether only its sums make it suspect."""
    tail: int = 0
    """How many rows just above it sum up to its amounts."""
    head: int = 0
    """The same of those just below it."""
    below: Sums = field(default_factory=Sums)

    def take(self, amounts: dict[int, float]) -> None:
        """One more row below it."""
        self.below.add(amounts)
        if not self.head and self.below.rows > 1 and self.below.equal(self.amounts):
            self.head = self.below.rows

    @property
    def is_section(self) -> bool:
        """By its sums: of one row below it alone, equal amounts may be chance."""
        return self.below.rows > 1 and self.below.equal(self.amounts)

    @property
    def is_sum(self) -> bool:
        """Whether it carries the sum of several other rows."""
        before = self.before
        is_whole = before.rows > 1 and before.equal(self.amounts)
        return self.is_section or bool(self.head or self.tail) or is_whole


@dataclass(slots=True)
class Breakdown:
    """Lines below a printed total that part it, before the rows begin: 其中：新建 3亿, 续建 2亿."""

    lines: list[int] = field(default_factory=list)
    """Those that are settled."""
    _total: dict[int, float] = field(default_factory=dict)
    _run: list[tuple[Line, str, dict[int, float]]] = field(default_factory=list)
    _below: Sums = field(default_factory=Sums)
    _doubtful: list[Suspect] = field(default_factory=list)

    def add(self, line: Line, amounts: dict[int, float]) -> None:
        """A section or a sum."""
        if line.kind is LineKind.SECTION and not self._below.rows:
            self._run.append((line, line.label, amounts))
            return
        self._settle()
        if line.kind is LineKind.TOTAL:
            self._total = amounts

    def takes(self, line: Line, label: str, amounts: dict[int, float]) -> bool:
        """A line that is marked as a part: of a total, where one stands directly above."""
        if not self._total or self._below.rows:
            return False
        self._run.append((line, label, amounts))
        return True

    def take_row(self, amounts: dict[int, float]) -> None:
        if self._run or self._total:
            self._below.add(amounts)

    def finished(self) -> list[Suspect]:
        """Lines that are marked as parts of a total and do not part it."""
        self._settle()
        return self._doubtful

    def _settle(self) -> None:
        parting = self._parting()
        self.lines += [line.number for line, _, _ in self._run[:parting]]
        self._doubtful += [
            Suspect(line.number, label, amounts, is_numbered=False, before=Sums())
            for line, label, amounts in self._run[parting:]
            if line.kind is LineKind.ROW
        ]
        self._run, self._total, self._below = [], {}, Sums()

    def _parting(self) -> int:
        """How many of the lines sum up to the total; a last one that heads the rows below it is their section."""
        sums, filled = Sums(), 0
        for place, (_, _, amounts) in enumerate(self._run, start=1):
            sums.add(amounts)
            filled += any(amounts.values())
            is_section = place == len(self._run) and self._below.equal(amounts)
            if filled > 1 and sums.equal(self._total) and not is_section:
                return place
        return 0


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
    is_merged: bool = False
    """Whether its rows share one number, which is merged over them."""

    @property
    def is_sum(self) -> bool:
        """Whether the whole carries the sum of its parts."""
        return self.sums.equal(self.amounts)

    def add(self, line: int, amounts: dict[int, float]) -> None:
        self.parts.append(line)
        self.sums.add(amounts)
