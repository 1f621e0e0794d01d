"""Completion against target: what was reached, against the year's target and the time that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from projects.figures.completion.lines import (
    LINES,
    CompletionPage,
    Coverage,
    FunnelStep,
    IndicatorLine,
    Published,
    RowLine,
    Sizes,
)
from projects.figures.completion.published import beside_register, computed
from projects.figures.completion.target import (
    TargetFact,
    Targets,
    light_rules,
    target_of,
    targets_of,
    with_targets,
)
from projects.figures.register.missing_reports import Owed
from projects.figures.register.sheet import RegisterSheet, StageCount
from projects.figures.register.tally import Tally, tally
from projects.figures.register.waiting import counted
from projects.figures.scope import Scope
from projects.models import Bulletin, Figure, Organisation
from projects.rules import lights, overdue, periods
from projects.rules.bounds import Bounds
from projects.rules.completion import Completion, ranks
from projects.rules.natural import natural
from projects.rules.overdue import OverdueCount
from projects.vocabulary import (
    STAGE_OF_INDICATOR,
    Indicator,
    Light,
    LightFamily,
    Stage,
)

SIGNING_LINES = (Indicator.SIGNED, Indicator.SIGNED_INVESTMENT)
"""Attracted projects are counted for the whole district, whatever list they come to stand on."""

FUNNEL = (Stage.SIGNED, Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION)
PACE_FAMILIES = frozenset({LightFamily.POINTS_BEHIND, LightFamily.SHARE_OF_DUE})


def completion_page(
    scope: Scope,
    figures: Sequence[Figure] = (),
    *,
    rows: dict[int, str] | None = None,
    is_headed: bool = True,
) -> CompletionPage:
    """The page's figures in seven queries: five of the register, targets, rules.

    `figures`: what was published (`newest_published`); unless `is_headed` it is only shown beside the register's own.
    `rows`: names of the rows by industry instead of by unit.
    """
    same_day = {figure.level for figure in figures if figure.bulletin.as_of == scope.as_of}
    register = tally(scope, group="industry" if rows is not None else "organisation", levels=same_day)
    published = beside_register(list(figures), register, as_of=scope.as_of)
    targets, rules = targets_of(scope), light_rules(scope.as_of)
    whole = register.sheet(scope.level)
    liner = _Liner(scope, targets, rules)
    stated = {
        figure.code: figure
        for figure in reversed(published)  # the sealed come first: they win
        if is_headed and figure.level == scope.level and figure.as_of == scope.as_of
    }
    passed = periods.months_passed(scope.year, scope.as_of)
    return CompletionPage(
        scope=scope,
        months_passed=passed,
        time_passed=Fraction(passed, 12),
        holding=whole.holding,
        carried_over=whole.carried_over,
        newly_entered=whole.newly_entered,
        lines=liner.lines(whole, scope.organisation, stated),
        rows=_industry_rows(register, liner, rows) if rows is not None else _unit_rows(register, liner),
        published=published,
        funnel=_funnel(whole),
        rules=rules,
    )


def sealed_page(
    scope: Scope, figures: Sequence[Figure], seal: Bulletin, *, rows: dict[int, str] | None = None
) -> CompletionPage:
    """The page as it was sealed, with what the register adds up to now beside each number; twice the queries.

    The register is read as it was known at the moment of the seal, so that rows, ranks, months and evidence are what
    they were. `scope` is of now.
    """
    page = page_of_seal(scope, figures, seal, rows=rows)
    now = completion_page(scope, figures, rows=rows)
    return replace(
        page,
        published=now.published,
        lines=[
            replace(line, ledger=beside.register) for line, beside in zip(page.lines, now.lines, strict=True)
        ],
    )


def page_of_seal(
    scope: Scope, figures: Sequence[Figure], seal: Bulletin, *, rows: dict[int, str] | None = None
) -> CompletionPage:
    """The page as it was sealed, without the register of now beside it; `scope` is of now."""
    printed = [figure for figure in figures if figure.bulletin_id == seal.pk or not figure.bulletin.is_sealed]
    page = completion_page(replace(scope, known_at=seal.sealed_at), printed, rows=rows)
    return replace(page, seal=seal)


@dataclass(frozen=True, slots=True)
class _Liner:
    """Makes the lines of a sheet."""

    scope: Scope
    targets: Targets
    rules: list[lights.Rule]

    def lines(
        self, sheet: RegisterSheet, unit: Organisation | None, stated: dict[str, Published] | None = None
    ) -> list[IndicatorLine]:
        shown = LINES if self.scope.level else LINES + SIGNING_LINES
        return [self._line(indicator, sheet, unit, stated or {}) for indicator in shown]

    def targetless(self, sheet: RegisterSheet) -> list[IndicatorLine]:
        """Lines of a row that can have no target of its own, only what its projects plan."""
        return _Liner(self.scope, {}, self.rules).lines(sheet, None)

    def _line(
        self,
        indicator: Indicator,
        sheet: RegisterSheet,
        unit: Organisation | None,
        stated: dict[str, Published],
    ) -> IndicatorLine:
        published = stated.get(indicator)
        passed = periods.months_passed(self.scope.year, self.scope.as_of)
        target = target_of(self.targets, unit, indicator, sheet)
        now = self._computed(sheet, unit, indicator, target)
        stated_now = Bounds.of(published.amount) if published else now
        completion = _completion(stated_now, target, passed)
        light, late = self._light(indicator, sheet, target, completion)
        investment = indicator == Indicator.INVESTED
        stage = STAGE_OF_INDICATOR.get(indicator)
        return IndicatorLine(
            indicator=indicator,
            register=now,
            ledger=now,
            published=published,
            target=target,
            completion=completion,
            light=light,
            overdue=late,
            count=sheet.stage(stage) if stage else StageCount(),
            by_month=self._by_month(sheet, indicator, now),
            accepted=sheet.approved.accepted if investment else None,
            opening=sheet.approved.opening if investment else None,
            coverage=_coverage(sheet, passed) if investment else None,
            large=_large(stated) if indicator == Indicator.SIGNED else None,
        )

    def _light(
        self, indicator: Indicator, sheet: RegisterSheet, target: TargetFact | None, completion: Completion
    ) -> tuple[Light, OverdueCount | None]:
        """The worst of what the rules say, and why: of the pace of every indicator, and of overdue projects.

        The pace has one rule in force, by points or by share. 新开工 and 新入库 are judged by their own rule besides:
        red while one project of the scope is red by it, yellow while one is yellow; who is not overdue for certain
        lights nothing. A number known within bounds has a light where both of its ends give the same.
        A reason that was accepted for the target takes all lights of the indicator away.
        """
        if target and target.excuse:
            return Light.NONE, None
        day = self.scope.as_of
        rule = lights.in_force(self.rules, day, PACE_FAMILIES)
        family = overdue.FAMILY_OF_INDICATOR.get(indicator)
        late = counted(sheet.waiting, family, self.rules, day) if family else None
        besides = late.light if late else Light.NONE
        ends = (overdue.worst(lights.judge(rule, end), besides) for end in completion.ends)
        return lights.agreed(ends), late

    def _computed(
        self,
        sheet: RegisterSheet,
        unit: Organisation | None,
        indicator: Indicator,
        target: TargetFact | None,
    ) -> Bounds | None:
        """What the register adds up to; a unit that has targets and no project has done nothing of them: 0.

        Where a target asks for a stage, a plan of one project is enough to know that none has reached it.
        """
        stage = STAGE_OF_INDICATOR.get(indicator)
        if unit is not None and not sheet.holding.count and unit.pk in with_targets(self.targets):
            return computed(sheet, indicator) or Bounds.exactly(0)  # reports of a project that has been split
        is_asked = target is not None and target.amount is not None
        is_known_open = is_asked and stage is not None and sheet.stage(stage).records > 0
        return computed(sheet, indicator) or (Bounds.exactly(0) if is_known_open else None)

    def _by_month(
        self, sheet: RegisterSheet, indicator: Indicator, register: Bounds | None
    ) -> list[Bounds | None]:
        stage = STAGE_OF_INDICATOR.get(indicator)
        if indicator == Indicator.INVESTED:
            return [Bounds.of(amount) for amount in sheet.approved_to_date()]
        if stage is None or register is None:
            return [None] * 12
        past = self.scope.as_of.month
        return [*sheet.stage_by_month(stage)[:past], *([None] * (12 - past))]


def _completion(bounds: Bounds | None, target: TargetFact | None, months_passed: int) -> Completion:
    share = (target or TargetFact(None)).share_due(months_passed)
    amount = target.amount if target else None
    if bounds is None:
        return Completion(None, amount, share)
    return Completion(bounds.certain, amount, share, bounds.possible)


def _large(stated: dict[str, Published]) -> Sizes | None:
    sizes = [
        Bounds.of(stated[code].amount) if code in stated else None
        for code in ("signed_over_1bn", "signed_over_10bn")
    ]
    return None if sizes == [None, None] else Sizes(*sizes)


def _coverage(sheet: RegisterSheet, month: int) -> Coverage | None:
    if not month or not sheet.holding.owing:
        return None
    return Coverage(
        month=month,
        approved=sheet.owed(Owed.APPROVED, Owed.UNCHANGED),
        unchanged=sheet.owed(Owed.UNCHANGED),
        waiting=sheet.owed(Owed.SUBMITTED),
        returned=sheet.owed(Owed.RETURNED),
        missing=sheet.owed(Owed.SILENT),
    )


def _unit_rows(register: Tally, liner: _Liner) -> list[RowLine]:
    """The units directly below the scope, and the scope itself for what none of them answers for.

    A unit with a target has its row before it has a project.
    """
    tree = liner.scope.units
    units, top = tree.by_id, liner.scope.organisation or tree.root
    rows = []
    for pk in _waiting_units(liner, top).union(register.rows(liner.scope.level)):
        unit, sheet = units[pk], register.sheet(liner.scope.level, pk)
        own = top is not None and pk == top.pk
        lines = liner.targetless(sheet) if own else liner.lines(sheet, unit)
        label = "未明确单位" if own and unit.is_district else f"{unit}本级" if own else str(unit)
        rows.append(RowLine(unit, label, sheet.holding, lines))
    return sorted(
        rows,
        key=lambda row: (row.organisation.position if row.organisation else 0, natural(row.label)),
    )


def _waiting_units(liner: _Liner, top: Organisation | None) -> set[int]:
    """The units directly below that have a target; none where the reader sees less than the scope's top."""
    scope, units = liner.scope, liner.scope.units.by_id
    if top is None or (scope.organisation is None and not scope.is_district):
        return set()
    return {pk for pk in with_targets(liner.targets) if pk in units and units[pk].parent_id == top.pk}


