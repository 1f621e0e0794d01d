"""What the page of targets asks."""

from django.http import QueryDict
from django.utils import timezone

from projects import access
from projects.figures.targets import TargetGrid, target_grid
from projects.forms.target import TargetsQuestion
from projects.models import Organisation, Target, User


def targets_question(data: QueryDict, user: User) -> TargetsQuestion:
    """Without a year, the newest one with targets, up to this year."""
    this_year = timezone.localdate().year
    newest = None if data.get("year") else Target.objects.visible_to(user).newest_year(by=this_year)
    return TargetsQuestion(data.dict(), year=newest or this_year)


def targets_of(user: User, year: int, level: str) -> TargetGrid:
    units = access.readable_among(user, list(Organisation.objects.all()))
    return target_grid(Target.objects.visible_to(user), units, year=year, level=level)
