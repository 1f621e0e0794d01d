"""Judge every row: compare it with the stored records, and keep what it would change and what is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Protocol

from django.utils import timezone

from projects import access
from projects.models import Import, ImportRow
from projects.models.workbook import ImportRowQuerySet
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportKind, ImportState, Outcome
from projects.workbooks import progress
from projects.workbooks.drafts import Draft
from projects.workbooks.kinds.organisations.rows import OrganisationRows
from projects.workbooks.kinds.projects.rows import ProjectRows
from projects.workbooks.kinds.reports.rows import ReportRows
from projects.workbooks.kinds.targets import TargetRows
from projects.workbooks.subjects import NEW, Light
from projects.workbooks.totals import count

CHUNK = 1000
"""Rows that are judged, written or undone at a time: so many hold SQLite's only lock well under a second."""
MOST_KEPT = 20_000
"""Rows of an import that are kept in memory while they are judged: some 3 KB each."""
JUDGED = ["outcome", "label", "subject", "faults", "changes", "enlists", "conflicts", "candidates", "doubts"]
"""The columns of a row that judging sets."""


class Rows(Protocol):
    """The rows of one import, with what is particular to its kind."""

    @property
    def may_be_new(self) -> bool:
        """Whether a row may be about none of its candidates; a month is reported of a stored project only."""

    def survey(self, rows: Iterable[Light]) -> None:
        """Find the record of each row, for all rows at once."""

    def related(self, positions: Iterable[int]) -> set[int]:
        """These rows and all that are about the same records."""

    def lock(self, positions: Iterable[int]) -> None:
        """Lock the records that these rows are about until the transaction ends."""

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        """What some of the rows would write, in their order; a constant number of queries."""


KINDS: Mapping[ImportKind, Callable[[Import, date], Rows]] = {
    ImportKind.PROJECTS: ProjectRows,
    ImportKind.REPORTS: ReportRows,
    ImportKind.TARGETS: TargetRows,
    ImportKind.ORGANISATIONS: OrganisationRows,
}


def rows_of(imported: Import) -> Rows:
    """The rows of the import's kind. Raises RuleBroken where the person who imports may not write that kind."""
    kind = ImportKind(imported.kind)
    if not access.may_import(imported.created_by, kind):
        raise RuleBroken(f"您的账号不能导入{kind.label}。")
    return KINDS[kind](imported, timezone.localdate())


def judge(imported: Import, *, leads_to: ImportState = ImportState.PREVIEW) -> Import:
    """Judge every row again; the import is in the state `leads_to` afterwards. Only its own rows are written."""
    rows, done = rows_of(imported), 0
    for some in surveyed(imported, rows):
        for row, drafted in zip(some, rows.drafts(some, imported.reason), strict=True):
            show(row, drafted)
        ImportRow.objects.keep(some, JUDGED)
        done += len(some)
        progress.store(imported, done)
    count(imported)
    imported.state, imported.fault, imported.begun_at = leads_to, "", timezone.now()
    imported.save()
    return imported


def show(row: ImportRow, drafted: Draft) -> None:
    """Set the columns of the row from its draft; not saved here."""
    row.outcome, row.label, row.subject = drafted.outcome, drafted.label, drafted.subject
    row.faults, row.doubts = drafted.faults, drafted.doubts
    row.changes = [change._asdict() for change in drafted.changes]
    row.enlists = any(change.key == "level" for change in drafted.changes)
    row.conflicts = [asdict(conflict) for conflict in drafted.conflicts]
    row.candidates = [asdict(candidate) for candidate in drafted.candidates]


def is_as_shown(row: ImportRow, drafted: Draft) -> bool:
    """Whether the draft would still do what the row has shown."""
    changes = [change._asdict() for change in drafted.changes]
    return (row.outcome, row.subject, row.changes) == (drafted.outcome, drafted.subject, changes)


def surveyed(imported: Import, rows: Rows, *, is_resumed: bool = False) -> Iterable[list[ImportRow]]:
    """All rows in their order, some at a time, after the record of each was found.

    They are read twice only where they are too many to be kept in memory. `is_resumed`: some rows are written, and a
    row that was shown as new stays so, though it looks like what they have registered.
    """
    if imported.total > MOST_KEPT:
        rows.survey(_decided(imported) if is_resumed else light(imported))
        return chunks(imported)
    kept = list(_rows(imported))
    rows.survey(_decided(imported) if is_resumed else ((row.position, row.cells, row.choice) for row in kept))
    return _handed_on(kept)


def _decided(imported: Import) -> Iterator[Light]:
    found = imported.rows.order_by("position").values_list("position", "cells", "choice", "outcome")
    for position, cells, choice, outcome in found.iterator(chunk_size=CHUNK):
        yield position, cells, {"subject": NEW} | choice if outcome == Outcome.NEW else choice


def _handed_on(rows: list[ImportRow]) -> Iterator[list[ImportRow]]:
    """Some rows at a time; those that were handed on are not kept, for judging makes them larger."""
    while rows:
        some = rows[:CHUNK]
        del rows[:CHUNK]
        yield some


def light(imported: Import) -> Iterator[Light]:
    found = imported.rows.order_by("position").values_list("position", "cells", "choice")
    yield from found.iterator(chunk_size=CHUNK)


def chunks(imported: Import) -> Iterator[list[ImportRow]]:
    """All rows in their order, some at a time."""
    last = 0
    while some := list(_rows(imported).filter(position__gt=last)[:CHUNK]):
        yield some
        last = some[-1].position


def _rows(imported: Import) -> ImportRowQuerySet:
    """In their order, without the columns that judging and writing do not read."""
    return imported.rows.defer("origin", "conflicts", "candidates", "doubts", "written").order_by("position")
