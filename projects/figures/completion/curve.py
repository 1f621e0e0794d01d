"""The year of an indicator month by month: what was reached, what was due, and last year, drawn and as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.db.models import Count, Sum

from projects.figures.completion.breakdown import of_scope
from projects.figures.completion.lines import IndicatorLine
from projects.figures.register.sheet import Reported
from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models.constraints import FIRST_YEAR
from projects.rules import money, periods
from projects.rules.bounds import Bounds
from projects.rules.plot import MONTHS, Number, Plot, PlotSeries, plot
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Precision, ReportState, Stage

type Amounts = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class MonthOfCurve:
    """January to a month, in yuan or projects: `least` and `most` differ where days are known as a range only."""

    number: int
    least: int | None
    most: int | None
    due: Fraction | None
    before: int | None

    @property
    def is_range(self) -> bool:
        return self.least != self.most


@dataclass(frozen=True, slots=True)
class MonthCurve:
    """The drawing and the numbers that it is made of; `plot` None where no number is known."""

    plot: Plot | None
    months: tuple[MonthOfCurve, ...]
    has_due: bool
    has_before: bool

    @property
    def is_range(self) -> bool:
        """Whether a month is known as a range only."""
        return any(month.is_range for month in self.months)


def month_curve(scope: Scope, line: IndicatorLine) -> MonthCurve | None:
    """The curve of a line in one query; None where nothing of this year is known by month."""
    least, most = _this_year(line)
    if all(amount is None for amount in least):
        return None
    due = line.target.by_month() if line.target else None
    before = _last_year(scope, line.indicator)
    return MonthCurve(
        plot=_drawn(scope, line, least, most, due, before),
        months=tuple(
            MonthOfCurve(at + 1, least[at], most[at], due[at] if due else None, before[at])
            for at in range(MONTHS)
        ),
        has_due=due is not None,
        has_before=any(before),
    )


def _this_year(line: IndicatorLine) -> tuple[Amounts, Amounts]:
    """The least and the most of each month up to the day."""
    known = [month or Bounds.exactly(0) for month in line.by_month]
    if not any(month.possible for month in known) and line.computed is None:
        return [None] * MONTHS, [None] * MONTHS
    least = [None if month is None else month.certain for month in line.by_month]
    return least, [None if month is None else month.possible for month in line.by_month]


def _last_year(scope: Scope, indicator: Indicator) -> Amounts:
    """The same indicator a year before, on the lists of that year; None in every month where nothing is known."""
    if scope.year <= FIRST_YEAR:
        return [None] * MONTHS
    before = replace(scope, year=scope.year - 1, as_of=date(scope.year - 1, 12, 31))
    stage = STAGE_OF_INDICATOR.get(indicator)
    if stage is not None:
        counted = _reached(before, stage)
        return counted if any(counted) else [None] * MONTHS
    return _invested(before) if indicator == Indicator.INVESTED else [None] * MONTHS


def _reached(scope: Scope, stage: Stage) -> list[int]:
    """How many projects of the scope reached the stage in the year by the end of each month, for certain.

    A vague day counts from its last possible one on; “not later than” a day says nothing of the year.
    """
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    rows = register.milestones().filter(
        stage=stage,
        reached_on__range=(date(scope.year, 1, 1), date(scope.year, 12, 31)),
        project_id__in=of_scope(register, scope).order_by().values("id"),
    )
    rows = rows.exclude(reached_precision=Precision.NOT_LATER)
    found = dict(rows.values_list("reached_on").annotate(number=Count("id")))
    ends = [periods.month_end(month) for month in periods.months_of(scope.year)]
    return [sum(number for on, number in found.items() if on <= end) for end in ends]


def _invested(scope: Scope) -> Amounts:
    """Approved investment from January to each month; None for a month that nobody reported."""
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    rows = register.reports().filter(
        state=ReportState.APPROVED,
        month__range=(date(scope.year, 1, 1), date(scope.year, 12, 31)),
        project_id__in=of_scope(register, scope, ended=True).order_by().values("id"),
    )
    sums = rows.values_list("month").annotate(sum=Sum("invested"), opening=Sum("opening"))
    by_month = {month: Reported(invested=invested, opening=opening) for month, invested, opening in sums}
    total, running = 0, []
    for month in periods.months_of(scope.year):
        amount = by_month.get(month, Reported()).to_date
        total += amount or 0
        running.append(None if amount is None else total)
    return running


def _drawn(
    scope: Scope,
    line: IndicatorLine,
    least: Amounts,
    most: Amounts,
    due: Sequence[Fraction] | None,
    before: Amounts,
) -> Plot | None:
    """In the unit of the axis: 亿元 or projects. Without a plan by month the year's target is a level line."""
    last = max(month for month, amount in enumerate(least, start=1) if amount is not None)
    name = "各项目计划合计" if line.target and line.target.planned else "年度目标"
    level = line.target.amount if line.target and due is None else None
    series = [
        PlotSeries("before", "去年", _in_unit(before, line)),
        PlotSeries("plan", name, _in_unit(due or [None] * MONTHS, line)),
        PlotSeries("level", name, _in_unit([level] * MONTHS, line)),
        PlotSeries("actual", "今年", _in_unit(least, line), high=_in_unit(most, line)),
    ]
    now = (last, f"截至 {scope.as_of.month}月{scope.as_of.day}日")
    return plot(series, unit=line.unit_word, whole=not line.is_money, now=now)


def _in_unit(amounts: Iterable[int | Fraction | None], line: IndicatorLine) -> list[Number | None]:
    size = int(money.MoneyUnit.YI) if line.is_money else 1
    return [None if amount is None else Fraction(amount) / size for amount in amounts]
