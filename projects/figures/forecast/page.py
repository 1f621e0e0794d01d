"""The forecast of a scope: what its projects will have come to at the end of the year, and the record of the past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from projects.figures.completion.lines import LINES, OfIndicator
from projects.figures.completion.target import Targets, targets_of
from projects.figures.forecast.knowledge import Knowledge, SealedDay, known_at_seals
from projects.figures.forecast.money import invested_in_year, money_outlook
from projects.figures.forecast.stages import LEAST_KNOWN, Span, StageModel, is_reached_in_year
from projects.figures.register.cache import remembered
from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models import Bulletin
from projects.rules.forecast import Spread, TrackRecord
from projects.rules.periods import month_end
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator

DECEMBER = 12

SHOWN = 12
"""Past forecasts on the page."""

MOST_SEALS = 60
"""Seals that are read: five years of months."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast at a seal: `reached` then, and the spread by the later day; None where too little was known.

    `stopped`, `unknown`: projects of the list that it leaves out. `thin`: spans of stages with too few cases.
    """

    reached: int
    spread: Spread | None
    stopped: int = 0
    unknown: int = 0
    thin: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class PastForecast:
    """A forecast of the past and what the same projects had come to when the later month was sealed."""

    made_on: date
    until: date
    spread: Spread
    outcome: int

    @property
    def is_kept(self) -> bool:
        return self.spread.holds(self.outcome)


@dataclass(frozen=True, slots=True)
class ForecastLine(OfIndicator):
    """One indicator, money in whole yuan, otherwise projects. `past`: all of the same lead, the newest first."""

    indicator: Indicator
    outlook: Outlook
    record: TrackRecord
    past: tuple[PastForecast, ...]
    target: int | None = None

    @property
    def spread(self) -> Spread | None:
        """The forecast; None unless the past has kept what such forecasts claim."""
        return self.outlook.spread if self.record.is_kept else None

    @property
    def rates(self) -> tuple[Fraction, Fraction, Fraction] | None:
        """Of the target: the lower end for eight of ten, the middle, the upper end; None without a forecast."""
        if self.spread is None or not self.target:
            return None
        low, high = self.spread.most
        return (
            Fraction(low, self.target),
            Fraction(self.spread.middle, self.target),
            Fraction(high, self.target),
        )

    @property
    def refusal(self) -> str:
        """Why no forecast is shown; "" where one is."""
        if self.outlook.thin:
            spans = "、".join(f"从{first.label}到{last.label}" for first, last in self.outlook.thin)
            return f"历史不足：{spans}的经历不到 {LEAST_KNOWN} 例"
        if self.outlook.spread is None:
            return "历史不足：可比的月报太少"
        if not self.record.is_long_enough:
            return f"历史不足：同样提前期的预测只有 {self.record.cases} 次可以核对"
        if not self.record.is_kept:
            kept = f"以往 {self.record.cases} 次预测有 {self.record.kept} 次落在八成范围内"
            return f"历史不足：{kept}，{'范围太宽' if self.record.is_too_wide else '不够准'}"
        return ""


@dataclass(frozen=True, slots=True)
class PastMonth:
    """The forecasts of a past seal, by indicator; None where too little was known for one."""

    made_on: date
    until: date
    forecasts: tuple[tuple[ForecastLine, PastForecast | None], ...]


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """`seal` None: nothing is sealed yet; `until` None: the year's last month is sealed, nothing is to come."""

    scope: Scope
    seal: SealedDay | None
    until: date | None
    listed: int
    lines: tuple[ForecastLine, ...]

    @property
    def ahead(self) -> int:
        """Months from the seal to the end of the year."""
        return DECEMBER - self.seal.as_of.month if self.seal else 0

    @property
    def told(self) -> list[ForecastLine]:
        """The lines with a forecast."""
        return [line for line in self.lines if line.spread]

    @property
    def past(self) -> list[PastMonth]:
        """The last twelve months that were forecast so far ahead, the newest first."""
        by_line = [{each.made_on: each for each in line.past} for line in self.lines]
        days = sorted({(each.made_on, each.until) for line in self.lines for each in line.past}, reverse=True)
        return [
            PastMonth(
                made_on,
                until,
                tuple((line, found.get(made_on)) for line, found in zip(self.lines, by_line, strict=True)),
            )
            for made_on, until in days[:SHOWN]
        ]


