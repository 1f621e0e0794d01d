"""What is behind and what comes next: milestones whose plan has passed, and those that are due soon."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from projects.figures.scope import Scope
from projects.models import Milestone, Project
from projects.models.milestone import MilestoneQuerySet
from projects.rules import lifecycle, periods
from projects.vocabulary import DelayReason, Precision, Stage


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """An open milestone with its plan; `days` late or to go, `moved` days from the original plan."""

    project: Project
    stage: Stage
    planned: str
    days_late: int
    days_to_go: int
    moved: int
    reason: str
    note: str


def late_milestones(scope: Scope, *, as_of: date, most: int) -> list[DueMilestone]:
    """Open milestones past their plan, the longest overdue first; one query."""
    late = _of_scope(scope, as_of).late_on(as_of).order_by("current_on", "pk")
    return _due(late[:most], as_of)


def next_milestones(scope: Scope, *, as_of: date, most: int) -> list[DueMilestone]:
    """Open milestones still ahead, the nearest first; one query."""
    ahead = _of_scope(scope, as_of).next_after(as_of).order_by("current_on", "pk")
    return _due(ahead[:most], as_of)


def _of_scope(scope: Scope, as_of: date) -> MilestoneQuerySet:
    return MilestoneQuerySet(Milestone).filter(project__in=scope.listed(as_of))


def _due(milestones: QuerySet[Milestone], as_of: date) -> list[DueMilestone]:
    return [
        _due_milestone(milestone, as_of) for milestone in milestones.select_related("project__organisation")
    ]


def _due_milestone(milestone: Milestone, as_of: date) -> DueMilestone:
    step = milestone.as_step()
    assert step.current_on is not None  # open_on asks for a plan
    return DueMilestone(
        project=milestone.project,
        stage=Stage(milestone.stage),
        planned=periods.wording(step.current_on, step.current_precision or Precision.DAY),
        days_late=lifecycle.days_late(step, as_of) or 0,
        days_to_go=max(0, (step.current_on - as_of).days),
        moved=lifecycle.moved_days(step) or 0,
        reason=DelayReason(milestone.reason).label if milestone.reason else "",
        note=milestone.note,
    )
