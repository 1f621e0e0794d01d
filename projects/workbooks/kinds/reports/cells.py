"""A row of a 月度调度表: the month, its amount or the year-to-date one, and what is told of it."""

from datetime import date
from typing import Any

from projects.columns import CLEARED
from projects.forms.report import ReportRowForm
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.reporting import Background
from projects.vocabulary import Precision
from projects.workbooks.cells import Cells, Judge, by_amount, by_field, by_flag, by_period

WRITTEN = ("progress", "needs_coordination", "next_step")
CLEARABLE = frozenset({"invested", *WRITTEN})


def report_cells(*, year: int | None) -> Cells:
    """The judges of all columns; `year` stands in for a month that names none."""
    form = ReportRowForm(background=Background())
    judges: dict[str, Judge] = {name: by_field(form.fields[name]) for name in WRITTEN}
    judges |= {
        "month": _by_month(year),
        "invested": by_amount,
        "year_to_date": by_amount,
        "unchanged": by_flag,
    }
    return Cells(judges, clearable=CLEARABLE)


def emptied(key: str, value: Any) -> Any:
    """A cell that says （清空） as what it leaves: no amount, or no text."""
    if value is not CLEARED:
        return value
    return "" if key in WRITTEN else None


def _by_month(year: int | None) -> Judge:
    period = by_period(year)

    def judge(text: str) -> date:
        on, precision = period(text)
        if precision not in (Precision.DAY, Precision.MONTH):
            raise RuleBroken(f"“{text}”不是一个月份，请写成 2024-09 或 2024年9月。")
        return periods.month_start(on)

    return judge
