"""What a bulletin prints of a page: plain values, which a seal keeps as they are."""

from datetime import datetime

from django.utils import timezone

from projects.figures.completion.lines import CompletionPage, Coverage, FunnelStep, IndicatorLine, RowLine
from projects.figures.completion.ranks import ranked
from projects.figures.scope import Scope
from projects.rules import lights
from projects.rules.bounds import Bounds, exact
from projects.rules.bulletin import (
    Printed,
    PrintedCounts,
    PrintedCoverage,
    PrintedLine,
    PrintedRule,
    PrintedStep,
    PrintedUnit,
    six_places,
    title_of,
)
from projects.templatetags import formats
from projects.vocabulary import Indicator, Light, Unit


def printed(page: CompletionPage, *, known_at: datetime, ranked_by: str, least: int) -> Printed:
    """What a bulletin prints of a page by units; no query of its own.

    Units with fewer than `least` projects are listed and not ranked.
    """
    scope = page.scope
    unit = scope.organisation
    return Printed(
        title=title_of(scope.year, scope.as_of.month, scope.level, unit.name if unit else ""),
        year=scope.year,
        month=scope.as_of.month,
        as_of=scope.as_of.isoformat(),
        known_at=timezone.localtime(known_at).isoformat(),
        level=scope.level,
        organisation=unit.pk if unit else None,
        scope=f"{unit or '全区'} {formats.level_name(scope.level)}",
        time_progress=six_places(page.time_passed) or "",
        time_words=formats.percent(page.time_passed),
        ranked_by=ranked_by,
        ranked_label=Indicator(ranked_by).label,
        least_ranked=least,
        light_rule=_rule(page),
        indicators=tuple(_line(line) for line in page.lines),
        units=tuple(_unit(row, scope) for row in ranked(page.rows, by=ranked_by, least=least)),
        funnel=tuple(_step(step) for step in page.funnel),
        counts=_counts(page),
        coverage=_coverage(page.coverage),
    )


def _step(step: FunnelStep) -> PrintedStep:
    count, investment = (step.holding.count, step.holding.investment) if step.holding else (None, None)
    return PrintedStep(
        step.stage,
        step.stage.label,
        exact(count),
        exact(investment),
        words=_range_words(count, is_money=False),
        money_words=_range_words(investment, is_money=True),
    )


def _counts(page: CompletionPage) -> PrintedCounts:
    before, entered = (each.count if each else None for each in (page.carried_over, page.newly_entered))
    return PrintedCounts(
        projects=page.holding.count,
        carried_over=exact(before),
        newly_entered=exact(entered),
        total_investment=page.holding.investment,
        unpriced=page.holding.unpriced,
        carried_words=_range_words(before, is_money=False),
        entered_words=_range_words(entered, is_money=False),
    )


def _range_words(number: Bounds | None, *, is_money: bool) -> str:
    """The words of a number that is known within bounds only."""
    return formats.bounds(number, is_money) if number and number.is_open else ""


def _rule(page: CompletionPage) -> PrintedRule | None:
    rule = lights.in_force(page.rules, page.scope.as_of, lights.PACE_FAMILIES)
    if rule is None:
        return None
    yellow, red = formats.plain(rule.yellow), formats.plain(rule.red)
    return PrintedRule(rule.family, rule.family.label, yellow, red, rule.applies_from.isoformat())


def _unit(row: RowLine, scope: Scope) -> PrintedUnit:
    assert row.organisation is not None  # a page by industry is not sealed
    top = scope.organisation or scope.units.root
    return PrintedUnit(
        organisation=row.organisation.pk,
        label=row.label,
        own=top is not None and top.pk == row.organisation.pk,
        rank=row.rank,
        projects=row.holding.count,
        indicators=tuple(_line(line) for line in row.lines),
        coverage=_coverage(row.coverage),
    )


def _line(line: IndicatorLine) -> PrintedLine:
    done, target = line.completion, line.target
    shows_light = line.light in (Light.GREEN, Light.YELLOW, Light.RED, Light.PENDING)
    within = line.bounds if line.is_pending else None
    return PrintedLine(
        code=line.indicator,
        label=line.indicator.label,
        unit=Unit.YUAN if line.is_money else Unit.COUNT,
        actual=line.actual,
        absent=_absent(line) if line.actual is None else "",
        computed=line.computed,
        source=f"{line.published.source_title} {line.published.paragraph}".strip() if line.published else "",
        target=target.amount if target else None,
        target_words=_target_words(line),
        completion=six_places(done.share),
        completion_words=formats.rate(done),
        time_progress=six_places(done.time_share) or "",
        time_words=formats.percent(done.time_share),
        pace_gap=six_places(done.pace_gap),
        pace_words=formats.points(done.pace_gap),
        light=line.light,
        light_words=line.light.label if shows_light else "",
        accepted=line.accepted,
        light_reason=line.why,
        certain=within.certain if within else None,
        possible=within.possible if within else None,
    )


def _absent(line: IndicatorLine) -> str:
    if line.is_pending:
        return _range_words(line.bounds, is_money=line.is_money)
    return "未填报" if line.indicator == Indicator.INVESTED else "未登记"


def _target_words(line: IndicatorLine) -> str:
    target = line.target
    if target is None:
        return "未设"
    if target.amount is None:
        return "目标值未公布，来源称已完成" if target.stated_met else "目标值未公布"
    return "项目计划合计" if target.planned else ""


def _coverage(coverage: Coverage | None) -> PrintedCoverage | None:
    if coverage is None:
        return None
    return PrintedCoverage(
        coverage.month,
        coverage.expected,
        coverage.approved,
        coverage.unchanged,
        coverage.waiting,
        coverage.returned,
        coverage.missing,
    )
