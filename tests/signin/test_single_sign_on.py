"""Single sign-on at a provider in earnest: who comes in, who does not, and what stands in the audit."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as now
from django.contrib.auth import get_user
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from hightech.oidc import Provider, provider
from projects.actions import people
from projects.models import AccountEntry, AuditEntry, User
from projects.sessions import BEGAN_AT
from projects.signin.adapter import FRESH
from projects.vocabulary import AuditAct, Role
from tests import build
from tests.signin.provider import Running, served
from tests.signin.test_second_factor import code_of, with_factor

pytestmark = pytest.mark.django_db

TO, LOGIN, SECOND = "/accounts/oidc/", "/accounts/login/", "/accounts/second-factor/authenticate/"
SUBJECT = "7c5e"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with served() as one:
        yield one


@pytest.fixture
def authority(running: Running, settings: Settings) -> Running:
    settings.OIDC = running.settings()
    running.lies.clear()
    return running


def returned(authority: Running, client: Client, *, query: str = "", action: str = ""):
    """A browser goes to the provider and comes back."""
    there = client.get(TO + query)
    assert there.status_code == 302, there.content.decode()
    back = urlsplit(authority.confirms(there.headers["Location"], SUBJECT, action=action))
    return client.get(f"{back.path}?{back.query}")


def told(client: Client) -> str:
    return client.get(LOGIN).content.decode()


def newest() -> AuditEntry:
    entry = AuditEntry.objects.newest()
    assert entry
    return entry


def test_a_day_with_the_provider(authority: Running) -> None:
    """The story: a button, away and back to the page that was asked for, an entry in the audit, and out again."""
    leader = build.leader()
    authority.knows(SUBJECT, preferred_username=leader.username)
    client = Client(headers={"user-agent": "Firefox Windows"})
    page = client.get(f"{LOGIN}?next=/projects/?q=rbjz").content.decode()
    assert "用统一认证登录" in page
    link = page.split('href="/accounts/oidc/')[1].split('"')[0]

    there = client.get(TO + link)
    asked = parse_qs(urlsplit(there.headers["Location"]).query)
    assert asked["redirect_uri"] == ["http://testserver/accounts/oidc/return/"]
    assert asked["code_challenge_method"] == ["S256"]
    back = authority.confirms(there.headers["Location"], SUBJECT)
    home = client.get(back)

    assert (home.status_code, home.headers["Location"]) == (302, "/projects/?q=rbjz")
    assert get_user(client) == leader
    entry = newest()
    assert (entry.act, entry.by) == (AuditAct.SIGNED_IN, leader)
    assert entry.detail == f"经统一认证（{SUBJECT}）；Firefox Windows"
    assert client.get("/projects/").status_code == 200

    client.post("/accounts/logout/")
    assert client.get(back).headers["Location"] == LOGIN  # a code is good once
    assert "已过期" in told(client)


def test_without_a_setting_there_is_no_button_and_no_address(client: Client) -> None:
    assert now.OIDC is None
    assert "统一认证" not in told(client)
    assert [client.get(path).status_code for path in (TO, f"{TO}return/?code=a&state=b")] == [404, 404]


def test_who_has_no_account_is_refused(authority: Running) -> None:
    authority.knows(SUBJECT, preferred_username="stranger")
    client = Client()

    assert returned(authority, client).headers["Location"] == LOGIN
    assert "本系统没有账号“stranger”" in told(client)
    assert not User.objects.exists()
    assert (newest().act, newest().by_name) == (AuditAct.SIGN_IN_FAILED, "stranger")


def test_a_setting_gives_who_has_none_an_account_that_opens_nothing(
    authority: Running, settings: Settings
) -> None:
    settings.OIDC = authority.settings(creates_accounts=True)
    authority.knows(SUBJECT, preferred_username="wangmin", name="王敏")
    client = Client()
    returned(authority, client)

    person = User.objects.get()
    assert (person.username, str(person), person.roles) == ("wangmin", "王敏", frozenset())
    assert not person.has_usable_password()
    assert client.get("/projects/").status_code == 403
    assert AccountEntry.objects.get(person=person).reason == "统一认证首次登录"


def test_a_closed_account_stays_out(authority: Running) -> None:
    leader = build.leader()
    people.close(leader, by=build.admin(), reason="离职")
    authority.knows(SUBJECT, preferred_username=leader.username)
    client = Client()
    returned(authority, client)

    assert not get_user(client).is_authenticated
    assert "已停用" in told(client)
    assert (newest().act, newest().by) == (AuditAct.SIGN_IN_FAILED, leader)


def test_a_locked_account_stays_out_until_it_is_unlocked(authority: Running) -> None:
    leader, client = build.leader(), Client()
    authority.knows(SUBJECT, preferred_username=leader.username)
    for _ in range(now.AXES_FAILURE_LIMIT):
        client.post(LOGIN, {"username": leader.username, "password": "wrong"})

    returned(authority, client)
    assert "已暂停从这个浏览器登录" in told(client)
    assert newest().act == AuditAct.LOCKED_OUT
    people.unlock(leader, by=build.admin(), reason="本人来电")
    returned(authority, client)
    assert get_user(client) == leader


def test_the_second_factor_is_asked_for(authority: Running) -> None:
    office = build.office()
    secret = with_factor(office)
    authority.knows(SUBJECT, preferred_username=office.username)
    client = Client()

    assert returned(authority, client, query="?next=/people/").headers["Location"] == SECOND
    assert client.get("/projects/").status_code == 302
    assert client.post(SECOND, {"code": code_of(secret)}).headers["Location"] == "/people/"
    assert get_user(client) == office
    assert f"经统一认证（{SUBJECT}）" in newest().detail


def test_a_role_that_asks_for_a_second_factor_sets_it_up_first(
    authority: Running, settings: Settings
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({Role.OFFICE.value})
    authority.knows(SUBJECT, preferred_username=build.office().username)
    client = Client()
    returned(authority, client)

    assert client.get("/projects/").headers["Location"] == "/accounts/second-factor/activate/"


def test_a_password_that_is_not_used_need_not_be_changed(authority: Running) -> None:
    leader = build.leader(issued_until=timezone.now() + timedelta(days=1))
    authority.knows(SUBJECT, preferred_username=leader.username)
    client = Client()
    returned(authority, client)

    assert client.get("/projects/").status_code == 200
    assert client.get("/api/v1/projects/").status_code == 200
    with_password = Client()
    with_password.post(LOGIN, {"username": leader.username, "password": build.PASSWORD})
    assert with_password.get("/projects/").headers["Location"] == "/accounts/password_change/"


def test_who_has_no_password_signs_in_again_to_change_how(authority: Running, settings: Settings) -> None:
    leader = build.leader()
    leader.set_unusable_password()
    leader.save()
    authority.knows(SUBJECT, preferred_username=leader.username)
    client = Client()
    returned(authority, client)
    assert "改密码" not in client.get("/account/").content.decode()
    assert client.get("/accounts/second-factor/activate/").status_code == 200

    session = client.session
    session[BEGAN_AT] = (timezone.now() - 2 * FRESH).isoformat()
    session.save()
    refused = client.get("/accounts/second-factor/activate/", follow=True)
    assert refused.status_code == 403
    assert "请退出后重新登录" in refused.content.decode()


@pytest.mark.parametrize("said", [None, "", True, ["leader"], "a" * 151, "lead\0er"])
def test_a_claim_that_names_nobody_lets_nobody_in(authority: Running, said: object) -> None:
    authority.knows(SUBJECT, preferred_username=said)
    client = Client()
    returned(authority, client)

    assert "没有给出您的账号名" in told(client)
    assert newest().act == AuditAct.SIGN_IN_FAILED


def test_a_number_of_an_employee_can_be_the_claim(authority: Running, settings: Settings) -> None:
    settings.OIDC = authority.settings(claim="employee")
    leader = build.leader(username="20714")
    authority.knows(SUBJECT, preferred_username="admin", employee=20714)
    client = Client()
    returned(authority, client)

    assert get_user(client) == leader


def test_who_says_no_there_is_not_let_in(authority: Running) -> None:
    client = Client()

    assert returned(authority, client, action="deny").headers["Location"] == LOGIN
    assert "没有确认您的身份" in told(client)


def test_an_answer_that_another_browser_asked_for_counts_nothing(authority: Running) -> None:
    authority.knows(SUBJECT, preferred_username=build.leader().username)
    back = authority.confirms(Client().get(TO).headers["Location"], SUBJECT)
    client = Client()

    assert client.get(back).headers["Location"] == LOGIN
    assert "不是从这个浏览器开始的" in told(client)
    assert not get_user(client).is_authenticated
    assert not AuditEntry.objects.filter(act=AuditAct.SIGN_IN_FAILED).exists()


@pytest.mark.parametrize("path", ["/oauth2/token", "/userinfo", "/jwks"])
@pytest.mark.parametrize("lie", [(500, {}), (200, []), (200, {"sub": "somebody else", "keys": []})])
def test_what_cannot_be_believed_is_refused_with_a_sentence(
    authority: Running, path: str, lie: tuple[int, object]
) -> None:
    """Broken answers, another subject, a signature by no key of the provider."""
    authority.knows(SUBJECT, preferred_username=build.leader().username)
    authority.lies[path] = lie
    client = Client()

    assert returned(authority, client).headers["Location"] == LOGIN
    page = told(client)
    assert ("现在连不上" if lie[0] == 500 and path != "/oauth2/token" else "无法核对") in page
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("lie", [(503, {}), (200, []), (200, {}), (200, {"issuer": "https://evil.example"})])
def test_a_provider_that_is_away_or_another_is_one_sentence(
    authority: Running, lie: tuple[int, object]
) -> None:
    authority.lies["/.well-known/openid-configuration"] = lie
    client = Client()

    assert client.get(TO).headers["Location"] == LOGIN
    assert ("现在连不上" if lie[0] == 503 else "无法核对") in told(client)


def test_a_provider_that_went_away_meanwhile_is_one_sentence(authority: Running) -> None:
    authority.knows(SUBJECT, preferred_username=build.leader().username)
    client = Client()
    back = authority.confirms(client.get(TO).headers["Location"], SUBJECT)
    now.OIDC = authority.settings(issuer="http://localhost:9")

    assert client.get(back).headers["Location"] == LOGIN
    assert "现在连不上" in told(client)


def test_next_stays_on_this_host(authority: Running) -> None:
    authority.knows(SUBJECT, preferred_username=build.leader().username)

    assert returned(authority, Client(), query="?next=https://evil.example/").headers["Location"] == "/"


@pytest.mark.once
@pytest.mark.parametrize(
    ("issuer", "secret", "words"),
    [("http://sso.example", "s", "https"), ("https://sso.example", "", "OIDC_CLIENT_SECRET")],
)
def test_a_setting_that_cannot_hold_is_refused_at_the_start(issuer: str, secret: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        Provider(issuer, "hightech", secret)


@pytest.mark.once
def test_the_environment_names_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OIDC_ISSUER": "https://sso.example",
        "OIDC_CLIENT_ID": "hightech",
        "OIDC_CLIENT_SECRET": "s3cret",
        "OIDC_NAME": "市统一认证",
        "OIDC_CREATE_ACCOUNTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    found = provider()
    assert found
    assert (found.name, found.claim, found.creates_accounts) == ("市统一认证", "preferred_username", True)
