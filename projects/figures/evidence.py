"""What proves the stages of a project, and how many stages of a scope are proven."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q

from projects.figures.register import Register, Rows
from projects.figures.scope import Scope
from projects.models import Evidence, Project, StageRule
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Precision, Stage

ORDER = (*CHAIN, Stage.ENTERED)


@dataclass(frozen=True, slots=True)
class Album:
    """Everything that is kept about one stage, the oldest first."""

    stage: Stage
    items: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """Of the projects that reached a stage in the year: how many prove it, how many only say so."""

    verified: int
    claimed: int


def gallery(project: Project) -> tuple[Album, ...]:
    """The evidence of a project by stage, in the order of the chain; one query."""
    found = Evidence.objects.of_project(project).facts()
    kept = sorted(found, key=lambda item: ORDER.index(Stage(item.milestone.stage)))
    by_stage = groupby(kept, key=lambda item: Stage(item.milestone.stage))
    return tuple(Album(stage, tuple(items)) for stage, items in by_stage)


def proven(scope: Scope) -> dict[Indicator, Proven]:
    """For each indicator whose stage asks for evidence, its count of the year split in two; one query.

    The same projects as `StageCount.in_year`: reached in the year for certain, by the day. Both clocks hold for
    evidence and rules too. An indicator that is missing asks for no evidence, or counts nothing.
    """
    stages = {row["stage"]: row for row in _by_stage(scope)}
    return dict(_proven(stages))


def _proven(stages: dict[str, dict[str, int]]) -> Iterator[tuple[Indicator, Proven]]:
    for indicator, stage in STAGE_OF_INDICATOR.items():
        if row := stages.get(stage):
            yield indicator, Proven(row["verified"], row["reached"] - row["verified"])


def _by_stage(scope: Scope) -> Rows:
    projects = scope.projects if scope.organisation is None else scope.projects.concerning(scope.organisation)
    register = Register(projects, scope.year, scope.as_of, scope.known_at)
    asked = register.table(StageRule).filter(stage=OuterRef("stage"), evidence_required=True)
    kept = register.table(Evidence).filter(milestone_id=OuterRef("id"))
    rows = register.milestones().filter(
        Exists(asked), reached_on__year=scope.year, reached_on__lte=scope.as_of
    )
    rows = (
        register.listed(rows, [scope.level])
        .exclude(reached_precision=Precision.NOT_LATER)
        .annotate(is_proven=Exists(kept))
    )
    return rows.values("stage").annotate(reached=Count("id"), verified=Count("id", filter=Q(is_proven=True)))
