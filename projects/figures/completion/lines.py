"""What the completion page is made of: plain values, made by `completion` and read by whatever shows them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from projects.figures.completion.target import TargetFact
from projects.figures.register.sheet import Holding, HoldingBounds, StageCount
from projects.figures.scope import Scope
from projects.models import Bulletin, Organisation
from projects.rules.bounds import Bounds, exact
from projects.rules.completion import Completion, difference
from projects.rules.lights import Rule
from projects.rules.overdue import OverdueCount
from projects.vocabulary import (
    MONEY_INDICATORS,
    STAGE_OF_INDICATOR,
    BulletinKind,
    FigureTopic,
    Indicator,
    Light,
    Stage,
    Unit,
)

LINES = (
    Indicator.INVESTED,
    Indicator.ENTERED,
    Indicator.STARTED,
    Indicator.TOPPED_OUT,
    Indicator.COMPLETED,
    Indicator.IN_PRODUCTION,
)
"""The indicators that have a line for every list."""

ROW_LINES = (Indicator.INVESTED, Indicator.STARTED, Indicator.COMPLETED)
"""The columns of the table of units, unless a reader chooses others."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published number; `register` is the register's own, None where the register cannot answer."""

    code: str
    label: str
    topic: FigureTopic
    level: str
    unit: Unit
    amount: int | None
    share: Decimal | None
    growth: Decimal | None
    printed: str
    statement: str
    paragraph: str
    bulletin: Bulletin
    register: Bounds | None = None

    @property
    def computed(self) -> int | None:
        """The register's number; None also where it is known within bounds only."""
        return exact(self.register)

    @property
    def difference(self) -> int | None:
        """Published minus register."""
        return difference(self.amount, self.computed)

    @property
    def as_of(self) -> date:
        return self.bulletin.as_of

    @property
    def source_title(self) -> str:
        return self.bulletin.source.title if self.bulletin.source else self.bulletin.title

    @property
    def is_sealed(self) -> bool:
        return self.bulletin.kind == BulletinKind.SEALED


@dataclass(frozen=True, slots=True)
class Coverage:
    """The projects that owe the report of the newest month that has ended, by how far it is.

    `unchanged` are of the approved. `missing`: no report, or a draft that nobody has handed in; `silent` names them.
    """

    month: int
    approved: int
    unchanged: int
    waiting: int
    returned: int
    missing: int

    @property
    def expected(self) -> int:
        """Each owes one."""
        return self.approved + self.waiting + self.returned + self.missing


@dataclass(frozen=True, slots=True)
class Sizes:
    """Signed projects of at least 10亿元 or US$100 million, and of these 百亿项目; None where it is not published."""

    over_1bn: Bounds | None
    over_10bn: Bounds | None


class OfIndicator:
    """What holds a number of one indicator: money is in yuan and shown in 亿元, anything else is counted."""

    __slots__ = ()

    indicator: Indicator

    @property
    def is_money(self) -> bool:
        return self.indicator in MONEY_INDICATORS

    @property
    def unit_word(self) -> str:
        return "亿元" if self.is_money else "个"


@dataclass(frozen=True, slots=True)
class IndicatorLine(OfIndicator):
    """One indicator of a scope: money in whole yuan, otherwise a count of projects.

    `register`: what the register adds up to, None where it knows nothing; `ledger`: the same, but on a page of sealed
    numbers what it adds up to now.
    """

    indicator: Indicator
    register: Bounds | None
    published: Published | None
    target: TargetFact | None
    completion: Completion
    light: Light
    count: StageCount
    by_month: list[Bounds | None]
    """The sum from January to each month, None for months that lie ahead or that nobody reported."""
    accepted: int | None = None
    opening: int | None = None
    """Of the investment, what opening balances hold: in the year's sum, in no month of its own."""
    coverage: Coverage | None = None
    overdue: OverdueCount | None = None
    """Projects that a rule of their own lights; what the light says besides the pace."""
    reason: str = ""
    """Why the light is not that of the month alone: the months before, growth."""
    ledger: Bounds | None = None
    large: Sizes | None = None
    """What was published of the size of the signed projects."""

    @property
    def stage_word(self) -> str:
        stage = STAGE_OF_INDICATOR.get(self.indicator)
        return stage.label if stage else ""

    @property
    def bounds(self) -> Bounds | None:
        """What the page states: the published number where there is one, else what the register adds up to."""
        return Bounds.of(self.published.amount) if self.published else self.register

    @property
    def why(self) -> str:
        """What besides the pace of the month makes the light; "" for nothing."""
        return "；".join(filter(None, (self.reason, self.overdue.words if self.overdue else "")))

    @property
    def actual(self) -> int | None:
        """What the page states; None also where it is known within bounds only."""
        return exact(self.bounds)

    @property
    def computed(self) -> int | None:
        """What the register adds up to; None also where it is known within bounds only."""
        return exact(self.register)

    @property
    def is_pending(self) -> bool:
        """待定: on the day it is not certain how many there are."""
        return self.bounds is not None and self.bounds.is_open

    @property
    def difference(self) -> int | None:
        """Published minus ledger; None when either is unknown."""
        return difference(self.published.amount, exact(self.ledger)) if self.published else None

    @property
    def year_unknown(self) -> int:
        return self.count.year_unknown

    @property
    def sizes(self) -> Sizes | None:
        """Of the signed, the large ones; None where neither a bulletin nor the register knows."""
        if self.indicator != Indicator.SIGNED:
            return None
        if self.large:
            return self.large
        return Sizes(self.count.large("over_1bn"), self.count.large("over_10bn")) if self.register else None

    @property
    def of_due(self) -> Completion | None:
        """Reached against what the projects had first planned by now; None where nothing was due."""
        if not self.count.due:
            return None
        reached = self.count.in_year
        return Completion(reached, self.count.due, Fraction(1), reached + self.count.perhaps)


