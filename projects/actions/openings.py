"""The opening balance of a project's year: recorded, corrected and taken back, with a reason."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions.guarding import corrected
from projects.actions.overlaps import demand_alone
from projects.actions.recording import erase, record
from projects.models import MonthlyReport, Project, User
from projects.rules.broken import RuleBroken
from projects.rules.reporting import HANDED_IN, LOCKED, not_begun, opening_words
from projects.vocabulary import ReportState


@transaction.atomic
def set_opening(
    project: Project,
    month: date,
    amount: int,
    *,
    accepted: int | None = None,
    by: User,
    reason: str,
    correction: str = "",
) -> MonthlyReport:
    """Record that January to the month add up to `amount` yuan, reported elsewhere; `accepted` of the same months.

    An opening balance of another month of the year makes way. What the office records counts at once, what a unit
    records waits for review. RuleBroken without a reason, for a month that has not begun, where months of it were
    reported, where a unit has handed it in, and where a sealed month changes without a `correction`.
    """
    if fault := not_begun(month, timezone.localdate()):
        raise RuleBroken(fault)
    stated = _stated(reason)
    Project.objects.select_for_update().get(pk=project.pk)
    before = opening_of(project, month.year)
    if before is not None:
        _demand_open(before, by)
        if before.month != month:
            _clear(before, by, corrected(f"改为{opening_words(month)}：{stated}", correction))
    report = MonthlyReport.objects.filter(project=project, month=month).first()
    report = report or MonthlyReport(project=project, month=month)
    if report.opening is None and report.is_filled:
        raise RuleBroken(f"{month.month}月已有月报，期初累计请填到更早的月份。")
    report.opening, report.accepted = amount, accepted
    demand_alone(report)
    _decide(report, by)
    record(report, by=by, reason=corrected(f"登记{report.opening_words}：{stated}", correction))
    return report


@transaction.atomic
def withdraw_opening(project: Project, year: int, *, by: User, reason: str, correction: str = "") -> None:
    """Take the opening balance of the year back; RuleBroken as for `set_opening`, and where there is none."""
    stated = _stated(reason)
    Project.objects.select_for_update().get(pk=project.pk)
    before = opening_of(project, year)
    if before is None:
        raise RuleBroken(f"{year} 年没有登记期初累计。")
    _demand_open(before, by)
    _clear(before, by, corrected(f"撤销{before.opening_words}：{stated}", correction))


def opening_of(project: Project, year: int) -> MonthlyReport | None:
    return MonthlyReport.objects.openings().filter(project=project, month__year=year).first()


def _stated(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken("登记、更正或撤销期初累计须写明来源和原因。")
    return reason.strip()


def _demand_open(report: MonthlyReport, by: User) -> None:
    if report.state in LOCKED and not by.is_keeper:
        raise RuleBroken(HANDED_IN.format(report.project))


def _clear(report: MonthlyReport, by: User, reason: str) -> None:
    """Without its opening balance a report that says nothing else goes."""
    if not (report.progress or report.next_step or report.needs_coordination):
        erase(report, by=by, reason=reason)
        return
    report.opening, report.accepted, report.state = None, None, ReportState.DRAFT
    record(report, by=by, reason=reason)


def _decide(report: MonthlyReport, by: User) -> None:
    now = timezone.now()
    report.state, report.return_reason = ReportState.SUBMITTED, ""
    report.submitted_by, report.submitted_at = by, now
    report.reviewed_by, report.reviewed_at = None, None
    if by.is_keeper:
        report.state, report.reviewed_by, report.reviewed_at = ReportState.APPROVED, by, now
