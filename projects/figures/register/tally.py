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
from projects.figures.register.sheet import Amounts, RegisterSheet, StageCount, StagePosition, add
from projects.figures.register.tables import BY_UNIT, Register, Rows
from projects.figures.register.waiting import WAITING_COLUMNS, waiting_of, waiting_rows
from projects.figures.scope import Scope
from projects.models import Evidence, Milestone, StageRule
from projects.models.milestone import perhaps_reached
from projects.rules import periods
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Precision, Stage

OVER_1BN, OVER_10BN, OVER_USD = 10 * 10**8, 100 * 10**8, 10**8
"""≥10亿元 or ≥1亿美元, and ≥100亿元: the sizes that a signing is judged by."""

BEFORE, NOT_YET = 0, 13
"""Months in which a stage may have been reached first or last, beside 1 to 12 of the year: before it, and not by the
day. A stage that is certain to have been reached in the year has both ends within 1 to 12."""

UNPLANNED, PAST, DUE, AHEAD, BEYOND = range(5)
"""What was first planned: nothing, before the year, in it by the day, later in it, after it."""

ENTERED = ("none", "in_year", "before", "perhaps_in_year", "perhaps_before")
PLACES, BOTH_PLACES = 100, 100 * 100
"""How far a project has come, in one number: its entry in the statistics, the places of its furthest stage that is
possible and of the one that is certain, each plus one."""

OF_YEAR = ("over_1bn", "over_10bn", "provable", "verified")
PERHAPS = ("perhaps_over_1bn", "perhaps_over_10bn")
"""Counts that the query makes besides: of what was reached in the year, and of what perhaps was."""


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
        sheet.holdings = {(_position(far), owed): amounts for (far, owed), amounts in holdings.items()}
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
    """`kinds` by stage, the months in which it may have been reached, what was planned, whether in reserve, skipped."""
    counts: dict[Stage, Counter[str]] = {}
    sums: dict[tuple[Stage, bool], Amounts] = {}
    for (code, first, last, plan, reserve, skipped), (number, *of_year, investment) in kinds.items():
        stage = Stage(code)
        count = counts.setdefault(stage, Counter())
        for name in _counts_as(first, last, plan, bool(reserve), bool(skipped)):
            count[name] += number or 0
        if skipped or not _concerns_year(first, last):
            continue
        is_certain = _is_in_year(first, last)
        for name, amount in zip(OF_YEAR if is_certain else PERHAPS, of_year, strict=False):
            count[name] += amount or 0
        add(sums.setdefault((stage, is_certain), [None]), [investment])
        at = (stage, first, last)
        sheet.spans[at] = sheet.spans.get(at, 0) + (number or 0)
    sheet.stages = {
        stage: StageCount(
            **count,
            investment=sums.get((stage, True), [None])[0],
            perhaps_investment=sums.get((stage, False), [None])[0],
        )
        for stage, count in counts.items()
    }


def _is_in_year(first: int, last: int) -> bool:
    return first > BEFORE and last < NOT_YET


def _concerns_year(first: int, last: int) -> bool:
    """Whether the stage was reached in the year by the day, or perhaps was."""
    return first < NOT_YET and last > BEFORE


@cache
def _counts_as(first: int, last: int, plan: int, reserve: bool, skipped: bool) -> list[str]:
    """Which counts of a `StageCount` a milestone of this kind belongs to; a reserve project has no plan to meet."""
    if skipped:
        return [] if reserve else ["skipped"]
    in_year, is_open, is_before = _is_in_year(first, last), first == NOT_YET, last == BEFORE
    by_now = plan in (PAST, DUE)
    counts = {
        "records": True,
        "reached": last < NOT_YET,
        "perhaps_reached": first < NOT_YET == last,
        "in_year": in_year,
        "perhaps": _concerns_year(first, last) and not in_year,
        "year_unknown": first == BEFORE < last < NOT_YET,
        "with_plan": (plan != UNPLANNED or is_before) and not reserve,
        "planned": plan in (DUE, AHEAD) and not reserve,
        "planned_by_now": plan == DUE and not reserve,
        "due": by_now and not reserve and (in_year or is_open),
        "overdue": by_now and not reserve and is_open,
        "early": in_year and plan in (AHEAD, BEYOND),
        "unplanned": in_year and (plan == UNPLANNED or (by_now and reserve)),
    }
    return [name for name, counted in counts.items() if counted]


