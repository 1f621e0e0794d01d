"""What lists and the search box ask: projects, problems, decisions, and all of them by words."""

from django.http import QueryDict
from django.utils import timezone

from projects import access
from projects.figures.search import Group, found_everywhere
from projects.filters import DecisionFilter, ProblemFilter, ProjectFilter
from projects.models import Industry, Organisation, Project, User


def projects_question(data: QueryDict, user: User) -> ProjectFilter:
    return ProjectFilter(
        data,
        Project.objects.visible_to(user),
        organisations=Organisation.objects.all(),
        industries=Industry.objects.all(),
        today=timezone.localdate(),
        reader=user,
    )


def problems_question(data: QueryDict, user: User) -> ProblemFilter:
    return ProblemFilter(
        data,
        access.readable_problems(user),
        organisations=Organisation.objects.all(),
        today=timezone.localdate(),
    )


def decisions_question(data: QueryDict, user: User) -> DecisionFilter:
    return DecisionFilter(
        data,
        access.readable_decisions(user),
        organisations=Organisation.objects.all(),
        today=timezone.localdate(),
    )


def search_everywhere(words: str, user: User) -> list[Group]:
    """What the words find among all that the user may see."""
    return found_everywhere(
        words,
        listed=projects_question(QueryDict(), user).qs,
        units=access.readable_among(user, list(Organisation.objects.all())),
        problems=problems_question(QueryDict(), user).qs,
        today=timezone.localdate(),
    )
