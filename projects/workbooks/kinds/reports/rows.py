"""The rows of a monthly sheet: which month of which project each is about, and what it would report.

A year-to-date amount gives the month's amount only with the months before it, stored or in the same file. So the
rows of a project are judged in the order of their months.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from projects.actions.guarding import refusals
from projects.models import Import, ImportRow, MonthlyReport, Project
from projects.rules import money, periods
from projects.rules.entries import Entry
from projects.workbooks.cells import Cells
from projects.workbooks.drafts import WHOLE_ROW, Draft, ImportTerms, ParsedRow
from projects.workbooks.kinds.reports.draft import draft, emptied, report_cells
from projects.workbooks.kinds.reports.months import Cell, StoredMonths, Versions
from projects.workbooks.matching import nearest
from projects.workbooks.subjects import Light, RowSubject, Subjects

NO_MONTH = "没有写明月份：请在“月份”一列填写，或在导入时选择月份。"
NOT_FOUND = "没有找到这个项目，月报不登记新项目。"
NEAREST = "没有找到这个项目，月报不登记新项目；名称相近的有：{}。"
EARLIER_FAULTY = "第 {} 行（{}月）还有错误或待选择，先处理那一行，才能由年累计推算本月完成。"
TOLD_TWICE = "第 {} 行已写明这个项目这个月，这里写的不一样。"


@dataclass(slots=True)
class _FirstRow:
    """The first row of a month; `entry`: what would be reported after it, None while it cannot be written."""

    position: int
    line: int
    entry: Entry | None = None


@dataclass(slots=True)
class ReportRows:
    may_be_new: ClassVar[bool] = False

    imported: Import
    today: date
    terms: ImportTerms = field(init=False)
    cells: Cells = field(init=False)
    subjects: Subjects = field(init=False)
    cell_of: dict[int, Cell] = field(default_factory=dict)
    """By position; a row without project or month is faulty or waits for a choice."""
    near: Mapping[str, list[str]] = field(default_factory=dict)
    first_rows: dict[Cell, _FirstRow] = field(default_factory=dict)
    openings: dict[tuple[int, int], int] = field(default_factory=dict)
    """By project and year, the opening balance that rows would record."""

    def __post_init__(self) -> None:
        self.terms = ImportTerms.of(self.imported, self.today, ())
        self.cells = report_cells(year=self.terms.year)
        self.subjects = Subjects(may_be_new=False)

    def survey(self, rows: Iterable[Light]) -> None:
        light, visible = list(rows), Project.objects.visible_to(self.imported.created_by)
        self.subjects.survey(light, visible=visible)
        subjects = self.subjects.by_position
        for position, cells, _ in light:
            subject, month = subjects[position].pk, self._month(cells)
            if subject is not None and month is not None:
                self.cell_of[position] = (subject, month)
        strange = [subject.sought.name for subject in subjects.values() if _is_strange(subject)]
        self.near = nearest(strange, visible=visible)

    def related(self, positions: Iterable[int]) -> set[int]:
        return self.subjects.related(positions)

    def lock(self, positions: Iterable[int]) -> None:
        self.subjects.lock(positions)

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        asked = sorted([*rows, *self._earlier(rows)], key=lambda row: row.position)
        versions = Versions.of(asked, self.cell_of)
        drafts = {row.position: self._undecided(row) for row in asked if row.position not in self.cell_of}
        of_month: dict[date, list[ImportRow]] = defaultdict(list)
        for row in asked:
            if row.position in self.cell_of:
                of_month[self.cell_of[row.position][1]].append(row)
        for month in sorted(of_month):
            drafts |= self._of_month(of_month[month], month, versions, reason)
        return [drafts[row.position] for row in rows]

    def _month(self, cells: Mapping[str, str]) -> date | None:
        values, faults = self.cells.judge({"month": cells.get("month", "")})
        if values or faults:
            return values.get("month")
        return periods.month_start(self.terms.month) if self.terms.month else None

    def _earlier(self, rows: Sequence[ImportRow]) -> list[ImportRow]:
        """Rows about earlier months of the same projects that stand further down, and were not judged yet."""
        here = {row.position for row in rows}
        last: dict[tuple[int, int], date] = {}
        for position in here & self.cell_of.keys():
            subject, month = self.cell_of[position]
            if subject in self.subjects.repeated:
                last[subject, month.year] = max(month, last.get((subject, month.year), month))
        missing = [
            position
            for position, (subject, month) in self.cell_of.items()
            if month < last.get((subject, month.year), month)
            and position not in here
            and (subject, month) not in self.first_rows
        ]
        return list(self.imported.rows.filter(position__in=missing)) if missing else []

    def _undecided(self, row: ImportRow) -> Draft:
        """Check what can be checked of a row whose project or month is unknown."""
        subject = self.subjects.by_position[row.position]
        _, faults = self.cells.judge(row.readable)
        drafted = Draft(label=subject.sought.name[:250], subject=subject.pk, faults=faults | row.unread)
        if self._month(row.cells) is None:
            drafted.faults.setdefault("month", NO_MONTH)
        if refusal := subject.refusal(row.cells):
            drafted.faults[WHOLE_ROW] = refusal
        elif subject.is_open:
            drafted.candidates = subject.match.candidates
        elif _is_strange(subject):
            near = self.near.get(subject.sought.name)
            drafted.faults["name"] = NEAREST.format("、".join(near)) if near else NOT_FOUND
        return drafted

    def _of_month(
        self, rows: Sequence[ImportRow], month: date, versions: Versions, reason: str
    ) -> dict[int, Draft]:
        """The rows of one month; those of earlier months have been judged."""
        known = StoredMonths.of({self.cell_of[row.position][0] for row in rows}, month, self.today)
        drafts = {row.position: self._draft(row, known, versions) for row in rows}
        for row in rows:
            self.first_rows.setdefault(self.cell_of[row.position], _FirstRow(row.position, row.line))
        firsts = [row for row in rows if self.first_rows[self.cell_of[row.position]].position == row.position]
        self._settle([(row, drafts[row.position]) for row in firsts], reason)
        for row in rows:
            self._compare(self.first_rows[self.cell_of[row.position]], row, drafts[row.position])
        return drafts

    def _draft(self, row: ImportRow, known: StoredMonths, versions: Versions) -> Draft:
        subject, month = self.cell_of[row.position]
        told: list[str] = []
        judged, faults = self.cells.judge(row.readable, told)
        values = {key: emptied(key, value) for key, value in judged.items()}
        parsed = ParsedRow(values, faults | row.unread, row.choice)
        if fault := versions.faults.get(row.position):
            parsed.faults["version"] = fault
        earlier = self._in_file(subject, month)
        for at, first in earlier.items():
            if first.entry is None and "year_to_date" in values:
                parsed.faults["year_to_date"] = EARLIER_FAULTY.format(first.line, at.month)
        amounts = {at: first.entry.invested if first.entry else None for at, first in earlier.items()}
        opening = self.openings.get((subject, month.year)) if earlier else None
        stored = known.stored(subject, amounts, versions.before.get(row.position), opening)
        within = money.half_digit(row.readable.get("year_to_date", ""))
        drafted = draft(parsed, stored, self.terms, within=within)
        drafted.doubts += told
        return drafted

    def _in_file(self, subject: int, month: date) -> dict[date, _FirstRow]:
        """What the file says of the earlier months of the year."""
        if subject not in self.subjects.repeated:
            return {}
        earlier = (at for at in periods.months_of(month.year) if at < month)
        return {at: first for at in earlier if (first := self.first_rows.get((subject, at)))}

    def _settle(self, firsts: Sequence[tuple[ImportRow, Draft]], reason: str) -> None:
        """Check the first row of each month against sealed months, and keep the entry after it."""
        writes = [write for _, drafted in firsts for write in drafted.writes]
        refused = refusals(writes, by=self.imported.created_by, reason=reason)
        for row, drafted in firsts:
            subject, _ = cell = self.cell_of[row.position]
            if drafted.writes and subject in refused:
                drafted.refuse(refused[subject])
            for write in drafted.writes:
                if isinstance(write.after, MonthlyReport) and write.after.opening is not None:
                    self.openings[subject, write.after.month.year] = write.after.opening
            is_good = not drafted.faults and not drafted.conflicts
            self.first_rows[cell].entry = drafted.state if is_good else None

    def _compare(self, first: _FirstRow, row: ImportRow, drafted: Draft) -> None:
        """A further row about the same month may say the same, and writes nothing."""
        if first.position == row.position:
            return
        if drafted.state is None or drafted.state != first.entry:
            drafted.faults.setdefault(WHOLE_ROW, TOLD_TWICE.format(first.line))
        drafted.change_nothing()


def _is_strange(subject: RowSubject) -> bool:
    """Whether the register has nothing that the row may mean."""
    return subject.pk is None and not subject.is_open and not subject.match.is_hidden
