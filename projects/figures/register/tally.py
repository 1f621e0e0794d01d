"""What the register adds up to, by list, unit, stage and month: five queries, however many projects there are.

The queries sort milestones, projects and reports into a few kinds and count them; what a kind means is decided
here. Rows are grouped by the responsible unit; a joint project is its own group, for it stands in several units.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import (
    Case,
    CharField,
    Count,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Substr

from projects.figures.register.cache import remembered
from projects.figures.register.grouping import WHOLE, Address, Counted, Grouping, Key
from projects.figures.register.missing_reports import with_owed
from projects.figures.register.sheet import Amounts, RegisterSheet, StageCount, add
from projects.figures.register.tables import BY_UNIT, Register, Rows
from projects.figures.register.waiting import WAITING_COLUMNS, waiting_of, waiting_rows
from projects.figures.scope import Scope
from projects.models import Evidence, Milestone, StageRule
from projects.rules import periods
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Precision, Stage

OVER_1BN, OVER_10BN, OVER_USD = 10 * 10**8, 100 * 10**8, 10**8
"""≥10亿元 or ≥1亿美元, and ≥100亿元: the sizes that a signing is judged by."""

BEFORE, VAGUE, UNSURE, OPEN = 0, 13, 14, 15
"""When a stage was reached: before the year, in a month of it (1 to 12), in the year without a month, perhaps in
the year (“not later than”), not by the day."""

UNPLANNED, PAST, DUE, AHEAD, BEYOND = range(5)
"""What was first planned: nothing, before the year, in it by the day, later in it, after it."""

ENTERED = {0: "none", 1: "in_year", 2: "before"}
ENTERED_SCALE = 100
"""A project's standing in one number: its entry in the statistics, and the place of its furthest stage plus one."""

OF_YEAR = ("over_1bn", "over_10bn", "provable", "verified")
"""Counts that the query makes besides; they are of what was reached in the year."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Every sum of a page: a sheet for each row of the scope, and one for the whole on each other list asked for."""

    sheets: dict[Address, RegisterSheet]

    def sheet(self, level: str, row: int | None = WHOLE) -> RegisterSheet:
        return self.sheets.get((level, row)) or RegisterSheet()

    def rows(self, level: str) -> list[int]:
        """The rows besides the whole, in no order."""
        return [row for on, row in self.sheets if on == level and row is not WHOLE]


def tally(scope: Scope, *, group: str = BY_UNIT, levels: Collection[str] = ()) -> Tally:
    """The register for the scope, by unit or by industry; on the other `levels` as a whole only."""
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at, group)
    every = frozenset({scope.level, *levels})
    unit = scope.organisation.pk if scope.organisation else None
    question = (scope.level, unit, sorted(every))
    return remembered(register, question, lambda: _tallied(_Counting(scope, register, every)))


def _tallied(counting: "_Counting") -> Tally:
    sheets: dict[Address, RegisterSheet] = {}
    for address, stages in counting.stages().items():
        _enter_stages(sheets.setdefault(address, RegisterSheet()), stages)
    for address, holdings in counting.holdings().items():
        sheet = sheets.setdefault(address, RegisterSheet())
        sheet.holdings = {(*_standing(far), owed): amounts for (far, owed), amounts in holdings.items()}
    for address, reports in counting.reports().items():
        sheet = sheets.setdefault(address, RegisterSheet())
        sheet.reports = {(at.month, state): amounts for (at, state), amounts in reports.items()}
    for address, waits in counting.waiting().items():
        _enter_waiting(sheets.setdefault(address, RegisterSheet()), waits)
    return Tally(sheets)


def _enter_waiting(sheet: RegisterSheet, kinds: Mapping[Key, Amounts]) -> None:
    for key, (number,) in kinds.items():
        found = waiting_of(*key)
        sheet.waiting[found] = sheet.waiting.get(found, 0) + (number or 0)


def _enter_stages(sheet: RegisterSheet, kinds: Mapping[Key, Amounts]) -> None:
    """`kinds` by stage, when it was reached, what was planned and whether in reserve."""
    counts: dict[Stage, Counter[str]] = {}
    sums: dict[Stage, Amounts] = {}
    for (code, when, plan, reserve), (number, *of_year, investment) in kinds.items():
        stage = Stage(code)
        count = counts.setdefault(stage, Counter())
        for name in _counts_as(when, plan, bool(reserve)):
            count[name] += number or 0
        signed = sums.setdefault(stage, [None])
        if 1 <= when <= VAGUE:
            for name, amount in zip(OF_YEAR, of_year, strict=True):
                count[name] += amount or 0
            add(signed, [investment])
            at = (stage, None if when == VAGUE else when)
            sheet.months[at] = sheet.months.get(at, 0) + (number or 0)
    sheet.stages = {stage: StageCount(**count, investment=sums[stage][0]) for stage, count in counts.items()}


@cache
def _counts_as(when: int, plan: int, reserve: bool) -> list[str]:
    """Which counts of a `StageCount` a milestone of this kind belongs to; a reserve project has no plan to meet."""
    in_year, is_open = 1 <= when <= VAGUE, when == OPEN
    by_now = plan in (PAST, DUE)
    counts = {
        "records": True,
        "reached": not is_open,
        "in_year": in_year,
        "year_unknown": when == UNSURE,
        "planned": plan in (DUE, AHEAD) and not reserve,
        "planned_by_now": plan == DUE and not reserve,
        "due": by_now and not reserve and (in_year or is_open),
        "overdue": by_now and not reserve and is_open,
        "early": in_year and plan in (AHEAD, BEYOND),
        "unplanned": in_year and (plan == UNPLANNED or (by_now and reserve)),
    }
    return [name for name, counted in counts.items() if counted]


