"""What django-allauth may do here: nobody signs up, `next` stays on this host, every answer is a page."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django.fixtures import Settings

from tests import build

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "confirm-email/", "password/set/", "password/reset/", ""]
)
def test_only_the_wanted_addresses_are_there(path: str) -> None:
    assert build.browser_of(build.admin()).get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_set_password", "account_reset_password"])
def test_no_other_step_can_be_led_to(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    ("said", "leads_to"),
    [
        ("/projects/?q=a", "/projects/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("https://other.example/projects/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_stays_on_this_host(settings: Settings, said: str, leads_to: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://other.example"]
    leader = build.leader()

    answer = Client().post(LOGIN, {"username": leader.username, "password": build.PASSWORD, "next": said})

    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_a_page_is_answered_to_whatever_calls_itself_a_script() -> None:
    client = Client(headers={"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"})

    assert client.get(LOGIN).headers["Content-Type"].startswith("text/html")
    assert "<h1>登录</h1>" in client.post(LOGIN, {"username": "a", "password": "b"}).content.decode()


def test_signing_out_needs_a_sent_form_and_leads_to_the_sign_in() -> None:
    client = build.browser_of(build.leader())

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    assert client.get("/").status_code == 302


def test_signing_in_and_out_says_nothing_that_the_page_shows_anyhow() -> None:
    leader = build.leader()
    client = Client()
    client.post(LOGIN, {"username": leader.username, "password": build.PASSWORD})

    assert 'class="messages"' not in client.get("/account/").content.decode()
    client.post("/accounts/logout/")
    assert 'class="messages"' not in client.get(LOGIN).content.decode()


def test_whoever_signs_in_is_told_of_failures_since_the_last_time() -> None:
    leader = build.leader()
    right = {"username": leader.username, "password": build.PASSWORD}
    Client().post(LOGIN, right)
    for _ in range(2):
        Client().post(LOGIN, right | {"password": "wrong"})
    client = Client()
    client.post(LOGIN, right)

    assert "上次登录后，这个账号有 2 次登录失败" in client.get("/help/").content.decode()
    assert "登录失败" not in client.get("/help/").content.decode()
