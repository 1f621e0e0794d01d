"""Every row laid beside the register: what it would do, what is wrong with it, what a person has to say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date

from django.utils import timezone

from projects.models import Import, ImportRow
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import progress
from projects.workbooks.drafts import Draft
from projects.workbooks.kinds.organisations.rows import OrganisationRows
from projects.workbooks.kinds.projects.rows import ProjectRows
from projects.workbooks.kinds.reports.rows import ReportRows
from projects.workbooks.kinds.targets import TargetRows
from projects.workbooks.terms import Light, Rows, may_import
from projects.workbooks.totals import tally

CHUNK = 1000
JUDGED = ["outcome", "label", "subject", "faults", "changes", "clashes", "candidates", "doubts"]
"""The columns that judging writes."""

KINDS: Mapping[ImportKind, Callable[[Import, date], Rows]] = {
    ImportKind.PROJECTS: ProjectRows,
    ImportKind.REPORTS: ReportRows,
    ImportKind.TARGETS: TargetRows,
    ImportKind.ORGANISATIONS: OrganisationRows,
}


def rows_of(imported: Import) -> Rows:
    """The rows in their kind; RuleBroken where the person who imports may not write such a one, or no longer may."""
    kind = ImportKind(imported.kind)
    if not may_import(imported.created_by, kind):
        raise RuleBroken(f"您的账号不能导入{kind.label}。")
    return KINDS[kind](imported, timezone.localdate())


def judge(imported: Import) -> Import:
    """Judge every row anew; the import is a PREVIEW afterwards. Nothing but the import's own rows is written."""
    rows = rows_of(imported)
    rows.survey(light(imported))
    done = 0
    for some in chunks(imported):
        for row, drafted in zip(some, rows.drafts(some, imported.reason), strict=True):
            show(row, drafted)
        ImportRow.objects.keep(some, JUDGED)
        done += len(some)
        progress.tell(imported, done)
    imported.tally = tally(imported)
    imported.state, imported.fault, imported.begun_at = ImportState.PREVIEW, "", timezone.now()
    imported.save()
    return imported


def show(row: ImportRow, drafted: Draft) -> None:
    """The row says what its draft says."""
    row.outcome, row.label, row.subject = drafted.outcome, drafted.label, drafted.subject
    row.faults = drafted.faults
    row.changes = [[change.key, change.label, change.before, change.after] for change in drafted.changes]
    row.clashes = [[c.key, c.label, c.before, c.theirs, c.mine] for c in drafted.clashes]
    row.doubts = drafted.doubts
    row.candidates = [asdict(candidate) for candidate in drafted.candidates]


def is_as_shown(row: ImportRow, drafted: Draft) -> bool:
    """Whether the draft still says what the row was shown to do."""
    said = [[change.key, change.label, change.before, change.after] for change in drafted.changes]
    return (row.outcome, row.subject, row.changes) == (drafted.outcome, drafted.subject, said)


def light(imported: Import) -> Iterator[Light]:
    found = imported.rows.order_by("position").values_list("position", "cells", "choice")
    yield from found.iterator(chunk_size=CHUNK)


def chunks(imported: Import) -> Iterator[list[ImportRow]]:
    """All rows in their order, some at a time."""
    last = 0
    while some := list(imported.rows.filter(position__gt=last).order_by("position")[:CHUNK]):
        yield some
        last = some[-1].position
