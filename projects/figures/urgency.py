"""What a unit owes as one list, by how pressing it is: what is late, what is due within a week, what comes later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from projects.figures.decisions import DecisionLine
from projects.figures.open_milestones import DueMilestone
from projects.figures.problems import ProblemLine
from projects.figures.todo import MonthDue, StaffDesk
from projects.models import MonthlyReport, Project

WEEK_DAYS = 7


class Kind(StrEnum):
    """What is owed; the order says which of two equally pressing ones comes first."""

    ASKED = "asked"
    RETURNED = "returned"
    DECISION = "decision"
    MONTH = "month"
    MILESTONE = "milestone"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that somebody has to do. `days` to go, below 0 when it is late; None for a returned report.

    `names`: the first projects without a report, of a month.
    """

    kind: Kind
    days: int | None
    item: DecisionLine | DueMilestone | MonthDue | MonthlyReport | ProblemLine
    names: tuple[Project, ...] = ()

    @property
    def days_late(self) -> int:
        return max(0, -(self.days or 0))


@dataclass(frozen=True, slots=True)
class Urgency:
    """Questions of the office and returned reports are late at once: somebody waits for the answer."""

    late: tuple[Owed, ...]
    week: tuple[Owed, ...]
    later: tuple[Owed, ...]


def by_urgency(desk: StaffDesk, names: Mapping[date, tuple[Project, ...]]) -> Urgency:
    """`names`: for a month, the projects without a report. Asks the database for nothing."""
    late, week, later = [], [], []
    for owed in _all(desk, names):
        if owed.kind in (Kind.ASKED, Kind.RETURNED) or owed.days_late:
            late.append(owed)
        elif owed.days is not None and owed.days <= WEEK_DAYS:
            week.append(owed)
        else:
            later.append(owed)
    answers = [owed for owed in late if owed.kind in (Kind.ASKED, Kind.RETURNED)]
    overdue = [owed for owed in late if owed.kind not in (Kind.ASKED, Kind.RETURNED)]
    overdue.sort(key=lambda owed: -owed.days_late)
    return Urgency((*answers, *overdue), _nearest_first(week), _nearest_first(later))


def _nearest_first(listed: list[Owed]) -> tuple[Owed, ...]:
    return tuple(sorted(listed, key=lambda owed: owed.days or 0))


def _all(desk: StaffDesk, names: Mapping[date, tuple[Project, ...]]) -> Iterator[Owed]:
    for due in desk.asked:
        yield Owed(Kind.ASKED, due.days_to_go - due.days_late, due)
    for report in desk.returned:
        yield Owed(Kind.RETURNED, None, report)
    for decision in desk.decisions:
        yield Owed(Kind.DECISION, decision.days_left - decision.days_late, decision)
    for month in desk.months:
        if month.open:
            yield Owed(Kind.MONTH, month.days_left, month, names.get(month.month, ()))
    for due in (*desk.late, *desk.soon):
        yield Owed(Kind.MILESTONE, due.days_to_go - due.days_late, due)
    for line in desk.problems:
        yield Owed(Kind.PROBLEM, -line.days_late if line.days_late else line.days_left, line)
