"""What one project has invested: in all, in the year against its plan, and month by month.

The sums are those of the completion page (`RegisterSheet`, `Completion`, `TargetFact`), made of the project's reports
alone, so that its page agrees with every total that counts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from projects.figures.completion.reported import months_words
from projects.figures.completion.target import TargetFact
from projects.figures.register.sheet import RegisterSheet, total
from projects.models import AnnualPlan, MonthlyReport, Project
from projects.rules import money, periods
from projects.rules.completion import Completion
from projects.rules.month_bars import MonthAmount, MonthBars, month_bars
from projects.rules.plot import MONTHS, Number, Plot, PlotSeries, plot
from projects.rules.reporting import LOCKED, Background
from projects.vocabulary import ReportState


@dataclass(frozen=True, slots=True)
class MonthInvested:
    """One month of the year, yuan: what was approved, the sum from January on, and what was due by its end."""

    number: int
    amount: int | None
    to_date: int | None
    due: Fraction | None


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """Amounts in yuan, None where nobody knows.

    `year`: this one, or the last one of which anything is on record; `through`: the last of its months that has ended.
    `done`: approved investment of the year against the project's own plan. `waiting`: handed in and not approved yet.
    `cumulative`: up to the end of last year, as it was stated, and the year; `knows_before`: whether the former is.
    """

    year: int
    through: int
    total: int | None
    done: Completion
    waiting: int | None
    cumulative: int | None
    knows_before: bool
    months: tuple[MonthInvested, ...]
    plot: Plot | None
    bars: MonthBars | None
    """The months that have ended, and what each month left of this year has to bring for the plan."""
    latest: MonthlyReport | None
    """The newest report handed in that says how far the work has come."""

    @property
    def of_total(self) -> Completion:
        """What is done in all, against the total investment."""
        return Completion(self.cumulative, self.total, Fraction(0))

    @property
    def span(self) -> str:
        """1—10月; "" before the first month has ended."""
        return months_words(range(1, self.through + 1))

    @property
    def is_known(self) -> bool:
        """Whether anything is on record besides the total investment."""
        return (
            bool(self.months) or self.done.target is not None or self.knows_before or self.latest is not None
        )


def project_money(
    project: Project, reports: Sequence[MonthlyReport], plans: Sequence[AnnualPlan], *, as_of: date
) -> ProjectMoney:
    """No query of its own. `reports`: all of the project, the newest first; `plans`: all of it."""
    year = _year(reports, plans, as_of)
    day = min(as_of, date(year, 12, 31))
    through = periods.months_passed(year, day)
    plan = next((plan for plan in plans if plan.year == year), None)
    sheet = _sheet(reports, year, through)
    target = TargetFact(plan.planned_investment if plan else None, planned=True)
    done = Completion(sheet.approved.to_date, target.amount, target.share_due(through))
    before = plan.invested_before if plan else None
    is_known = before is not None or done.actual is not None
    months = _months(sheet, target) if sheet.reports else ()
    return ProjectMoney(
        year=year,
        through=through,
        total=project.total_investment,
        done=done,
        waiting=total(([sheet.month(month, ReportState.SUBMITTED).to_date] for month in range(1, 13)), 1)[0],
        cumulative=Background(invested_before=before).cumulative(int(done.actual or 0)) if is_known else None,
        knows_before=before is not None,
        months=months,
        plot=_drawn(months, day) if done.actual is not None else None,
        bars=month_bars(_ended(sheet, through), _pace(done, through) if year == as_of.year else None),
        latest=next((report for report in reports if report.progress and report.state in LOCKED), None),
    )


def _year(reports: Sequence[MonthlyReport], plans: Sequence[AnnualPlan], as_of: date) -> int:
    """This year, or the last one before it of which a plan or a report is on record."""
    known = {plan.year for plan in plans} | {report.month.year for report in reports}
    return max((year for year in known if year <= as_of.year), default=as_of.year)


def _sheet(reports: Sequence[MonthlyReport], year: int, through: int) -> RegisterSheet:
    """The months of the year that have ended, as the completion page reads them."""
    return RegisterSheet(
        reports={
            (report.month.month, report.state): [1, report.invested, report.accepted, report.opening]
            for report in reports
            if report.month.year == year and report.month.month <= through
        }
    )


def _months(sheet: RegisterSheet, target: TargetFact) -> tuple[MonthInvested, ...]:
    due = target.by_month()
    return tuple(
        MonthInvested(
            month,
            sheet.month(month, ReportState.APPROVED).to_date,
            to_date,
            due[month - 1] if due else None,
        )
        for month, to_date in enumerate(sheet.approved_to_date(), start=1)
    )


def _ended(sheet: RegisterSheet, through: int) -> list[MonthAmount]:
    """The months that have ended; what an opening balance holds is reported, and no amount of a month."""
    handed_in = {month for month, state in sheet.reports if state in LOCKED}
    opened = max((month for month in handed_in if _opening(sheet, month)), default=0)
    return [
        MonthAmount(
            month,
            sheet.month(month, ReportState.APPROVED).invested,
            is_reported=month in handed_in or month <= opened,
        )
        for month in range(1, through + 1)
    ]


def _opening(sheet: RegisterSheet, month: int) -> bool:
    """Whether a report handed in for the month holds the opening balance of the year."""
    return any(sheet.month(month, state).opening is not None for state in LOCKED)


def _pace(done: Completion, through: int) -> Fraction | None:
    """What each month left has to bring for the plan; None where it is met, unknown, or no month is left."""
    if done.target is None or done.actual is None or through >= MONTHS or done.actual >= done.target:
        return None
    return Fraction(done.target - done.actual) / (MONTHS - through)


def _drawn(months: Sequence[MonthInvested], day: date) -> Plot | None:
    """In 亿元; the plan of the year in equal parts, as the completion page draws it."""
    last = max(month.number for month in months if month.to_date is not None)
    due = [_yi(month.due) for month in months]
    series = [
        PlotSeries("plan", "年度计划", due),
        PlotSeries("actual", "完成", [_yi(month.to_date) for month in months]),
    ]
    assert len(due) == MONTHS
    return plot(series, unit="亿元", now=(last, f"截至 {day.month}月{day.day}日"))


def _yi(amount: int | Fraction | None) -> Number | None:
    return None if amount is None else Fraction(amount) / int(money.MoneyUnit.YI)