def _standing(number: int | None) -> tuple[int | None, str]:
    entered, place = divmod(number or 0, ENTERED_SCALE)
    return place - 1 if place else None, ENTERED[entered]


class _Counting:
    """The grouped questions to the register, each answered by address and kind."""

    def __init__(self, scope: Scope, register: Register, levels: frozenset[str]) -> None:
        self.scope, self.register, self.levels = scope, register, levels
        self.grouping = Grouping(scope, register, levels, by_unit=register.group == BY_UNIT)
        self.new_year, self.year_end = date(scope.year, 1, 1), date(scope.year, 12, 31)
        self.last = min(scope.as_of, self.year_end)

    def stages(self) -> Counted:
        """By stage, when it was reached, what was planned and whether in reserve: how many, signings by size, and
        how many of those reached in the year are to be proven and are.
        """
        rows = self.register.beside(self.register.milestones(), "reserve", "investment", "usd")
        signed, provable = Q(stage=Stage.SIGNED), self._provable()
        return self.grouping.counted(
            rows.annotate(when=self._when(), plan=self._plan()),
            ("stage", "when", "plan", "reserve"),
            number=Count("*"),
            over_1bn=Count("id", filter=signed & (Q(investment__gte=OVER_1BN) | Q(usd__gte=OVER_USD))),
            over_10bn=Count("id", filter=signed & Q(investment__gte=OVER_10BN)),
            provable=Count("id", filter=provable),
            verified=Count("id", filter=provable & Q(id__in=self._kept())),
            sum=Sum("investment", filter=signed),
        )

    def _provable(self) -> Q:
        """Reached in the year, of a stage that asks for evidence: the cheap condition first."""
        asked = self.register.table(StageRule).filter(evidence_required=True).values("stage")
        return Q(reached_on__gte=self.new_year, reached_on__lte=self.last) & Q(stage__in=asked)

    def _kept(self) -> Rows:
        return self.register.table(Evidence).values("milestone_id")

    def holdings(self) -> Counted:
        """By how far the project has come, and its owed report: how many, priced, planning; total investment, the
        year's plan.
        """
        register = self.register
        rows = with_owed(register.beside(register.projects("investment"), "planned"), register)
        return self.grouping.counted(
            rows.annotate(standing=self._furthest()),
            ("standing", "owed"),
            number=Count("*"),
            priced=Count("investment"),
            planning=Count("planned"),
            sum=Sum("investment"),
            sum_planned=Sum("planned"),
        )

    def waiting(self) -> Counted:
        """Who waits for a start or an entry, by which, since when, and when the project stood still."""
        return self.grouping.counted(waiting_rows(self.register), WAITING_COLUMNS, number=Count("*"))

    def reports(self) -> Counted:
        """Of the months of the year that have ended by the day, by month and state."""
        months = periods.months_passed(self.scope.year, self.scope.as_of)
        newest = date(self.scope.year, max(months, 1), 1)
        rows = self.register.reports().filter(month__gte=self.new_year, month__lte=newest)
        return self.grouping.counted(
            rows if months else rows.none(),
            ("month", "state"),
            number=Count("*"),
            sum=Sum("invested"),
            sum_accepted=Sum("accepted"),
        )

    def _when(self) -> Case:
        month = Cast(Substr(Cast("reached_on", CharField()), 6, 2), IntegerField())
        return Case(
            When(Q(reached_on=None) | Q(reached_on__gt=self.last), then=Value(OPEN)),
            When(reached_on__lt=self.new_year, then=Value(BEFORE)),
            When(reached_precision=Precision.NOT_LATER, then=Value(UNSURE)),
            When(reached_precision__in=[Precision.DAY, Precision.MONTH], then=month),
            default=Value(VAGUE),
            output_field=IntegerField(),
        )

    def _plan(self) -> Case:
        return Case(
            When(planned_on=None, then=Value(UNPLANNED)),
            When(planned_on__lt=self.new_year, then=Value(PAST)),
            When(planned_on__lte=self.last, then=Value(DUE)),
            When(planned_on__lte=self.year_end, then=Value(AHEAD)),
            default=Value(BEYOND),
            output_field=IntegerField(),
        )

    def _furthest(self) -> Subquery:
        """How far a project has come by the day, in one look at its milestones (a skipped one has no day)."""
        reached = self.register.table(Milestone).filter(
            project_id=OuterRef("id"), reached_on__lte=self.scope.as_of
        )
        place = Case(
            *(When(stage=stage, then=Value(at)) for at, stage in enumerate(CHAIN, start=1)), default=0
        )
        before = Q(stage=Stage.ENTERED, reached_on__lt=self.new_year)
        entered = Case(When(before, then=2), When(stage=Stage.ENTERED, then=1), default=0)
        standing = Max(place) + ENTERED_SCALE * Max(entered)
        return Subquery(reached.values("project_id").annotate(standing=standing).values("standing"))
