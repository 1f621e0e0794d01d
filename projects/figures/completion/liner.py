"""The lines of a row: an indicator against its target, with the light that the rules give it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from projects.figures.completion.lines import LINES, Coverage, IndicatorLine, Published, Sizes
from projects.figures.completion.target import TargetFact, Targets, target_of, with_targets
from projects.figures.register.grouping import WHOLE
from projects.figures.register.missing_reports import Owed
from projects.figures.register.sheet import RegisterSheet, StageCount, computed
from projects.figures.register.tally import Tally, tally
from projects.figures.register.waiting import counted
from projects.figures.scope import Scope
from projects.models import Organisation
from projects.models.constraints import FIRST_YEAR
from projects.rules import lights, overdue, periods
from projects.rules.bounds import Bounds
from projects.rules.completion import Amount, Completion
from projects.rules.overdue import OverdueCount
from projects.rules.running import MonthLight, growth_words, with_months
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Light, LightFamily

SIGNING_LINES = (Indicator.SIGNED, Indicator.SIGNED_INVESTMENT)
"""Attracted projects are counted for the whole district, whatever list they come to stand on."""


@dataclass(frozen=True, slots=True)
class Liner:
    """Makes the lines of a sheet.

    `past`: where the rule in force looks at the months before, a liner and the register of the end of each, January
    first. `last_year`: the register a year before, where growth is judged.
    """

    scope: Scope
    targets: Targets
    rules: list[lights.Rule]
    past: "Sequence[tuple[Liner, Tally]]" = ()
    last_year: Tally | None = None

    def lines(
        self,
        sheet: RegisterSheet,
        unit: Organisation | None,
        stated: dict[str, Published] | None = None,
        *,
        row: int | None = WHOLE,
    ) -> list[IndicatorLine]:
        """`row`: where the sheet stands in the register."""
        shown = LINES if self.scope.level else LINES + SIGNING_LINES
        return [self._line(indicator, sheet, unit, stated or {}, row) for indicator in shown]

    def targetless(self, sheet: RegisterSheet, *, row: int) -> list[IndicatorLine]:
        """Lines of a row that can have no target of its own, only what its projects plan."""
        past = [(replace(liner, targets={}), register) for liner, register in self.past]
        return replace(self, targets={}, past=past).lines(sheet, None, row=row)

    def completion_of(
        self, indicator: Indicator, sheet: RegisterSheet, unit: Organisation | None
    ) -> Completion:
        """By what the register adds up to."""
        target = target_of(self.targets, unit, indicator, sheet)
        return _completion(self._computed(sheet, unit, indicator, target), target, self._passed)

    @property
    def _passed(self) -> int:
        return periods.months_passed(self.scope.year, self.scope.as_of)

    def _line(
        self,
        indicator: Indicator,
        sheet: RegisterSheet,
        unit: Organisation | None,
        stated: dict[str, Published],
        row: int | None,
    ) -> IndicatorLine:
        published = stated.get(indicator)
        target = target_of(self.targets, unit, indicator, sheet)
        now = self._computed(sheet, unit, indicator, target)
        stated_now = Bounds.of(published.amount) if published else now
        completion = _completion(stated_now, target, self._passed)
        months = self._months(indicator, unit, row) if target and target.amount is not None else []
        judged = self._judged(indicator, sheet, target, completion, months, self._before(indicator, row))
        investment = indicator == Indicator.INVESTED
        stage = STAGE_OF_INDICATOR.get(indicator)
        return IndicatorLine(
            indicator=indicator,
            register=now,
            ledger=now,
            published=published,
            target=target,
            completion=completion,
            light=judged.light,
            overdue=judged.overdue,
            reason=judged.reason,
            count=sheet.stage(stage) if stage else StageCount(),
            by_month=self._by_month(sheet, indicator, now),
            accepted=sheet.approved.accepted if investment else None,
            opening=sheet.approved.opening if investment else None,
            coverage=_coverage(sheet, self._passed) if investment else None,
            large=_large(stated) if indicator == Indicator.SIGNED else None,
        )

    def _judged(
        self,
        indicator: Indicator,
        sheet: RegisterSheet,
        target: TargetFact | None,
        completion: Completion,
        months: Sequence[MonthLight],
        before: int | None,
    ) -> "_Judged":
        """The worst of what the rules say, and why: of the pace of every indicator, of growth, of overdue projects.

        The pace has one rule in force, by points or by share, which may look at the `months` before. 新开工 and 新入库
        are judged by their own rule besides: red while one project of the scope is red by it, yellow while one is
        yellow; who is not overdue for certain lights nothing. 完成投资 is judged by its growth over last year's sum
        `before`, where a rule of growth is in force. A number known within bounds has a light where both of its ends
        give the same. A reason that was accepted for the target takes all lights of the indicator away.
        """
        if target and target.excuse:
            return _Judged(Light.NONE)
        day = self.scope.as_of
        family = overdue.FAMILY_OF_INDICATOR.get(indicator)
        late = counted(sheet.waiting, family, self.rules, day) if family else None
        grown = lights.in_force(self.rules, day, {LightFamily.GROWTH})
        ends = []
        for end in completion.ends:
            pace = with_months(self._pace_rule, [*months, _month_light(self._pace_rule, end)])
            growth = lights.judge_growth(grown, _whole(end.actual), before)
            besides = overdue.worst(growth, late.light if late else Light.NONE)
            words = filter(None, (pace.words, growth_words(growth, _whole(end.actual), before)))
            ends.append((overdue.worst(pace.light, besides), "；".join(words)))
        light = lights.agreed(light for light, _ in ends)
        return _Judged(light, late, "" if light == Light.PENDING else ends[0][1])

    @property
    def _pace_rule(self) -> lights.Rule | None:
        return lights.in_force(self.rules, self.scope.as_of, lights.PACE_FAMILIES)

    def _months(self, indicator: Indicator, unit: Organisation | None, row: int | None) -> list[MonthLight]:
        """The lights of the months before, each by its own numbers and by the rule of its day."""
        found = []
        for liner, register in self.past:
            completion = liner.completion_of(indicator, register.sheet(self.scope.level, row), unit)
            found.append(_month_light(liner._pace_rule, completion))
        return found

    def _before(self, indicator: Indicator, row: int | None) -> int | None:
        """Last year's investment up to the same day."""
        if indicator != Indicator.INVESTED or self.last_year is None:
            return None
        return self.last_year.sheet(self.scope.level, row).approved.to_date

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


