"""What I owe now, and how much of it the navigation counts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from projects import access
from projects.figures import todo as figures
from projects.figures.conversation import Told, unread_mentions
from projects.figures.decisions import ledger as decision_ledger
from projects.figures.first_steps import first_steps
from projects.figures.urgency import by_urgency
from projects.models import Import, Project, User
from projects.models.decision import DecisionQuerySet
from projects.models.district import report_days_after
from projects.models.workbook import ImportQuerySet
from projects.vocabulary import Role


@require_safe
@access.allowed(access.reads_figures)
def todo(request: HttpRequest) -> HttpResponse:
    """Staff see what their unit owes, the office what waits for it; whoever is both sees both. Everybody sees what they
    were told in comments.
    """
    user, today = access.signed_in(request), timezone.localdate()
    staff = _staff_desk(user)
    judged = decision_ledger(_judged(user), today=today)
    stopped = _stopped(user).facts()
    context: dict[str, object] = {
        "today": today,
        "staff": staff,
        "stopped": stopped,
        "told": _told(user),
        "judged": judged,
    }
    if staff is not None and user.organisation is not None:
        projects = access.writable_projects(user)
        names = {
            due.month: figures.unwritten(projects, due.month, today=today)
            for due in staff.months
            if due.unwritten
        }
        context["owed"] = by_urgency(staff, names)
        context["first_steps"] = first_steps(user, projects, today=today)
        context["reopened"] = figures.reopened(user.organisation, today=today)
        context["refused"] = figures.refused(user.organisation, now=timezone.now())
    if user.is_keeper:
        context["office"] = figures.office_desk(Project.objects.all())
        context["silent"] = figures.silent_months(
            Project.objects.all(), today=today, days_after=report_days_after()
        )
    return render(request, "projects/todo.html", context)


@require_safe
@cache_control(private=True, max_age=60)
@access.allowed(access.reads_figures)
def todo_count(request: HttpRequest) -> HttpResponse:
    """The number beside “待办”, fetched by every page after it is shown; a browser asks once a minute at most."""
    user = access.signed_in(request)
    desks = [_staff_desk(user), figures.office_desk(Project.objects.all()) if user.is_keeper else None]
    count = figures.owed(desk for desk in desks if desk is not None)
    count += _stopped(user).count() + len(_told(user)) + _judged(user).count()
    return render(request, "projects/todo.html#count", {"count": count})


def _judged(user: User) -> DecisionQuerySet:
    """Decisions that a unit calls done and that the user may close."""
    return access.judged_decisions(user).asked()


def _stopped(user: User) -> ImportQuerySet:
    """Imports that ended without an answer; whoever only reads has none."""
    found = Import.objects.visible_to(user) if user.writes else Import.objects.none()
    return found.stopped()


def _told(user: User) -> list[Told]:
    return unread_mentions(user, Project.objects.visible_to(user))


def _staff_desk(user: User) -> figures.StaffDesk | None:
    if Role.STAFF not in user.roles or user.organisation is None:
        return None
    return figures.staff_desk(
        access.writable_projects(user),
        access.readable_problems(user).answered_by(user.organisation),
        access.readable_decisions(user).answered_by(user.organisation),
        reach=user.reach,
        today=timezone.localdate(),
        days_after=report_days_after(),
    )
