"""Accounts and directories: who keeps them, and that nobody makes themselves mightier than they are."""

import pytest
from django.contrib.auth.models import Group

from projects.models import Industry, Organisation, User
from projects.vocabulary import Role
from tests import build
from tests.admin.desk import address, change_page, faults, newest, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return build.admin()


@pytest.fixture
def client(keeper):
    return build.browser_of(keeper)


def group(role: Role) -> int:
    return Group.objects.get_or_create(name=role.label)[0].pk


def new_account(client, **facts):
    return client.post(
        address(User, "add"),
        {
            "username": "zhangsan",
            "first_name": "三",
            "last_name": "张",
            "organisation": build.town().pk,
            "groups": [group(Role.STAFF)],
            "password1": build.PASSWORD,
            "password2": build.PASSWORD,
        }
        | facts,
    )


def test_a_new_account_has_its_role_and_unit(client):
    assert new_account(client).status_code == 302
    user = User.objects.get(username="zhangsan")
    assert (user.roles, user.organisation.name) == ({Role.STAFF}, "罗溪镇")
    assert user.check_password(build.PASSWORD)


@pytest.mark.parametrize(
    ("role", "enters"),
    [(Role.LEADER, False), (Role.STAFF, False), (Role.OFFICE, True), (Role.ADMIN, True)],
)
def test_who_enters_the_admin_follows_from_the_role(client, role, enters):
    new_account(client, groups=[group(role)])
    user = User.objects.get(username="zhangsan")
    assert user.is_staff is enters
    assert user.must_change_password  # somebody else typed it
    user.issued_until = None
    user.save()
    assert (build.browser_of(user).get("/admin/").status_code == 200) is enters


def test_who_loses_the_role_loses_the_door(client):
    office = build.office()
    send(client, change_page(office), groups=[group(Role.STAFF)])
    office.refresh_from_db()
    assert not office.is_staff


def test_nobody_makes_a_superuser_here(client):
    page = client.get(address(User, "add")).content.decode()
    assert "is_superuser" not in page
    assert "user_permissions" not in page
    new_account(client, is_superuser="on", is_staff="on", user_permissions=["1"])
    user = User.objects.get(username="zhangsan")
    assert (user.is_superuser, user.is_staff, user.user_permissions.count()) == (False, False, 0)
    send(client, change_page(user), is_superuser="on", is_staff="on", user_permissions=["1"])
    user.refresh_from_db()
    assert (user.is_superuser, user.is_staff, user.user_permissions.count()) == (False, False, 0)


def test_nobody_reaches_a_superuser_from_here(client):
    root = build.person(None, username="root", is_superuser=True, is_staff=True)
    before = root.password
    assert "root" not in client.get(address(User)).content.decode()
    assert client.get(change_page(root)).status_code == 302  # no such account, says the list
    typed = {"usable_password": "true", "password1": "kidnapped-2024", "password2": "kidnapped-2024"}
    assert client.post(address(root, root.pk, "password"), typed).status_code == 404
    root.refresh_from_db()
    assert root.password == before


def test_nobody_takes_the_keys_from_themselves(client, keeper):
    send(client, change_page(keeper), groups=[group(Role.STAFF)], is_active=None, last_name="李")
    keeper = User.objects.get(pk=keeper.pk)
    assert (keeper.roles, keeper.is_active, keeper.is_staff) == ({Role.ADMIN}, True, True)
    assert keeper.last_name == "李"


def test_an_account_is_closed_and_not_deleted(client):
    user = build.staff()
    assert client.post(address(user, user.pk, "delete"), {"post": "yes"}).status_code in {302, 403}
    send(client, change_page(user), is_active=None)
    user.refresh_from_db()
    assert not user.is_active


def test_a_password_is_issued_on_the_page_of_the_account_and_a_weak_one_refused(client):
    user = build.staff()
    new = {"usable_password": "true", "password1": "constructed-in-2024", "password2": "constructed-in-2024"}
    assert client.post(address(user, user.pk, "password"), new).url == f"/people/{user.pk}/"
    user.refresh_from_db()
    assert user.check_password(build.PASSWORD)
    new_account(client, password1="12345678", password2="12345678")
    assert not User.objects.filter(username="zhangsan").exists()


def test_roles_are_read_and_not_changed(client):
    role = Group.objects.get(pk=group(Role.STAFF))
    assert "人数" in client.get(address(Group)).content.decode()
    assert client.post(change_page(role), {"name": "改名"}).status_code == 403
    assert client.post(address(Group, "add"), {"name": "新组"}).status_code == 403
    assert client.post(address(role, role.pk, "delete"), {"post": "yes"}).status_code == 403


def test_units_and_industries_are_the_administrators(client, keeper):
    root = build.district()
    client.post(
        address(Organisation, "add"),
        {"name": "新桥街道", "kind": "subdistrict", "parent": root.pk, "position": 1},
    )
    client.post(address(Industry, "add"), {"name": "合成生物", "position": 1})
    assert newest(Organisation.objects.get(name="新桥街道")) == ("+", keeper, "新建单位")
    assert newest(Industry.objects.get()) == ("+", keeper, "新建产业")


def test_a_unit_below_itself_is_refused(client):
    town = build.town()
    page = send(client, change_page(town), parent=town.pk, change_reason="试")
    assert "上级单位不能是自己" in faults(page)
    assert town.history.count() == 1


@pytest.mark.parametrize("many", [3, 30])
def test_the_list_of_accounts_asks_as_often_for_3_as_for_30(client, django_assert_max_num_queries, many):
    for _ in range(many):
        build.staff(build.town())
    with django_assert_max_num_queries(12):
        assert client.get(address(User)).status_code == 200


@pytest.mark.parametrize("roles", [(Role.LEADER,), (Role.STAFF,), (Role.STAFF, Role.OFFICE)])
def test_a_role_that_needs_a_unit_is_refused_without_one(client, roles):
    page = new_account(client, groups=[group(role) for role in roles], organisation="")
    assert "须有所属单位" in page.text
    assert not User.objects.filter(username="zhangsan").exists()

    user = build.staff(build.town())
    page = send(client, change_page(user), groups=[group(role) for role in roles], organisation="")
    assert "须有所属单位" in page.text
    user.refresh_from_db()
    assert user.organisation == build.town()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ADMIN])
def test_a_keeper_may_be_without_a_unit(client, role):
    assert new_account(client, groups=[group(role)], organisation="").status_code == 302
    assert User.objects.get(username="zhangsan").organisation is None


def test_an_administrator_without_a_unit_who_is_staff_too_must_name_one(client, keeper):
    """Nobody changes their own roles: the form judges those that they have."""
    keeper.groups.add(group(Role.STAFF))
    assert "须有所属单位" in send(client, change_page(keeper), organisation="").text
