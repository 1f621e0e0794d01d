"""The month's reports: written as drafts, handed in, approved or sent back; a month may be opened again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions.guarding import corrected
from projects.actions.recording import record
from projects.models import MonthlyReport, Organisation, Project, Reopening, User
from projects.rules import entries
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.entries import Entry, entry_of, put
from projects.rules.merge import Conflict
from projects.rules.reporting import HANDED_IN, LOCKED, month_words, not_begun
from projects.vocabulary import ReportState

SYSTEM = "系统"


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


@transaction.atomic
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

    `reopened`: the unit may write although the report was handed in. `seen`: what `entry` was typed upon, so that
    a cell that only somebody else has changed stays theirs; None takes `entry` as it is. RuleBroken for a month
    that has not begun and for a report that waits for review or was approved; Contested for a cell that both
    have changed.
    """
    _check_begun(month)
    report = _locked(project, month)
    if report.state in LOCKED and not reopened:
        if entry in (entry_of(report), _typed_upon(report, seen)):
            return report
        raise RuleBroken(HANDED_IN.format(project))
    if seen is not None:
        entry = _reconciled(report, entry, seen)
    if not _differs(report, entry):
        return report
    put(report, entry)
    demand_alone(report)
    record(report, by=by, reason=f"填写{month_words(month)}月报")
    return report


@dataclass(frozen=True, slots=True)
class Written:
    """One row of the sheet as it was sent."""

    project: Project
    entry: Entry
    reopened: bool = False
    seen: Seen | None = None


@transaction.atomic
def write_all(rows: Iterable[Written], month: date, *, by: User) -> list[MonthlyReport]:
    """Keep the rows of a sheet: all of them, or none; Refused says of each row that cannot be kept why."""
    kept, faults = [], {}
    for row in sorted(
        rows, key=lambda row: row.project.pk
    ):  # one order, so that two sheets never block each other
        try:
            kept.append(write(row.project, month, row.entry, by=by, reopened=row.reopened, seen=row.seen))
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
    ordered = sorted(projects, key=lambda project: project.pk)  # one order, as in `write_all`
    reports = [_locked(project, month) for project in ordered]
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
    decided = list(reports)
    for month in {report.month for report in decided}:
        of_month = [report for report in decided if report.month == month]
        openings = MonthlyReport.objects.openings().of_year_before(of_month, month).submitted()
        _decide(openings.order_by("project"), ReportState.APPROVED, "", by, correction)
    return _decide(decided, ReportState.APPROVED, "", by, correction)


@transaction.atomic
def send_back(reports: Iterable[MonthlyReport], *, reason: str, by: User, correction: str = "") -> int:
    """Return reports to their unit, which may write them again. Returns how many."""
    if not reason.strip():
        raise RuleBroken("退回须写明原因。")
    return _decide(reports, ReportState.RETURNED, reason.strip(), by, correction)


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
    return request


@transaction.atomic
def decide_reopening(request: Reopening, *, until: date | None, by: User, reason: str = "") -> Reopening:
    """Grant a request until a day, or refuse it (`until` None)."""
    locked = Reopening.objects.select_for_update().get(pk=request.pk)
    if locked.decided_at is not None:
        raise RuleBroken("这个申请已经处理过。")
    if until is not None and until < timezone.localdate():
        raise RuleBroken("开放截止日不能早于今天。")
    locked.granted, locked.until = until is not None, until
    locked.decided_by, locked.decided_at = by, timezone.now()
    record(locked, by=by, reason=reason or ("同意重开" if locked.granted else "不同意重开"))
    return locked


def _decide(
    reports: Iterable[MonthlyReport], state: ReportState, reason: str, by: User, correction: str
) -> int:
    decided = 0
    for report in reports:
        locked = MonthlyReport.objects.select_for_update().get(pk=report.pk)
        if locked.state not in LOCKED or locked.state == state:
            raise RuleBroken(f"“{report.project}”的月报是“{locked.get_state_display()}”，不能{state.label}。")
        locked.state, locked.return_reason = state, reason
        locked.reviewed_by, locked.reviewed_at = by, timezone.now()
        why = reason or f"{state.label}：{locked.opening_words or f'{month_words(locked.month)}月报'}"
        record(locked, by=by, reason=corrected(why, correction))
        decided += 1
    return decided


def _locked(project: Project, month: date) -> MonthlyReport:
    """The report while nobody else may write it; a new draft when there is none."""
    Project.objects.select_for_update().get(pk=project.pk)
    found = MonthlyReport.objects.filter(project=project, month=month).first()
    return found or MonthlyReport(project=project, month=month)


def _reconciled(report: MonthlyReport, mine: Entry, seen: Seen) -> Entry:
    """What was typed, brought up to date with what others wrote since; Contested where somebody has to choose."""
    if report._state.adding:
        return mine
    history = report.history.select_related("history_user")
    newest = history.order_by("-history_id").first()
    version = newest.history_id if newest else None
    if version == seen.version:
        return mine
    choices = seen.choices if seen.shown == version else {}
    entry, lines = entries.reconciled(_typed_upon(report, seen), entry_of(report), mine, choices)
    if lines:
        who = str(newest.history_user or SYSTEM) if newest else SYSTEM
        at, why = (newest.history_date, newest.history_change_reason or "") if newest else (None, "")
        raise Contested(Conflict(who, at, why, lines), version)
    return entry


def _typed_upon(report: MonthlyReport, seen: Seen | None) -> Entry:
    """What stood there when the writer began."""
    number = seen.version if seen else None
    return entry_of(report.history.filter(history_id=number).first() if number else None)


def _differs(report: MonthlyReport, entry: Entry) -> bool:
    return entry != (entries.EMPTY if report._state.adding else entry_of(report))


def demand_alone(report: MonthlyReport) -> None:
    """Raises RuleBroken where the opening balance of the year and the reports of its months would count twice."""
    if fault := report.overlap():
        raise RuleBroken(fault)


def _check_begun(month: date) -> None:
    if fault := not_begun(month, timezone.localdate()):
        raise RuleBroken(fault)