def forecast_page(scope: Scope) -> ForecastPage:
    """Made at the newest seal of the list by the day of the scope; nine queries, however many months were sealed.

    What a seal gives does not change, so it is remembered.
    """
    seals = sealed_days(scope)
    seal = seals[-1] if seals else None
    if seal is None or seal.as_of.year != scope.year or seal.as_of.month == DECEMBER:
        return ForecastPage(scope, seal, None, 0, ())
    register = Register(scope.projects, scope.year, seal.as_of, seal.known_at)
    unit = scope.organisation.pk if scope.organisation else None
    question = ("forecast", scope.level, unit, seals)
    listed, lines = remembered(register, question, lambda: _forecast(scope, seals))
    targets = targets_of(replace(scope, as_of=seal.as_of, known_at=seal.known_at))
    return ForecastPage(
        scope,
        seal,
        until=date(scope.year, DECEMBER, 31),
        listed=listed,
        lines=tuple(replace(line, target=_target(scope, line.indicator, targets)) for line in lines),
    )


def _forecast(scope: Scope, seals: Sequence[SealedDay]) -> tuple[int, list[ForecastLine]]:
    """How many projects stand on the list at the last of the seals, and the lines without their targets."""
    made = forecasters(scope, seals)
    last = made[seals[-1].as_of]
    until, ahead = date(scope.year, DECEMBER, 31), DECEMBER - last.known.as_of.month
    lines = []
    for indicator in LINES:
        past = past_forecasts(made, indicator, ahead)
        record = TrackRecord.of([(each.spread, each.outcome) for each in past])
        lines.append(ForecastLine(indicator, last.outlook(indicator, until), record, tuple(past)))
    return len(last.known.listed), lines


def _target(scope: Scope, indicator: Indicator, targets: Targets) -> int | None:
    """The amount that is set for the scope's unit, as it was known."""
    unit = scope.organisation
    fact = targets.get((None if unit is None or unit.is_district else unit.pk, indicator))
    return fact.amount if fact else None


def sealed_days(scope: Scope) -> list[SealedDay]:
    """The seals of the list by the day, the oldest first; one query. The moment of the scope hides what came later."""
    found = Bulletin.objects.month_seals(scope.level, by=scope.as_of, known_at=scope.known_at)
    newest = found.values_list("as_of", "sealed_at")[:MOST_SEALS]
    return sorted(SealedDay(as_of, sealed_at) for as_of, sealed_at in newest if sealed_at is not None)


def past_forecasts(
    models: Mapping[date, "Forecaster"], indicator: Indicator, ahead: int
) -> list[PastForecast]:
    """Every forecast so many months ahead whose month was sealed since, in the same year; the newest first."""
    found = []
    for made_on, model in sorted(models.items(), reverse=True):
        until = _later(made_on, ahead)
        if until is None or until not in models:
            continue
        spread = model.outlook(indicator, until).spread
        if spread is not None:
            outcome = models[until].outcome(indicator, model.known.listed)
            found.append(PastForecast(made_on, until, spread, outcome))
    return found


def _later(day: date, months: int) -> date | None:
    """The end of a later month; None beyond the year."""
    return month_end(date(day.year, day.month + months, 1)) if day.month + months <= DECEMBER else None


def forecasters(scope: Scope, seals: Iterable[SealedDay]) -> dict[date, "Forecaster"]:
    """By the day of each seal."""
    return {day: Forecaster(known) for day, known in known_at_seals(scope, seals).items()}


@dataclass(frozen=True)
class Forecaster:
    """What can be said at a seal, of every indicator."""

    known: Knowledge

    @cached_property
    def stages(self) -> StageModel:
        stages = [STAGE_OF_INDICATOR[each] for each in LINES if each in STAGE_OF_INDICATOR]
        return StageModel.learned(self.known, stages)

    def outlook(self, indicator: Indicator, until: date) -> Outlook:
        stage = STAGE_OF_INDICATOR.get(indicator)
        if stage is None:
            money = money_outlook(self.known, until)
            return Outlook(money.reached, money.spread, unknown=money.unplanned)
        found = self.stages.outlook(stage, until)
        return Outlook(found.reached, found.spread, found.stopped, found.unknown, found.thin)

    def outcome(self, indicator: Indicator, projects: Iterable[int]) -> int:
        """What these projects had come to by the day, whatever list they stand on since."""
        stage = STAGE_OF_INDICATOR.get(indicator)
        if stage is None:
            return sum(invested_in_year(self.known, project) for project in projects)
        steps = self.known.steps
        return sum(
            is_reached_in_year(steps.get(project, {}).get(stage), self.known.as_of) for project in projects
        )
