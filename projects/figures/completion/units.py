"""The table of units: the columns that a reader chose, what each unit weighs in the whole, and how it moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from projects.figures.completion.explained import UnitGap, effects_of
from projects.figures.completion.lines import ROW_LINES, CompletionPage, IndicatorLine, RowLine
from projects.rules.bulletin import Printed, PrintedLine, PrintedUnit
from projects.rules.completion import Completion, ranks
from projects.vocabulary import Indicator


@dataclass(frozen=True, slots=True)
class Movement:
    """Against the last sealed month: `places` gained (below 0: lost), `points` of the rate; None where either is
    unknown then or now.
    """

    places: int | None
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of the table. `main`: the indicator that ranks, None where the page has no line of it; `others`: the other
    columns. `effect`: its part of the gap of the whole, in shares of the whole's target; None without a target.
    """

    row: RowLine
    main: IndicatorLine | None
    others: list[IndicatorLine]
    effect: Fraction | None
    movement: Movement


@dataclass(frozen=True, slots=True)
class UnitTable:
    """`since`: the day of the sealed month that movements are measured from; None where none is sealed.

    `total`: the whole, with the same columns. `joint`: by how many the rows count more projects than the whole, where
    several units share one.
    """

    rows: list[UnitRow]
    main: Indicator | None
    columns: list[Indicator]
    total_main: IndicatorLine | None
    total_others: list[IndicatorLine]
    since: date | None
    joint: int

    @property
    def width(self) -> int:
        """The number of columns of the table."""
        moving = 2 if self.since else 0
        return 4 + moving + (3 if self.main else 0) + len(self.columns)


def chosen_columns(asked: Iterable[str], page: CompletionPage) -> list[Indicator]:
    """The indicators asked for that the page has, in its order; the usual ones where none is."""
    wanted, known = set(asked), [line.indicator for line in page.lines]
    return [each for each in known if each in wanted] or [each for each in known if each in ROW_LINES]


def unit_table(
    page: CompletionPage,
    rows: Sequence[RowLine],
    *,
    by: str,
    columns: Sequence[Indicator],
    sealed: Printed | None,
    least: int,
) -> UnitTable:
    """The ranked rows of a page; no query. `sealed`: the last sealed month before it, of the same scope."""
    main = next((line.indicator for line in page.lines if line.indicator == by), None)
    others = [each for each in columns if each != main]
    effects = effects_of(page, main) if main else {}
    before = _Sealed.of(sealed, by, least) if sealed else None
    return UnitTable(
        rows=[_row(row, main, others, effects, before) for row in rows],
        main=main,
        columns=others,
        total_main=page.line(main) if main else None,
        total_others=[page.line(each) for each in others],
        since=sealed.day if sealed else None,
        joint=sum(row.holding.count for row in page.rows) - page.holding.count,
    )


def _row(
    row: RowLine,
    main: Indicator | None,
    others: Sequence[Indicator],
    effects: Mapping[str, UnitGap],
    before: "_Sealed | None",
) -> UnitRow:
    effect = effects.get(row.label)
    return UnitRow(
        row,
        row.line(main) if main else None,
        [row.line(each) for each in others],
        effect.points if effect else None,
        before.movement(row) if before else Movement(None, None),
    )


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What was sealed of one indicator, by unit: the rates and the ranks."""

    rates: Mapping[int, Fraction]
    ranks: Mapping[int, int | None]

    @classmethod
    def of(cls, printed: Printed, by: str, least: int) -> "_Sealed":
        found = [(unit, line) for unit in printed.units if (line := _line(unit, by)) is not None]
        rates = {
            unit.organisation: Fraction(line.completion)
            for unit, line in found
            if line.completion is not None
        }
        if by == printed.ranked_by and least == printed.least_ranked:
            return cls(rates, {unit.organisation: unit.rank for unit, _ in found})
        counting = [
            (unit, line) for unit, line in found if unit.projects >= least and line.completion is not None
        ]
        if any(line.certain != line.possible for _, line in found):
            return cls(rates, {})  # a range may have ranked anywhere among them
        places = ranks([(rates[unit.organisation],) * 2 for unit, _ in counting])
        return cls(
            rates, {unit.organisation: place for (unit, _), place in zip(counting, places, strict=True)}
        )

    def movement(self, row: RowLine) -> Movement:
        unit = row.organisation.pk if row.organisation else 0
        rate: Completion | None = row.rate
        then, now = self.rates.get(unit), rate.share if rate else None
        rank = self.ranks.get(unit)
        return Movement(
            places=rank - row.rank if rank is not None and row.rank is not None else None,
            points=now - then if now is not None and then is not None else None,
        )


def _line(unit: PrintedUnit, code: str) -> PrintedLine | None:
    """The unit's line; of the scope's own row none, since it stands for no unit."""
    return None if unit.own else next((line for line in unit.indicators if line.code == code), None)
