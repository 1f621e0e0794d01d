"""What a person decides between preview and writing: corrected cells, the record of a row, conflicts, headings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions.recording import record
from projects.files.cells import is_bare
from projects.files.recognise.headings import APART
from projects.models import HeadingChoice, Import, ImportRow, Industry, User
from projects.models.listing import year_fault
from projects.rules.broken import RuleBroken
from projects.rules.merge import Side
from projects.vocabulary import ImportKind, ImportState, Outcome
from projects.workbooks.extract import unit_of_column
from projects.workbooks.judge import JUDGED, light, rows_of, show
from projects.workbooks.row_questions import ADD, LEAVE, MAY_ADD, NOTHING, offered
from projects.workbooks.sheet_questions import SHEET
from projects.workbooks.subjects import NEW
from projects.workbooks.totals import COUNTED, count

NOT_NEW = "请从列出的项目中选择：这类导入不登记新项目。"
NOT_NOW = "这次导入{}，现在不能修改。"


def mend(
    imported: Import, number: int, mended: Mapping[str, str], *, by: User, fills_down: bool = False
) -> ImportRow:
    """Write other texts into cells of a row; the workbook itself stays as it was sent.

    A bare amount takes the unit of its column. `fills_down`: also into the other faulty rows whose cell says the same.
    """
    first = imported.rows.filter(pk=number).first()
    if first is None:
        raise RuleBroken("没有这一行。")
    texts = {key: _with_unit(imported, first.sheet, key, text.strip()) for key, text in mended.items()}
    before = {key: first.cells.get(key, "") for key in texts}

    def write(row: ImportRow) -> None:
        for key, text in texts.items():
            if row.pk == number or (key in row.faults and row.cells.get(key, "") == before[key]):
                row.origin.setdefault(key, row.cells.get(key, ""))
                row.cells[key] = text
                row.unread.pop(key, None)

    same = imported.rows.of_outcome(Outcome.FAULTY).exclude(pk=number).order_by("position")
    others = [
        row.pk
        for row in (same if fills_down else ())
        if any(key in row.faults and row.cells.get(key, "") == text for key, text in before.items())
    ]
    changed = _change(imported, [number, *others], write, by=by)
    return next(row for row in changed if row.pk == number)


def _with_unit(imported: Import, sheet: str, key: str, text: str) -> str:
    return f"{text}{unit_of_column(imported, sheet, key)}" if is_bare(text) else text


def decide(imported: Import, number: int, subject: str, *, by: User) -> ImportRow:
    """Say which of the candidates a row is about, by its number, or that it is NEW."""

    def write(row: ImportRow) -> None:
        offered = {str(candidate["pk"]) for candidate in row.candidates}
        if subject != NEW and subject not in offered:
            raise RuleBroken("请从列出的项目中选择，或选择“新项目”。")
        if subject == NEW and not rows_of(imported).may_be_new:
            raise RuleBroken(NOT_NEW)
        row.choice["subject"] = NEW if subject == NEW else int(subject)

    return _change(imported, [number], write, by=by)[0]


def reopen(imported: Import, number: int, *, by: User) -> ImportRow:
    """Take back what was chosen for a row: it is asked again."""

    def write(row: ImportRow) -> None:
        row.choice.clear()

    return _change(imported, [number], write, by=by)[0]


def all_new(imported: Import, *, by: User) -> int:
    """Say of every look-alike that is still open that it is new; gives how many."""
    if not rows_of(imported).may_be_new:
        raise RuleBroken(NOT_NEW)
    open_yet = list(imported.rows.of_outcome(Outcome.ALIKE).values_list("pk", flat=True))

    def write(row: ImportRow) -> None:
        row.choice["subject"] = NEW

    return len(_change(imported, open_yet, write, by=by)) if open_yet else 0


def settle(imported: Import, number: int, choices: Mapping[str, str], *, by: User) -> ImportRow:
    """Say by cell whose value is kept, mine or theirs, where somebody has written since the sheet was made."""

    def write(row: ImportRow) -> None:
        for key, whose in choices.items():
            row.choice[key] = Side(whose).value

    return _change(imported, [number], write, by=by)[0]


def explain(
    imported: Import,
    meanings: Mapping[str, Mapping[str, str]],
    *,
    by: User,
    left_out: Sequence[str] = (),
    answers: Mapping[str, str] | None = None,
) -> Import:
    """Say what headings mean and in which unit their amounts are, by folded heading; and which sheets not to read.

    `answers`: to the questions about whole sheets, by code; one about its period may set another year or month.

    The person's organisation remembers the meanings. The workbook has to be read again afterwards.
    """
    with transaction.atomic():
        locked = _locked(imported, ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED)
        for heading, choice in meanings.items():
            locked.columns[heading] = {**locked.columns.get(heading, {}), **choice}
            if "key" in choice and APART not in heading:  # else it is one column of this workbook
                HeadingChoice.objects.update_or_create(
                    organisation=by.organisation,
                    kind=locked.kind,
                    column="",
                    heading=heading,
                    defaults={"key": choice["key"], "chosen_by": by, "chosen_at": timezone.now()},
                )
        for code, answer in (answers or {}).items():
            _answer(locked, code, answer)
        locked.left_out = list(left_out)
        locked.save()
    return locked


def _answer(imported: Import, code: str, answer: str) -> None:
    """Keep an answer. Raises RuleBroken for a year that no list may have."""
    what, _, period = answer.partition(":")
    if what != SHEET or not period:
        imported.answers[code] = answer
        return
    month = date.fromisoformat(f"{period}-01")
    if imported.kind != ImportKind.REPORTS and (fault := year_fault(month.year, today=timezone.localdate())):
        raise RuleBroken(fault)
    imported.year = month.year
    if imported.kind == ImportKind.REPORTS and imported.month:
        imported.month = month


def answer(imported: Import, answers: Mapping[str, str], *, by: User) -> ImportState:
    """Answer what rows ask, by the codes of the questions; gives the step that has to follow.

    The person's organisation remembers what words mean. Raises RuleBroken for an answer that was not offered.
    """
    with transaction.atomic():
        locked = _locked(imported, ImportState.PREVIEW)
        asked = {question["code"]: question for question in locked.asked if question["code"] in answers}
        if not asked:
            raise RuleBroken("没有选择任何回答。")
        words = offered(ImportKind(locked.kind))
        left_out = []
        for code, question in asked.items():
            if question["word"]:
                locked.answers[code] = _remembered(locked, question, answers[code], words, by)
            elif answers[code] not in dict(question["choices"]):
                raise RuleBroken(f"请从列出的回答中选择：{question['ask']}")
            elif answers[code] == LEAVE:
                left_out.append(question["key"])
            else:
                locked.answers[code] = answers[code]
        locked.save(update_fields=["answers"])
        if left_out:
            explain(locked, _left_out(locked, left_out), by=by, left_out=locked.left_out)
    return ImportState.READING if left_out else ImportState.JUDGING


def _remembered(
    imported: Import, question: Mapping[str, str], answer: str, words: Mapping[str, Sequence[str]], by: User
) -> str:
    """The word that stands for another from now on; "" for none. The office may add an industry."""
    key, word = question["key"], question["word"]
    if answer == ADD and key in MAY_ADD and by.is_keeper:
        record(Industry(name=word), by=by, reason="导入时新增")
        return word
    meaning = "" if answer == NOTHING else answer
    if meaning and meaning not in words.get(key, ()):
        raise RuleBroken(f"没有“{meaning}”，请从列表中选择。")
    HeadingChoice.objects.update_or_create(
        organisation=by.organisation,
        kind=imported.kind,
        column=key,
        heading=word,
        defaults={"key": meaning, "chosen_by": by, "chosen_at": timezone.now()},
    )
    return meaning


def _left_out(imported: Import, keys: Sequence[str]) -> dict[str, dict[str, str]]:
    return {
        heading["folded"]: {"key": ""}
        for sheet in imported.layout.get("sheets", ())
        for heading in sheet["headings"]
        if heading["key"] in keys
    }


def reword(imported: Import, reason: str) -> Import:
    """Give another reason; the rows have to be judged again, for a sealed month is opened by its first words."""
    with transaction.atomic():
        locked = _locked(imported, ImportState.PREVIEW)
        locked.reason = reason.strip()
        locked.save(update_fields=["reason"])
    return locked


def _locked(imported: Import, *states: ImportState) -> Import:
    locked = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if locked.state not in states:
        raise RuleBroken(NOT_NOW.format(locked.get_state_display()))
    return locked


@transaction.atomic
def _change(
    imported: Import, numbers: Iterable[int], write: Callable[[ImportRow], None], *, by: User
) -> list[ImportRow]:
    """Change some rows and judge them anew, with the rows that are about the same records."""
    locked = _locked(imported, ImportState.PREVIEW)
    changed = list(locked.rows.filter(pk__in=list(numbers)).order_by("position"))
    if not changed:
        raise RuleBroken("没有这一行。")
    touched = _related_as_shown(locked, changed)
    for row in changed:
        write(row)
        row.save(update_fields=["cells", "origin", "unread", "choice"])
    rows = rows_of(locked)
    rows.survey(light(locked))
    touched |= rows.related(row.position for row in changed)
    again = list(locked.rows.filter(position__in=touched).order_by("position"))
    for row, drafted in zip(again, rows.drafts(again, locked.reason), strict=True):
        show(row, drafted)
    ImportRow.objects.keep(again, JUDGED)
    count(locked)
    locked.save(update_fields=COUNTED)
    asked = {row.pk for row in changed}
    return [row for row in again if row.pk in asked]


def _related_as_shown(imported: Import, rows: Iterable[ImportRow]) -> set[int]:
    """The rows, and those that were about the same records before the change: they may be free of it now."""
    labels, subjects = zip(*((row.label, row.subject) for row in rows), strict=True)
    related = imported.rows.about(labels, [subject for subject in subjects if subject is not None])
    return set(related.values_list("position", flat=True))
