"""Robots and other systems on their pages: kept, tried, switched off, sent again; no secret comes back out."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from projects.actions.notifying import News, tell_all
from projects.models import AuditEntry, Receiver, ReceiverMessage
from projects.notices import robots
from projects.vocabulary import NoticeKind
from tests import build
from tests.notices.listening import listening

pytestmark = pytest.mark.django_db

LIST = "/settings/receivers/"
ADDRESS = "https://robot.example/send?key=QXKEY"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture(autouse=True)
def hosts(settings: Any) -> None:
    settings.OUTGOING_HOSTS = frozenset({"robot.example"})


@pytest.fixture
def admin() -> Client:
    return build.browser_of(build.admin(last_name="管"))


def filled(**facts: Any) -> dict[str, Any]:
    return {
        "name": "工作群",
        "service": "wecom",
        "address": ADDRESS,
        "kinds": ["returned", "overdue"],
        "reason": "开通",
    } | facts


def words(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def kept(admin: Client, **facts: Any) -> Receiver:
    assert admin.post(LIST, filled(**facts)).status_code == 302
    return Receiver.objects.get(name=facts.get("name", "工作群"))


def page_of(one: Receiver) -> str:
    return f"{LIST}{one.pk}/"


def stored() -> str:
    """Both tables as the database has them."""
    with connection.cursor() as cursor:
        rows = []
        for table in ("projects_receiver", "projects_historicalreceiver"):
            cursor.execute(f"SELECT * FROM {table}")
            rows += cursor.fetchall()
    return repr(rows)


def test_a_robot_is_kept_encrypted_and_its_address_never_shown_again(admin: Client) -> None:
    one = kept(admin, service="dingtalk", secret="SECQX")
    assert (one.address, one.secret, one.kinds) == (ADDRESS, "SECQX", ["returned", "overdue"])
    shown = words(admin.get(page_of(one))) + words(admin.get(LIST))
    assert "工作群" in shown
    assert "退回、逾期" in shown
    for secret in ("QXKEY", "SECQX"):
        assert secret not in shown
        assert secret not in stored()
        assert secret not in repr(list(AuditEntry.objects.values_list("subject", "detail")))
    entry = one.history.get()
    assert (str(entry.history_user), entry.history_change_reason) == ("管", "开通")
    assert AuditEntry.objects.filter(act="settings", subject="推送：工作群", detail="开通").exists()


def test_what_is_left_empty_stays_and_what_was_changed_is_named(admin: Client) -> None:
    one = kept(admin, secret="SECQX")
    change = filled(act="keep", address="", secret="", kinds=["sealed"], name="新群", reason="改名")
    assert admin.post(page_of(one), change).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.address, one.secret, one.kinds) == ("新群", ADDRESS, "SECQX", ["sealed"])
    assert '<b>名称、发哪几类</b> <span class="muted">改名</span>' in words(admin.get(page_of(one)))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"address": "https://other.example/"}, "other.example 不在允许发往的主机名单里"),
        ({"address": "http://robot.example/"}, "不在允许发往的主机名单里"),
        ({"address": "robot"}, "地址应以 https:// 开头"),
        ({"kinds": []}, "请至少选一类。"),
        ({"kinds": ["mentioned"]}, "mentioned"),
        ({"kinds": ["ready"]}, "ready"),
        ({"kinds": ["trouble"]}, "trouble"),
        ({"reason": ""}, "请写明原因。"),
        ({"service": "sms"}, "sms"),
    ],
)
def test_what_cannot_be_kept_says_why(admin: Client, facts: dict[str, Any], said: str) -> None:
    assert said in words(admin.post(LIST, filled(**facts)), 422)
    assert not Receiver.objects.exists()


def test_the_secret_of_a_system_is_shown_once_and_can_be_renewed(admin: Client) -> None:
    (first,) = SECRET.findall(words(admin.post(LIST, filled(service="webhook", secret="mine"))))
    one = Receiver.objects.get()
    assert one.secret == first
    assert first not in words(admin.get(page_of(one))) + stored()
    (second,) = SECRET.findall(words(admin.post(page_of(one), {"act": "renew"})))
    one.refresh_from_db()
    assert one.secret == second != first
    robot = kept(admin, name="群")
    assert "请到那里更换" in words(admin.post(page_of(robot), {"act": "renew"}, follow=True))


def test_a_message_on_trial_its_answer_and_sending_again(admin: Client, settings: Any) -> None:
    with listening() as listener:
        settings.OUTGOING_HOSTS = settings.OUTGOING_PRIVATE_HOSTS = frozenset({listener.place})
        one = kept(admin, address=listener.address)
        assert "测试消息已排队" in words(admin.post(page_of(one), {"act": "try"}, follow=True))
        assert listener.received == []  # the page waits for nobody
        listener.answer = '{"errcode":93000,"errmsg":"invalid webhook url"}'
        robots.send_due(timezone.now())
        page = words(admin.get(page_of(one)))
        assert "93000 invalid webhook url" in page
        assert "有没发出的" in words(admin.get(LIST))
        listener.answer = '{"errcode":0,"errmsg":"ok"}'
        message = ReceiverMessage.objects.get()
        again = {"act": "again", "message": message.pk}
        assert "1 条已重新排队" in words(admin.post(page_of(one), again, follow=True))
        assert robots.send_due(timezone.now()) == 1
        assert "0 ok" in words(admin.get(page_of(one)))
        first, second = listener.received
        assert first.body == second.body
        assert "没有可以重发的消息" in words(admin.post(page_of(one), {"act": "again"}, follow=True))
    details = AuditEntry.objects.filter(subject="推送：工作群").values_list("detail", flat=True)
    assert list(details.order_by("number")) == ["开通", "发测试消息", "重发"]


def test_while_it_is_off_nothing_waits_for_it(admin: Client) -> None:
    one = kept(admin)
    news = [([], News(NoticeKind.OVERDUE, "late", "逾期"))]
    tell_all(news)
    assert admin.post(page_of(one), {"act": "off"}).status_code == 302
    tell_all([([], News(NoticeKind.OVERDUE, "later", "又逾期"))])
    message = ReceiverMessage.objects.get()
    assert (message.state, message.answer) == ("given_up", "推送已停用，没有发。")
    assert not robots.is_due(timezone.now())
    assert "请先启用" in words(admin.post(page_of(one), {"act": "try"}, follow=True))
    assert admin.post(page_of(one), {"act": "on"}).status_code == 302
    tell_all([([], News(NoticeKind.OVERDUE, "latest", "还逾期"))])
    assert robots.is_due(timezone.now())
    reasons = list(one.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert reasons == ["开通", "停用", "启用"]


def test_messages_of_another_one_are_not_sent_again(admin: Client) -> None:
    one, other = kept(admin), kept(admin, name="别的群")
    ReceiverMessage.objects.create(receiver=other, cause="x", text="x", state="given_up")
    message = ReceiverMessage.objects.get()
    admin.post(page_of(one), {"act": "again", "message": message.pk})
    message.refresh_from_db()
    assert message.state == "given_up"


def test_an_unknown_act_is_refused(admin: Client) -> None:
    assert admin.post(page_of(kept(admin)), {"act": "drop"}).status_code == 400


@pytest.mark.parametrize("who", [build.office, build.leader, build.staff, build.auditor])
def test_it_is_for_administrators(who: Any) -> None:
    one = Receiver.objects.create(name="工作群", service="wecom", address=ADDRESS)
    client = build.browser_of(who())
    assert client.get(LIST).status_code == 403
    assert client.post(page_of(one), {"act": "off"}).status_code == 403
    assert Receiver.objects.get().is_on


def test_where_nothing_is_allowed_the_page_says_so(admin: Client, settings: Any) -> None:
    settings.OUTGOING_HOSTS = frozenset()
    assert "还没有开通" in words(admin.get(LIST))
