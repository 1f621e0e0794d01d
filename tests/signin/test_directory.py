"""Sign-in with the passwords of a directory in earnest: who comes in, who does not, and what stands in the audit."""

from collections.abc import Iterator

import pytest
from django.conf import settings as now
from django.contrib.auth import get_user
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django.fixtures import Settings

from hightech import directory as of_environment
from hightech.directory import Directory
from projects.models import AuditEntry, User
from projects.vocabulary import AuditAct, Role
from tests import build
from tests.signin.directory import BASE, Slapd, free_port, served
from tests.signin.test_second_factor import SECOND, code_of, with_factor

pytestmark = pytest.mark.django_db

LOGIN, PASSWORD = "/accounts/login/", "Known-there-2024"
BACKEND = "projects.signin.directory.DirectoryBackend"
WRONG = "用户名或密码不正确"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with served(tmp_path_factory.mktemp("slapd")) as one:
        one.knows("zhang.wei", PASSWORD, name="张伟")
        one.knows("li.na", PASSWORD, name="李娜", below="others")
        yield one


@pytest.fixture
def asked(slapd: Slapd, settings: Settings) -> Slapd:
    settings.LDAP = slapd.settings()
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, BACKEND]
    return slapd


def person(username: str = "zhang.wei", role: Role = Role.LEADER, *, password: str | None = None) -> User:
    user = build.person(role, username=username)
    user.set_password(password) if password else user.set_unusable_password()
    user.save()
    return user


def signs_in(name: str = "zhang.wei", password: str = PASSWORD, client: Client | None = None):
    client = client or Client()
    answer = client.post(f"{LOGIN}?next=/projects/", {"username": name, "password": password})
    return client, answer


def newest() -> AuditEntry:
    entry = AuditEntry.objects.newest()
    assert entry
    return entry


def test_a_password_of_the_directory_lets_in_the_account_of_that_name(asked: Slapd) -> None:
    leader = person()

    client, answer = signs_in()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/projects/")
    assert client.get("/projects/").status_code == 200
    assert get_user(client) == leader
    entry = newest()
    assert (entry.act, entry.by) == (AuditAct.SIGNED_IN, leader)
    assert entry.detail.startswith(f"经统一目录（uid=zhang.wei,ou=people,{BASE}）")


def test_the_page_says_whose_passwords_count(asked: Slapd, settings: Settings) -> None:
    assert "可以用统一目录的用户名和密码登录" in Client().get(LOGIN).content.decode()

    settings.LDAP = None

    assert "目录" not in Client().get(LOGIN).content.decode()


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("zhang.wei", "wrong", id="a wrong password"),
        pytest.param("zhang.wei", "", id="an empty one, which a directory takes for anonymous"),
        pytest.param("ZHANG.WEI", PASSWORD, id="spelled otherwise"),
        pytest.param("zhang*", PASSWORD, id="a pattern"),
        pytest.param("*)(uid=*", PASSWORD, id="a filter"),
        pytest.param("li.na", PASSWORD, id="outside of the part that is asked"),
        pytest.param("nobody", PASSWORD, id="unknown"),
    ],
)
def test_nobody_else_comes_in(asked: Slapd, name: str, password: str) -> None:
    for username in ("zhang.wei", "li.na"):
        person(username)

    client, answer = signs_in(name, password)

    assert answer.status_code == 200
    assert not get_user(client).is_authenticated
    assert not AuditEntry.objects.filter(act=AuditAct.SIGNED_IN).exists()


def test_a_person_of_the_directory_without_an_account_stays_out(asked: Slapd) -> None:
    client, answer = signs_in()

    assert WRONG in answer.content.decode()
    assert not get_user(client).is_authenticated
    assert (newest().act, newest().by_name) == (AuditAct.SIGN_IN_FAILED, "zhang.wei")
    assert not User.objects.filter(username="zhang.wei").exists()


def test_where_the_settings_say_so_an_account_is_made_that_opens_nothing(
    asked: Slapd, settings: Settings
) -> None:
    settings.LDAP = asked.settings(creates_accounts=True)

    client, answer = signs_in()

    made = User.objects.get(username="zhang.wei")
    assert answer.status_code == 302
    assert (str(made), made.roles, made.organisation) == ("张伟", frozenset(), None)
    assert not made.has_usable_password()
    assert client.get("/projects/").status_code == 403


def test_a_closed_account_stays_out(asked: Slapd) -> None:
    user = person()
    user.is_active = False
    user.save()

    client, _ = signs_in()

    assert not get_user(client).is_authenticated


def test_a_filter_of_the_settings_narrows_who_counts(asked: Slapd, settings: Settings) -> None:
    settings.LDAP = asked.settings(more="(sn=别人)")
    person()

    client, _ = signs_in()

    assert not get_user(client).is_authenticated


