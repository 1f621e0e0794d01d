"""Refuse an opening balance that would count the reports of its months twice."""

from projects.models import MonthlyReport
from projects.rules.broken import RuleBroken


def demand_alone(report: MonthlyReport) -> None:
    """Raises RuleBroken where the opening balance of the year and the reports of its months would count twice."""
    if fault := report.overlap():
        raise RuleBroken(fault)
