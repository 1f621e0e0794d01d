"""Who comes in: without an account no page is shown, and repeated failures lock the account for that address."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import build

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"


@pytest.fixture
def leader():
    user = build.leader()
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(username: str, password: str, address: str = "10.0.0.1"):
    return Client(REMOTE_ADDR=address).post(
        reverse("account_login"), {"username": username, "password": password}, REMOTE_ADDR=address
    )


@pytest.mark.parametrize(
    "path", ["/", "/completion/", "/projects/", "/todo/", "/api/v1/completion", "/admin/"]
)
def test_nothing_is_shown_without_an_account(client, path):
    answer = client.get(path)

    if path.startswith("/api/"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_the_right_password_leads_to_the_first_page(leader):
    answer = sign_in(leader.username, PASSWORD)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_says_so_and_keeps_the_name(leader):
    page = sign_in(leader.username, "wrong").content.decode()

    assert "用户名或密码不正确" in page
    assert f'value="{leader.username}"' in page


def test_repeated_failures_lock_the_account_for_that_address(leader):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(leader.username, "wrong")
    locked = sign_in(leader.username, PASSWORD)

    assert (last.status_code, locked.status_code) == (429, 429)
    assert "账号暂时锁定" in locked.content.decode()


def test_a_colleague_at_another_address_is_not_locked_out(leader):
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        sign_in(leader.username, "wrong", address="10.0.0.1")

    assert sign_in(leader.username, PASSWORD, address="10.0.0.2").status_code == 302
