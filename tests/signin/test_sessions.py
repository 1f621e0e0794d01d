"""A session ends some hours after the sign-in, and after some time without a request; both are settings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from projects.models import AuditEntry, Session, User
from projects.vocabulary import AuditAct
from tests import build

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/?next=/projects/"


def began(client: Client, *, hours_ago: float) -> None:
    session = client.session
    session["began_at"] = (timezone.now() - timedelta(hours=hours_ago)).isoformat()
    session.save()


def unused(client: Client, *, minutes: float) -> None:
    seen_at = timezone.now() - timedelta(minutes=minutes)
    Session.objects.filter(session_key=client.session.session_key).update(seen_at=seen_at)


def test_a_session_ends_some_hours_after_the_sign_in_however_much_it_is_used(settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = 10 * 3600
    leader = build.leader()
    client = build.browser_of(leader)
    began(client, hours_ago=9.9)
    assert client.get("/projects/").status_code == 200
    began(client, hours_ago=10.1)

    assert client.get("/projects/").headers["Location"] == LOGIN

    entry = AuditEntry.objects.get(act=AuditAct.SIGNED_OUT)
    assert (entry.by, entry.detail) == (leader, "登录时间已到")
    assert not Session.objects.filter(user=leader).exists()


def test_a_session_ends_where_nobody_uses_it(settings: Settings) -> None:
    settings.SESSION_IDLE = timedelta(minutes=30)
    leader = build.leader()
    client = build.browser_of(leader)
    for _ in range(3):
        unused(client, minutes=29)
        assert client.get("/projects/").status_code == 200
    unused(client, minutes=31)
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/"}

    assert client.get("/todo/count", headers=htmx).headers["HX-Redirect"] == LOGIN
    assert AuditEntry.objects.get(act=AuditAct.SIGNED_OUT).detail == "长时间没有操作"


def test_the_api_ends_with_the_session_too(settings: Settings) -> None:
    settings.SESSION_IDLE = timedelta(minutes=30)
    client = build.browser_of(build.leader())
    assert client.get("/api/v1/projects/").status_code == 200
    unused(client, minutes=31)

    assert client.get("/api/v1/projects/").status_code == 401


def test_without_the_setting_nobody_is_idle() -> None:
    client = build.browser_of(build.leader())
    unused(client, minutes=10_000)

    assert client.get("/projects/").status_code == 200


def test_use_is_noted_now_and_then(settings: Settings, django_assert_num_queries: object) -> None:
    settings.SESSION_IDLE = timedelta(minutes=30)
    client = build.browser_of(build.leader())
    client.get("/help/")
    with django_assert_num_queries(2):  # type: ignore[operator]  # session and person
        client.get("/help/")
    unused(client, minutes=4)

    with django_assert_num_queries(3):  # type: ignore[operator]  # … and that it is in use
        client.get("/help/")

    assert timezone.now() - Session.objects.get().seen_at < timedelta(minutes=1)


def test_the_account_page_lists_what_goes_on(settings: Settings) -> None:
    settings.SESSION_IDLE = timedelta(minutes=30)
    person = build.leader()
    here, old, idle = (build.browser_of(person) for _ in range(3))
    assert "3 处" in here.get("/account/").content.decode()
    unused(idle, minutes=31)
    began(old, hours_ago=13)

    assert "1 处" in here.get("/account/").content.decode()


def test_the_account_page_says_when_somebody_signed_in_last_and_what_failed_since() -> None:
    person = build.leader()
    assert "这是第一次登录" in entered(person, "10.0.0.1").get("/account/").content.decode()
    Client().post("/accounts/login/", {"username": person.username, "password": "wrong"})

    page = entered(person, "10.0.0.2").get("/account/").content.decode()

    assert "，10.0.0.1。" in page
    assert "此后有 1 次登录失败" in page


def entered(person: User, address: str) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/accounts/login/", {"username": person.username, "password": build.PASSWORD})
    return client


# An address with many failures


def test_an_administrator_lifts_the_limit_of_an_address_with_a_reason(settings: Settings) -> None:
    settings.SIGN_IN_ADDRESS_FAILURES = 3
    staff, admin, office = build.staff(), build.admin(), build.office()
    stranger = Client(REMOTE_ADDR="10.0.0.7")
    for number in range(3):
        stranger.post("/accounts/login/", {"username": f"guess{number}", "password": "wrong"})
    keeper = build.browser_of(admin)
    seen = build.browser_of(office).get("/people/").content.decode()
    assert "10.0.0.7" in seen
    assert "解除</button>" not in seen
    assert "解除</button>" in keeper.get("/people/").content.decode()

    lifted = {"address": "10.0.0.7", "reason": "是培训教室"}
    assert build.browser_of(office).post("/people/address/", lifted).status_code == 403
    assert (
        "请写明原因" in keeper.post("/people/address/", lifted | {"reason": ""}, follow=True).content.decode()
    )
    assert "10.0.0.7 可以照常登录了" in keeper.post("/people/address/", lifted, follow=True).content.decode()

    assert entered(staff, "10.0.0.7").get("/projects/").status_code == 200
    assert "没有被限制" in keeper.post("/people/address/", lifted, follow=True).content.decode()
    entry = AuditEntry.objects.get(act=AuditAct.ACCOUNT)
    assert (entry.by, entry.subject, entry.detail) == (admin, "解除地址限制：10.0.0.7", "是培训教室")


@pytest.mark.parametrize("address", ["", "x", "10.0.0.999", "\0"])
def test_what_is_no_address_is_refused(address: str) -> None:
    keeper = build.browser_of(build.admin())

    answer = keeper.post("/people/address/", {"address": address, "reason": "试"}, follow=True)

    assert answer.status_code == 200
    assert not AuditEntry.objects.filter(act=AuditAct.ACCOUNT).exists()
