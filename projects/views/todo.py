"""What I owe now, and how much of it the navigation counts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from projects import access
from projects.figures import todo as figures
from projects.models import Project, User
from projects.vocabulary import Role


@require_safe
@access.allowed(access.writes_projects)
def todo(request: HttpRequest) -> HttpResponse:
    """Staff see what their unit owes, the office what waits for it; whoever is both sees both."""
    user, today = access.signed_in(request), timezone.localdate()
    staff = _staff_desk(user)
    context: dict[str, object] = {"today": today, "staff": staff}
    if staff is not None and user.organisation is not None:
        projects = access.writable_projects(user)
        context["months"] = [
            (due, figures.unwritten(projects, due.month, today=today)) for due in staff.months
        ]
        context["reopened"] = figures.reopened(user.organisation, today=today)
    if user.is_keeper:
        context["office"] = figures.office_desk(Project.objects.all())
        context["silent"] = figures.silent_months(
            Project.objects.all(), today=today, days_after=settings.REPORT_DAYS_AFTER
        )
    return render(request, "projects/todo.html", context)


@require_safe
@cache_control(private=True, max_age=60)
@access.allowed(access.writes_projects)
def todo_count(request: HttpRequest) -> HttpResponse:
    """The number beside “待办”, fetched by every page after it is shown; a browser asks once a minute at most."""
    user = access.signed_in(request)
    desks = [_staff_desk(user), figures.office_desk(Project.objects.all()) if user.is_keeper else None]
    count = figures.owed(desk for desk in desks if desk is not None)
    return render(request, "projects/todo.html#count", {"count": count})


def _staff_desk(user: User) -> figures.StaffDesk | None:
    if Role.STAFF not in user.roles or user.organisation is None:
        return None
    return figures.staff_desk(
        access.writable_projects(user),
        access.readable_problems(user).answered_by(user.organisation),
        reach=user.reach,
        today=timezone.localdate(),
        days_after=settings.REPORT_DAYS_AFTER,
    )
