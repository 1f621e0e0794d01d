"""The page of an import: what each row would change, what is wrong with it, and where it is on the sheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator

from projects.columns import COLUMNS, Holds, by_key
from projects.files.cells import column_number
from projects.forms.workbook import AnswersForm
from projects.models import Import, ImportRow
from projects.models.listing import year_question
from projects.models.workbook import ImportQuerySet
from projects.vocabulary import ImportKind, ImportState, Outcome
from projects.workbooks.extract import unit_of_column
from projects.workbooks.row_questions import ADD, MAY_ADD, offered

PAGE_SIZE = 50
ORDER = (Outcome.FAULTY, Outcome.ALIKE, Outcome.CONFLICT, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
"""As the page shows them: first what a person has to look at."""
OPEN = frozenset({Outcome.FAULTY, Outcome.ALIKE, Outcome.CONFLICT})
NOUNS = {
    ImportKind.PROJECTS: "个项目",
    ImportKind.REPORTS: "条月报",
    ImportKind.TARGETS: "行目标",
    ImportKind.ORGANISATIONS: "个单位",
}

type Columns = Mapping[tuple[str, str], str]
"""The letter of a column by sheet and key."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: `place` is its name on the sheet, "" where the sheet has no such column."""

    key: str
    label: str
    place: str
    text: str
    origin: str | None
    """What the workbook says, where the cell was mended."""
    fault: str
    is_long: bool
    is_listed: bool
    """One of the words of a directory."""
    unit: str
    """The unit of money that a bare number takes."""

    @property
    def name(self) -> str:
        return f"cell-{self.key}"


@dataclass(frozen=True, slots=True)
class PreviewLine:
    row: ImportRow
    faulty: Sequence[Cell]
    mended: Sequence[Cell]
    faults: Sequence[str]
    """What is wrong with the row as a whole."""

    @property
    def label(self) -> str:
        return self.row.label or "（没有名称）"


@dataclass(frozen=True, slots=True)
class Tab:
    outcome: Outcome
    count: int
    is_on: bool

    @property
    def is_open(self) -> bool:
        return self.outcome in OPEN


@dataclass(frozen=True, slots=True)
class Preview:
    imported: Import
    tabs: Sequence[Tab]
    lines: Sequence[PreviewLine]
    page: Page[ImportRow]
    earlier: Sequence[Import]
    """Imports of the same bytes that stand in the register."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The words of the directories by column key, for the cells that are mended here and the questions."""
    year_question: str = ""
    """What has to be confirmed before anything is written; "" for nothing."""
    unwritten: int = 0
    """Rows that are due and not written, of an import that was written in part."""

    @property
    def questions(self) -> AnswersForm:
        return answers_form(self.imported, self.words)

    @property
    def numbers(self) -> Iterator[int | str]:
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)

    @property
    def shown(self) -> str:
        return ",".join(str(line.row.pk) for line in self.lines)

    @property
    def outcome(self) -> Outcome | None:
        return next((tab.outcome for tab in self.tabs if tab.is_on), None)

    @property
    def to_write(self) -> int:
        return self._count(Outcome.NEW, Outcome.CHANGED)

    @property
    def new(self) -> int:
        return self._count(Outcome.NEW)

    @property
    def changed(self) -> int:
        return self._count(Outcome.CHANGED)

    @property
    def unchanged(self) -> int:
        return self._count(Outcome.UNCHANGED)

    @property
    def alike(self) -> int:
        return self._count(Outcome.ALIKE)

    @property
    def faulty(self) -> int:
        return self._count(Outcome.FAULTY)

    @property
    def open_yet(self) -> int:
        return self._count(*OPEN)

    @property
    def may_be_new(self) -> bool:
        """Whether a look-alike may turn out to be new: a month is reported of what is on record."""
        return self.imported.kind != ImportKind.REPORTS

    @property
    def is_of_projects(self) -> bool:
        """Whether the subject of a row is a project."""
        return self.imported.kind in (ImportKind.PROJECTS, ImportKind.REPORTS)

    @property
    def noun(self) -> str:
        return NOUNS[ImportKind(self.imported.kind)]

    @property
    def unread_headings(self) -> list[dict[str, str]]:
        """Headings that nobody has explained, and those that are known and not read, with why."""
        known = by_key(COLUMNS[ImportKind(self.imported.kind)])
        return [
            {"sheet": sheet["sheet"], **heading}
            for sheet in self.imported.layout.get("sheets", ())
            for heading in sheet["headings"]
            if not heading["key"] or (known[heading["key"]].holds is Holds.NOTHING and heading["note"])
        ]

    @property
    def remarks(self) -> list[str]:
        return [f"{sheet['sheet']}：{remark}" for sheet in self._sheets for remark in sheet["remarks"]]

    @property
    def hidden(self) -> list[dict[str, Any]]:
        """Sheets of which something is hidden, which is easily overlooked."""
        return [
            sheet
            for sheet in self._sheets
            if sheet["hidden_rows"] or sheet["hidden_columns"] or sheet["is_hidden"]
        ]

    @property
    def undoings(self) -> list[dict[str, Any]]:
        """Each time that some rows were taken back, the earliest first."""
        return [{**part, "at": datetime.fromisoformat(part["at"])} for part in self.imported.undoings]

    @property
    def _sheets(self) -> list[dict[str, Any]]:
        return list(self.imported.layout.get("sheets", ()))

    def _count(self, *outcomes: Outcome) -> int:
        return sum(self.imported.counts.get(outcome.value, 0) for outcome in outcomes)