@dataclass(frozen=True, slots=True)
class _Judged:
    """A light, the overdue projects that it is of, and what else made it so."""

    light: Light
    overdue: OverdueCount | None = None
    reason: str = ""


def _month_light(rule: lights.Rule | None, completion: Completion) -> MonthLight:
    gaps = [end.pace_gap for end in completion.ends]
    caught_up = all(gap is not None and gap >= 0 for gap in gaps)
    return MonthLight(lights.judge(rule, completion), caught_up=caught_up)


def _whole(amount: Amount | None) -> int | None:
    return amount if isinstance(amount, int) else None


def liner_of(
    scope: Scope, targets: Targets, rules: list[lights.Rule], *, group: str, levels: Collection[str]
) -> Liner:
    """With the registers that the rules in force look at: none for most rules, since each costs five queries."""
    liner = Liner(scope, targets, rules)
    rule, past, last_year = liner._pace_rule, [], None
    if rule is not None and rule.has_memory:
        for month in periods.months_of(scope.year)[: max(liner._passed - 1, 0)]:
            then = replace(scope, as_of=periods.month_end(month))
            past.append((Liner(then, targets, rules), tally(then, group=group, levels=levels)))
    if lights.in_force(rules, scope.as_of, {LightFamily.GROWTH}) and scope.year > FIRST_YEAR:
        before = replace(scope, year=scope.year - 1, as_of=periods.year_before(scope.as_of))
        last_year = tally(before, group=group)
    return replace(liner, past=past, last_year=last_year)
