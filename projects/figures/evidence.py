"""What proves the stages of a project."""

from dataclasses import dataclass
from itertools import groupby

from projects.models import Evidence, Project
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Stage

ORDER = (*CHAIN, Stage.ENTERED)


@dataclass(frozen=True, slots=True)
class Album:
    """Everything that is kept about one stage, the oldest first."""

    stage: Stage
    items: tuple[Evidence, ...]


def gallery(project: Project) -> tuple[Album, ...]:
    """The evidence of a project by stage, in the order of the chain; one query."""
    found = Evidence.objects.of_project(project).facts()
    kept = sorted(found, key=lambda item: ORDER.index(Stage(item.milestone.stage)))
    by_stage = groupby(kept, key=lambda item: Stage(item.milestone.stage))
    return tuple(Album(stage, tuple(items)) for stage, items in by_stage)
