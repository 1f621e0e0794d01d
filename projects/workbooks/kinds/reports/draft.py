"""A row of a 月度调度表 laid beside what its project has reported of the month: a draft, as the page writes it."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from projects.actions.reporting import HANDED_IN, LOCKED, entry_of, month_words, not_begun, put
from projects.models import MonthlyReport, Project
from projects.models.checks import broken
from projects.rules import entries, reporting
from projects.rules.broken import RuleBroken
from projects.rules.entries import CELLS, Entry
from projects.rules.reporting import Background
from projects.workbooks.drafts import WHOLE_ROW, Change, Clash, Draft, Said, Terms
from projects.workbooks.kinds.projects.draft import NOT_YOURS

NOT_OWING = "“{}”这个月不需要填报：不在当年的名单上，或已暂停、终止。"
NOT_COUNTED = "{}的月报还没有提交，没有计入上月的年累计，请核对由年累计推算的本月完成。"

type Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MonthStanding:
    """What stands of one project's month, and what is known of it; `before`: as it stood when the sheet was made."""

    project: Project
    month: date
    report: MonthlyReport | None
    background: Background
    is_owing: bool
    is_reopened: bool = False
    before: Entry | None = None
    pending: Sequence[date] = ()
    """Earlier months of the year with an amount that nobody has handed in: no year-to-date counts them."""

    @property
    def label(self) -> str:
        return f"{self.project}（{month_words(self.month)}）"[-250:]

    @property
    def closed(self) -> str:
        """Why the month can no longer be written, "" where it can."""
        if not self.is_owing:
            return NOT_OWING.format(self.project)
        if self.report is not None and self.report.state in LOCKED and not self.is_reopened:
            return HANDED_IN.format(self.project)
        return ""


def draft(said: Said, standing: MonthStanding, terms: Terms) -> Draft:
    """What the row would do to the month; `state` is the entry that would stand, for the months after it."""
    row = Draft(label=standing.label, subject=standing.project.pk)
    row.faults.update(said.faults)
    _judge_month(row, standing, terms)
    theirs = entry_of(standing.report)
    mine = _mine(row, said.values, standing, standing.before or theirs)
    if row.faults:
        return row
    row.state = theirs
    if standing.closed:
        if mine not in (theirs, standing.before or theirs):
            row.faults[WHOLE_ROW] = standing.closed
        return row
    entry, lines = entries.reconciled(standing.before or theirs, theirs, mine, said.choice)
    row.clashes = [Clash(line.name, line.label, line.before, line.theirs, line.mine) for line in lines]
    if entry != theirs and not lines:
        _lay(row, standing, entry)
        _doubt(row, standing, entry, by_year="year_to_date" in said.values)
    return row


def _judge_month(row: Draft, standing: MonthStanding, terms: Terms) -> None:
    if not terms.writer.may_write(standing.project.pk):
        row.faults[WHOLE_ROW] = NOT_YOURS
    elif fault := not_begun(standing.month, terms.today):
        row.faults.setdefault("month", fault)


def _mine(row: Draft, values: Values, standing: MonthStanding, seen: Entry) -> Entry:
    """The month as the row would have it, upon what its writer saw; what it does not say stays as it was."""
    said = {name: values[name] for name in ("progress", "next_step", "needs_coordination") if name in values}
    try:
        amount = reporting.month_amount(
            values.get("invested"), values.get("year_to_date"), standing.background
        )
    except RuleBroken as fault:
        row.faults.setdefault("year_to_date", str(fault))
        return seen
    if "invested" in values or "year_to_date" in values:
        said["invested"] = amount
        if amount:
            said["unchanged"] = False  # one rules the other out
    if "unchanged" in values:
        said["unchanged"] = values["unchanged"]
    mine = replace(seen, **said)
    if mine.unchanged and mine.invested:
        row.faults.setdefault("unchanged", reporting.UNCHANGED_WITH_AMOUNT)
    return mine


def _lay(row: Draft, standing: MonthStanding, entry: Entry) -> None:
    theirs = entry_of(standing.report)
    held = standing.report
    report = copy(held) if held else MonthlyReport(project=standing.project, month=standing.month)
    put(report, entry)
    for sentence in broken(report):
        row.faults.setdefault(WHOLE_ROW, sentence)
    row.is_new, row.state = held is None, entry
    row.changes = [
        Change(name, label, theirs.words(name), entry.words(name))
        for name, label in CELLS.items()
        if theirs.cell(name) != entry.cell(name)
    ]
    if not row.faults:
        row.write(held, report)


def _doubt(row: Draft, standing: MonthStanding, entry: Entry, *, by_year: bool) -> None:
    row.doubts = [doubt.sentence for doubt in reporting.doubts(entry.invested, standing.background)]
    if by_year and standing.pending:
        row.doubts.append(NOT_COUNTED.format("、".join(f"{month.month}月" for month in standing.pending)))
