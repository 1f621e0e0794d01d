"""Two days side by side: what each number was and is, who moved, and which projects account for the change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.figures.completion.breakdown import Breakdown, Row
from projects.figures.completion.lines import CompletionPage, IndicatorLine, OfIndicator, RowLine
from projects.models import Organisation
from projects.rules.bounds import Bounds, exact
from projects.rules.natural import natural
from projects.vocabulary import Indicator

NOTHING = Bounds.exactly(0)


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much a number moved, in yuan or projects: its certain end and its possible end."""

    lower: int
    upper: int

    @classmethod
    def between(cls, then: Bounds, now: Bounds) -> "Shift":
        return cls(now.certain - then.certain, now.possible - then.possible)

    @property
    def is_one(self) -> bool:
        """Whether both ends moved by the same amount."""
        return self.lower == self.upper

    @property
    def size(self) -> int:
        """For sorting: the larger of the two movements, without its sign."""
        return max(abs(self.lower), abs(self.upper))

    def __add__(self, other: "Shift") -> "Shift":
        return Shift(self.lower + other.lower, self.upper + other.upper)

    def __sub__(self, other: "Shift") -> "Shift":
        return Shift(self.lower - other.lower, self.upper - other.upper)

    def __bool__(self) -> bool:
        return bool(self.lower or self.upper)


STILL = Shift(0, 0)


@dataclass(frozen=True, slots=True)
class ComparedNumber(OfIndicator):
    """One indicator of a scope or of a row on both days, and a year before the later one.

    A line is None where the row was not there, and a number None where nobody knows it.
    """

    indicator: Indicator
    then: IndicatorLine | None
    now: IndicatorLine | None
    year_ago: IndicatorLine | None = None

    @property
    def before(self) -> Bounds | None:
        return self.then.bounds if self.then else None

    @property
    def after(self) -> Bounds | None:
        return self.now.bounds if self.now else None

    @property
    def last_year(self) -> Bounds | None:
        return self.year_ago.bounds if self.year_ago else None

    @property
    def shift(self) -> Shift | None:
        """None where one of the two days has no number."""
        if self.before is None or self.after is None:
            return None
        return Shift.between(self.before, self.after)

    @property
    def points(self) -> Fraction | None:
        """By how much the completion rate moved; None where a day has no rate, or a pending one."""
        then, now = (line.completion.share if line else None for line in (self.then, self.now))
        return None if then is None or now is None else now - then

    @property
    def growth(self) -> Fraction | None:
        """同比: against the same day of last year; None unless both numbers are known exactly."""
        now, before = exact(self.after), exact(self.last_year)
        return Fraction(now - before, before) if now is not None and before else None


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One unit (or one industry) on both days; a rank is None where the row had none that day."""

    label: str
    organisation: Organisation | None
    numbers: list[ComparedNumber]
    rank_then: int | None
    rank_now: int | None

    @property
    def climbed(self) -> int | None:
        """Places gained; below 0: lost. None where a day has no rank."""
        if self.rank_then is None or self.rank_now is None:
            return None
        return self.rank_then - self.rank_now

    def number(self, indicator: str) -> ComparedNumber:
        return next(number for number in self.numbers if number.indicator == indicator)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pages of one scope side by side; the rows in the order of the later day's ranks."""

    then: CompletionPage
    now: CompletionPage
    year_ago: CompletionPage | None
    numbers: list[ComparedNumber]
    rows: list[ComparedRow]

    def number(self, indicator: str) -> ComparedNumber:
        return next(number for number in self.numbers if number.indicator == indicator)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one project adds to the change of a number; `words`: why, on each day, "" where it is in no list.

    `project`: its id where the reader may open it on one of the days.
    """

    project: int | None
    name: str
    unit: str
    then: Bounds
    now: Bounds
    words_then: str
    words_now: str

    @property
    def shift(self) -> Shift:
        return Shift.between(self.then, self.now)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The projects that moved a number, the largest movement first.

    They and `stated` add up to the change: `stated` is what a published number differs from the register's own.
    """

    number: ComparedNumber
    contributions: list[Contribution]
    stated: Shift

    @property
    def total(self) -> Shift:
        """What the projects moved together."""
        return sum((each.shift for each in self.contributions), STILL)


