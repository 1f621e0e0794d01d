"""The sums of one row of a page: of a scope, or of one unit of it, on one list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from projects.rules.bounds import Bounds
from projects.rules.lifecycle import CHAIN, Standstill
from projects.rules.overdue import Waiting
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, ReportState, Stage

type Amounts = list[int | None]
"""Counts and sums side by side; None is unknown and adds nothing."""


def add(sums: Amounts, amounts: Sequence[int | None]) -> None:
    """Add to `held`, place by place."""
    for place, amount in enumerate(amounts):
        if amount is not None:
            before = sums[place]
            sums[place] = amount if before is None else before + amount


def total(parts: Iterable[Sequence[int | None]], size: int) -> Amounts:
    """The sum of the parts, each of `size` amounts; None where no part knows anything."""
    sums: Amounts = [None] * size
    for part in parts:
        add(sums, part)
    return sums


@dataclass(frozen=True, slots=True)
class Proven:
    """Of the projects that reached a stage in the year: how many prove it, how many only say so."""

    verified: int
    claimed: int


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many projects reached one stage by a day, and how many meant to.

    `records`: with anything known of the stage; 0 means that nobody follows it. `skipped`: of projects that have no
    such stage, reserve left out.
    `reached`: by the day for certain, `perhaps_reached`: besides these. `in_year`: reached in the year by the day for
    certain, `perhaps`: besides these; of them `year_unknown` were reached by a day of the year, perhaps before it.
    `with_plan`: first planned for any day, or reached before the year, reserve left out. `planned`: for the year.
    `planned_by_now`: of the planned, those whose plan lay no later than the day. `due`: first planned by the day and
    not reached before the year; `overdue`: of these not reached by the day; `early`: reached in the year though
    planned later; `unplanned`: reached in the year without a plan. due − overdue + early + unplanned = in_year;
    what was perhaps reached is in none of them.

    Of those signed in the year: `over_1bn`, `over_10bn` by size, and `investment`, the sum of their total investment
    in yuan, which is known of `priced`; beside each, what those add that were perhaps signed in it. Of those reached
    in the year for certain, `provable` must prove it by evidence and `verified` do.
    """

    records: int = 0
    skipped: int = 0
    reached: int = 0
    perhaps_reached: int = 0
    in_year: int = 0
    perhaps: int = 0
    year_unknown: int = 0
    with_plan: int = 0
    planned: int = 0
    planned_by_now: int = 0
    due: int = 0
    overdue: int = 0
    early: int = 0
    unplanned: int = 0
    over_1bn: int = 0
    over_10bn: int = 0
    perhaps_over_1bn: int = 0
    perhaps_over_10bn: int = 0
    provable: int = 0
    verified: int = 0
    priced: int = 0
    perhaps_priced: int = 0
    investment: int | None = None
    perhaps_investment: int | None = None

    @property
    def proven(self) -> Proven | None:
        """The certain count of the year split in two; None where nothing is counted or no evidence is asked for."""
        return Proven(self.verified, self.provable - self.verified) if self.provable else None

    @property
    def of_year(self) -> Bounds:
        """The count of the year."""
        return Bounds(self.in_year, self.in_year + self.perhaps)

    @property
    def ever(self) -> Bounds:
        """How many reached the stage by the day, in whatever year."""
        return Bounds(self.reached, self.reached + self.perhaps_reached)

    @property
    def money(self) -> Bounds | None:
        """Total investment of those of the year; None where nobody knows any."""
        return _sums(self.investment, self.perhaps_investment)

    def large(self, size: str) -> Bounds:
        """Those of the year of a size: `over_1bn` or `over_10bn`."""
        certain, perhaps = getattr(self, size), getattr(self, f"perhaps_{size}")
        return Bounds(certain, certain + perhaps)


def _sums(certain: int | None, besides: int | None) -> Bounds | None:
    if certain is None and besides is None:
        return None
    return Bounds(certain or 0, (certain or 0) + (besides or 0))


