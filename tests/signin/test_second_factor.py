"""The second factor: forced where a role asks for one, wrong codes counted, codes used once, a lost one reset."""

import re
import time
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from projects.models import AccountEntry, AuditEntry, Session, User
from projects.signin.second_factor import MOST_WRONG_CODES, WRONG_CODE, SecondFactorAdapter
from projects.vocabulary import AccountAct, AuditAct
from tests import build

pytestmark = pytest.mark.django_db

LOGIN, SECOND = "/accounts/login/", "/accounts/second-factor/authenticate/"
ACTIVATE, CODES = "/accounts/second-factor/activate/", "/accounts/second-factor/codes/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an authenticator shows now, or so many steps of 30 seconds away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_factor(user: User) -> str:
    """Give the account an authenticator and recovery codes; the secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def after_password(user: User, address: str = "10.0.0.1", next_page: str = "/projects/") -> Client:
    """A browser that has passed the first step."""
    client = Client(REMOTE_ADDR=address)
    sent = {"username": user.username, "password": build.PASSWORD, "next": next_page}
    answer = client.post(LOGIN, sent)
    assert answer.headers["Location"] == SECOND
    return client


def test_without_the_second_step_nobody_is_in() -> None:
    office = build.office()
    secret = with_factor(office)
    client = after_password(office)

    for path in ("/projects/", "/admin/", "/account/"):
        assert client.get(path).headers["Location"].startswith(LOGIN)
    assert client.get("/api/v1/projects/").status_code == 401
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == f"{LOGIN}?next=/admin/"
    assert client.get(LOGIN).headers["Location"] == SECOND
    assert not AuditEntry.objects.filter(act=AuditAct.SIGNED_IN).exists()

    answer = client.post(SECOND, {"code": code_of(secret)})

    assert answer.headers["Location"] == "/projects/"
    assert client.get("/projects/").status_code == 200
    assert AuditEntry.objects.filter(act=AuditAct.SIGNED_IN, by=office).count() == 1


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_differ_by_half_a_minute_and_no_code_counts_twice(steps: int) -> None:
    office = build.office()
    code = code_of(with_factor(office), steps=steps)
    first, second = after_password(office), after_password(office)

    assert first.post(SECOND, {"code": code}).status_code == 302
    page = second.post(SECOND, {"code": code})

    assert page.status_code == 200
    assert "已经用过" in page.content.decode()
    assert second.get("/projects/").status_code == 302


def test_wrong_codes_count_as_wrong_passwords() -> None:
    office = build.office()
    secret = with_factor(office)
    client = after_password(office)

    for number in range(settings.AXES_FAILURE_LIMIT):
        last = client.post(SECOND, {"code": f"00000{number}"})

    assert last.status_code == 429
    page = client.post(SECOND, {"code": code_of(secret)})
    assert "已暂停验证" in page.content.decode()
    assert client.get("/projects/").status_code == 302
    failed = AuditEntry.objects.filter(by=office, act=AuditAct.SIGN_IN_FAILED, detail=WRONG_CODE)
    assert failed.count() == settings.AXES_FAILURE_LIMIT


def test_wrong_codes_from_many_addresses_are_counted_together() -> None:
    office = build.office()
    secret = with_factor(office)
    for number in range(MOST_WRONG_CODES):
        client = after_password(office, address=f"10.0.1.{number}")
        assert client.post(SECOND, {"code": "000000"}).status_code == 200

    page = after_password(office, address="10.0.2.1").post(SECOND, {"code": code_of(secret)})

    assert "已暂停验证" in page.content.decode()


@pytest.mark.parametrize(
    "sent", [{}, {"code": ""}, {"code": "x" * 5000}, {"code": "\0"}, {"credential": "{}"}]
)
def test_no_code_at_all_is_refused_with_the_page(sent: dict[str, str]) -> None:
    office = build.office()
    with_factor(office)
    client = after_password(office)

    answer = client.post(SECOND, sent)

    assert answer.status_code == 200
    assert "第二步验证" in answer.content.decode()
    assert client.get("/projects/").status_code == 302


def test_a_recovery_code_lets_in_once_and_is_noted() -> None:
    office = build.office()
    with_factor(office)
    codes = Authenticator.objects.get(user=office, type=Authenticator.Type.RECOVERY_CODES)
    code = codes.wrap().get_unused_codes()[0]

    assert after_password(office).post(SECOND, {"code": code}).status_code == 302
    assert after_password(office).post(SECOND, {"code": code}).status_code == 200
    assert AccountEntry.objects.get(person=office).act == AccountAct.CODE_USED


def test_another_account_can_be_chosen_at_the_second_step() -> None:
    office = build.office()
    with_factor(office)
    client = after_password(office)

    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


# Setting it up


def entered(user: User) -> Client:
    client = Client(headers={"user-agent": "Firefox Windows"})
    client.post(LOGIN, {"username": user.username, "password": build.PASSWORD})
    return client


def test_a_role_that_asks_for_it_sets_it_up_before_anything_opens(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"office"})
    office = build.office()
    elsewhere, client = entered(office), entered(office)

    for path in ("/projects/", "/account/", "/admin/", "/accounts/second-factor/", CODES):
        assert client.get(path).headers["Location"] == ACTIVATE
    assert client.get("/projects/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == ACTIVATE
    refused = client.get("/api/v1/projects/")
    assert (refused.status_code, refused.json()["detail"]) == (403, "请先在网页登录，设置第二步验证。")
    page = client.get(ACTIVATE).content.decode()
    assert "设置后才能继续" in page
    assert "主导航" not in page
    assert '<svg viewBox="' in page
    assert "data:" not in page
    assert " style=" not in page
    secret = re.search(r'<code class="secret">(\w+)</code>', page)
    assert secret

    assert "验证码不正确" in client.post(ACTIVATE, {"code": "000000"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ACTIVATE, {"code": code_of(secret[1])})

    assert answer.headers["Location"] == CODES
    assert client.get(CODES).content.decode().count('<code class="secret">') == 10
    assert client.get("/projects/").status_code == 200
    assert client.get("/api/v1/projects/").status_code == 200
    assert elsewhere.get("/projects/").headers["Location"].startswith(LOGIN)
    assert AccountEntry.objects.get(person=office).act == AccountAct.FACTOR_ADDED
    stored = Authenticator.objects.get(user=office, type=Authenticator.Type.TOTP).data["secret"]
    assert secret[1] not in stored


def test_a_temporary_password_is_changed_first(settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"office"})
    admin, office = build.admin(), build.office()
    page = build.browser_of(admin).post(f"/people/{office.pk}/", {"act": "issue", "reason": "忘记"})
    issued = page.content.decode().split('<code class="secret">')[1].split("</code>")[0]
    client = Client()
    client.post(LOGIN, {"username": office.username, "password": issued})

    assert client.get("/projects/").headers["Location"] == "/accounts/password_change/"
    own = {"old_password": issued, "new_password1": "自己的密码-2027", "new_password2": "自己的密码-2027"}
    client.post("/accounts/password_change/", own)
    assert client.get("/projects/").headers["Location"] == ACTIVATE


@pytest.mark.parametrize(
    ("role", "is_asked"), [("leader", False), ("staff", False), ("auditor", True), ("admin", True)]
)
def test_others_are_not_asked(settings: Settings, role: str, is_asked: bool) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"admin", "auditor"})
    client = entered(build.person(role))

    assert (client.get("/account/").status_code == 302) is is_asked


def test_it_costs_no_query_once_it_is_there(
    settings: Settings, django_assert_max_num_queries: object, django_assert_num_queries: object
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"office"})
    office = build.office()
    secret = with_factor(office)
    client = after_password(office, next_page="/help/")
    client.post(SECOND, {"code": code_of(secret)})
    client.get("/help/")

    with django_assert_num_queries(2):  # type: ignore[operator]  # session and person
        client.get("/help/")


def test_whoever_needs_it_cannot_close_it_and_others_can(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"office"})
    for role, remains in (("office", True), ("leader", False)):
        user = build.person(role)
        client = after_password(user) if with_factor(user) else Client()
        code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
        client.post(SECOND, {"code": code})
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/accounts/second-factor/deactivate/")
        assert Authenticator.objects.filter(user=user, type="totp").exists() is remains
        removed = AccountEntry.objects.filter(person=user, act=AccountAct.FACTOR_REMOVED)
        assert removed.exists() is not remains


def test_a_session_left_open_changes_nothing_without_a_password() -> None:
    leader = build.leader()
    client = entered(leader)
    session = client.session
    session["began_at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()

    led = client.get(ACTIVATE).headers["Location"]

    assert unquote(led) == f"/accounts/reauthenticate/?next={ACTIVATE}"
    assert "请再输入一次密码" in client.get(led).content.decode()
    assert client.post(led, {"password": "wrong"}).status_code == 200
    assert AuditEntry.objects.filter(act=AuditAct.SIGN_IN_FAILED, by=leader).count() == 1
    assert client.post(led, {"password": build.PASSWORD}).headers["Location"] == ACTIVATE


# A lost one


def test_an_administrator_resets_a_lost_one_with_a_reason() -> None:
    office, admin = build.office(), build.admin()
    with_factor(office)
    build.browser_of(office)
    keeper = build.browser_of(admin)
    page = f"/people/{office.pk}/"
    assert "重置第二步验证" in keeper.get(page).content.decode()

    assert keeper.post(page, {"act": "factor", "reason": ""}).status_code == 422
    assert keeper.post(page, {"act": "factor", "reason": "手机丢失"}).status_code == 302

    assert not Authenticator.objects.filter(user=office).exists()
    assert not Session.objects.filter(user=office).exists()
    entry = AccountEntry.objects.get(person=office)
    assert (entry.act, entry.by, entry.reason) == (AccountAct.FACTOR_RESET, admin, "手机丢失")
    assert "没有设置第二步验证" in keeper.post(page, {"act": "factor", "reason": "再试"}).content.decode()
    assert "重置第二步验证</button>" not in keeper.get(page).content.decode()


def test_nobody_resets_the_own_one_and_the_office_none_of_its_equals() -> None:
    admin, office = build.admin(), build.office()
    for user in (admin, office):
        with_factor(user)
    own = build.browser_of(admin).post(f"/people/{admin.pk}/", {"act": "factor", "reason": "试"})
    other = build.browser_of(build.office()).post(f"/people/{office.pk}/", {"act": "factor", "reason": "试"})

    assert own.status_code == 422
    assert "不能重置自己的第二步验证" in own.content.decode()
    assert other.status_code == 403
    assert Authenticator.objects.filter(type="totp").count() == 2


# Its secret


def test_a_former_key_still_reads_it_and_an_unknown_one_says_what_helps(settings: Settings) -> None:
    office = build.office()
    secret = with_factor(office)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    assert after_password(office).post(SECOND, {"code": code_of(secret)}).status_code == 302

    settings.SECRET_KEY_FALLBACKS = []
    page = after_password(office).post(SECOND, {"code": code_of(secret, steps=1)})

    assert "请联系管理员重置" in page.content.decode()
    assert SecondFactorAdapter().encrypt("a") != SecondFactorAdapter().encrypt("a")
