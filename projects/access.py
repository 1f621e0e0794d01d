"""Permissions: which view a user may open, which records a user may read or change, and the sign-in backend.

Called by views, the API, the admin and commands."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from typing import Concatenate, cast

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from projects.models import (
    Attachment,
    Decision,
    Evidence,
    Import,
    Notice,
    Organisation,
    PaperOrder,
    Problem,
    User,
)
from projects.models.decision import DecisionQuerySet
from projects.models.notice import NoticeQuerySet
from projects.models.organisation import OrganisationQuerySet
from projects.models.person import PersonQuerySet
from projects.models.problem import ProblemQuerySet
from projects.models.project import Project, ProjectQuerySet
from projects.models.reach import NOTHING, Nothing, UnitAndBelow, WholeDistrict
from projects.vocabulary import ImportKind, NoticeKind, Role

type Predicate = Callable[[User], bool]
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

NO_UNIT = "您的账号还没有所属单位，看不到项目和数字。"
NO_ROLE = "您的账号还没有角色，打不开任何页面。"
NO_RIGHT = "您的账号没有这个页面的权限。"
WHOM_TO_ASK = "请联系{}，让他们在“人员”页填写。"
NAMED = 3
"""People whom a refusal names."""


def has_account(user: User) -> bool:
    """Whoever is signed in: for the own account and the manual."""
    return user.is_active


def reads_figures(user: User) -> bool:
    """Whether the user may read figures: users with a role and a unit, or users who cover the whole district."""
    return user.reads


def writes_projects(user: User) -> bool:
    return user.writes


def takes_phones(user: User) -> bool:
    """Whether the user may take telephone numbers along in a file: those who write, and call the people named."""
    return writes_projects(user)


def asks_reasons(user: User) -> bool:
    """Whether the user may ask a unit why a milestone is late: leaders, the office and administrators."""
    return reads_figures(user) and (user.is_keeper or Role.LEADER in user.roles)


def keeps_register(user: User) -> bool:
    """Whether the user may correct every record, also in the admin: the office and administrators."""
    return user.is_keeper


def keeps_targets(user: User) -> bool:
    """Whether the user may set targets, review reports and seal months: the office and administrators."""
    return user.is_keeper


def has_keys(user: User) -> bool:
    """Whether the user may make keys of the API for the own account: whoever reads figures, but no superuser."""
    return reads_figures(user) and not user.is_superuser


def reads_audit(user: User) -> bool:
    """Whether the user may read the audit: auditors, who do not keep what it tells of."""
    return user.is_auditor


def keeps_directories(user: User) -> bool:
    """Whether the user may change users, organisations, industries and settings: administrators."""
    return user.keeps_directories


def keeps_accounts(user: User) -> bool:
    """Whether the user may keep the accounts and keys of everybody: security officers, and administrators unless the
    duties are kept apart (`SEPARATE_DUTIES`)."""
    return user.keeps_accounts


def manages_people(user: User) -> bool:
    """Whether the user may open the accounts: those who keep them, and the office for leaders and staff unless the
    duties are kept apart."""
    return user.manages_people


def manageable_people(user: User) -> PersonQuerySet:
    """Accounts that the user may change: all for those who keep them (superusers only for their kind), for the office
    those of leaders and staff, so that nobody raises the own rights by way of another account."""
    people = User.objects.with_roles()
    if user.keeps_accounts:
        return people if user.is_superuser else people.filter(is_superuser=False)
    if not manages_people(user):
        return people.none()
    return people.filter(is_superuser=False).without_roles(*(set(Role) - grantable_roles(user)))


def grantable_roles(user: User) -> frozenset[Role]:
    """Roles that the user may give to others and take from them."""
    if user.keeps_accounts:
        return frozenset(Role)
    return frozenset({Role.LEADER, Role.STAFF}) if manages_people(user) else frozenset()


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
    """Return the project with its facts, `may_write` and `is_starred`. Raises Http404 when the user may not read it."""
    visible = Project.objects.visible_to(user).marked(writable_projects(user)).facts().with_successions()
    return get_object_or_404(visible.with_star(user), pk=pk)


def readers_of(project: Project) -> list[User]:
    """Everybody who may see the project, by name; `visible_to` the other way round, in three queries."""
    helping = project.participations.helping().values_list("organisation_id", flat=True)
    parents = dict(Organisation.objects.values_list("pk", "parent_id"))
    units = _and_above({project.organisation_id, *helping}, parents)
    people = User.objects.with_roles().filter(is_active=True).order_by("last_name", "first_name", "pk")
    return [person for person in people if _reaches(person, units)]


def _and_above(units: Collection[int | None], parents: Mapping[int, int | None]) -> set[int]:
    above: set[int] = set()
    for unit in units:
        while unit is not None and unit not in above:
            above.add(unit)
            unit = parents.get(unit)
    return above


def _reaches(person: User, units: Collection[int]) -> bool:
    match person.reach:
        case WholeDistrict():
            return True
        case UnitAndBelow(unit):
            return unit.pk in units
        case Nothing():
            return False


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


def readable_attachment(user: User, pk: int) -> Attachment:
    """Return a document with its project. Raises Http404 when the user may not read it."""
    found = Attachment.objects.of_projects(Project.objects.visible_to(user)).select_related("project")
    return get_object_or_404(found, pk=pk)


def writable_attachment(user: User, pk: int) -> Attachment:
    """Return a document for a view that writes. Raises PermissionDenied when the user may only read it."""
    attachment = readable_attachment(user, pk)
    if not may_write(user, attachment.project):
        raise PermissionDenied("您的账号不能修改这个项目。")
    return attachment


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


def gives_decisions(user: User) -> bool:
    """Whether the user may give units something to do: leaders, the office and administrators."""
    return asks_reasons(user)


def readable_decisions(user: User) -> DecisionQuerySet:
    """Decisions that the user may read, each annotated with `may_read` (of its project)."""
    return Decision.objects.visible_to(user).marked(readable=Project.objects.visible_to(user))


def readable_decision(user: User, pk: int) -> Decision:
    found = readable_decisions(user).select_related("organisation", "project", "problem", "given_by", "whole")
    return get_object_or_404(found, pk=pk)


def answers_decision(user: User, decision: Decision) -> bool:
    """Whether the user may report on it: whoever writes for the unit that is to carry it out."""
    if not writes_projects(user):
        return False
    return user.is_keeper or covers(user, decision.organisation)


def judges_decision(user: User, decision: Decision) -> bool:
    """Whether the user may close it, send it back or extend it: the office, and the leader who gave it."""
    return user.is_keeper or (gives_decisions(user) and decision.given_by_id == user.pk)


def judged_decisions(user: User) -> DecisionQuerySet:
    """Decisions whose end the user decides on."""
    if user.is_keeper:
        return readable_decisions(user)
    return readable_decisions(user).given_by(user) if gives_decisions(user) else Decision.objects.none()


def readable_notices(user: User) -> NoticeQuerySet:
    """What the user was told, about what the user may still see."""
    own = Notice.objects.of(user)
    if not user.keeps_directories:  # nor any more
        own = own.exclude(kind=NoticeKind.TROUBLE)
    match user.reach:
        case WholeDistrict():
            return own
        case UnitAndBelow(unit):
            return own.about(
                projects=Project.objects.visible_to(user),
                problems=Problem.objects.visible_to(user),
                decisions=Decision.objects.visible_to(user),
                units=unit.units,
                papers=PaperOrder.objects.visible_to(user),
                imports=Import.objects.visible_to(user),
            )
        case Nothing():
            return own.none()


def charged_organisations(user: User) -> OrganisationQuerySet:
    """Units that the user may give something to do."""
    match user.reach:
        case WholeDistrict():
            return Organisation.objects.open()
        case UnitAndBelow(unit):
            return Organisation.objects.within(unit).open()
        case Nothing():
            return Organisation.objects.none()


def covers(user: User, organisation: Organisation) -> bool:
    """Whether the unit is the user's own or one below it."""
    match user.reach:
        case WholeDistrict():
            return True
        case UnitAndBelow(unit):
            return organisation.pk in unit.units
        case Nothing():
            return False


