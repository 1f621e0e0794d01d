"""A browser in which an account was used before counts its failures apart from strangers at the same address."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import Settings

from projects.models import AuditEntry
from projects.vocabulary import AuditAct
from tests import build

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
OFFICE = "10.0.0.1"
"""The one address behind which a whole building sits."""


def tried(client: Client, username: str, password: str = "wrong", address: str = OFFICE) -> int:
    answer = client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)
    if answer.status_code == 302:
        client.post("/accounts/logout/", REMOTE_ADDR=address)
    return int(answer.status_code)


def test_nobody_is_locked_out_by_a_colleague_at_the_same_address() -> None:
    leader = build.leader()
    own, colleague = Client(), Client()
    assert tried(own, leader.username, build.PASSWORD) == 302

    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = tried(colleague, leader.username)

    assert last == 429
    assert tried(colleague, leader.username, build.PASSWORD) == 429
    assert tried(own, leader.username, build.PASSWORD) == 302


def test_a_known_browser_is_locked_for_its_own_failures() -> None:
    leader = build.leader()
    own, stranger = Client(), Client()
    tried(own, leader.username, build.PASSWORD)

    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = tried(own, leader.username)

    assert last == 429
    assert tried(own, leader.username, build.PASSWORD) == 429
    assert tried(stranger, leader.username, build.PASSWORD) == 302


def test_a_browser_is_known_for_the_accounts_used_in_it_alone() -> None:
    leader, staff = build.leader(), build.staff()
    shared = Client()
    tried(shared, staff.username, build.PASSWORD)
    tried(shared, leader.username)

    assert AccessAttempt.objects.get().username == leader.username


@pytest.mark.parametrize("cookie", ["", "x", "x:y:z", "[]:1:2"])
def test_a_cookie_that_is_not_ours_makes_no_known_browser(cookie: str) -> None:
    leader = build.leader()
    client = Client()
    client.cookies["device"] = cookie

    tried(client, leader.username)

    assert AccessAttempt.objects.get().username == leader.username


def test_an_address_with_many_failures_lets_known_browsers_in_only(settings: Settings) -> None:
    settings.SIGN_IN_ADDRESS_FAILURES = 8
    leader, staff = build.leader(), build.staff()
    own, stranger = Client(), Client()
    tried(own, leader.username, build.PASSWORD)
    for number in range(8):
        assert tried(stranger, f"guess{number}") == 200

    page = stranger.post(
        LOGIN, {"username": staff.username, "password": build.PASSWORD}, REMOTE_ADDR=OFFICE
    ).content.decode()

    assert "这个地址登录失败的次数过多" in page
    assert tried(own, leader.username, build.PASSWORD) == 302
    assert tried(Client(), staff.username, build.PASSWORD, address="10.0.0.2") == 302
    entry = AuditEntry.objects.get(act=AuditAct.LOCKED_OUT)
    assert (entry.by_name, entry.address, entry.detail) == (staff.username, OFFICE, "这个地址失败次数过多")


def test_a_shared_computer_remembers_its_last_accounts() -> None:
    shared = Client()
    people = [build.staff() for _ in range(9)]
    for person in people:
        tried(shared, person.username, build.PASSWORD)
        assert tried(shared, person.username, build.PASSWORD) == 302
    tried(shared, people[0].username)
    tried(shared, people[8].username)

    names = set(AccessAttempt.objects.values_list("username", flat=True))
    assert people[0].username in names
    assert people[8].username not in names
    assert all(name == people[0].username or name.startswith(f"{people[8].username}#") for name in names)
