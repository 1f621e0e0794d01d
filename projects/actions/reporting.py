"""The month's reports: written as drafts, handed in, approved or sent back; a month may be opened again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from django.db import transaction
from django.utils import timezone

from projects.actions import report_news
from projects.actions.conversation import say
from projects.actions.guarding import corrected
from projects.actions.overlaps import demand_alone
from projects.actions.recording import record
from projects.models import MonthlyReport, Organisation, Project, Reopening, User
from projects.models.versions import Version, newest_or_numbered
from projects.rules import entries
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.entries import Entry, entry_of, put
from projects.rules.merge import Conflict
from projects.rules.reporting import HANDED_IN, LOCKED, month_words, not_begun
from projects.vocabulary import ReportState

SYSTEM = "系统"
UNDO_FOR = timedelta(minutes=10)
"""How long an approval can be undone as a whole; later a report is sent back."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a writer had before the eyes: the history entry of the report, None for no report.

    `choices`: by cell whose value is kept where two changed it, picked while `shown` was the newest entry.
    """

    version: int | None
    choices: Mapping[str, str] = field(default_factory=dict)
    shown: int | None = None


class Contested(Overtaken):
    """Cells that somebody else has changed, too: `conflict` to choose from, while `version` is the newest entry."""

    def __init__(self, conflict: Conflict, version: int | None) -> None:
        super().__init__(f"{conflict.who}刚刚也改了这一行，请逐项选择保留谁的。")
        self.conflict, self.version = conflict, version


class Refused(RuleBroken):
    """Rows of a sheet that cannot be kept: why, by project."""

    def __init__(self, faults: Mapping[int, RuleBroken]) -> None:
        super().__init__("；".join(map(str, faults.values())))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Written:
    """One row of the sheet as it was sent.

    `reopened`: the unit may write although the report was handed in. `seen`: what `entry` was typed upon, so that
    a cell that only somebody else has changed stays theirs; None takes `entry` as it is.
    """

    project: Project
    entry: Entry
    reopened: bool = False
    seen: Seen | None = None


def write(
    project: Project,
    month: date,
    entry: Entry,
    *,
    by: User,
    reopened: bool = False,
    seen: Seen | None = None,
) -> MonthlyReport:
    """Keep the month of one project as a draft; what is the same leaves no entry.

    RuleBroken for a month that has not begun and for a report that waits for review or was approved; Contested for
    a cell that both have changed.
    """
    try:
        (report,) = write_all([Written(project, entry, reopened, seen)], month, by=by)
    except Refused as refused:
        raise refused.faults[project.pk] from None
    return report


@transaction.atomic
def write_all(rows: Iterable[Written], month: date, *, by: User) -> list[MonthlyReport]:
    """Keep the rows of a sheet: all of them, or none; Refused says of each row that cannot be kept why.

    RuleBroken for a month that has not begun.
    """
    _check_begun(month)
    ordered = sorted(rows, key=lambda row: row.project.pk)
    locked = _Locked.of([row.project for row in ordered], month)
    versions = _Versions.of(locked, [row.seen for row in ordered])
    kept, faults = [], {}
    for row in ordered:
        report = locked.reports[row.project.pk]
        try:
            if _put(report, row, versions):
                demand_alone(report)
                with (
                    transaction.atomic()
                ):  # what the database refuses of one row must not hide the faults of others
                    record(report, by=by, reason=f"填写{month_words(month)}月报")
            kept.append(report)
        except RuleBroken as broken:
            faults[row.project.pk] = broken
    if faults:
        raise Refused(faults)
    return kept


@transaction.atomic
def hand_in(projects: Iterable[Project], month: date, *, by: User) -> list[MonthlyReport]:
    """Hand the month in: every project with an amount or a confirmed “no change”; then they are locked. The opening
    balance of the year that a project has not handed in goes along.

    RuleBroken, and nothing is handed in, when one of them has neither.
    """
    _check_begun(month)
    reports = list(_Locked.of(projects, month).reports.values())
    empty = [report for report in reports if not report.is_filled]
    if empty:
        names = "、".join(str(report.project) for report in empty[:5]) + ("等" if len(empty) > 5 else "")
        raise RuleBroken(f"还有 {len(empty)} 个项目没有填写，也没有确认无变化：{names}。")
    handed = [report for report in reports if report.state not in LOCKED]
    openings = MonthlyReport.objects.openings().of_year_before(handed, month)
    for report in [*openings.filter(state=ReportState.DRAFT), *handed]:
        report.state, report.return_reason = ReportState.SUBMITTED, ""
        report.submitted_by, report.submitted_at = by, timezone.now()
        report.reviewed_by, report.reviewed_at = None, None
        record(report, by=by, reason=f"提交{report.opening_words or f'{month_words(month)}月报'}")
    return handed


@transaction.atomic
def approve(reports: Iterable[MonthlyReport], *, by: User, correction: str = "") -> int:
    """Accept reports that were handed in; from now on they count. Returns how many. The opening balance that was
    handed in with a month is accepted with it.

    `correction`: why a sealed month changes; RuleBroken for a sealed month without one.
    """
    decided, at = list(reports), timezone.now()
    for month in {report.month for report in decided}:
        of_month = [report for report in decided if report.month == month]
        openings = MonthlyReport.objects.openings().of_year_before(of_month, month).submitted()
        _decide(openings.order_by("project"), ReportState.APPROVED, "", by, correction, at)
    count = _decide(decided, ReportState.APPROVED, "", by, correction, at)
    report_news.approved(decided, at, by=by)
    return count


@transaction.atomic
def take_back_approval(month: date, at: datetime, *, by: User, correction: str = "") -> int:
    """Undo what the person approved at the moment: the reports of the month wait for review again, and opening balances
    that were accepted with them; how many of the month.
    """
    if timezone.now() - at > UNDO_FOR:
        raise RuleBroken("通过已超过十分钟，不能整批撤销；请在“已通过”中选中退回。")
    approved = MonthlyReport.objects.filter(state=ReportState.APPROVED, reviewed_by=by, reviewed_at=at)
    reports = list(approved.order_by("pk").select_for_update(of=("self",)).select_related("project"))
    count = sum(report.month == month for report in reports)
    if not count:
        raise RuleBroken("没有可以撤销的通过：这些月报已经有了变化。")
    for report in reports:
        report.state, report.reviewed_by, report.reviewed_at = ReportState.SUBMITTED, None, None
        why = f"撤销通过：{report.opening_words or f'{month_words(report.month)}月报'}"
        record(report, by=by, reason=corrected(why, correction))
    report_news.not_approved(at)
    return count


@transaction.atomic
def send_back(reports: Iterable[MonthlyReport], *, reason: str, by: User, correction: str = "") -> int:
    """Return reports to their unit, which may write them again; each return opens a talk. Returns how many."""
    if not reason.strip():
        raise RuleBroken("退回须写明原因。")
    returned, at = list(reports), timezone.now()
    count = _decide(returned, ReportState.RETURNED, reason.strip(), by, correction, at)
    report_news.returned(returned, at, reason=reason.strip(), by=by)
    for report in returned:
        say(report.project, reason, by=by, month=report.month, is_return=True)
    return count


@transaction.atomic
def ask_reopening(organisation: Organisation, month: date, *, reason: str, by: User) -> Reopening:
    """Ask the office to open a month again for a unit."""
    if not reason.strip():
        raise RuleBroken("申请重开须写明原因。")
    request = Reopening(
        organisation=organisation,
        month=month,
        reason=reason.strip(),
        requested_by=by,
        requested_at=timezone.now(),
    )
    record(request, by=by, reason=reason.strip())
    report_news.reopening_asked(request, by=by)
    return request


@transaction.atomic
def decide_reopening(request: Reopening, *, until: date | None, by: User, reason: str = "") -> Reopening:
    """Grant a request until a day, or refuse it (`until` None) for a reason, which reaches the unit."""
    locked = Reopening.objects.select_for_update().get(pk=request.pk)
    if locked.decided_at is not None:
        raise RuleBroken("这个申请已经处理过。")
    if until is None and not reason.strip():
        raise RuleBroken("不同意重开须写明理由，对方会收到。")
    if until is not None and until < timezone.localdate():
        raise RuleBroken("开放截止日不能早于今天。")
    locked.granted, locked.until, locked.answer = until is not None, until, reason.strip()
    locked.decided_by, locked.decided_at = by, timezone.now()
    decision = "同意重开" if locked.granted else "不同意重开"
    record(locked, by=by, reason=f"{decision}：{locked.answer}" if locked.answer else decision)
    report_news.reopening_decided(locked, by=by)
    return locked


def _decide(
    reports: Iterable[MonthlyReport],
    state: ReportState,
    reason: str,
    by: User,
    correction: str,
    at: datetime,
) -> int:
    """All of one decision have one moment."""
    decided = 0
    for report in reports:
        locked = MonthlyReport.objects.select_for_update().get(pk=report.pk)
        if locked.state not in LOCKED or locked.state == state:
            raise RuleBroken(f"“{report.project}”的月报是“{locked.get_state_display()}”，不能{state.label}。")
        locked.state, locked.return_reason = state, reason
        locked.reviewed_by, locked.reviewed_at = by, at
        why = reason or f"{state.label}：{locked.opening_words or f'{month_words(locked.month)}月报'}"
        record(locked, by=by, reason=corrected(why, correction))
        decided += 1
    return decided


@dataclass(frozen=True, slots=True)
class _Locked:
    """The reports of a month while nobody else may write them, by project in the order of their keys; a new draft
    where there is none."""

    reports: Mapping[int, MonthlyReport]

    @classmethod
    def of(cls, projects: Iterable[Project], month: date) -> Self:
        """Two queries. The locks are taken in one order, so that two sheets never block each other."""
        by_key = {project.pk: project for project in sorted(projects, key=lambda project: project.pk)}
        list(Project.objects.filter(pk__in=by_key).order_by("pk").select_for_update().values_list("pk"))
        found = {
            report.project_id: report
            for report in MonthlyReport.objects.filter(project__in=by_key, month=month)
        }
        reports = {}
        for pk, project in by_key.items():
            reports[pk] = found.get(pk) or MonthlyReport(project=project, month=month)
            reports[pk].project = project
        return cls(reports)


@dataclass(frozen=True, slots=True)
class _Versions:
    """Entries of the history of reports: the newest of each report, and what its writer had seen."""

    newest: Mapping[int, Version]
    numbered: Mapping[tuple[int, int], Version]

    @classmethod
    def of(cls, locked: _Locked, seen: Iterable[Seen | None]) -> Self:
        """One query."""
        stored = [report.pk for report in locked.reports.values() if report.pk is not None]
        numbers = [one.version for one in seen if one is not None and one.version is not None]
        entries = list(newest_or_numbered(MonthlyReport, stored, numbers))
        return cls(
            newest={entry.id: entry for entry in entries},  # the last of each is its newest
            numbered={(entry.id, entry.history_id): entry for entry in entries},
        )

    def typed_upon(self, report: MonthlyReport, seen: Seen | None) -> Entry:
        """What stood there when the writer began."""
        number = seen.version if seen else None
        return entry_of(None if number is None else self.numbered.get((report.pk, number)))

    def reconciled(self, report: MonthlyReport, mine: Entry, seen: Seen) -> Entry:
        """What was typed, with what others wrote since; Contested where somebody has to choose."""
        newest = self.newest.get(report.pk)
        version = newest.history_id if newest else None
        if report._state.adding or version == seen.version:
            return mine
        choices = seen.choices if seen.shown == version else {}
        entry, lines = entries.reconciled(self.typed_upon(report, seen), entry_of(report), mine, choices)
        if lines:
            who = str(newest.history_user or SYSTEM) if newest else SYSTEM
            at, why = (newest.history_date, newest.history_change_reason or "") if newest else (None, "")
            raise Contested(Conflict(who, at, why, lines), version)
        return entry


def _put(report: MonthlyReport, row: Written, versions: _Versions) -> bool:
    """Set what was typed on the report, not saved; whether that changes anything.

    RuleBroken for a report that waits for review or was approved; Contested where two people changed a cell.
    """
    entry = row.entry
    if report.state in LOCKED and not row.reopened:
        if entry in (entry_of(report), versions.typed_upon(report, row.seen)):
            return False
        raise RuleBroken(HANDED_IN.format(row.project))
    if row.seen is not None:
        entry = versions.reconciled(report, entry, row.seen)
    if entry == (entries.EMPTY if report._state.adding else entry_of(report)):
        return False
    put(report, entry)
    return True


def _check_begun(month: date) -> None:
    if fault := not_begun(month, timezone.localdate()):
        raise RuleBroken(fault)