def test_the_second_factor_is_asked_here_and_the_way_in_is_not_forgotten(asked: Slapd) -> None:
    office = person(role=Role.OFFICE)
    secret = with_factor(office)

    client, answer = signs_in()
    assert answer.headers["Location"].startswith(SECOND)
    assert not get_user(client).is_authenticated
    client.post(SECOND, {"code": code_of(secret)})

    assert get_user(client) == office
    assert newest().detail.startswith("经统一目录")


def test_a_password_of_the_register_goes_on_to_count(asked: Slapd) -> None:
    leader = person(password=build.PASSWORD)

    client, _ = signs_in(password=build.PASSWORD)

    assert get_user(client) == leader
    assert "目录" not in newest().detail


def test_who_comes_in_by_the_directory_need_not_change_an_old_password(
    asked: Slapd, settings: Settings
) -> None:
    settings.PASSWORD_MOST_DAYS = 1
    leader = person(password=build.PASSWORD)
    User.objects.filter(pk=leader.pk).update(password_set_at=build.moment("2020-01-01"))

    by_directory, _ = signs_in()
    by_password, _ = signs_in(password=build.PASSWORD)

    assert by_directory.get("/projects/").status_code == 200
    assert by_password.get("/projects/").headers["Location"] == "/accounts/password_change/"


def test_failures_are_counted_as_everywhere(asked: Slapd, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    person()
    for _ in range(3):
        signs_in(password="wrong")

    client, _ = signs_in()

    assert not get_user(client).is_authenticated
    assert newest().act == AuditAct.LOCKED_OUT


@pytest.fixture
def away(settings: Settings, asked: Slapd) -> None:
    settings.LDAP = asked.settings(server=f"ldap://127.0.0.1:{free_port()}")


def test_a_directory_that_is_away_is_a_sentence_and_no_failure_of_the_person(away: None) -> None:
    person()

    client, answer = signs_in()

    page = answer.content.decode()
    assert "统一目录现在连不上，请稍后再试" in page
    assert WRONG not in page
    assert not get_user(client).is_authenticated
    assert not AuditEntry.objects.filter(act=AuditAct.SIGN_IN_FAILED).exists()


def test_passwords_of_the_register_do_not_wait_for_the_directory(away: None) -> None:
    leader = person(password=build.PASSWORD)

    client, _ = signs_in(password=build.PASSWORD)
    assert get_user(client) == leader

    _, answer = signs_in(password="wrong")
    assert WRONG in answer.content.decode()
    assert newest().act == AuditAct.SIGN_IN_FAILED


def test_an_account_of_the_register_that_may_not_look_is_said_to_be_no_fault_of_the_person(
    asked: Slapd, settings: Settings
) -> None:
    settings.LDAP = asked.settings(password="changed")
    person()

    _, answer = signs_in()

    assert "统一目录现在连不上" in answer.content.decode()


def test_an_encrypted_directory_is_believed_by_its_certificate_only(asked: Slapd, settings: Settings) -> None:
    leader = person()
    settings.LDAP = asked.settings(server=asked.encrypted, authorities=str(asked.certificate))

    client, _ = signs_in()
    assert get_user(client) == leader

    settings.LDAP = asked.settings(server=asked.encrypted)
    client, answer = signs_in()
    assert "统一目录现在连不上" in answer.content.decode()
    assert not get_user(client).is_authenticated


def test_it_is_off_by_default() -> None:
    assert now.LDAP is None
    assert BACKEND not in now.AUTHENTICATION_BACKENDS


def test_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "LDAP_SERVER": "ldap://ldap.example",
        "LDAP_BASE": "ou=people,dc=example",
        "LDAP_ATTRIBUTE": "sAMAccountName",
        "LDAP_FILTER": "(objectClass=person)",
        "LDAP_CREATE_ACCOUNTS": "1",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    found = of_environment.directory()

    assert found
    assert found.filter == "(&(sAMAccountName=%(user)s)(objectClass=person))"
    assert (found.starts_tls, found.creates_accounts, found.title) == (True, True, "统一目录")


@pytest.mark.parametrize(
    ("server", "is_encrypted_by_start_tls"),
    [("ldap://10.1.2.3", True), ("ldaps://10.1.2.3", False), ("ldap://127.0.0.1:389", False)],
)
def test_nothing_is_said_in_clear_but_on_loopback(server: str, is_encrypted_by_start_tls: bool) -> None:
    assert Directory(server, BASE).starts_tls is is_encrypted_by_start_tls


@pytest.mark.parametrize(
    ("server", "base", "fault"),
    [("https://ldap.example", BASE, "ldaps://"), ("ldaps://ldap.example", "", "LDAP_BASE")],
)
def test_settings_that_cannot_be_are_refused_at_the_start(server: str, base: str, fault: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=fault):
        Directory(server, base)


def test_a_library_that_is_not_there_is_named_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LDAP_SERVER", "ldaps://ldap.example")
    monkeypatch.setattr(of_environment, "find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="script/bootstrap ldap"):
        of_environment.directory()
