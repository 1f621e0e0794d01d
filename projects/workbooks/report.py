"""What came of an import, for a command: counts, faults by cell, questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from projects.columns import COLUMNS, Holds, by_key
from projects.models import Import, ImportRow, Workbook
from projects.vocabulary import ImportKind, ImportState, Outcome
from projects.workbooks.row_questions import offered

UNKNOWN_COLUMN = "没有必需的列：{}"
NO_UNIT = "“{}”没有写金额单位，请用 --unit 说明，或在页面上选择"
UNREAD = "“{}”的内容像{}，没有认出是哪一列，请在页面上指定，或选择不导入此列"
OTHER_YEAR = "“{}”写的是 {} 年，请在页面上确认这一列的含义"
OTHER_MONTH = "“{}”写的是 {} 月，请在页面上确认这一列的含义"
_HEADING_QUESTIONS = {
    "asks_unit": NO_UNIT,
    "looks_like": UNREAD,
    "other_year": OTHER_YEAR,
    "other_month": OTHER_MONTH,
}
NO_TABLE = "没有认出表头"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """What is wrong at one cell, or with a row (`column` is then empty), or has to be asked of a person."""

    sheet: str
    row: int | None
    column: str
    heading: str
    message: str

    def __str__(self) -> str:
        place = (
            f"{self.column}{self.row}"
            if self.column and self.row
            else f"第 {self.row} 行"
            if self.row
            else ""
        )
        return f"{self.sheet} {place}{f' {self.heading}' if self.heading else ''}：{self.message}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`faults`: of rows; `undecided`: rows that need a choice; `questions`: what the headings leave open."""

    imported: Import
    workbook: Workbook
    counts: dict[str, int]
    faults: list[ImportProblem]
    undecided: list[ImportProblem]
    questions: list[ImportProblem]
    left_out: list[str]
    """What was not read: columns, lines; and what is hidden."""
    doubts: list[ImportProblem]
    """What is written otherwise than the sheet says, or looks wrong; it stops nothing."""

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON writes it; amounts are whole yuan."""
        imported = self.imported
        return {
            "file": self.workbook.name,
            "sha256": self.workbook.sha256,
            "what": imported.kind,
            "import": imported.pk,
            "state": imported.state,
            "fault": imported.fault,
            "counts": self.counts,
            "written": imported.written,
            "faults": [_plain(problem) for problem in self.faults],
            "undecided": [_plain(problem) for problem in self.undecided],
            "questions": [_plain(problem) for problem in self.questions],
            "left_out": self.left_out,
            "doubts": [_plain(problem) for problem in self.doubts],
            "sums": imported.sums,
            "printed_totals": imported.printed_totals,
        }


def import_report(imported: Import) -> ImportReport:
    rows = list(
        imported.rows.of_outcome(Outcome.FAULTY, Outcome.ALIKE, Outcome.CONFLICT).order_by("position")
    )
    headings = _headings(imported)
    return ImportReport(
        imported,
        imported.workbook,
        {key: count for key, count in imported.counts.items() if key != Outcome.PENDING},
        [
            fault
            for row in rows
            if row.outcome == Outcome.FAULTY
            for fault in _faults(imported, row, headings)
        ],
        [_undecided(row) for row in rows if row.outcome != Outcome.FAULTY],
        list(_questions(imported))
        if imported.state == ImportState.MAPPING
        else list(_row_questions(imported)),
        list(left_out(imported)),
        [
            ImportProblem(row.sheet, row.line, "", "", doubt)
            for row in imported.rows.exclude(doubts=[]).order_by("position")[:MOST_DOUBTS]
            for doubt in row.doubts
        ],
    )


def left_out(imported: Import) -> Iterator[str]:
    """What of the workbook was not read, and what of it is hidden, in sentences."""
    for sheet in imported.layout.get("sheets", ()):
        yield from (f"工作表“{sheet['sheet']}”{words}" for words in _left_out_of(imported, sheet))
    for sheet in imported.layout.get("unread", ()):
        hidden = "是隐藏的，" if sheet["is_hidden"] else ""
        yield f"工作表“{sheet['sheet']}”{hidden}没有认出表头，整张没有读"
    for line in imported.outline:
        if line["counted"] is None:
            yield f"工作表“{line['sheet']}”第 {line['line']} 行没有导入：{line['words']}"


def _left_out_of(imported: Import, sheet: dict[str, Any]) -> Iterator[str]:
    if sheet["is_hidden"]:
        yield "是隐藏的，照常读取"
    if sheet["hidden_rows"]:
        words = "没有读" if imported.without_hidden else "照常读取"
        yield f"有 {sheet['hidden_rows']} 行隐藏，{words}"
    if sheet["hidden_columns"]:
        yield f"隐藏的列 {'、'.join(sheet['hidden_columns'])}，照常读取"
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for heading in sheet["headings"]:
        column = known.get(heading["key"])
        if column is None or (column.holds is Holds.NOTHING and heading["note"]):
            why = heading["note"] or "没有认出，不导入"
            yield f" {heading['column']} 列“{heading['title']}”：{why}"


MOST_DOUBTS = 200
"""Rows with doubts that a report names."""


def _plain(problem: ImportProblem) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "heading": problem.heading,
        "message": problem.message,
    }


def _headings(imported: Import) -> dict[tuple[str, str], tuple[str, str]]:
    """Letter and heading of a column by sheet and key."""
    return {
        (sheet["sheet"], heading["key"]): (heading["column"], heading["title"])
        for sheet in imported.layout.get("sheets", ())
        for heading in sheet["headings"]
        if heading["key"]
    }


def _faults(
    imported: Import, row: ImportRow, headings: dict[tuple[str, str], tuple[str, str]]
) -> Iterator[ImportProblem]:
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for key, sentence in row.faults.items():
        title = known[key].title if key in known else ""
        column, heading = headings.get((row.sheet, key), ("", title))
        yield ImportProblem(row.sheet, row.line, column, heading, sentence)


def _undecided(row: ImportRow) -> ImportProblem:
    if row.outcome == Outcome.ALIKE:
        named = "；".join(f"{each['name']}（{each['why']}）" for each in row.candidates)
        return ImportProblem(row.sheet, row.line, "", "", f"疑似已有：{named}")
    cells = "；".join(
        f"{conflict['label']} {conflict['theirs']} / {conflict['mine']}" for conflict in row.conflicts
    )
    return ImportProblem(row.sheet, row.line, "", "", f"他人改过：{cells}")


def _questions(imported: Import) -> Iterator[ImportProblem]:
    for sheet in imported.layout.get("sheets", ()):
        yield from _questions_of(sheet)
    if not imported.layout.get("sheets"):
        for sheet in imported.layout.get("unread", ()):
            yield ImportProblem(sheet["sheet"], None, "", "", NO_TABLE)


def _row_questions(imported: Import) -> Iterator[ImportProblem]:
    """What is asked once for many rows; of a word the nearest ones that may be meant."""
    letters = {key: place for (_, key), place in _headings(imported).items()}
    words = offered(ImportKind(imported.kind)) if any(each["word"] for each in imported.asked) else {}
    for question in imported.asked:
        column, heading = letters.get(question["key"], ("", question["label"]))
        near = get_close_matches(question["word"][:40], words.get(question["key"], ()), n=3, cutoff=0.3)
        answers = question["choices"] or [(word, word) for word in near] or [("列表中的词", "选择")]
        yield ImportProblem("", None, column, heading, _asked({**question, "seen": (), "choices": answers}))


def _questions_of(sheet: dict[str, Any]) -> Iterator[ImportProblem]:
    for title in sheet["missing"]:
        yield ImportProblem(sheet["sheet"], None, "", "", UNKNOWN_COLUMN.format(title))
    for question in sheet["questions"]:
        if not question["answer"]:
            yield ImportProblem(sheet["sheet"], None, "", "", _asked(question))
    for heading in sheet["headings"]:
        for what, words in _HEADING_QUESTIONS.items():
            if heading[what]:
                message = words.format(heading["title"], heading[what])
                yield ImportProblem(sheet["sheet"], None, heading["column"], heading["title"], message)


def _asked(question: dict[str, Any]) -> str:
    answers = "；".join(
        f"--answer {question['code']}={value}：{words}" for value, words in question["choices"]
    )
    return f"{question['ask']}{'；'.join(question['seen'])}（{answers}）"