@dataclass(frozen=True, slots=True)
class RowLine:
    """One unit, or one industry, with its lines; `rank` None: too few projects, or nothing to rank by.

    `is_rank_pending`: there is something to rank by, and on the day it is not certain which rank it gives.
    """

    organisation: Organisation | None
    label: str
    holding: Holding
    lines: list[IndicatorLine]
    rank: int | None = None
    is_rank_pending: bool = False
    is_tied: bool = False
    """Another row has the same rank."""
    rate: Completion | None = None
    """The completion by which the rows are ranked; of the rows without a rank too."""

    def line(self, indicator: str) -> IndicatorLine:
        return next(line for line in self.lines if line.indicator == indicator)

    @property
    def coverage(self) -> Coverage | None:
        return self.line(Indicator.INVESTED).coverage


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """Projects that reached a stage or a later one, None where nobody recorded anything of it.

    `width` is the share of the certain ones in the widest step, `possible_width` that of all that are possible.
    """

    stage: Stage
    holding: HoldingBounds | None
    width: Fraction
    possible_width: Fraction


@dataclass(frozen=True, slots=True)
class CompletionPage:
    """Everything the completion page states about one scope as of one day."""

    scope: Scope
    months_passed: int
    time_passed: Fraction
    holding: Holding
    carried_over: HoldingBounds | None
    newly_entered: HoldingBounds | None
    lines: list[IndicatorLine]
    rows: list[RowLine]
    published: list[Published]
    funnel: list[FunnelStep]
    rules: list[Rule]
    """Every version of the light rules that applies by the day."""
    seal: Bulletin | None = None
    """Whose numbers head the page: then all of it is what the register knew when it was sealed."""

    @property
    def is_sparse(self) -> bool:
        """Whether there are published numbers and nothing to measure them by: no rate, no seal, nobody reports."""
        is_published = any(not figure.is_sealed for figure in self.published)
        return (
            is_published
            and not self.rated
            and self.seal is None
            and self.line(Indicator.INVESTED).register is None
        )

    @property
    def headlines(self) -> list[Published]:
        """The published numbers of major projects that a sparse page shows first: its own list's before others."""
        codes = {*Indicator, "started_total"}
        found = [each for each in self.published if each.printed and each.level and each.code in codes]
        return sorted(found, key=lambda each: each.level != self.scope.level)

    @property
    def topics(self) -> list[tuple[FigureTopic, list[Published]]]:
        """The other published numbers by topic, in their order."""
        shown = {id(each) for each in self.headlines} if self.is_sparse else set()
        found: dict[FigureTopic, list[Published]] = {}
        for each in self.published:
            if id(each) not in shown:
                found.setdefault(each.topic, []).append(each)
        return list(found.items())

    @property
    def has_rates(self) -> bool:
        return bool(self.rated) or any(line.overdue for line in self.lines)

    @property
    def has_months(self) -> bool:
        """Whether a curve can be drawn of any indicator: two months or more whose number is known exactly."""
        return any(sum(exact(month) is not None for month in line.by_month) > 1 for line in self.lines)

    @property
    def has_sources(self) -> bool:
        return any(line.published or line.register for line in self.lines)

    @property
    def is_unreported(self) -> bool:
        """Whether reports are owed and nobody has handed in any this year: then nobody is behind with one."""
        coverage, invested = self.coverage, self.line(Indicator.INVESTED)
        return coverage is not None and coverage.missing == coverage.expected and invested.register is None

    @property
    def stated_met(self) -> list[IndicatorLine]:
        """Indicators whose source says that the year's target was met, without naming it."""
        return [line for line in self.lines if line.target and line.target.stated_met]

    @property
    def reached(self) -> list[IndicatorLine]:
        """Indicators that have met the year's target already."""
        return [line for line in self.lines if (line.completion.share or 0) >= 1]

    @property
    def under_way(self) -> list[IndicatorLine]:
        """Indicators that have neither met the target nor fallen behind; 0 of what is due later is no news."""
        mentioned = {line.indicator for line in (*self.reached, *self.behind)}
        return [line for line in self.lines if line.completion.share and line.indicator not in mentioned]

    @property
    def pending(self) -> list[IndicatorLine]:
        """Indicators of which it is not certain on the day how many there are."""
        return [line for line in self.lines if line.is_pending]

    @property
    def rated(self) -> list[IndicatorLine]:
        """The indicators with a rate, the one with the widest gap first."""
        rated = [line for line in self.lines if line.completion.shares]
        return sorted(rated, key=lambda line: line.completion.ends[-1].pace_gap or 0)

    @property
    def behind(self) -> list[IndicatorLine]:
        return [line for line in self.lines if line.light in (Light.YELLOW, Light.RED)]

    @property
    def coverage(self) -> Coverage | None:
        return self.line(Indicator.INVESTED).coverage

    @property
    def started(self) -> IndicatorLine:
        return self.line(Indicator.STARTED)

    @property
    def silent(self) -> list[RowLine]:
        """Rows that owe reports of the newest month, the most first."""
        owing = [row for row in self.rows if row.coverage and row.coverage.missing]
        return sorted(owing, key=lambda row: row.coverage.missing if row.coverage else 0, reverse=True)

    def line(self, indicator: str) -> IndicatorLine:
        return next(line for line in self.lines if line.indicator == indicator)
