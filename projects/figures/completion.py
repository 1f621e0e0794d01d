"""Completion against target: what was reached, against the year's target and the time that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from projects.figures.published import Published, computed, published_figures
from projects.figures.scope import Scope
from projects.figures.tally import Holding, Tally, tally
from projects.models import LightRule, Source, Target
from projects.rules import lights, periods
from projects.rules.completion import Completion, difference, time_share
from projects.vocabulary import (
    MONEY_INDICATORS,
    STAGE_OF_INDICATOR,
    Indicator,
    Light,
    LightFamily,
    Stage,
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

SIGNING_LINES = (Indicator.SIGNED, Indicator.SIGNED_INVESTMENT)
"""Attracted projects are counted for the whole district, whatever list they come to stand on."""

FUNNEL = (Stage.SIGNED, Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION)

PACE_FAMILIES = frozenset({LightFamily.POINTS_BEHIND, LightFamily.SHARE_OF_DUE})


@dataclass(frozen=True, slots=True)
class TargetFact:
    """The year's target as recorded; `amount` None while a source only states that it was met."""

    amount: int | None
    stated_met: bool
    due_month: int
    curve: Sequence[int] | None
    source: Source | None
    paragraph: str


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of a scope: money in whole yuan, otherwise a count of projects."""

    indicator: Indicator
    computed: int | None
    year_unknown: int
    reached: int
    published: Published | None
    target: TargetFact | None
    completion: Completion
    light: Light
    reported: int | None = None
    expected: int | None = None
    accepted: int | None = None

    @property
    def is_money(self) -> bool:
        return self.indicator in MONEY_INDICATORS

    @property
    def actual(self) -> int | None:
        """What the page states: the published number where there is one, else what the register adds up to."""
        return self.published.amount if self.published else self.computed

    @property
    def difference(self) -> int | None:
        """Published minus register; None when either is unknown."""
        return difference(self.published.amount, self.computed) if self.published else None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """Projects that reached a stage or a later one; `width` is their share of the widest step."""

    stage: Stage
    holding: Holding
    width: Fraction


@dataclass(frozen=True, slots=True)
class CompletionPage:
    """Everything the completion page states about one scope as of one day."""

    scope: Scope
    as_of: date
    time_passed: Fraction
    holding: Holding
    lines: list[IndicatorLine]
    published: list[Published]
    funnel: list[FunnelStep]
    level_counts: dict[str, int]

    @property
    def stated_met(self) -> list[IndicatorLine]:
        """Indicators whose source says that the year's target was met, without naming it."""
        return [line for line in self.lines if line.target and line.target.stated_met]

    @property
    def behind(self) -> list[IndicatorLine]:
        return [line for line in self.lines if line.light in (Light.YELLOW, Light.RED)]


def completion_page(scope: Scope, *, as_of: date) -> CompletionPage:
    """The page's figures in seven queries: three of the register, targets, rules, published figures and units."""
    register = tally(scope, as_of=as_of)
    figures = published_figures(register, as_of=as_of) if scope.is_district else []
    return CompletionPage(
        scope=scope,
        as_of=as_of,
        time_passed=time_share(periods.months_passed(scope.year, as_of)),
        holding=register.holding(scope.level),
        lines=_lines(scope, as_of, register, figures),
        published=figures,
        funnel=_funnel(register, scope.level),
        level_counts={level: register.holding(level).count for level in ("", "province", "city", "district")},
    )


def _lines(
    scope: Scope, as_of: date, register: Tally, figures: Sequence[Published]
) -> list[IndicatorLine]:
    targets = {target.indicator: target for target in _targets(scope)}
    rule = lights.in_force(_rules(as_of), as_of, PACE_FAMILIES)
    stated = {figure.code: figure for figure in figures if figure.level == scope.level and figure.as_of == as_of}
    shown = LINES if scope.level else LINES + SIGNING_LINES
    return [
        _line(indicator, scope, as_of, register, stated.get(indicator), targets.get(indicator), rule)
        for indicator in shown
    ]


def _line(
    indicator: Indicator,
    scope: Scope,
    as_of: date,
    register: Tally,
    published: Published | None,
    target: Target | None,
    rule: lights.Rule | None,
) -> IndicatorLine:
    fact = _target_fact(target)
    computed_now = computed(register, scope.level, indicator)
    share = time_share(
        periods.months_passed(scope.year, as_of),
        fact.due_month if fact else 12,
        fact.curve if fact else None,
    )
    actual = published.amount if published else computed_now
    completion = Completion(actual, fact.amount if fact else None, share)
    stage = STAGE_OF_INDICATOR.get(indicator)
    count = register.stage(scope.level, stage) if stage else None
    reported = register.reported(scope.level)
    is_investment = indicator == Indicator.INVESTED
    return IndicatorLine(
        indicator=indicator,
        computed=computed_now,
        year_unknown=count.year_unknown if count else 0,
        reached=count.reached if count else 0,
        published=published,
        target=fact,
        completion=completion,
        light=lights.judge(rule, completion),
        reported=reported.projects if is_investment else None,
        expected=register.holding(scope.level).count if is_investment else None,
        accepted=reported.accepted if is_investment else None,
    )


def _targets(scope: Scope) -> list[Target]:
    return list(Target.objects.of_scope(scope.year, scope.level, scope.organisation).select_related("source"))


def _target_fact(target: Target | None) -> TargetFact | None:
    if target is None:
        return None
    return TargetFact(
        target.amount,
        target.stated_met,
        target.due_month,
        target.curve,
        target.source,
        target.source_paragraph,
    )


def _rules(as_of: date) -> list[lights.Rule]:
    return [
        lights.Rule(LightFamily(rule.family), rule.yellow, rule.red, rule.applies_from)
        for rule in LightRule.objects.applying_on(as_of)
    ]


def _funnel(register: Tally, level: str) -> list[FunnelStep]:
    holdings = {stage: register.passed(level, stage) for stage in FUNNEL}
    widest = max((holding.count for holding in holdings.values()), default=0)
    return [
        FunnelStep(stage, holding, Fraction(holding.count, widest) if widest else Fraction(0))
        for stage, holding in holdings.items()
    ]
