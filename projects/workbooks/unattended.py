"""All steps of an import in one call, for a command: the result is a report and an exit status."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from django.core.files.base import File

from projects.models import Import, User
from projects.rules.money import MoneyUnit
from projects.vocabulary import ImportKind, ImportState, Outcome
from projects.workbooks import decide, jobs
from projects.workbooks.receive import discard, receive
from projects.workbooks.report import ImportReport, import_report
from projects.workbooks.row_questions import covers

OPEN = (Outcome.FAULTY, Outcome.ALIKE, Outcome.CONFLICT)


class ExitStatus(IntEnum):
    """The exit status of the command."""

    DONE = 0
    FAULTS = 1
    UNREADABLE = 2


def carry_through(
    file: File[bytes],
    *,
    kind: ImportKind,
    terms: Mapping[str, Any],
    by: User,
    reason: str = "",
    unit: MoneyUnit | None = None,
    answers: Mapping[str, str] | None = None,
    only_good: bool = False,
    is_rehearsal: bool = False,
) -> tuple[ImportReport, ExitStatus]:
    """All steps of an import. A rehearsal leaves nothing but the report.

    `unit`: of money columns that state none. `answers`: to questions about whole sheets, by code.
    """
    imported = _read(receive(file, kind=kind, terms=dict(terms), by=by, reason=reason), by)
    if imported.state == ImportState.MAPPING and (unit is not None or answers):
        asked = _asking_for_unit(imported) if unit is not None else ()
        units = {heading: {"unit": unit.name} for heading in asked} if unit is not None else {}
        imported = _read(decide.explain(imported, units, by=by, answers=answers), by)
    if imported.state == ImportState.PREVIEW and answers:
        imported = _answered(imported, answers, by)
    if not is_rehearsal:
        imported = _written(imported, by, only_good=only_good)
    report = import_report(imported)
    verdict = _verdict(imported)
    if is_rehearsal:
        discard(imported)
    return report, verdict


def _read(imported: Import, by: User) -> Import:
    return jobs.perform(jobs.begin(imported, ImportState.READING, by=by))


def _answered(imported: Import, answers: Mapping[str, str], by: User) -> Import:
    """The import with those of the answers that its rows ask for."""
    codes = {question["code"] for question in imported.asked}
    if not codes & answers.keys():
        return imported
    step = decide.answer(imported, answers, by=by)
    return jobs.perform(jobs.begin(imported, step, by=by))


def _asking_for_unit(imported: Import) -> list[str]:
    return [
        heading["folded"]
        for sheet in imported.layout.get("sheets", ())
        for heading in sheet["headings"]
        if heading["asks_unit"]
    ]


def _written(imported: Import, by: User, *, only_good: bool) -> Import:
    """Applied where there is something to write and nothing in its way."""
    if imported.state != ImportState.PREVIEW or not _count(imported, Outcome.NEW, Outcome.CHANGED):
        return imported
    if _count(imported, *OPEN) and not only_good:
        return imported
    return jobs.perform(jobs.begin(imported, ImportState.APPLYING, by=by, only_good=only_good))


def _verdict(imported: Import) -> ExitStatus:
    if imported.state in (ImportState.MAPPING, ImportState.FAILED):
        return ExitStatus.UNREADABLE
    if imported.state == ImportState.PREVIEW and imported.asked and _only_asks(imported):
        return ExitStatus.UNREADABLE
    if imported.fault or _count(imported, *OPEN):
        return ExitStatus.FAULTS
    return ExitStatus.DONE


def _only_asks(imported: Import) -> bool:
    """Whether nothing is wrong but what is asked once for many rows."""
    if _count(imported, Outcome.ALIKE, Outcome.CONFLICT):
        return False
    return all(covers(imported.asked, row) for row in imported.rows.of_outcome(Outcome.FAULTY))


def _count(imported: Import, *outcomes: Outcome) -> int:
    return sum(imported.counts.get(outcome.value, 0) for outcome in outcomes)
