"""What an indicator is measured against: the year's target, or else the plans of its projects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, Subquery

from projects.figures.register.sheet import RegisterSheet, StageCount
from projects.figures.register.tables import Register, Rows, known_rows
from projects.figures.scope import Scope
from projects.models import Bulletin, LightRule, Organisation, Source, Target
from projects.models.reach import UnitAndBelow
from projects.models.target import rule_of
from projects.rules import lights
from projects.rules.completion import AMOUNTS_NEEDED, PLANS_NEEDED, is_target, time_share
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator

MONTHS = 12


@dataclass(frozen=True, slots=True)
class TargetFact:
    """What is wanted by the end of the year, in yuan or projects.

    `amount` None where it is not published; `stated_met`: a source states that it was met, on the day or before.
    `planned`: no target is set, the amount is what
    the projects plan, and `planned_due` the share of it that they plan by the day (None: of money nobody knows
    the months). `excuse`: the accepted reason that takes the light away. `original`: the first amount on record,
    whatever became of it.
    """

    amount: int | None
    due_month: int = MONTHS
    curve: Sequence[int] | None = None
    stated_met: bool = False
    planned: bool = False
    planned_due: Fraction | None = None
    excuse: str = ""
    source: Source | None = None
    paragraph: str = ""
    pk: int | None = None
    original: int | None = None

    @property
    def changed_from(self) -> int | None:
        """The original amount, where the present one is another."""
        return None if self.original == self.amount else self.original

    def share_due(self, months_passed: int) -> Fraction:
        if self.planned_due is not None:
            return self.planned_due
        return time_share(months_passed, self.due_month, self.curve)

    def by_month(self) -> list[Fraction] | None:
        """How much is due by the end of each month; None without an amount, or where only today's share is known."""
        if self.amount is None or self.planned_due is not None:
            return None
        return [self.amount * self.share_due(month) for month in range(1, MONTHS + 1)]


type Targets = dict[tuple[int | None, str], TargetFact]


def targets_of(scope: Scope) -> Targets:
    """The targets of the year and level by unit (None = district) and indicator, as known; one query.

    Only those that the reader may see: a unit's reader never gets the district's. A part of a unit has none: what is
    wanted of all projects is not wanted of those of a town or an industry.
    """
    if scope.is_part:
        return {}
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    rows = register.table(Target).filter(year=scope.year, level=scope.level).select_related("source")
    if isinstance(scope.reach, UnitAndBelow):
        rows = rows.filter(organisation_id__in=scope.units.below(scope.reach.unit.pk))
    rows = with_original(rows).annotate(stated_since=_stated_since())
    return {(row.organisation_id, row.indicator): _fact_on(row, scope.as_of) for row in rows}


def _stated_since() -> Subquery:
    """The day of the first bulletin of the target's source: what it states of the year holds from then on."""
    bulletins = Bulletin.objects.filter(source_id=OuterRef("source_id"), year=OuterRef("year"))
    return Subquery(bulletins.order_by("as_of").values("as_of")[:1])


def _fact_on(row: Any, day: date) -> TargetFact:
    fact = fact_of(row)
    is_ahead = row.stated_since is not None and row.stated_since > day
    return replace(fact, stated_met=False) if is_ahead else fact


def with_original(targets: Rows) -> Rows:
    """`original` beside each target: the first amount on record, None while there was none; no query more."""
    versions = Target.history.filter(id=OuterRef("id"), amount__isnull=False)
    first = versions.order_by("history_date", "history_id").values("amount")[:1]
    return targets.annotate(original=Subquery(first))


def fact_of(row: Any) -> TargetFact:
    """From a row of `with_original`, of the table or of its history."""
    return TargetFact(
        row.amount,
        row.due_month,
        row.curve,
        row.stated_met,
        excuse=row.accepted_reason,
        source=row.source,
        paragraph=row.source_paragraph,
        pk=row.id,
        original=row.original,
    )


def with_targets(targets: Targets) -> set[int]:
    """The units that a target is set for; the district is none."""
    return {unit for unit, _ in targets if unit is not None}


def target_of(
    targets: Targets, unit: Organisation | None, indicator: Indicator, sheet: RegisterSheet
) -> TargetFact | None:
    """The target that is set for the unit, else what its projects plan for the year, else None."""
    holder = None if unit is None or unit.is_district else unit.pk
    return targets.get((holder, indicator)) or _planned(indicator, sheet)


def _planned(indicator: Indicator, sheet: RegisterSheet) -> TargetFact | None:
    """The sum of the projects' own plans, where enough of them have one (`rules.completion.PLANS_NEEDED`)."""
    holding = sheet.holding
    if indicator == Indicator.INVESTED:
        complete = is_target(holding.planning, holding.count, AMOUNTS_NEEDED)
        return TargetFact(holding.planned, planned=True) if complete and holding.planned else None
    stage = STAGE_OF_INDICATOR.get(indicator)
    count = sheet.stage(stage) if stage else StageCount()
    asked = holding.count - holding.reserve - count.skipped
    # Where most of what happened was in nobody's plan, plans are no target.
    if count.planned <= count.unplanned or not is_target(count.with_plan, asked, PLANS_NEEDED):
        return None
    return TargetFact(count.planned, planned=True, planned_due=Fraction(count.planned_by_now, count.planned))


def light_rules(as_of: date, known_at: datetime | None = None) -> list[lights.Rule]:
    """Every version of the light rules that applies by the day, as they are or as they were known; one query."""
    rows = LightRule.objects.all() if known_at is None else known_rows(LightRule, known_at)
    return [rule_of(row) for row in rows.filter(applies_from__lte=as_of).order_by("-applies_from", "family")]