@dataclass(frozen=True, slots=True)
class Holding:
    """Projects: how many, of these `owing` monthly reports, total investment and the year's plan in yuan.

    `reserve`: on a list only in reserve, so that nothing is planned of them.

    What a project owes is decided in `missing_reports.with_owed`.
    """

    count: int = 0
    owing: int = 0
    priced: int = 0
    planning: int = 0
    reserve: int = 0
    investment: int | None = None
    planned: int | None = None

    @property
    def unpriced(self) -> int:
        return self.count - self.priced


@dataclass(frozen=True, slots=True)
class HoldingBounds:
    """Projects of which something is certain, and all of which it is possible."""

    certain: Holding
    possible: Holding

    @property
    def count(self) -> Bounds:
        return Bounds(self.certain.count, self.possible.count)

    @property
    def investment(self) -> Bounds | None:
        """Total investment; None where nobody knows any, or none of those that are certain."""
        if self.certain.investment is None and (self.certain.count or self.possible.investment is None):
            return None
        return Bounds(self.certain.investment or 0, self.possible.investment or 0)


@dataclass(frozen=True, slots=True)
class Reported:
    """Monthly reports: investment and what the statistics accepted, in yuan; of how many rows.

    `opening`: what opening balances of the year hold, which is of no month of its own.
    """

    rows: int = 0
    invested: int | None = None
    accepted: int | None = None
    opening: int | None = None

    @property
    def to_date(self) -> int | None:
        """Investment of the months and of the opening balances together."""
        return total([[self.invested], [self.opening]], 1)[0]


@dataclass(frozen=True, slots=True)
class StagePosition:
    """How far a project has come by the day.

    `certain` and `possible`: places of the furthest stage in the chain, None before the first. `entered`: when it
    entered the statistics: `before` the year, `in_year`, or not (`none`); `perhaps_in_year`: in the year or not yet;
    `perhaps_before`: any of the three.
    """

    certain: int | None
    possible: int | None
    entered: str


type HoldingKey = tuple[StagePosition, str | None]
type ReportKey = tuple[int, str]
type WaitingKey = tuple[Waiting, tuple[Standstill, ...]]