def _position(number: int | None) -> StagePosition:
    entered, places = divmod(number or 0, BOTH_PLACES)
    possible, certain = divmod(places, PLACES)
    return StagePosition(_place(certain), _place(possible), ENTERED[entered])


def _place(number: int) -> int | None:
    return number - 1 if number else None


class _Counting:
    """The grouped questions to the register, each answered by address and kind."""

    def __init__(self, scope: Scope, register: Register, levels: frozenset[str]) -> None:
        self.scope, self.register, self.levels = scope, register, levels
        self.grouping = Grouping(scope, register, levels, by_unit=register.group == BY_UNIT)
        self.new_year, self.year_end = date(scope.year, 1, 1), date(scope.year, 12, 31)
        self.last = min(scope.as_of, self.year_end)

    def stages(self) -> Counted:
        """By stage, when it may have been reached, what was planned, whether in reserve and whether skipped: how
        many, signings by size, and how many of those reached in the year are to be proven and are.
        """
        rows = self.register.beside(self.register.milestones(skipped=True), "reserve", "investment", "usd")
        signed, provable = Q(stage=Stage.SIGNED), self._provable()
        return self.grouping.counted(
            rows.annotate(first=self._first(), last=self._last(), plan=self._plan()),
            ("stage", "first", "last", "plan", "reserve", "skipped"),
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
        """By how far the project has come, and its owed report: how many, priced, planning, in reserve; total
        investment, the year's plan.
        """
        register = self.register
        rows = with_owed(register.beside(register.projects("investment", "reserve"), "planned"), register)
        return self.grouping.counted(
            rows.annotate(standing=self._furthest()),
            ("standing", "owed"),
            number=Count("*"),
            priced=Count("investment"),
            planning=Count("planned"),
            in_reserve=Count("id", filter=Q(reserve=True)),
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
            sum_opening=Sum("opening"),
        )

    def _first(self) -> Case:
        """The first month in which the stage may have been reached."""
        perhaps, month = perhaps_reached(self.last), _month()
        return Case(
            When(reached_on=None, then=Value(NOT_YET)),
            When(
                Q(reached_on__lt=self.new_year) | Q(reached_precision=Precision.NOT_LATER), then=Value(BEFORE)
            ),
            When(perhaps & Q(reached_precision=Precision.YEAR), then=Value(1)),
            When(perhaps & Q(reached_precision=Precision.QUARTER), then=month - (month + 2) % 3),
            When(perhaps, then=month),
            default=Value(NOT_YET),
            output_field=IntegerField(),
        )

    def _last(self) -> Case:
        """The month by which it was reached for certain."""
        return Case(
            When(Q(reached_on=None) | Q(reached_on__gt=self.last), then=Value(NOT_YET)),
            When(reached_on__lt=self.new_year, then=Value(BEFORE)),
            default=_month(),
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
            perhaps_reached(self.scope.as_of), project_id=OuterRef("id")
        )
        place = Case(
            *(When(stage=stage, then=Value(at)) for at, stage in enumerate(CHAIN, start=1)), default=0
        )
        certain = Case(When(reached_on__lte=self.scope.as_of, then=place), default=0)
        standing = Max(certain) + PLACES * Max(place) + BOTH_PLACES * Max(self._entered())
        return Subquery(reached.values("project_id").annotate(standing=standing).values("standing"))

    def _entered(self) -> Case:
        """The place in `ENTERED` of an entry that was reached, or perhaps was."""
        return Case(
            When(~Q(stage=Stage.ENTERED), then=0),
            When(reached_on__lt=self.new_year, then=ENTERED.index("before")),
            When(reached_precision=Precision.NOT_LATER, then=ENTERED.index("perhaps_before")),
            When(reached_on__lte=self.scope.as_of, then=ENTERED.index("in_year")),
            default=ENTERED.index("perhaps_in_year"),
        )


def _month() -> Cast:
    return Cast(Substr(Cast("reached_on", CharField()), 6, 2), IntegerField())