def answers_form(
    imported: Import, words: Mapping[str, Sequence[str]], data: Mapping[str, str] | None = None
) -> AnswersForm:
    """What the rows ask once, with the words to choose from; the office may add an industry."""
    adds = any(each["key"] in MAY_ADD for each in imported.asked) and imported.created_by.is_keeper
    may_add = dict.fromkeys(MAY_ADD, ADD) if adds else {}
    return AnswersForm(data, asked=imported.asked, words=words, may_add=may_add)


def preview(
    imported: Import,
    *,
    visible: ImportQuerySet,
    today: date,
    outcome: str = "",
    number: str | int = 1,
    shown: Iterable[int] | None = None,
) -> Preview:
    """A page of the rows of one outcome, by default the first that has any; two queries, and one more where the
    lists are neither of this year nor of the next.

    `shown`: these rows whatever they have become, for a page whose rows should stay where they are.
    """
    counts = imported.counts
    chosen = Outcome(outcome) if outcome in ORDER else _first(counts)
    rows = imported.rows.of_outcome(chosen).order_by("position")
    paginator = Paginator(rows, PAGE_SIZE)
    paginator.count = counts.get(chosen.value, 0)  # counted when they were judged
    page = paginator.get_page(number)
    if shown is not None:
        found: Iterable[ImportRow] = imported.rows.filter(pk__in=list(shown)).order_by("position")
    else:
        found = page.object_list if paginator.count else ()
    tabs = [Tab(each, counts.get(each.value, 0), each == chosen) for each in ORDER]
    letters = _letters(imported)
    earlier = visible.same_applied(imported.workbook.sha256, imported.kind).exclude(pk=imported.pk)
    is_waiting = imported.state == ImportState.PREVIEW
    lines = [_line(imported, row, letters) for row in found]
    question = list_year_question(imported, today=today) if is_waiting else ""
    listed = any(cell.is_listed for line in lines for cell in line.faulty) or any(
        asked["word"] for asked in imported.asked
    )
    words = offered(ImportKind(imported.kind)) if is_waiting and listed else {}
    unwritten = imported.rows.unwritten().count() if imported.state == ImportState.PARTLY else 0
    before = list(earlier[:3]) if is_waiting else []
    return Preview(imported, tabs, lines, page, before, words, question, unwritten)


def list_year_question(imported: Import, *, today: date) -> str:
    """What to ask before the rows put projects on lists of an unusual year; "" where none would, or none is."""
    year = imported.year
    if imported.kind != ImportKind.PROJECTS or year is None:
        return ""
    question = year_question(year, today=today)
    return question if question and imported.rows.enlisting().exists() else ""


def preview_line(imported: Import, row: ImportRow) -> PreviewLine:
    return _line(imported, row, _letters(imported))


def cells_of(imported: Import, row: ImportRow) -> list[Cell]:
    """Every cell that can be mended: the columns of the row's sheet in their order, then what else it says."""
    letters = _letters(imported)
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    on_sheet = [key for sheet, key in letters if sheet == row.sheet]
    keys = dict.fromkeys([*on_sheet, *row.cells, *(key for key in row.faults if key)])
    return [
        _cell(imported, row, key, letters)
        for key in keys
        if key in known and known[key].holds not in (Holds.NOTHING, Holds.KEY)
    ]


def _first(counts: Mapping[str, int]) -> Outcome:
    return next((outcome for outcome in ORDER if counts.get(outcome.value)), Outcome.NEW)


def _letters(imported: Import) -> Columns:
    return {
        (sheet["sheet"], heading["key"]): heading["column"]
        for sheet in imported.layout.get("sheets", ())
        for heading in sheet["headings"]
        if heading["key"] and not heading["month"]  # of months side by side, the row is of one
    }


def _line(imported: Import, row: ImportRow, letters: Columns) -> PreviewLine:
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    at_cells = [key for key in row.faults if key in known and known[key].holds is not Holds.KEY]
    return PreviewLine(
        row,
        faulty=_ordered(_cell(imported, row, key, letters) for key in at_cells),
        mended=_ordered(
            _cell(imported, row, key, letters) for key in row.origin if key in known and key not in at_cells
        ),
        faults=[sentence for key, sentence in row.faults.items() if key not in at_cells],
    )


def _ordered(cells: Iterable[Cell]) -> list[Cell]:
    """As they stand on the sheet; those that it has no column for last."""
    return sorted(cells, key=lambda cell: column_number(cell.place.rstrip("0123456789")) or 10_000)


def _cell(imported: Import, row: ImportRow, key: str, letters: Columns) -> Cell:
    known = by_key(COLUMNS[ImportKind(imported.kind)])[key]
    letter = letters.get((row.sheet, key), "")
    text = row.cells.get(key, "")
    return Cell(
        key=key,
        label=known.title,
        place=f"{letter}{row.line}" if letter else "",
        text=text,
        origin=row.origin.get(key),
        fault=row.faults.get(key, ""),
        is_long=known.holds is Holds.PROSE or "\n" in text or len(text) > 40,
        is_listed=known.holds is Holds.CHOICE and known.key not in ("level", "cause"),
        unit=unit_of_column(imported, row.sheet, key),
    )