def assignable_organisations(user: User) -> OrganisationQuerySet:
    """Units that the user may assign as responsible for a project."""
    if user.is_keeper:
        return Organisation.objects.all()
    unit = user.limited_to or user.organisation
    if unit is None or user.reach == NOTHING:
        return Organisation.objects.none()
    return Organisation.objects.within(unit)


def units_of_keys(user: User) -> OrganisationQuerySet:
    """Units that the user may narrow a key of the API to: a key of the whole district is not narrowed."""
    return charged_organisations(user).below_district()


def owners_of_keys() -> PersonQuerySet:
    """Accounts that a key may be made for; superusers are kept on the command line."""
    return User.objects.with_roles().filter(is_active=True, is_superuser=False)


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
    """Decorator of a view: users for whom the test fails get a page that says why, and the view does not run.

    The view carries the name of the test as `who_may`: every address of the site states one.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = signed_in(request)
            if not may(user):
                raise PermissionDenied(refusal(user))
            return view(request, *args, **kwargs)

        guarded.who_may = may.__name__  # type: ignore[attr-defined]
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
    """The sentence that tells the user why a page is not permitted, and who can mend that."""
    if not user.lacks_unit and not user.lacks_role:
        return NO_RIGHT
    keepers = User.objects.keepers().exclude(pk=user.pk)[:NAMED]
    names = "、".join(f"{keeper}（{keeper.phone}）" if keeper.phone else str(keeper) for keeper in keepers)
    return (NO_UNIT if user.lacks_unit else NO_ROLE) + WHOM_TO_ASK.format(names or "管理员")


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
