"""Which months of a project's reports count in a year, and why the others do not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Case, CharField, IntegerField, Q, StringAgg, Sum, Value, When
from django.db.models.functions import Cast, ExtractMonth

from projects.figures.register.sheet import total
from projects.figures.register.tables import Register, Rows
from projects.models import MonthlyReport
from projects.models.report import ended_in
from projects.vocabulary import ReportState

type Reason = tuple[str, str]
"""A word for the kind of gap, and the sentence that names the months."""

_UNCOUNTED = {
    ReportState.SUBMITTED: "待审核",
    ReportState.RETURNED: "已退回",
    ReportState.DRAFT: "未提交",
}


@dataclass(slots=True)
class ReportedMonths:
    """The reports of one project from January to the day: months by state, and yuan.

    `opened`: the month up to which an approved opening balance goes, `opening` its yuan; `until`: of one that waits, by
    its state; `ahead`: of one that goes beyond the day. `counted`: approved months with an amount, `amount` their sum.
    `blank`: approved without an amount. `uncounted`: by state, `waiting` the yuan they speak of. `unfinished`: of a
    month that has not ended.
    """

    opened: int = 0
    opening: int | None = None
    until: dict[str, int] = field(default_factory=dict)
    ahead: int = 0
    counted: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    uncounted: dict[str, list[int]] = field(default_factory=dict)
    unfinished: list[int] = field(default_factory=list)
    amount: int | None = None
    waiting: int | None = None

    def gaps(self, months: int, *, excused: Mapping[int, str]) -> Iterator[Reason]:
        """Why months up to `months` do not count; `excused`: of which months no report is owed, and why."""
        for state, kind in _UNCOUNTED.items():
            if state in self.until:
                yield kind, f"期初累计（{months_words(range(1, self.until[state] + 1))}）{kind}"
            if state in self.uncounted:
                yield kind, f"{months_words(self.uncounted[state])}月报{kind}"
        if self.blank:
            yield "未填投资额", f"{months_words(self.blank)}已审核，未填投资额"
        known = {*self.counted, *self.blank, *(month for at in self.uncounted.values() for month in at)}
        known |= set(range(1, max(self.opened, *self.until.values(), 0) + 1))
        silent = [month for month in range(1, months + 1) if month not in known]
        for why in dict.fromkeys(excused.get(month, "") for month in silent):
            words = months_words([month for month in silent if excused.get(month, "") == why])
            yield ("不要求填报", f"{words}没有月报（{why}）") if why else ("没有月报", f"{words}没有月报")
        if self.unfinished:
            yield "月份未结束", f"{months_words(self.unfinished)}到截至日尚未结束"


def reported_months(register: Register, projects: Rows) -> defaultdict[int, ReportedMonths]:
    """The reports of the year by project, up to the month of the day; one query.

    `projects`: the rows whose ids to keep, a queryset.
    """
    found: defaultdict[int, ReportedMonths] = defaultdict(ReportedMonths)
    for row in _by_project_and_state(register, projects):
        _enter(found[row["project_id"]], row)
    return found


def _by_project_and_state(register: Register, projects: Rows) -> Rows:
    is_ended = When(ended_in(register.year, register.as_of), then=True)
    ended = Case(is_ended, default=False, output_field=BooleanField())
    reports = register.table(MonthlyReport).filter(
        Q(month__lte=register.as_of) | Q(opening__isnull=False),
        project_id__in=projects.values("id"),
        month__year=register.year,
    )
    grouped = reports.annotate(ended=ended).values("project_id", "state", "ended")
    return grouped.annotate(
        filled=_months(Q(invested__isnull=False)),
        blank=_months(Q(invested=None, opening=None)),
        opened=_months(Q(opening__isnull=False)),
        amount=Sum("invested"),
        opening=Sum("opening"),
    )


def _months(condition: Q) -> StringAgg:
    """The months of the reports that meet the condition, as “1,2,9”."""
    number = Cast(ExtractMonth("month", output_field=IntegerField()), CharField())
    return StringAgg(number, delimiter=Value(","), filter=condition)


def _enter(reported: ReportedMonths, row: dict[str, Any]) -> None:
    filled, blank, opened = (_numbers(row[name]) for name in ("filled", "blank", "opened"))
    amount, opening, state = row["amount"], row["opening"], str(row["state"])
    if not row["ended"]:
        reported.unfinished += sorted(filled + blank)
        if state != ReportState.DRAFT:
            reported.ahead = max(opened, default=reported.ahead)
    elif state == ReportState.APPROVED:
        reported.counted, reported.blank, reported.amount = filled, blank, amount
        reported.opened, reported.opening = max(opened, default=0), opening
    else:
        if filled or blank:
            reported.uncounted[state] = sorted(filled + blank)
        if opened:
            reported.until[state] = max(opened)
        reported.waiting = total([[reported.waiting], [amount], [opening]], 1)[0]


def _numbers(months: object) -> list[int]:
    return sorted(int(month) for month in str(months).split(",")) if months else []


def months_words(months: Sequence[int]) -> str:
    """[1, 2, 3, 5] as 1—3月、5月."""
    runs = groupby(enumerate(sorted(months)), key=lambda pair: pair[1] - pair[0])
    spans = [[month for _, month in run] for _, run in runs]
    return "、".join(f"{span[0]}月" if len(span) == 1 else f"{span[0]}—{span[-1]}月" for span in spans)
