"""Following projects: the star beside a name, for the own list of whoever gives it; nobody's fact, so no history."""

from projects.models import Project, Star, User


def follow(project: Project, *, by: User) -> None:
    """Nothing changes where the person follows it already."""
    Star.objects.get_or_create(user=by, project=project)


def unfollow(project: Project, *, by: User) -> None:
    Star.objects.given_by(by).filter(project=project).delete()
