"""Who may enter which door."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from projects import access
from projects.models import Project
from projects.vocabulary import Role
from tests import build

pytestmark = pytest.mark.django_db

ROLES = (Role.LEADER, Role.STAFF, Role.OFFICE, Role.ADMIN, None)
MAY = [
    # predicate, leader, staff, office, admin, no role
    (access.reads_figures, (True, True, True, True, False)),
    (access.writes_projects, (False, True, True, True, False)),
    (access.keeps_register, (False, False, True, True, False)),
    (access.keeps_targets, (False, False, True, True, False)),
    (access.keeps_directories, (False, False, False, True, False)),
]
TABLE = [(may, role, allowed) for may, answers in MAY for role, allowed in zip(ROLES, answers, strict=True)]


@pytest.mark.parametrize(("may", "role", "allowed"), TABLE)
def test_the_table_of_rights(may, role, allowed):
    assert may(build.person(role)) is allowed


@pytest.mark.parametrize("may", [may for may, _ in MAY])
def test_inactive_people_may_nothing_and_superusers_everything(may):
    assert not any(may(build.person(role, is_active=False)) for role in ROLES)
    assert may(build.person(None, is_superuser=True))


def test_staff_without_a_unit_write_nothing():
    user = build.staff()
    user.organisation = None
    user.save()
    assert not access.writes_projects(user)
    assert not access.assignable_organisations(user).exists()


@pytest.fixture
def register():
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    village = build.town("某村", parent=luoxi)
    build.project("罗溪", organisation=luoxi)
    build.project("村", organisation=village)
    build.helper(build.project("奔牛", organisation=benniu), luoxi)
    build.project("未明确")
    return {"罗溪镇": luoxi, "奔牛镇": benniu, "某村": village, "常州高新区": build.district()}


EVERYTHING = {"罗溪", "村", "奔牛", "未明确"}


@pytest.mark.parametrize(
    ("role", "unit", "writable"),
    [
        (Role.STAFF, "常州高新区", EVERYTHING),
        (Role.STAFF, "罗溪镇", {"罗溪", "村"}),  # helping with 奔牛 is reading it
        (Role.STAFF, "某村", {"村"}),
        (Role.LEADER, "常州高新区", set()),
        (Role.OFFICE, "某村", EVERYTHING),
        (Role.ADMIN, "某村", EVERYTHING),
        (None, "常州高新区", set()),
    ],
)
def test_writable_projects(register, role, unit, writable):
    user = build.person(role, organisation=register[unit])
    assert {project.name for project in access.writable_projects(user)} == writable
    assert {project.name for project in Project.objects.all() if access.may_write(user, project)} == writable


def test_nobody_writes_what_they_may_not_read(register):
    for unit in register.values():
        for role in ROLES:
            user = build.person(role, organisation=unit)
            assert set(access.writable_projects(user)) <= set(Project.objects.visible_to(user))


def test_units_that_may_be_made_responsible(register):
    staff = build.staff(register["罗溪镇"])
    assert set(access.assignable_organisations(staff)) == {register["罗溪镇"], register["某村"]}
    assert set(access.assignable_organisations(build.office())) == set(register.values())


@access.allowed(access.keeps_register)
def door(request):
    return HttpResponse("inside")


def test_a_door_lets_in_or_says_no(rf):
    request = rf.get("/")
    request.user = build.office()
    assert door(request).content == b"inside"
    request.user = build.staff()
    with pytest.raises(PermissionDenied, match="没有这个页面的权限"):
        door(request)


def test_a_session_ends_with_the_account():
    user = build.office()
    browser = build.browser_of(user)
    assert browser.get("/admin/").status_code == 200
    user.is_active = False
    user.save()
    assert browser.get("/admin/").status_code == 302


def test_the_backend_brings_roles_and_unit_in_one_query(django_assert_num_queries):
    user = build.leader()
    with django_assert_num_queries(1):
        found = access.RoleBackend().get_user(user.pk)
        assert (found.roles, found.organisation.name) == ({Role.LEADER}, build.DISTRICT)
    assert access.RoleBackend().get_user(0) is None
