"""What a person decides between preview and writing: corrected cells, the record of a row, conflicts, headings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.files.recognise.headings import APART
from projects.models import HeadingChoice, Import, ImportRow, User
from projects.models.listing import year_fault
from projects.rules.broken import RuleBroken
from projects.rules.merge import Side
from projects.vocabulary import ImportKind, ImportState, Outcome
from projects.workbooks.judge import JUDGED, light, rows_of, show
from projects.workbooks.sheet_questions import SHEET
from projects.workbooks.subjects import NEW
from projects.workbooks.totals import COUNTED, count

NOT_NEW = "请从列出的项目中选择：这类导入不登记新项目。"
NOT_NOW = "这次导入{}，现在不能修改。"


def mend(imported: Import, number: int, mended: Mapping[str, str], *, by: User) -> ImportRow:
    """Write other texts into cells of a row; the workbook itself stays as it was sent."""

    def write(row: ImportRow) -> None:
        for key, text in mended.items():
            row.origin.setdefault(key, row.cells.get(key, ""))
            row.cells[key] = text.strip()
            row.unread.pop(key, None)

    return _change(imported, [number], write, by=by)[0]


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
