"""What a decision (督办) is given for, and what may be done with one: for the page and the API."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from projects import access
from projects.models import Decision, Organisation, Project, User
from projects.vocabulary import DecisionState

DAYS_GIVEN = 14


def decision_for(asked: Mapping[str, Any], user: User) -> Decision:
    """An unsaved decision for what `SubjectForm` names: a project, a problem or a whole.

    Raises Http404 for what the user may not see, PermissionDenied for a whole that is not the user's to part.
    """
    today = timezone.localdate()
    new = Decision(given_on=today, due_on=today + timedelta(days=DAYS_GIVEN))
    unit: Organisation | None = None
    if asked["project"]:
        new.project = access.readable_project(user, asked["project"])
        unit = new.project.organisation
    elif asked["problem"]:
        new.problem = access.readable_problem(user, asked["problem"])
        new.project, new.text = new.problem.project, new.problem.text
        unit = new.problem.organisation or new.project.organisation
    elif asked["whole"]:
        new.whole = access.readable_decision(user, asked["whole"])
        if not access.judges_decision(user, new.whole):
            raise PermissionDenied("只有交办人和项目办能分解这件督办。")
        new.project, new.due_on = new.whole.project, new.whole.due_on
    if unit is not None:
        new.organisation = unit
    if new.project is not None and new.project not in Project.objects.visible_to(user):
        new.project = None  # of a problem that the user's unit is to remove
    return new


def open_acts(found: Decision, user: User) -> list[str]:
    """What the user may do with a decision that stands like this; the action judges again."""
    if found.is_closed:
        return []
    is_asked = found.state == DecisionState.ASKED
    judging = ["close", "return", "extend"] if is_asked else ["extend", "close"]
    return [
        *(["report", "ask"] if access.answers_decision(user, found) and not is_asked else []),
        *(judging if access.judges_decision(user, found) else []),
    ]