def compare(
    then: CompletionPage,
    now: CompletionPage,
    year_ago: CompletionPage | None = None,
    *,
    rows: tuple[Sequence[RowLine], Sequence[RowLine]] | None = None,
) -> Comparison:
    """Both pages are of one scope and differ in the day; no query.

    `rows`: those of the two pages in the order of their ranks (`ranked`); without it they have no ranks.
    """
    before, after = rows or (then.rows, now.rows)
    return Comparison(
        then,
        now,
        year_ago,
        _numbers(then.lines, now.lines, year_ago.lines if year_ago else ()),
        _rows(before, after),
    )


def explain(number: ComparedNumber, then: Breakdown, now: Breakdown) -> Explanation | None:
    """The number's change by project, from the rows behind it on both days; None where a day has no number."""
    if number.shift is None:
        return None
    found = contributions(then, now)
    moved = sum((each.shift for each in found), STILL)
    return Explanation(number, found, number.shift - moved)


def contributions(then: Breakdown, now: Breakdown) -> list[Contribution]:
    """Every project that counts differently on the two days."""
    before, after = _by_project(then), _by_project(now)
    found = [_contribution(before.get(pk), after.get(pk)) for pk in before.keys() | after.keys()]
    moving = [each for each in found if each.shift]
    return sorted(moving, key=lambda each: (-each.shift.size, natural(each.name), each.project or 0))


@dataclass(slots=True)
class _Counted:
    """What a project counts on one day; `rows`: of the lists of the drill-down, the counted one first."""

    rows: list[Row]

    @property
    def bounds(self) -> Bounds:
        certain = sum(row.value or 0 for row in self.rows if row.counts)
        perhaps = sum(row.value or 0 for row in self.rows if row.is_possible)
        return Bounds(certain, certain + perhaps)


def _by_project(opened: Breakdown) -> dict[int, _Counted]:
    found: dict[int, _Counted] = {}
    for row in (*opened.counted, *opened.possible, *opened.left_out):
        found.setdefault(row.subject, _Counted([])).rows.append(row)
    return found


def _contribution(then: _Counted | None, now: _Counted | None) -> Contribution:
    newest = (now or then or _Counted([])).rows[0]
    rows = [row for side in (now, then) if side for row in side.rows]
    return Contribution(
        project=next((row.project for row in rows if row.project is not None), None),
        name=newest.name,
        unit=newest.unit,
        then=then.bounds if then else NOTHING,
        now=now.bounds if now else NOTHING,
        words_then=_words(then),
        words_now=_words(now),
    )


def _words(side: _Counted | None) -> str:
    """Of all rows that count, else of the first: an opening balance stands beside the months."""
    if side is None:
        return "不在范围内"
    return "、".join(row.words for row in side.rows if row.counts) or side.rows[0].words


def _numbers(
    then: Iterable[IndicatorLine], now: Iterable[IndicatorLine], year_ago: Iterable[IndicatorLine] = ()
) -> list[ComparedNumber]:
    before, last_year = ({line.indicator: line for line in lines} for lines in (then, year_ago))
    after = {line.indicator: line for line in now}
    return [
        ComparedNumber(indicator, before.get(indicator), after.get(indicator), last_year.get(indicator))
        for indicator in after or before
    ]


def _rows(then: Sequence[RowLine], now: Sequence[RowLine]) -> list[ComparedRow]:
    before, after = ({row.label: row for row in rows} for rows in (then, now))
    gone = [label for label in before if label not in after]
    return [_row(label, before.get(label), after.get(label)) for label in (*after, *gone)]


def _row(label: str, then: RowLine | None, now: RowLine | None) -> ComparedRow:
    sides: Sequence[RowLine] = [row for row in (now, then) if row]
    return ComparedRow(
        label,
        next((row.organisation for row in sides if row.organisation), None),
        _numbers(then.lines if then else (), now.lines if now else ()),
        then.rank if then else None,
        now.rank if now else None,
    )
