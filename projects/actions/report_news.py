"""What people are told about the month's reports; called by the actions on them, in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from projects.actions.notifying import News, tell, tell_all, withdraw
from projects.models import MonthlyReport, Reopening, User, audience
from projects.rules.reporting import month_words
from projects.vocabulary import NoticeKind


def returned(reports: Sequence[MonthlyReport], at: datetime, *, reason: str, by: User) -> None:
    """One notice a report: each has to be mended."""
    staff = audience.staff_of(report.project.organisation_id for report in reports)
    told = [
        (
            staff.get(report.project.organisation_id or 0, ()),
            News(
                NoticeKind.RETURNED,
                cause=f"return:{at.isoformat()}:{report.pk}",
                text=f"{month_words(report.month)}月报被退回：{report.project}",
                detail=reason,
                project=report.project,
                month=report.month,
            ),
        )
        for report in reports
    ]
    tell_all(told, by=by)


def approved(reports: Sequence[MonthlyReport], at: datetime, *, by: User) -> None:
    """One notice a unit and month: nothing is to be done."""
    staff = audience.staff_of(report.project.organisation_id for report in reports)
    told = []
    key = attrgetter("project.organisation_id", "month")
    for (unit, month), of_unit in groupby(_of_units(reports), key=key):
        found = list(of_unit)
        news = News(
            NoticeKind.APPROVED,
            cause=f"{_approval(at)}{unit}:{month.isoformat()}",
            text=f"{month_words(month)}月报通过 {len(found)} 个项目",
            organisation=found[0].project.organisation,
            month=month,
        )
        told.append((staff[unit], news))
    tell_all(told, by=by)


def not_approved(at: datetime) -> None:
    """The approval of that moment was undone."""
    withdraw(_approval(at))


def reopening_asked(request: Reopening, *, by: User) -> None:
    news = News(
        NoticeKind.ASKED,
        cause=f"reopening:{request.pk}",
        text=f"{request.organisation}申请重开 {month_words(request.month)}月报",
        detail=request.reason,
        organisation=request.organisation,
        month=request.month,
    )
    tell(audience.office(), news, by=by)


def reopening_decided(request: Reopening, *, by: User) -> None:
    words = month_words(request.month)
    if request.granted and request.until is not None:
        kind, text = NoticeKind.REOPENED, f"{words}月报重新开放到 {request.until.isoformat()}"
    else:
        kind, text = NoticeKind.REFUSED, f"没有同意重开 {words}月报"
    news = News(
        kind,
        cause=f"reopening:{request.pk}:decided",
        text=text,
        detail=request.answer,
        organisation=request.organisation,
        month=request.month,
    )
    tell([request.requested_by, *audience.staff_of_one(request.organisation_id)], news, by=by)


def _approval(at: datetime) -> str:
    return f"approval:{at.isoformat()}:"


def _of_units(reports: Iterable[MonthlyReport]) -> list[MonthlyReport]:
    """Those of projects that a unit answers for, by unit and month."""
    found = [report for report in reports if report.project.organisation_id is not None]
    return sorted(found, key=attrgetter("project.organisation_id", "month"))
