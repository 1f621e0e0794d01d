"""Robots and other systems against a real receiver on loopback: exactly one message each, and only to who may know."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from projects.actions import receivers
from projects.actions.notifying import News, tell, tell_all, withdraw
from projects.models import Receiver, ReceiverMessage, User
from projects.notices import robots
from projects.vocabulary import NoticeKind
from tests import build
from tests.notices.listening import Listener, listening

pytestmark = pytest.mark.django_db

KINDS = ["returned", "overdue", "sealed"]


@pytest.fixture
def group(settings: Any) -> Iterator[Listener]:
    with listening() as listener:
        settings.OUTGOING_HOSTS = settings.OUTGOING_PRIVATE_HOSTS = frozenset({listener.place})
        settings.SITE_URL = "https://register.example"
        yield listener


@pytest.fixture
def staff() -> User:
    return build.staff(build.town("罗溪镇"))


def robot(group: Listener, service: str = "wecom", **facts: Any) -> Receiver:
    one = Receiver(name=f"工作群{service}", service=service, address=group.address, kinds=KINDS, **facts)
    return receivers.keep(one, by=build.admin(), reason="开通").receiver


def told(person: User, *causes: str, **facts: Any) -> None:
    for cause in causes:
        tell([person], News(NoticeKind.RETURNED, cause, f"月报被退回：{cause}", "缺凭证", **facts))


def states() -> list[str]:
    return list(ReceiverMessage.objects.order_by("pk").values_list("state", flat=True))


def text_of(group: Listener, number: int = 0) -> str:
    return str(group.received[number].json["text"]["content"])


def test_what_waits_for_a_group_is_one_message_and_is_sent_once(group: Listener, staff: User) -> None:
    robot(group)
    told(staff, "甲", "乙", "甲", organisation=staff.organisation)
    tell([staff], News(NoticeKind.MENTIONED, "talk", "王在评论里提到您"))
    tell([staff], News(NoticeKind.DUE, "due", "还有 3 天到期"))
    assert robots.is_due(timezone.now())
    assert robots.send_due(timezone.now()) == 1
    assert robots.send_due(timezone.now()) == 0

    (received,) = group.received
    assert received.path == "/robot/send?key=QXKEY"
    assert received.json["msgtype"] == "text"
    assert text_of(group).splitlines() == [
        "重大项目：2 条",
        "【退回】月报被退回：甲（罗溪镇）",
        "https://register.example/todo/",
        "【退回】月报被退回：乙（罗溪镇）",
        "https://register.example/todo/",
    ]
    assert states() == ["sent", "sent"]
    assert ReceiverMessage.objects.values_list("answer", flat=True).distinct().get() == "0 ok"


def test_it_hears_of_a_cause_once_also_where_nobody_is_told_and_what_is_withdrawn_is_not_sent(
    group: Listener,
) -> None:
    robot(group)
    news = News(NoticeKind.OVERDUE, "late:1", "逾期 2 天：竣工，甲")
    tell_all([([], news)])
    tell_all([([], news)])
    tell_all([([], News(NoticeKind.OVERDUE, "late:2", "逾期 2 天：竣工，乙"))])
    withdraw("late:2")
    assert robots.send_due(timezone.now()) == 1
    tell_all([([], news)])
    assert robots.send_due(timezone.now()) == 0
    assert text_of(group).count("逾期 2 天") == 1


def test_a_message_has_neither_the_explanation_nor_a_number_to_call(group: Listener, staff: User) -> None:
    robot(group)
    text = "新问题：找张三 139 1234 0000、0519-85100000 或 zhang@gov.example，2024-09-30 前付 120000000 元"
    tell([staff], News(NoticeKind.RETURNED, "one", text, "电话 13912340000"))
    robots.send_due(timezone.now())
    assert "新问题：找张三 ****、**** 或 ****，2024-09-30 前付 120000000 元" in text_of(group)
    assert "电话" not in text_of(group)


def test_a_group_of_a_unit_hears_only_what_the_unit_answers_for(group: Listener, staff: User) -> None:
    robot(group, audience=staff.organisation)
    other = build.staff(build.town("奔牛镇"))
    projects = {
        person: build.project(f"{person.organisation}的项目", organisation=person.organisation)
        for person in (staff, other)
    }
    helped = build.project("别人的项目", organisation=other.organisation)
    build.helper(helped, staff.organisation)
    for project in (*projects.values(), helped):
        tell([staff], News(NoticeKind.OVERDUE, f"late:{project.pk}", f"逾期：{project}", project=project))
        decision = build.decision(project.organisation, f"督办{project}", by=build.leader())
        tell([staff], News(NoticeKind.OVERDUE, f"d:{decision.pk}", decision.text, decision=decision))
        problem = build.problem(project, f"问题{project}")
        tell([staff], News(NoticeKind.OVERDUE, f"p:{problem.pk}", problem.text, problem=problem))
    tell([staff], News(NoticeKind.SEALED, "seal", "已封存：全区通报"))
    assert set(ReceiverMessage.objects.values_list("text", flat=True)) == {
        "逾期：罗溪镇的项目",
        "督办罗溪镇的项目",
        "问题罗溪镇的项目",
    }

    projects[staff].hand_to(other.organisation_id, on=timezone.localdate(), today=timezone.localdate())
    build.kept(projects[staff])
    robots.send_due(timezone.now())
    assert "督办罗溪镇的项目" in text_of(group)
    assert "逾期" not in text_of(group).replace("【逾期】", "")
    given_up = ReceiverMessage.objects.filter(state="given_up")
    assert set(given_up.values_list("answer", flat=True)) == {robots.NOT_FOR_AUDIENCE}


@pytest.mark.parametrize("service", ["wecom", "dingtalk", "feishu", "webhook"])
@pytest.mark.parametrize("fault", ["closed", "502", "busy"])
def test_a_service_that_is_down_for_an_hour_loses_nothing_and_hears_nothing_twice(
    settings: Any, staff: User, service: str, fault: str
) -> None:
    with listening() as first:
        port = first.port
        settings.OUTGOING_HOSTS = settings.OUTGOING_PRIVATE_HOSTS = frozenset({first.place})
        robot(first, service)
    told(staff, "甲", "乙")
    moment, waits, end = timezone.now(), [], timezone.now() + timedelta(hours=1)

    def down_until(moment: Any) -> Any:
        while moment < end:
            assert robots.send_due(moment) == 0
            due_at = ReceiverMessage.objects.order_by("-attempts").first().due_at
            waits.append(round((due_at - moment).total_seconds() / 60))
            assert robots.send_due(due_at - timedelta(seconds=1)) == 0
            moment = due_at
        return moment

    if fault == "closed":  # nobody listens
        moment, refused = down_until(moment), []
    else:
        with listening(port) as away:
            away.status = 502 if fault == "502" or service == "webhook" else 200
            away.answer = '{"errcode":45009,"errmsg":"api freq out of limit"}'
            moment, refused = down_until(moment), away.received
    assert waits[:3] == [1, 2, 4]
    assert len(refused) in (0, len(waits))
    assert states() == ["waiting", "waiting"]

    with listening(port) as back:
        assert robots.send_due(moment) == (2 if service == "webhook" else 1)
        for later in (timedelta(minutes=1), timedelta(hours=3), timedelta(days=3)):
            assert robots.send_due(moment + later) == 0
        said = "".join(each.body.decode() for each in back.received)
    assert (said.count("月报被退回：甲"), said.count("月报被退回：乙")) == (1, 1)
    assert states() == ["sent", "sent"]


def test_the_answer_of_the_service_is_read(group: Listener, staff: User) -> None:
    robot(group)
    told(staff, "甲")
    group.answer = '{"errcode":310000,"errmsg":"sign not match"}'
    assert robots.send_due(timezone.now()) == 0
    message = ReceiverMessage.objects.get()
    assert (message.state, message.answer, message.sent_at) == ("given_up", "310000 sign not match", None)


@pytest.mark.parametrize(
    ("service", "status", "answer", "state"),
    [
        ("feishu", 200, '{"code":0,"msg":"success","data":{}}', "sent"),
        ("feishu", 200, '{"StatusCode":0,"StatusMessage":"success"}', "sent"),
        ("feishu", 200, '{"code":19021,"msg":"sign match fail"}', "given_up"),
        ("wecom", 200, "<html>维护中</html>", "waiting"),
        ("wecom", 404, "", "given_up"),
        ("wecom", 429, "", "waiting"),
        ("webhook", 204, "", "sent"),
        ("webhook", 404, "", "waiting"),
    ],
)
def test_what_an_answer_means(
    group: Listener, staff: User, service: str, status: int, answer: str, state: str
) -> None:
    robot(group, service)
    told(staff, "甲")
    group.status, group.answer = status, answer
    robots.send_due(timezone.now())
    assert states() == [state]


def test_a_redirect_is_not_followed(group: Listener, staff: User) -> None:
    robot(group)
    told(staff, "甲")
    group.status, group.headers = 302, {"Location": "/elsewhere"}
    robots.send_due(timezone.now())
    assert [each.path for each in group.received] == ["/robot/send?key=QXKEY"]
    assert (states(), ReceiverMessage.objects.get().answer) == (["given_up"], "HTTP 302，转到别处，不跟随")


def test_a_robot_that_does_not_answer_is_not_told_twice_and_a_system_is_told_with_the_same_number(
    group: Listener, staff: User
) -> None:
    robot(group)
    system = robot(group, "webhook")
    told(staff, "甲")
    group.hangs_up = True
    robots.send_due(timezone.now())
    assert states() == ["waiting", "given_up"]
    assert robots.MAY_HAVE_LEFT in ReceiverMessage.objects.exclude(receiver=system).get().answer
    group.hangs_up = False
    assert robots.send_due(timezone.now() + timedelta(minutes=2)) == 1
    numbers = [each.headers.get("webhook-id") for each in group.received]
    assert numbers.count(None) == 1
    assert len(set(numbers)) == 2


def test_what_a_killed_process_left_while_sending_is_not_sent_to_the_group_again(
    group: Listener, staff: User
) -> None:
    robot(group)
    robot(group, "webhook")
    told(staff, "甲")
    now = timezone.now()
    ReceiverMessage.objects.update(state="sending", claimed_at=now)
    assert robots.send_due(now + timedelta(minutes=59)) == 0
    assert robots.send_due(now + timedelta(hours=2)) == 1
    assert states() == ["sent", "given_up"]
    assert [each.headers["webhook-id"][:4] for each in group.received] == ["msg_"]


def test_the_signature_of_a_system_can_be_checked_by_its_specification(group: Listener, staff: User) -> None:
    system = robot(group, "webhook")
    told(staff, "甲", organisation=staff.organisation)
    robots.send_due(timezone.now())
    (received,) = group.received
    number, seconds = received.headers["webhook-id"], received.headers["webhook-timestamp"]
    assert abs(timezone.now().timestamp() - int(seconds)) < 300
    key = base64.b64decode(system.secret.removeprefix("whsec_"))
    signed = f"{number}.{seconds}.".encode() + received.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert received.headers["webhook-signature"] == f"v1,{expected}"
    assert received.json["type"] == "returned"
    assert received.json["data"] == {
        "text": "月报被退回：甲",
        "url": "https://register.example/todo/",
        "project": None,
        "problem": None,
        "decision": None,
        "organisation": "罗溪镇",
    }


def test_robots_of_dingtalk_and_feishu_are_signed_as_their_manuals_say(group: Listener, staff: User) -> None:
    for service in ("dingtalk", "feishu"):
        robot(group, service, secret="SEC秘密")
    told(staff, "甲")
    robots.send_due(timezone.now())
    ding, fei = group.received
    asked = parse_qs(urlsplit(ding.path).query)
    milliseconds = asked["timestamp"][0]
    digest = hmac.new("SEC秘密".encode(), f"{milliseconds}\nSEC秘密".encode(), hashlib.sha256).digest()
    assert (asked["key"], asked["sign"]) == (["QXKEY"], [base64.b64encode(digest).decode()])
    assert len(milliseconds) == 13
    seconds = fei.json["timestamp"]
    digest = hmac.new(f"{seconds}\nSEC秘密".encode(), b"", hashlib.sha256).digest()
    assert fei.json["sign"] == base64.b64encode(digest).decode()
    assert "月报被退回：甲" in fei.json["content"]["text"]


def test_a_long_message_is_sent_in_parts_that_the_service_takes(group: Listener, staff: User) -> None:
    robot(group)
    for number in range(12):
        tell([staff], News(NoticeKind.RETURNED, f"{number}", f"月报被退回：{'很长的项目名称' * 15}"))
    sent = robots.send_due(timezone.now())
    assert sent == len(group.received) > 1
    assert max(len(text_of(group, number).encode()) for number in range(sent)) <= 2048
    assert sum(text_of(group, number).count("月报被退回") for number in range(sent)) == 12


def test_without_a_list_of_hosts_nothing_is_put_aside_or_sent(
    group: Listener, staff: User, settings: Any
) -> None:
    robot(group)
    told(staff, "甲")
    settings.OUTGOING_HOSTS = frozenset()
    told(staff, "乙")
    assert not robots.is_due(timezone.now())
    assert robots.send_due(timezone.now()) == 0
    assert (states(), group.received) == (["waiting"], [])


def test_the_number_of_queries_does_not_grow_with_the_news(
    group: Listener, staff: User, django_assert_num_queries: Any
) -> None:
    robot(group, audience=staff.organisation)
    projects = [build.project(f"项目{number}", organisation=staff.organisation) for number in range(30)]

    def news(some: list[Any], cause: str) -> list[Any]:
        return [([], News(NoticeKind.OVERDUE, f"{cause}{one.pk}", str(one), project=one)) for one in some]

    for few, cause in ((projects[:3], "few"), (projects, "many")):
        with django_assert_num_queries(6):  # with the savepoint of the test
            tell_all(news(few, cause))
    assert len(states()) == 33