@dataclass(slots=True)
class RegisterSheet:
    """What one row adds up to.

    `stages` by stage; `spans` what was reached in the year, or perhaps was, by stage and the first and last month
    in which it may have been (0: perhaps before the year, 13: perhaps not by the day); `holdings` by how far the
    project has come and by how far the report is that it owes (None: it owes none); `reports` by month and state, with
    three sums and of how many reports each is known;
    `waiting` for a start or an entry, by which and since when, and by the spans in which the project stood still.
    """

    stages: dict[Stage, StageCount] = field(default_factory=dict)
    spans: dict[tuple[Stage, int, int], int] = field(default_factory=dict)
    holdings: dict[HoldingKey, Amounts] = field(default_factory=dict)
    reports: dict[ReportKey, Amounts] = field(default_factory=dict)
    waiting: dict[WaitingKey, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.stages or self.spans or self.holdings or self.reports or self.waiting)

    def stage(self, stage: Stage) -> StageCount:
        return self.stages.get(stage) or StageCount()

    def follows(self, stage: Stage) -> bool:
        """Whether a 0 of the stage is known: most projects have a date or a plan of it, or no such stage. Else a count
        of 0 would only state that nobody recorded anything.
        """
        count, holding = self.stage(stage), self.holding
        return count.records > 0 and 2 * (count.records + count.skipped) >= holding.count - holding.reserve

    def of_year(self, stage: Stage) -> Bounds | None:
        """How many reached the stage in the year by the day; None where nobody knows."""
        found = self.stage(stage).of_year
        return found if found.possible or self.follows(stage) else None

    def ever(self, stage: Stage) -> Bounds | None:
        """How many reached the stage by the day, in whatever year; None where nobody knows."""
        found = self.stage(stage).ever
        return found if found.possible or self.follows(stage) else None

    def stage_by_month(self, stage: Stage) -> list[Bounds]:
        """Reached in the year by the end of each month, twelve numbers."""
        found = [(first, last, number) for (of, first, last), number in self.spans.items() if of == stage]
        return [
            Bounds(
                sum(number for first, last, number in found if first >= 1 and last <= month),
                sum(number for first, _, number in found if first <= month),
            )
            for month in range(1, 13)
        ]

    @property
    def holding(self) -> Holding:
        return _holding(self.holdings.items())

    def owed(self, *states: str) -> int:
        """Projects that owe the report of the newest ended month, and how far it is."""
        return sum(part[0] or 0 for (_, owed), part in self.holdings.items() if owed in states)

    @property
    def carried_over(self) -> HoldingBounds | None:
        """Projects that entered the statistics before the year; None where none is known to have, and nobody
        recorded an entry, or a plan for it, of some of them."""
        found = self._entered({"before"}, {"perhaps_before"})
        is_followed = self.stage(Stage.ENTERED).records >= self.holding.count
        return found if found.possible.count or is_followed else None

    @property
    def newly_entered(self) -> HoldingBounds | None:
        """Projects that entered the statistics in the year; None where nobody knows."""
        found = self._entered({"in_year"}, {"perhaps_in_year", "perhaps_before"})
        return found if found.possible.count or self.follows(Stage.ENTERED) else None

    def _entered(self, certain: set[str], perhaps: set[str]) -> HoldingBounds:
        items = self.holdings.items()
        return HoldingBounds(
            _holding(item for item in items if item[0][0].entered in certain),
            _holding(item for item in items if item[0][0].entered in certain | perhaps),
        )

    def passed(self, stage: Stage) -> HoldingBounds | None:
        """Projects whose furthest stage is this one or a later one; None where nobody knows."""
        first, items = CHAIN.index(stage), self.holdings.items()
        found = HoldingBounds(
            _holding(item for item in items if _has_come(item[0][0].certain, first)),
            _holding(item for item in items if _has_come(item[0][0].possible, first)),
        )
        return found if found.possible.count or self.follows(stage) else None

    @property
    def approved(self) -> Reported:
        """January to the month, approved only."""
        return _reported(part for (_, state), part in self.reports.items() if state == ReportState.APPROVED)

    def approved_to_date(self) -> list[int | None]:
        """Approved investment from January to the end of each month; None for a month that nobody reported.

        An opening balance is in the sums from the month on that it goes up to.
        """
        months = [self.month(month, ReportState.APPROVED).to_date for month in range(1, 13)]
        sums = accumulate(amount or 0 for amount in months)
        return [None if amount is None else sum_ for amount, sum_ in zip(months, sums, strict=True)]

    def month(self, month: int, state: str) -> Reported:
        key = (month, state)
        return _reported([self.reports[key]] if key in self.reports else ())


def _has_come(place: int | None, first: int) -> bool:
    return place is not None and place >= first


def _holding(items: Iterable[tuple[HoldingKey, Amounts]]) -> Holding:
    parts = list(items)
    count, priced, planning, reserve, investment, planned = total((part for _, part in parts), 6)
    owing = sum(part[0] or 0 for (_, owed), part in parts if owed is not None)
    return Holding(count or 0, owing, priced or 0, planning or 0, reserve or 0, investment, planned)


def _reported(parts: Iterable[Amounts]) -> Reported:
    rows, invested, accepted, opening, *_ = total(parts, 7)
    return Reported(rows or 0, invested, accepted, opening)


def computed(sheet: RegisterSheet, indicator: Indicator) -> Bounds | None:
    """What the register alone says of an indicator; None where nobody knows."""
    if indicator == Indicator.INVESTED:
        return Bounds.of(sheet.approved.to_date)
    stage = STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED)
    return sheet.stage(stage).money if indicator == Indicator.SIGNED_INVESTMENT else sheet.of_year(stage)
