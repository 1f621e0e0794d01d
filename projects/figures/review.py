"""What the office is shown before it decides on a month's reports: what an approval takes in, what can be undone."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Count

from projects.figures.reporting import MonthSheet, SheetRow
from projects.models import MonthlyReport, Notice, Organisation, Reminder, User
from projects.models.reminder import reminder_cause
from projects.rules.completion import Sum, add
from projects.vocabulary import ReportState

WAITING, APPROVED, RETURNED, SILENT = "", "approved", "returned", "silent"


@dataclass(frozen=True, slots=True)
class ReviewTab:
    """The rows of a month in one state; `key` as the address has it."""

    key: str
    label: str
    rows: list[SheetRow]


@dataclass(frozen=True, slots=True)
class UnitRows:
    """The rows of one unit on a page, and how far the unit is with the whole month; `unit` None: nobody answers.

    `handed_in` of `owed`: reports that wait or are approved.
    """

    unit: Organisation | None
    rows: list[SheetRow]
    waiting: int
    handed_in: int
    owed: int


def by_unit(rows: Iterable[SheetRow], sheet: MonthSheet) -> list[UnitRows]:
    """The rows of a page, which stand in the order of the units, under their units."""
    all_of: dict[int | None, list[SheetRow]] = defaultdict(list)
    for row in sheet.rows:
        all_of[row.project.organisation_id].append(row)
    found = []
    for unit, shown in groupby(rows, key=lambda row: row.project.organisation_id):
        of_unit, page = all_of[unit], list(shown)
        states = [row.report.state for row in of_unit if row.report]
        waiting = states.count(ReportState.SUBMITTED)
        handed_in = waiting + states.count(ReportState.APPROVED)
        found.append(UnitRows(page[0].project.organisation, page, waiting, handed_in, len(of_unit)))
    return found


@dataclass(frozen=True, slots=True)
class Approval:
    """What approving these rows would do. `before`, `after`: the month's approved amount; `stays`: rows with doubts."""

    rows: list[SheetRow]
    units: int
    before: Sum
    after: Sum
    stays: int

    @property
    def key(self) -> str:
        """Changes when other rows would be approved, or the same ones with something else in them."""
        parts = sorted((row.project.pk, row.version or 0) for row in self.rows)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Undoable:
    """The newest approval of a person: its moment, and how many reports of the month it took in."""

    at: datetime
    count: int


def review_tabs(sheet: MonthSheet) -> list[ReviewTab]:
    return [
        ReviewTab(WAITING, "待审核", sheet.waiting),
        ReviewTab(APPROVED, "已通过", sheet.in_state(ReportState.APPROVED)),
        ReviewTab(RETURNED, "已退回", sheet.in_state(ReportState.RETURNED)),
        ReviewTab(SILENT, "未报", sheet.silent),
    ]


def approval_without_doubts(sheet: MonthSheet) -> Approval:
    clean = [row for row in sheet.waiting if not row.doubts]
    counted = sheet.in_state(ReportState.APPROVED)
    return Approval(
        rows=clean,
        units=len({row.project.organisation_id for row in clean}),
        before=_sum(counted),
        after=_sum([*counted, *clean]),
        stays=len(sheet.waiting) - len(clean),
    )


def _sum(rows: Sequence[SheetRow]) -> Sum:
    return add(row.invested for row in rows)


@dataclass(frozen=True, slots=True)
class RemindedUnit:
    """A unit was reminded of the month; `people` who got the notice, and whether they have read it."""

    unit: Organisation
    missing: int
    people: tuple[tuple[User, bool], ...]


@dataclass(frozen=True, slots=True)
class RemindedAtOnce:
    """One press of the button: when, by whom, and the units."""

    at: datetime
    by: User
    units: tuple[RemindedUnit, ...]


def missing_by_unit(sheet: MonthSheet) -> dict[Organisation, int]:
    """How many reports each unit still has to hand in, returned ones too; only units that answer for a project."""
    found: dict[Organisation, int] = {}
    for row in sheet.open_rows:
        if (unit := row.project.organisation) is not None:
            found[unit] = found.get(unit, 0) + 1
    return found


def reminders(month: date) -> list[RemindedAtOnce]:
    """Who was reminded of the month, the newest first; three queries."""
    found = list(Reminder.objects.of_month(month))
    causes = {
        reminder.pk: reminder_cause(month, reminder.organisation_id, reminder.day) for reminder in found
    }
    notices = Notice.objects.filter(cause__in=causes.values()).exclude(read_at=None)
    was_read = set(notices.values_list("cause", "person_id"))
    units = {
        reminder.pk: RemindedUnit(
            reminder.organisation,
            reminder.missing,
            tuple((person, (causes[reminder.pk], person.pk) in was_read) for person in reminder.told.all()),
        )
        for reminder in found
    }
    return [
        RemindedAtOnce(at, by, tuple(units[reminder.pk] for reminder in at_once))
        for (at, by), at_once in groupby(found, key=attrgetter("reminded_at", "reminded_by"))
    ]


def last_approval(month: date, by: User, *, since: datetime) -> Undoable | None:
    """What the person approved last, not before the moment; one query."""
    approved = MonthlyReport.objects.filter(
        month=month, state=ReportState.APPROVED, reviewed_by=by, reviewed_at__gte=since
    )
    newest = approved.order_by("-reviewed_at").values("reviewed_at").annotate(count=Count("pk")).first()
    at = newest["reviewed_at"] if newest else None
    return Undoable(at, newest["count"]) if newest and at else None
