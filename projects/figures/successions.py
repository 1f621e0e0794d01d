"""What a project was split from or merged into, in both directions, and what a split or a merger would leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import Q

from projects.figures.register.sheet import total
from projects.models import Project
from projects.models.project import ProjectQuerySet
from projects.vocabulary import ReportState


@dataclass(frozen=True, slots=True)
class Link:
    """Another project before or after this one; `words`: how they belong together. `may_read`: whether it opens."""

    words: str
    project: Project
    may_read: bool


@dataclass(frozen=True, slots=True)
class SuccessionSheet:
    """What a split or a merger of the project leaves. `reported`: approved yuan of the year, which stay counted."""

    year: int
    reported: int | None
    stages: int
    lists: Sequence[str]
    planned: bool


def succession_sheet(project: Project, on: date) -> SuccessionSheet:
    """Four queries. `on`: the day of the split or merger."""
    reports = project.reports.filter(state=ReportState.APPROVED, month__year=on.year, month__lte=on)
    amounts = reports.values_list("invested", "opening")
    return SuccessionSheet(
        year=on.year,
        reported=total(([amount] for amount in chain.from_iterable(amounts)), 1)[0],
        stages=project.milestones.count(),
        lists=[str(entry) for entry in project.listings.filter(year__gte=on.year)],
        planned=project.annual_plans.filter(year=on.year).exists(),
    )


def succession_links(project: Project, readable: ProjectQuerySet) -> list[Link]:
    """The projects before and after it; two queries."""
    linked = Q(split_from=project) | Q(merged_into=project)
    linked |= Q(pk__in=[pk for pk in (project.split_from_id, project.merged_into_id) if pk])
    found = list(Project.objects.filter(linked).order_by("pk"))
    visible = set(readable.filter(pk__in=[other.pk for other in found]).values_list("pk", flat=True))
    return [Link(_words(project, other), other, other.pk in visible) for other in found]


def _words(project: Project, other: Project) -> str:
    """How the other one belongs to the project."""
    if other.pk == project.split_from_id:
        return f"{project.began_on} 起拆分自"
    if other.pk == project.merged_into_id:
        return f"{project.ended_on} 起并入"
    return f"{other.began_on} 起拆分出" if other.split_from_id == project.pk else f"{other.ended_on} 起合并了"
