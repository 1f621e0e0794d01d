"""The sums of one row of a page: of a scope, or of one unit of it, on one list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from projects.rules.lifecycle import CHAIN, Standstill
from projects.rules.overdue import Waiting
from projects.vocabulary import ReportState, Stage

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

    `records`: with anything known of the stage; 0 means that nobody follows it. `in_year`: reached in the year
    for certain. `year_unknown`: reached by a day of the year, perhaps before it. `planned`: first planned for
    the year. `due`: first planned by the day and not reached before the year; `overdue`: of these not reached by
    the day; `early`: reached in the year though planned later; `unplanned`: reached in the year without a plan.
    due − overdue + early + unplanned = in_year. Of those signed in the year: `over_1bn`, `over_10bn` by size, and
    `investment`, the sum of their total investment in yuan. Of those reached in the year, `provable` must prove it
    by evidence and `verified` do. `planned_by_now`: of the planned, those whose plan lay no later than the day.
    """

    records: int = 0
    reached: int = 0
    in_year: int = 0
    year_unknown: int = 0
    planned: int = 0
    due: int = 0
    overdue: int = 0
    early: int = 0
    unplanned: int = 0
    over_1bn: int = 0
    over_10bn: int = 0
    provable: int = 0
    verified: int = 0
    planned_by_now: int = 0
    investment: int | None = None

    @property
    def proven(self) -> Proven | None:
        """The count of the year split in two; None where nothing is counted or no evidence is asked for."""
        return Proven(self.verified, self.provable - self.verified) if self.provable else None

    @property
    def counted(self) -> int | None:
        """The count of the year; None where it would only state that nobody recorded anything certain."""
        if self.in_year:
            return self.in_year
        return 0 if self.records > self.year_unknown else None


@dataclass(frozen=True, slots=True)
class Holding:
    """Projects: how many, of these `owing` monthly reports, total investment and the year's plan in yuan.

    What a project owes is decided in `silence.with_owed`.
    """

    count: int = 0
    owing: int = 0
    priced: int = 0
    planning: int = 0
    investment: int | None = None
    planned: int | None = None

    @property
    def unpriced(self) -> int:
        return self.count - self.priced


@dataclass(frozen=True, slots=True)
class Reported:
    """Monthly reports: investment and what the statistics accepted, in yuan; of how many rows."""

    rows: int = 0
    invested: int | None = None
    accepted: int | None = None


type HoldingKey = tuple[int | None, str, str | None]
type ReportKey = tuple[int, str]
type WaitingKey = tuple[Waiting, tuple[Standstill, ...]]


@dataclass(slots=True)
class RegisterSheet:
    """What one row adds up to.

    `stages` by stage; `months` the certain days of the year by stage and month, None for a vaguer period;
    `holdings` by place of the furthest stage, by when the project entered the statistics (before, in_year, none)
    and by how far the report is that it owes (None: it owes none); `reports` by month and state; `waiting` for a
    start or an entry, by which and since when, and by the spans in which the project stood still.
    """

    stages: dict[Stage, StageCount] = field(default_factory=dict)
    months: dict[tuple[Stage, int | None], int] = field(default_factory=dict)
    holdings: dict[HoldingKey, Amounts] = field(default_factory=dict)
    reports: dict[ReportKey, Amounts] = field(default_factory=dict)
    waiting: dict[WaitingKey, int] = field(default_factory=dict)

    def stage(self, stage: Stage) -> StageCount:
        return self.stages.get(stage) or StageCount()

    def stage_by_month(self, stage: Stage) -> list[int] | None:
        """Reached in each month of the year, twelve numbers; None while some are known to the year only."""
        if self.months.get((stage, None)):
            return None
        return [self.months.get((stage, month), 0) for month in range(1, 13)]

    @property
    def holding(self) -> Holding:
        return _holding(self.holdings.items())

    def owed(self, *states: str) -> int:
        """Projects that owe the report of the newest ended month, and how far it is."""
        return sum(part[0] or 0 for (_, _, owed), part in self.holdings.items() if owed in states)

    def carried(self, entered: str) -> Holding:
        """Projects that entered the statistics `before` the year, `in_year`, or not yet (`none`)."""
        return _holding(item for item in self.holdings.items() if item[0][1] == entered)

    def passed(self, stage: Stage) -> Holding:
        """Projects whose furthest stage is this one or a later one."""
        first = CHAIN.index(stage)
        return _holding(
            item for item in self.holdings.items() if item[0][0] is not None and item[0][0] >= first
        )

    @property
    def approved(self) -> Reported:
        """January to the month, approved only."""
        return _reported(part for (_, state), part in self.reports.items() if state == ReportState.APPROVED)

    def approved_by_month(self) -> list[int | None]:
        return [self.month(month, ReportState.APPROVED).invested for month in range(1, 13)]

    def month(self, month: int, state: str) -> Reported:
        key = (month, state)
        return _reported([self.reports[key]] if key in self.reports else ())


def _holding(items: Iterable[tuple[HoldingKey, Amounts]]) -> Holding:
    parts = list(items)
    count, priced, planning, investment, planned = total((part for _, part in parts), 5)
    owing = sum(part[0] or 0 for (_, _, owed), part in parts if owed is not None)
    return Holding(count or 0, owing, priced or 0, planning or 0, investment, planned)


def _reported(parts: Iterable[Amounts]) -> Reported:
    rows, invested, accepted = total(parts, 3)
    return Reported(rows or 0, invested, accepted)
