"""For a page that has little more than published numbers: the projects that a source says something of, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from projects.figures.scope import Scope
from projects.models import Listing, Milestone, Project
from projects.models.listing import stands_on
from projects.rules import periods
from projects.rules.lifecycle import CHAIN, Step
from projects.vocabulary import Level, Precision, Stage

MOST = 20
ORDER = {stage: place for place, stage in enumerate((*CHAIN, Stage.ENTERED))}


@dataclass(frozen=True, slots=True)
class NamedProject:
    """A project with what is known of its stages, in words; `levels`: the lists of the year that it stands on."""

    project: Project
    levels: list[str]
    stages: list[str]


@dataclass(frozen=True, slots=True)
class ListSize:
    """How many projects stand on a list, and how many of them its source does not name."""

    level: Level
    count: int
    unnamed: int

    @property
    def named(self) -> int:
        return self.count - self.unnamed


@dataclass(frozen=True, slots=True)
class NamedProjects:
    """`listed` stand on a list of the year, `others` on none; `lists`: those that have unnamed ones."""

    listed: list[NamedProject]
    others: list[NamedProject]
    lists: list[ListSize]


def named_projects(scope: Scope) -> NamedProjects:
    """The first projects of the scope, whatever list they stand on, that their source names; four queries.

    As the register stands: of the words of a project there is no second clock here.
    """
    projects = scope.concerned.filter(pk__in=scope.visible.order_by().values("pk"))
    described = projects.named().order_by("pk").prefetch_related("milestones")[:MOST]
    places = Listing.objects.filter(stands_on(scope.as_of), year=scope.year, project__in=projects)
    levels: dict[int, list[str]] = {}
    for project, level in places.filter(project__named=True).values_list("project_id", "level"):
        levels.setdefault(project, []).append(level)
    found = [
        NamedProject(each, levels.get(each.pk, []), list(_stages(each, scope.as_of))) for each in described
    ]
    return NamedProjects(
        [each for each in found if each.levels],
        [each for each in found if not each.levels],
        _sizes(places.order_by()),
    )


def _sizes(places: QuerySet[Listing]) -> list[ListSize]:
    counted = places.values("level").annotate(
        count=Count("pk"), unnamed=Count("pk", filter=Q(project__named=False))
    )
    sizes = [ListSize(Level(row["level"]), row["count"], row["unnamed"]) for row in counted]
    return sorted((size for size in sizes if size.unnamed), key=lambda size: list(Level).index(size.level))


def _stages(project: Project, day: date) -> Iterator[str]:
    """What is known of each stage, in the order of the stages."""
    for milestone in sorted(project.milestones.all(), key=lambda each: ORDER.get(Stage(each.stage), -1)):
        if words := _words(Milestone.as_step(milestone), day):
            yield words


def _words(step: Step, day: date) -> str:
    label = step.stage.label
    if step.skipped:
        return ""
    if step.reached_on is not None:
        if step.reached_by(day):
            return f"已{label}（{step.reached_words}）"
        return f"{label}：{step.reached_words}"
    if step.current_on is None:
        return ""
    return f"计划{label}：{periods.wording(step.current_on, step.current_precision or Precision.DAY)}"
