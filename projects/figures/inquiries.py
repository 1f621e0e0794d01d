"""Who asked why a milestone is late: beside the milestones of a list, and open ones of a unit. Always as of now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils import timezone

from projects.figures.open_milestones import Asked, DueMilestone, due_of
from projects.figures.register.subjects import subject_of
from projects.figures.scope import Scope
from projects.models import Inquiry
from projects.models.project import ProjectQuerySet
from projects.models.reach import Reach

MOST = 100
"""Open questions that a desk looks at."""


def asked_of(milestones: Iterable[int]) -> dict[int, Asked]:
    """By milestone, who asked for its reason and on which day; one query."""
    found = Inquiry.objects.filter(milestone__in=set(milestones)).select_related("asked_by")
    return {inquiry.milestone_id: _asked(inquiry) for inquiry in found}


def open_inquiries(projects: ProjectQuerySet, *, reach: Reach, today: date) -> list[DueMilestone]:
    """The milestones of the projects whose reason was asked and is not recorded, the oldest question first; one query.

    Projects that are paused or terminated owe no answer.
    """
    scope = Scope(projects, today.year, today, reach=reach)
    rows = Inquiry.objects.open_of(projects.going_on(today)).select_related(
        "asked_by", "milestone__project__organisation"
    )
    return [_due(inquiry, scope) for inquiry in rows[:MOST] if inquiry.milestone.current_on]


def _due(inquiry: Inquiry, scope: Scope) -> DueMilestone:
    milestone = inquiry.milestone
    project = subject_of(milestone.project, scope, present=milestone.project.organisation)
    return replace(due_of(milestone, project, scope, ()), asked=_asked(inquiry))


def _asked(inquiry: Inquiry) -> Asked:
    return Asked(str(inquiry.asked_by), timezone.localdate(inquiry.asked_at))
