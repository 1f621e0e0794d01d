"""New passwords: kinds of characters, no return of a former one, a least and a most age; the level for 等保."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from hightech.presets import PRESETS, preset
from projects.models import FormerPassword, User
from projects.signin.passwords import ClassesValidator
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/accounts/password_change/"
HISTORY = "projects.signin.passwords.HistoryValidator"


@pytest.mark.parametrize(
    ("password", "classes"),
    [
        ("abcdefghij", 1),
        ("项目办西夏墅镇经办人", 1),
        ("abcdefghi1", 2),
        ("Abcdefghi1", 3),
        ("西夏墅-经办-2027", 3),
        ("Ab1-西", 5),
    ],
)
def test_kinds_of_characters(password: str, classes: int) -> None:
    ClassesValidator(classes).validate(password)
    with pytest.raises(ValidationError, match=f"至少 {classes + 1} 种"):
        ClassesValidator(classes + 1).validate(password)


def changed(client: Client, old: str, new: str) -> str:
    """What the page of the password says; "" where the password was changed."""
    answer = client.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": new})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_none_of_the_last_passwords_comes_back(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": HISTORY, "OPTIONS": {"kept": 3}}]
    client = build.browser_of(build.leader())
    passwords = [build.PASSWORD, "第二个密码-2027", "第三个密码-2027", "第四个密码-2027"]
    for old, new in pairwise(passwords):
        assert changed(client, old, new) == ""

    for former in passwords[1:3]:
        assert "不能用最近 3 次用过的密码" in changed(client, passwords[3], former)
    assert changed(client, passwords[3], passwords[0]) == ""
    assert FormerPassword.objects.count() == 3
    assert not FormerPassword.objects.filter(password__in=passwords).exists()


def test_an_issued_password_does_not_make_the_one_before_forgotten(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": HISTORY, "OPTIONS": {"kept": 5}}]
    person = build.leader()
    assert changed(build.browser_of(person), build.PASSWORD, "自己的旧密码-2027") == ""
    page = build.browser_of(build.admin()).post(f"/people/{person.pk}/", {"act": "issue", "reason": "忘记"})
    issued = page.content.decode().split('<code class="secret">')[1].split("</code>")[0]
    client = Client()
    client.post("/accounts/login/", {"username": person.username, "password": issued})

    assert "不能用最近 5 次用过的密码" in changed(client, issued, "自己的旧密码-2027")
    assert changed(client, issued, "自己的新密码-2027") == ""


def test_an_old_password_opens_only_the_page_where_it_is_changed(settings: Settings) -> None:
    settings.PASSWORD_MOST_DAYS = 90
    person = build.leader()
    client = build.browser_of(person)
    assert client.get("/projects/").status_code == 200
    assert "现在的密码用到" in client.get("/account/").content.decode()

    User.objects.update(password_set_at=timezone.now() - timedelta(days=91))

    assert client.get("/projects/").headers["Location"] == PAGE
    assert client.get("/api/v1/projects/").status_code == 403
    page = client.get(PAGE).content.decode()
    assert "密码用得太久了" in page
    assert "主导航" not in page
    assert changed(client, build.PASSWORD, "自己的新密码-2027") == ""
    assert client.get("/projects/").status_code == 200


def test_a_key_goes_on_when_the_password_is_old(settings: Settings) -> None:
    settings.PASSWORD_MOST_DAYS = 90
    header = build.key_header(build.leader())
    User.objects.update(password_set_at=timezone.now() - timedelta(days=91))

    answer = Client().get("/api/v1/projects/", headers=header)

    assert answer.status_code == 200


def test_a_new_password_stays_for_the_least_time_but_an_issued_one_does_not(settings: Settings) -> None:
    settings.PASSWORD_LEAST_DAYS = 1
    person = build.leader()
    client = build.browser_of(person)

    assert "密码刚改过" in changed(client, build.PASSWORD, "自己的新密码-2027")
    User.objects.update(issued_until=timezone.now() + timedelta(days=1))
    assert changed(client, build.PASSWORD, "自己的新密码-2027") == ""
    User.objects.update(password_set_at=timezone.now() - timedelta(days=2))
    assert changed(client, "自己的新密码-2027", "又一个新密码-2027") == ""


def test_a_password_typed_in_the_admin_is_a_temporary_one() -> None:
    admin, person = build.admin(), build.leader()
    client = build.browser_of(admin)

    led = client.post(f"/admin/projects/user/{person.pk}/password/", {"password1": "x", "password2": "x"})

    assert led.headers["Location"] == f"/people/{person.pk}/"
    person.refresh_from_db()
    assert person.check_password(build.PASSWORD)


def test_the_level_for_dengbao_is_the_stricter_one_everywhere() -> None:
    plain, strict = PRESETS["plain"], PRESETS["dengbao3"]

    assert strict["PASSWORD_LEAST_CLASSES"] == 3
    assert (strict["PASSWORD_MOST_DAYS"], strict["PASSWORD_HISTORY"]) == (90, 5)
    assert plain.keys() == strict.keys()
    assert strict["SIGN_IN_LOCK_MINUTES"] > plain["SIGN_IN_LOCK_MINUTES"]
    with pytest.raises(ImproperlyConfigured, match="plain, dengbao3"):
        preset("dengbao4")
