"""Many projects at once, as their pages show them: what was chosen, and what a batch does or did."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import prefetch_related_objects

from projects.figures.timeline import Timeline, timeline
from projects.models import Batch, Project
from projects.models.batch import BatchRow
from projects.vocabulary import BatchState, Stage


@dataclass(frozen=True, slots=True)
class ChosenProject:
    project: Project
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class Chosen:
    """The projects to be changed, in the order shown."""

    lines: tuple[ChosenProject, ...]
    likely_stage: Stage | None
    """What comes next for most of them."""
    read_only: int
    """Projects among them that the reader may not write."""


def chosen(projects: Sequence[Project], *, as_of: date) -> Chosen:
    """One query; `projects` carry `may_write`, and the facts that a row prints."""
    prefetch_related_objects(projects, "milestones")
    lines = tuple(
        ChosenProject(project, timeline(project, project.milestones.all(), as_of=as_of))
        for project in projects
    )
    following = Counter(line.timeline.next.stage for line in lines if line.timeline.next)
    return Chosen(
        lines=lines,
        likely_stage=next((stage for stage, _ in following.most_common(1)), None),
        read_only=sum(not project.may_write for project in projects),  # type: ignore[attr-defined]
    )


class Verdict(StrEnum):
    """What comes, or came, of a project."""

    CHANGES = "changes"
    STANDS = "stands"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BatchLine:
    number: int
    """Its place, from 1, in the order in which the writer saw the projects."""
    row: BatchRow
    verdict: Verdict
    changed_since: bool
    """Somebody wrote the same record after the preview, or after the batch was carried out."""


@dataclass(frozen=True, slots=True)
class BatchSheet:
    batch: Batch
    lines: tuple[BatchLine, ...]
    """What is refused stands first."""
    changes: int
    stands: int
    refused: int

    @property
    def changed_since(self) -> int:
        return sum(line.changed_since for line in self.lines)

    @property
    def is_whole(self) -> bool:
        """Nothing stands in the way of all of it."""
        return not self.refused


def batch_sheet(batch: Batch) -> BatchSheet:
    """One query: whether the records are still those that the batch saw, or wrote."""
    versions = batch.versions() if batch.state != BatchState.UNDONE else None
    lines = [_line(batch, number, row, versions) for number, row in enumerate(batch.rows, start=1)]
    verdicts = Counter(line.verdict for line in lines)
    return BatchSheet(
        batch=batch,
        lines=tuple(sorted(lines, key=lambda line: line.verdict is not Verdict.REFUSED)),
        changes=verdicts[Verdict.CHANGES],
        stands=verdicts[Verdict.STANDS],
        refused=verdicts[Verdict.REFUSED],
    )


def _line(batch: Batch, number: int, row: BatchRow, versions: dict[int, int] | None) -> BatchLine:
    is_preview = batch.state == BatchState.PREVIEW
    known = row.seen if is_preview else row.written
    is_live = bool(row.changes) and not row.fault
    changed_since = is_live and versions is not None and versions.get(row.project) != known
    if row.fault or (changed_since and is_preview):
        return BatchLine(number, row, Verdict.REFUSED, changed_since)
    return BatchLine(number, row, Verdict.CHANGES if row.changes else Verdict.STANDS, changed_since)
