"""Permissions: which view a user may open, which records a user may read or change, and the sign-in backend.

Called by views, the API, the admin and commands."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, cast

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from projects.models import Evidence, Import, Organisation, Problem, User
from projects.models.directory import OrganisationQuerySet
from projects.models.problem import ProblemQuerySet
from projects.models.project import Project, ProjectQuerySet
from projects.models.reach import NOTHING, Nothing, UnitAndBelow, WholeDistrict
from projects.vocabulary import ImportKind

type Predicate = Callable[[User], bool]
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

NO_UNIT = "您的账号还没有所属单位，看不到项目和数字。请联系管理员填写所属单位。"
NO_RIGHT = "您的账号没有这个页面的权限。"


def reads_figures(user: User) -> bool:
    """Whether the user may read figures: users with a role and a unit, or users who cover the whole district."""
    return user.reach != NOTHING


def writes_projects(user: User) -> bool:
    return user.writes


def keeps_register(user: User) -> bool:
    """Whether the user may correct every record, also in the admin: the office and administrators."""
    return user.is_keeper


def keeps_targets(user: User) -> bool:
    """Whether the user may set targets, review reports and seal months: the office and administrators."""
    return user.is_keeper


def keeps_directories(user: User) -> bool:
    """Whether the user may change users, organisations, industries and settings: administrators."""
    return user.keeps_directories


def writable_projects(user: User) -> ProjectQuerySet:
    """Projects that the user may change: all for the office; those of the user's unit and below for staff."""
    projects = Project.objects.all()
    if not writes_projects(user):
        return projects.none()
    match user.reach:
        case WholeDistrict():
            return projects
        case UnitAndBelow(unit):
            return projects.answered_by(unit)
        case Nothing():
            return projects.none()


def may_write(user: User, project: Project) -> bool:
    return writable_projects(user).filter(pk=project.pk).exists()


def readable_project(user: User, pk: int) -> Project:
    """Return the project with its facts and `may_write`. Raises Http404 when the user may not read it."""
    visible = Project.objects.visible_to(user).marked(writable_projects(user)).facts().with_successions()
    return get_object_or_404(visible, pk=pk)


def writable_project(user: User, pk: int) -> Project:
    """Return the project for a view that writes. Raises PermissionDenied when the user may only read it."""
    project = readable_project(user, pk)
    if not project.may_write:  # type: ignore[attr-defined]  # from `marked`
        raise PermissionDenied("您的账号不能修改这个项目。")
    return project


def readable_evidence(user: User, pk: int) -> Evidence:
    """Return a photo or permit with its project. Raises Http404 when the user may not read it."""
    return get_object_or_404(Evidence.objects.of_projects(Project.objects.visible_to(user)).facts(), pk=pk)


def writable_evidence(user: User, pk: int) -> Evidence:
    """Return evidence for a view that writes. Raises PermissionDenied when the user may only read it."""
    evidence = readable_evidence(user, pk)
    if not may_write(user, evidence.milestone.project):
        raise PermissionDenied("您的账号不能修改这个项目。")
    return evidence


def closable_problems(user: User) -> ProblemQuerySet:
    """Problems that the user may close: those of projects that the user may change, and those of the user's unit."""
    if not writes_projects(user):
        return Problem.objects.none()
    match user.reach:
        case WholeDistrict():
            return Problem.objects.all()
        case UnitAndBelow(unit):
            own = Problem.objects.answered_by(unit)
            return Problem.objects.of_projects(writable_projects(user)) | own
        case Nothing():
            return Problem.objects.none()


def readable_problems(user: User) -> ProblemQuerySet:
    """Problems that the user may read, each annotated with `may_read`, `may_write` (of its project) and `may_close`."""
    return Problem.objects.visible_to(user).marked(
        readable=Project.objects.visible_to(user),
        writable=writable_projects(user),
        closable=closable_problems(user),
    )


def readable_problem(user: User, pk: int) -> Problem:
    return get_object_or_404(readable_problems(user).select_related("project", "organisation"), pk=pk)


def assignable_organisations(user: User) -> OrganisationQuerySet:
    """Units that the user may assign as responsible for a project."""
    if user.is_keeper:
        return Organisation.objects.all()
    if user.organisation is None or user.reach == NOTHING:
        return Organisation.objects.none()
    return Organisation.objects.within(user.organisation)


def readable_among(user: User, organisations: Sequence[Organisation]) -> list[Organisation]:
    """The same units, selected from a list that is already loaded."""
    match user.reach:
        case WholeDistrict():
            return list(organisations)
        case UnitAndBelow(unit):
            return _below(unit, organisations)
        case Nothing():
            return []


def _below(top: Organisation, organisations: Sequence[Organisation]) -> list[Organisation]:
    below = {top.pk}
    for _ in organisations:  # one round for each level of the tree
        grown = below | {unit.pk for unit in organisations if unit.parent_id in below}
        if grown == below:
            break
        below = grown
    return [unit for unit in organisations if unit.pk in below]


def allowed[**P](may: Predicate) -> Callable[[View[P]], View[P]]:
    """Decorator of a view: users for whom the test fails get a page that says why, and the view does not run."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = signed_in(request)
            if not may(user):
                raise PermissionDenied(refusal(user))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def reach_name(user: User) -> str:
    """The scope of a sheet exported by the user: 全区, or the name of the unit."""
    match user.reach:
        case WholeDistrict():
            return "全区"
        case UnitAndBelow(unit):
            return str(unit)
        case Nothing():
            return ""


def refusal(user: User) -> str:
    """The sentence that tells the user why a page is not permitted."""
    return NO_UNIT if user.lacks_unit else NO_RIGHT


def signed_in(request: HttpRequest) -> User:
    """The user of a request whose view requires a sign-in."""
    return cast(User, request.user)


class RoleBackend(ModelBackend):
    """Django's own backend; one query loads the user with roles and organisation."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.with_roles().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


MAY_IMPORT: dict[ImportKind, Predicate] = {
    ImportKind.PROJECTS: writes_projects,
    ImportKind.REPORTS: writes_projects,
    ImportKind.TARGETS: keeps_targets,
    ImportKind.ORGANISATIONS: keeps_directories,
}


def readable_import(user: User, pk: int) -> Import:
    """The import with its facts; Http404 outside what one may see, PermissionDenied for a kind that is not one's."""
    found = get_object_or_404(Import.objects.visible_to(user).facts(), pk=pk)
    if not may_import(user, ImportKind(found.kind)):
        raise PermissionDenied(f"您的账号不能导入{found.get_kind_display()}。")
    return found


def may_import(user: User, kind: ImportKind) -> bool:
    return MAY_IMPORT[kind](user)


def importable_kinds(user: User) -> list[ImportKind]:
    """What the user may import."""
    return [kind for kind in ImportKind if may_import(user, kind)]
