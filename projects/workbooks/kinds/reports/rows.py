"""Rows of a 月度调度表 beside the register: whose month each is, and what it would report.

The months of one project hang together: a year-to-date amount says this month's only beside the months before it,
on record or in the same file. So a project's rows are judged in the order of their months.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from projects.actions.guarding import refusals
from projects.models import Import, ImportRow, Project
from projects.rules import periods
from projects.rules.entries import Entry
from projects.workbooks.cells import Cells
from projects.workbooks.drafts import WHOLE_ROW, Draft, Said, Terms
from projects.workbooks.kinds.reports.cells import emptied, report_cells
from projects.workbooks.kinds.reports.draft import draft
from projects.workbooks.kinds.reports.months import Cell, OnRecord, Versions
from projects.workbooks.matching import nearest
from projects.workbooks.subjects import Place, Subjects
from projects.workbooks.terms import Light, terms_of

NO_MONTH = "没有写明月份：请在“月份”一列填写，或在导入时选择月份。"
NOT_FOUND = "没有找到这个项目，月报不登记新项目。"
NEAREST = "没有找到这个项目，月报不登记新项目；名称相近的有：{}。"
EARLIER_FAULTY = "第 {} 行（{}月）还有错误或待选择，先处理那一行，才能由年累计推算本月完成。"
TOLD_TWICE = "第 {} 行已写明这个项目这个月，这里写的不一样。"


@dataclass(slots=True)
class _Told:
    """The first row of a month; `entry`: what would be reported after it, None while it cannot be written."""

    position: int
    line: int
    entry: Entry | None = None


@dataclass(slots=True)
class ReportRows:
    imported: Import
    today: date
    terms: Terms = field(init=False)
    cells: Cells = field(init=False)
    subjects: Subjects = field(init=False)
    of_row: dict[int, Cell] = field(default_factory=dict)
    """By position; a row without project or month is faulty or waits for a choice."""
    near: Mapping[str, list[str]] = field(default_factory=dict)
    told: dict[Cell, _Told] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.terms = terms_of(self.imported, self.today, ())
        self.cells = report_cells(year=self.terms.year)
        self.subjects = Subjects(self.may_be_new)

    @property
    def may_be_new(self) -> bool:
        return False

    def survey(self, rows: Iterable[Light]) -> None:
        light, visible = list(rows), Project.objects.visible_to(self.imported.created_by)
        self.subjects.survey(light, visible=visible)
        places = self.subjects.places
        for position, cells, _ in light:
            subject, month = places[position].subject, self._month(cells)
            if subject is not None and month is not None:
                self.of_row[position] = (subject, month)
        strange = [place.sought.name for place in places.values() if _is_strange(place)]
        self.near = nearest(strange, visible=visible)

    def kin(self, positions: Iterable[int]) -> set[int]:
        return self.subjects.kin(positions)

    def lock(self) -> None:
        self.subjects.lock()

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        asked = sorted([*rows, *self._earlier(rows)], key=lambda row: row.position)
        versions = Versions.of(asked, self.of_row)
        drafts = {row.position: self._undecided(row) for row in asked if row.position not in self.of_row}
        of_month: dict[date, list[ImportRow]] = defaultdict(list)
        for row in asked:
            if row.position in self.of_row:
                of_month[self.of_row[row.position][1]].append(row)
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
        for position in here & self.of_row.keys():
            subject, month = self.of_row[position]
            if subject in self.subjects.repeated:
                last[subject, month.year] = max(month, last.get((subject, month.year), month))
        missing = [
            position
            for position, (subject, month) in self.of_row.items()
            if month < last.get((subject, month.year), month)
            and position not in here
            and (subject, month) not in self.told
        ]
        return list(self.imported.rows.filter(position__in=missing)) if missing else []

    def _undecided(self, row: ImportRow) -> Draft:
        """A row whose project or month is not known: what can be said of it all the same."""
        place = self.subjects.places[row.position]
        _, faults = self.cells.judge(row.readable)
        drafted = Draft(label=place.sought.name[:250], subject=place.subject, faults=faults | row.unread)
        if self._month(row.cells) is None:
            drafted.faults.setdefault("month", NO_MONTH)
        if refusal := place.refusal(row.cells):
            drafted.faults[WHOLE_ROW] = refusal
        elif place.is_open:
            drafted.candidates = place.match.candidates
        elif _is_strange(place):
            near = self.near.get(place.sought.name)
            drafted.faults["name"] = NEAREST.format("、".join(near)) if near else NOT_FOUND
        return drafted

    def _of_month(
        self, rows: Sequence[ImportRow], month: date, versions: Versions, reason: str
    ) -> dict[int, Draft]:
        """The rows of one month; those of earlier months have been judged."""
        known = OnRecord.of({self.of_row[row.position][0] for row in rows}, month, self.today)
        drafts = {row.position: self._draft(row, known, versions) for row in rows}
        for row in rows:
            self.told.setdefault(self.of_row[row.position], _Told(row.position, row.line))
        firsts = [row for row in rows if self.told[self.of_row[row.position]].position == row.position]
        self._settle([(row, drafts[row.position]) for row in firsts], reason)
        for row in rows:
            self._compare(self.told[self.of_row[row.position]], row, drafts[row.position])
        return drafts

    def _draft(self, row: ImportRow, known: OnRecord, versions: Versions) -> Draft:
        subject, month = self.of_row[row.position]
        judged, faults = self.cells.judge(row.readable)
        values = {key: emptied(key, value) for key, value in judged.items()}
        said = Said(values, faults | row.unread, row.choice)
        if fault := versions.faults.get(row.position):
            said.faults["version"] = fault
        earlier = self._in_file(subject, month)
        for at, told in earlier.items():
            if told.entry is None and "year_to_date" in values:
                said.faults["year_to_date"] = EARLIER_FAULTY.format(told.line, at.month)
        amounts = {at: told.entry.invested if told.entry else None for at, told in earlier.items()}
        return draft(said, known.standing(subject, amounts, versions.before.get(row.position)), self.terms)

    def _in_file(self, subject: int, month: date) -> dict[date, _Told]:
        """What the file says of the earlier months of the year."""
        if subject not in self.subjects.repeated:
            return {}
        earlier = (at for at in periods.months_of(month.year) if at < month)
        return {at: told for at in earlier if (told := self.told.get((subject, at)))}

    def _settle(self, firsts: Sequence[tuple[ImportRow, Draft]], reason: str) -> None:
        """What the first row of each project's month comes to, once no sealed month stands against it."""
        writes = [write for _, drafted in firsts for write in drafted.writes]
        refused = refusals(writes, by=self.imported.created_by, reason=reason)
        for row, drafted in firsts:
            subject, _ = cell = self.of_row[row.position]
            if drafted.writes and subject in refused:
                drafted.faults[WHOLE_ROW] = refused[subject]
                drafted.records, drafted.writes = [], []
            stands = not drafted.faults and not drafted.clashes
            self.told[cell].entry = drafted.state if stands else None

    def _compare(self, first: _Told, row: ImportRow, drafted: Draft) -> None:
        """A further row about the same month may say the same, and writes nothing."""
        if first.position == row.position:
            return
        if drafted.state is None or drafted.state != first.entry:
            drafted.faults.setdefault(WHOLE_ROW, TOLD_TWICE.format(first.line))
        drafted.is_new, drafted.changes, drafted.doubts = False, [], []
        drafted.records, drafted.writes = [], []


def _is_strange(place: Place) -> bool:
    """Whether the register has nothing that the row may mean."""
    return place.subject is None and not place.is_open and not place.match.is_hidden
