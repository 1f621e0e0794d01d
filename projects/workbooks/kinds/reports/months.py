"""The stored reports of one month of some projects, now and when a sheet was made."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from projects.figures.reporting import Known, pending_months
from projects.models import ImportRow, MonthlyReport, Project
from projects.rules.broken import RuleBroken
from projects.rules.entries import Entry, entry_of
from projects.rules.reporting import HANDED_IN, LOCKED, Background, month_words
from projects.rules.versions import REPORT, RecordVersion

NOT_OWING = "“{}”这个月不需要填报：不在当年的名单上，或已暂停、终止。"
OTHER_VERSION = "“系统版本”与这一行的项目、月份对不上，请重新导出后再改。"

type Cell = tuple[int, date]
"""A project and a month."""


@dataclass(frozen=True, slots=True)
class StoredMonth:
    """The stored report of one project's month, and what is known of it. `before`: when the sheet was made."""

    project: Project
    month: date
    report: MonthlyReport | None
    background: Background
    is_owing: bool
    is_reopened: bool = False
    before: Entry | None = None
    last_month: MonthlyReport | None = None
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


@dataclass(frozen=True, slots=True)
class StoredMonths:
    """One month of some projects; nine queries, however many there are."""

    month: date
    known: Known
    projects: Mapping[int, Project]
    owing: frozenset[int]
    pending: Mapping[int, list[date]]

    @classmethod
    def of(cls, pks: Collection[int], month: date, today: date) -> "StoredMonths":
        projects = Project.objects.filter(pk__in=pks)
        return cls(
            month,
            Known.of(projects, month, today),
            {project.pk: project for project in projects},
            frozenset(projects.owing_reports(month, today=today).values_list("pk", flat=True)),
            pending_months(projects, month),
        )

    def stored(
        self, pk: int, in_file: Mapping[date, int | None], before: Entry | None, opening: int | None
    ) -> StoredMonth:
        """`in_file`: what rows of the same file say of earlier months of the year, which goes before the record, and
        `opening` what they make the opening balance of the year.
        """
        project, opened = self.projects[pk], self.known.opening(pk)
        if opening is None and opened is not None:
            opening = opened.opening
        amounts = self.known.amounts(pk) | {
            month: amount for month, amount in in_file.items() if amount is not None
        }
        return StoredMonth(
            project,
            self.month,
            self.known.reports.get(pk),
            self.known.background(project, amounts, opening),
            is_owing=pk in self.owing,
            is_reopened=project.organisation_id in self.known.opened,
            before=before,
            last_month=self.known.last_month.get(pk),
            pending=[month for month in self.pending.get(pk, ()) if month not in in_file],
        )


@dataclass(frozen=True, slots=True)
class Versions:
    """By position what stood when the sheet was made, or why it is unknown; one query."""

    before: Mapping[int, Entry]
    faults: Mapping[int, str]

    @classmethod
    def of(cls, rows: Iterable[ImportRow], cells: Mapping[int, Cell]) -> "Versions":
        """`cells`: which project and month each row is about."""
        numbers: dict[int, int] = {}
        faults: dict[int, str] = {}
        for row in rows:
            text = row.cells.get("version", "")
            if text and row.position in cells:
                try:
                    numbers[row.position] = RecordVersion.read(text, REPORT).number
                except RuleBroken as fault:
                    faults[row.position] = str(fault)
        entries = MonthlyReport.history.in_bulk({number for number in numbers.values() if number})
        before: dict[int, Entry] = {}
        for position, number in numbers.items():
            entry = entries.get(number)
            if number and (entry is None or (entry.project_id, entry.month) != cells[position]):
                faults[position] = OTHER_VERSION
            else:
                is_there = entry is not None and entry.history_type != "-"
                before[position] = entry_of(entry if is_there else None)
        return cls(before, faults)
