"""What proves the stages of a project."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from projects.models import Evidence, Project
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Stage

ORDER = (*CHAIN, Stage.ENTERED)

ON_TOP = 3
"""Photos that the head of a project's page shows."""


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


def newest_photos(albums: Iterable[Album]) -> list[Evidence]:
    """The photos of all stages that were sent last, the newest first; no query."""
    photos = [item for album in albums for item in album.items if item.is_photo]
    return sorted(photos, key=lambda item: item.uploaded_at, reverse=True)[:ON_TOP]