def _industry_rows(register: Tally, liner: _Liner, names: dict[int, str]) -> list[RowLine]:
    level = liner.scope.level
    rows = [
        RowLine(None, names.get(pk, "未分类"), sheet.holding, liner.targetless(sheet))
        for pk in register.rows(level)
        if (sheet := register.sheet(level, pk))
    ]
    return sorted(rows, key=lambda row: -row.holding.count)


def ranking(
    page: CompletionPage, *, by: str, least: int, names: dict[int, str] | None = None
) -> list[RowLine]:
    """The rows of a page, ranked by an indicator; `names` of the rows by industry, as for `completion_page`.

    Signings are counted of all projects, whatever list they come to stand on: on the page of a list the rows
    are ranked by what a page of all projects says.
    """
    if not page.scope.level or by not in SIGNING_LINES:
        return ranked(page.rows, by=by, least=least)
    everything = completion_page(replace(page.scope, level=""), rows=names)
    return ranked(page.rows, by=by, least=least, judged=everything.rows)


def ranked(
    rows: Sequence[RowLine], *, by: str, least: int, judged: Sequence[RowLine] | None = None
) -> list[RowLine]:
    """Rows by completion rate of an indicator, the best first; equal rates share a rank. A rate that is known within
    bounds has a rank where these do not overlap another's, else its rank is pending.

    Rows with fewer than `least` projects, and rows without a rate, follow unranked in their own order.
    `judged`: the rows whose rates and projects count, by label; the rows themselves unless stated.
    """
    counted = {row.label: row for row in (rows if judged is None else judged)}
    completions = {label: row.line(by).completion for label, row in counted.items()}
    rates = {
        label: rate
        for label, completion in completions.items()
        if counted[label].holding.count >= least and (rate := completion.shares)
    }
    rows = [replace(row, rate=completions.get(row.label)) for row in rows]
    counting = sorted(
        (row for row in rows if row.label in rates), key=lambda row: rates[row.label], reverse=True
    )
    places = ranks([rates[row.label] for row in counting])
    placed = [
        replace(
            row, rank=place, is_rank_pending=place is None, is_tied=bool(place) and places.count(place) > 1
        )
        for row, place in zip(counting, places, strict=True)
    ]
    return placed + [row for row in rows if row.label not in rates]


def _funnel(sheet: RegisterSheet) -> list[FunnelStep]:
    found = {stage: sheet.passed(stage) for stage in FUNNEL}
    widest = max((holding.count.possible for holding in found.values() if holding), default=0)

    def width(number: int) -> Fraction:
        return Fraction(number, widest) if widest else Fraction(0)

    return [
        FunnelStep(
            stage,
            holding,
            width(holding.count.certain if holding else 0),
            width(holding.count.possible if holding else 0),
        )
        for stage, holding in found.items()
    ]
