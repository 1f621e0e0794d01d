"""Monthly reports: the deadline, warnings about doubtful amounts, and conversion between month and year-to-date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from projects.rules import money, periods
from projects.rules.broken import RuleBroken
from projects.rules.money import MoneyUnit
from projects.vocabulary import ReportState

LOCKED = frozenset({ReportState.SUBMITTED, ReportState.APPROVED})
"""States of a report that was handed in: it may be changed only after it is sent back or reopened."""

HANDED_IN = "“{}”的月报已提交，不能再改；请联系项目办退回，或申请重开。"

FAR_ABOVE_MEAN = 3
"""An amount of more than this many times the mean of the earlier months gets a warning."""

COVERED = "{}已含在{}中，不再单独填报。"
"""Of a month whose investment the opening balance of the year holds."""

FAR_ABOVE_PLAN = 10
"""A year to date of more than this many times the plan of the year has to be explained."""

USUAL_FROM = 6
"""So many reports of a unit make a usual range."""

EXACT = Fraction(0)
UNCHANGED_WITH_AMOUNT = "填了本月完成，就不能再选“无变化”。"

ASKED_BEFORE = 10
"""Number of days before the deadline from which a month's report is requested."""


class DoubtKind(StrEnum):
    ABOVE_TOTAL = "above_total"
    ABOVE_PLAN = "above_plan"
    ABOVE_USUAL = "above_usual"
    FAR_ABOVE_MEAN = "far_above_mean"
    NOT_STARTED = "not_started"


IN_BRIEF = {
    DoubtKind.ABOVE_TOTAL: "超总投资",
    DoubtKind.ABOVE_PLAN: "超年度计划10倍",
    DoubtKind.ABOVE_USUAL: "超本单位范围",
    DoubtKind.FAR_ABOVE_MEAN: "远超月均",
    DoubtKind.NOT_STARTED: "未登记开工",
}


WANTS_WORDS = frozenset({DoubtKind.ABOVE_TOTAL, DoubtKind.ABOVE_PLAN, DoubtKind.ABOVE_USUAL})
"""Doubts of an amount that is kept only with the words of whoever states it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning about a number that may be right but looks wrong. It is kept; some only with a reason in words."""

    kind: DoubtKind
    sentence: str

    @property
    def brief(self) -> str:
        """A few signs for a narrow column."""
        return IN_BRIEF[self.kind]


@dataclass(frozen=True, slots=True)
class Background:
    """The known amounts of a project before its month is reported, in yuan; None is unknown.

    `earlier`: the months of the year reported before this one. `opening`: what the opening balance of the year holds
    of the months before. `invested_before`: up to the end of last year. `planned`: of the year. `usual`: the least and
    the most that a project of the unit invested in a month of late.
    """

    earlier: Sequence[int] = ()
    invested_before: int | None = None
    total_investment: int | None = None
    started: bool = True
    opening: int | None = None
    planned: int | None = None
    usual: tuple[int, int] | None = None

    @property
    def year_before(self) -> int:
        """January to the month before."""
        return sum(self.earlier) + (self.opening or 0)

    @property
    def knows_year(self) -> bool:
        """Whether anything of the months before is on record."""
        return bool(self.earlier) or self.opening is not None

    def cumulative(self, invested: int) -> int:
        """From the beginning to this month, as far as it is known."""
        return (self.invested_before or 0) + self.year_before + invested


def deadline(month: date, days_after: int) -> date:
    """The last day for the report. `days` after the end of the month, negative for days before it."""
    return periods.month_end(month) + timedelta(days=days_after)


def asked_month(today: date, days_after: int) -> date:
    """The newest month whose report is requested: its deadline is within ten days, or has passed."""
    month = periods.month_start(today)
    while deadline(month, days_after) - timedelta(days=ASKED_BEFORE) > today:
        month = month_before(month)
    return month


def month_before(month: date) -> date:
    return periods.month_start(month - timedelta(days=1))


def month_from_year(year_to_date: int, background: Background) -> int:
    """The month's amount from the year-to-date amount. Raises RuleBroken when that is below last month's."""
    if year_to_date < background.year_before:
        before = money.show(background.year_before, MoneyUnit.YI, 2)
        raise RuleBroken(
            f"年累计低于上月的年累计 {before} 亿元，请核对；如需更正以前月份，请让项目办退回该月。"
        )
    return year_to_date - background.year_before


def month_amount(
    typed: int | None, year_to_date: int | None, background: Background, *, within: Fraction = EXACT
) -> int | None:
    """The month's amount, given directly or as year-to-date. Raises RuleBroken when the two contradict each other.

    `within`: half of the last digit of a year to date that was printed rounded; a month's own amount is exact.
    """
    if year_to_date is None:
        return typed
    month = year_to_date - background.year_before
    if typed is not None:
        if abs(typed - month) > within:
            raise RuleBroken("年累计与本月完成对不上，请只填其中一个。")
        return typed
    if month < 0 and -month <= within:
        return 0
    return month_from_year(year_to_date, background)


def doubts(invested: int | None, background: Background) -> list[Doubt]:
    """Return the warnings about the month's amount."""
    if not invested:
        return []
    found = []
    total = background.total_investment
    if total is not None and background.cumulative(invested) > total:
        found.append(Doubt(DoubtKind.ABOVE_TOTAL, "累计将超总投资：单位是否应为万元？"))
    found += _beyond(invested, background)
    known = [amount for amount in background.earlier if amount]
    if known and invested > FAR_ABOVE_MEAN * Fraction(sum(known), len(known)):
        found.append(Doubt(DoubtKind.FAR_ABOVE_MEAN, f"超过前几个月平均数的 {FAR_ABOVE_MEAN} 倍，请核对"))
    if not background.started:
        found.append(Doubt(DoubtKind.NOT_STARTED, "项目还没有登记开工"))
    return found


def _beyond(invested: int, background: Background) -> list[Doubt]:
    """Beyond the plan of the year many times; where neither total nor plan is known, beyond the unit's usual range."""
    planned, usual = background.planned, background.usual
    if planned and background.year_before + invested > FAR_ABOVE_PLAN * planned:
        words = f"年累计超过年度计划的 {FAR_ABOVE_PLAN} 倍：单位是否应为万元？"
        return [Doubt(DoubtKind.ABOVE_PLAN, words)]
    is_unknown = background.total_investment is None and planned is None
    if is_unknown and usual is not None and invested > usual[1]:
        least, most = (f"{money.to_unit(end, MoneyUnit.WAN).normalize():f}" for end in usual)
        words = f"总投资和年度计划未知；本单位近一年单月完成在 {least}—{most} 万元之间，请核对单位"
        return [Doubt(DoubtKind.ABOVE_USUAL, words)]
    return []


def to_explain(invested: int | None, background: Background) -> str:
    """Why an amount is kept only with a reason in words, "" where it needs none."""
    asked = [doubt.sentence for doubt in doubts(invested, background) if doubt.kind in WANTS_WORDS]
    why = "".join(sentence if sentence.endswith("？") else f"{sentence}。" for sentence in asked)
    return f"{why}金额无误的，请在“金额说明”里写明原因。" if asked else ""


def month_words(month: date) -> str:
    return f"{month.year}年{month.month}月"


def opening_words(month: date) -> str:
    """期初累计（1—8月）: what the opening balance of the year holds."""
    return f"期初累计（{'1月' if month.month == 1 else f'1—{month.month}月'}）"


def not_begun(month: date, today: date) -> str:
    """Why nothing can be reported of a month yet, "" once it has begun."""
    if month > periods.month_start(today):
        return f"{month_words(month)}还没有开始，不能填报。"
    return ""
