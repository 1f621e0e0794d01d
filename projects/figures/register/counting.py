"""The grouped questions of a tally: milestones, projects and reports sorted into a few kinds and counted.

What a kind means is decided in `tally`. Rows are grouped by the responsible unit; a joint project is its own group, for
it stands in several units.
"""

from datetime import date

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

from projects.figures.register.grouping import Counted, Grouping
from projects.figures.register.missing_reports import with_owed
from projects.figures.register.tables import BY_UNIT, Register, Rows
from projects.figures.register.waiting import WAITING_COLUMNS, waiting_rows
from projects.figures.scope import Scope
from projects.models import (
    AnnualPlan,
    Evidence,
    Listing,
    Milestone,
    MonthlyReport,
    Participation,
    Project,
    StageRule,
)
from projects.models.milestone import perhaps_reached
from projects.models.report import ended_in
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Precision, Stage

_PLACED = {Project, Participation, Listing}
READ_BY_STAGES = frozenset({*_PLACED, Milestone, Evidence, StageRule})
READ_BY_HOLDINGS = frozenset({*_PLACED, AnnualPlan, Milestone, MonthlyReport})
READ_BY_REPORTS = frozenset({*_PLACED, MonthlyReport})
READ_BY_WAITING = frozenset({*_PLACED, Milestone})
"""The tables that each query reads; what is written in none of them does not change its answer."""

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


class Counting:
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
            priced=Count("investment", filter=signed),
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
        return self.grouping.counted(
            self.register.reports().filter(ended_in(self.scope.year, self.scope.as_of)),
            ("month", "state"),
            number=Count("*"),
            sum=Sum("invested"),
            sum_accepted=Sum("accepted"),
            sum_opening=Sum("opening"),
            invested_known=Count("invested"),
            accepted_known=Count("accepted"),
            opening_known=Count("opening"),
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
