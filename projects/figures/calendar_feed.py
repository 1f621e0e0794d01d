"""What is due for one reader, as the events of a calendar: stages that were promised, and decisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.urls import reverse

from projects.models import Milestone
from projects.models.decision import DecisionQuerySet
from projects.models.project import ProjectQuerySet
from projects.rules import periods
from projects.templatetags.formats import period
from projects.vocabulary import Precision, Stage

BEHIND, AHEAD = timedelta(days=90), timedelta(days=400)
"""From so long ago until so far ahead; what is overdue for longer stands on 需要关注."""
MOST_EVENTS = 3000
"""Of each kind, the nearest ones: programs on a phone take no more with ease."""


@dataclass(frozen=True, slots=True)
class DueEvent:
    """From the first to the last day on which it may be; `number` never changes, however often it is moved."""

    number: str
    first: date
    last: date
    title: str
    words: str
    path: str


def due_events(projects: ProjectQuerySet, decisions: DecisionQuerySet, *, today: date) -> list[DueEvent]:
    """Two queries."""
    return list(chain(_stages(projects, today), _decisions(decisions, today)))


def _stages(projects: ProjectQuerySet, today: date) -> Iterator[DueEvent]:
    awaited = Milestone.objects.awaited(projects.going_on(today), today - BEHIND, today + AHEAD)
    found = awaited.select_related("project", "project__organisation").order_by("current_on", "pk")
    for milestone in found[:MOST_EVENTS]:
        last, precision = milestone.current_on, Precision(milestone.current_precision)
        assert last is not None  # from the filter
        project, stage = milestone.project, Stage(milestone.stage)
        unit = f"{project.organisation}，" if project.organisation else ""
        overdue = "，已逾期" if last < today else ""
        yield DueEvent(
            number=f"stage-{milestone.pk}",
            first=periods.first_day(last, precision) or last,
            last=last,
            title=f"{stage.label}：{project}",
            words=f"{unit}计划 {period(last, precision)}{overdue}",
            path=reverse("project_milestone", args=[project.pk, stage]),
        )


def _decisions(decisions: DecisionQuerySet, today: date) -> Iterator[DueEvent]:
    found = decisions.unanswered().filter(due_on__range=(today - BEHIND, today + AHEAD))
    for decision in found.select_related("organisation").order_by("due_on", "pk")[:MOST_EVENTS]:
        overdue = "，已逾期" if decision.due_on < today else ""
        yield DueEvent(
            number=f"decision-{decision.pk}",
            first=decision.due_on,
            last=decision.due_on,
            title=f"督办：{decision.text}",
            words=f"{decision.organisation}，{decision.due_on.isoformat()} 前办结{overdue}",
            path=reverse("decision", args=[decision.pk]),
        )
