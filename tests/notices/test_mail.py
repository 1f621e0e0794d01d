"""The outbox against a real mail server on loopback: nothing is lost, nothing is sent twice, nothing leaves unasked."""

from collections.abc import Iterator
from datetime import time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.utils import timezone

from projects.actions import outbox
from projects.actions.notifying import News, read, tell
from projects.models import Delivery, Notice, User
from projects.notices import mail
from projects.vocabulary import NoticeKind
from tests import build

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ALL = [kind.value for kind in NoticeKind]


class Letterbox:
    """Keeps what it is sent; `refuses`: the answer in place of taking it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.refuses:
            return self.refuses
        content = cast(bytes, envelope.content)
        self.letters.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        return "250 OK"


class Server(Controller):
    """On a port that the system chooses, which the library itself does not ask for."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def letterbox(settings: Any) -> Iterator[Letterbox]:
    handler = Letterbox()
    server = Server(handler, hostname="127.0.0.1", port=0)
    server.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {
        "default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": server.port}}
    }
    settings.MAIL_ON, settings.MAIL_DOMAINS = True, frozenset({"gov.example"})
    settings.SITE_URL = "https://register.example"
    yield handler
    server.stop()


@pytest.fixture
def staff() -> User:
    return build.staff(build.town("罗溪镇"), email="wang@gov.example", last_name="王")


def told(person: User, *causes: str, kind: NoticeKind = NoticeKind.RETURNED) -> None:
    for cause in causes:
        tell([person], News(kind, cause, f"月报被退回：{cause}", "缺凭证"))


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_what_waits_for_a_person_is_one_mail_and_is_sent_once(letterbox: Letterbox, staff: User) -> None:
    told(staff, "甲", "乙")
    told(staff, "开始填报", kind=NoticeKind.WINDOW)  # not mailed unless one asks for it
    assert mail.is_due(timezone.now())
    assert mail.send_due(timezone.now()) == 1
    assert mail.send_due(timezone.now()) == 0

    (letter,) = letterbox.letters
    assert (letter["To"], letter["Subject"]) == ("wang@gov.example", "重大项目：2 条通知")
    text = letter.get_content()
    for words in ("王，您好", "1. 月报被退回：甲", "缺凭证", "https://register.example/todo/"):
        assert words in text
    assert "开始填报" not in text
    assert states() == ["sent", "sent"]


def test_a_server_that_is_down_for_an_hour_loses_nothing_and_sends_nothing_twice(
    letterbox: Letterbox, staff: User, settings: Any
) -> None:
    told(staff, "甲")
    letterbox.refuses = "451 try again later"
    moment, waits = timezone.now(), []
    while moment < NOW + timedelta(hours=1):
        assert mail.send_due(moment) == 0
        delivery = Delivery.objects.get()
        waits.append(round((delivery.due_at - moment).total_seconds() / 60))
        assert mail.send_due(delivery.due_at - timedelta(seconds=1)) == 0
        moment = delivery.due_at
    assert waits == [1, 2, 4, 8, 16, 32]
    assert "451" in Delivery.objects.get().fault

    letterbox.refuses = ""
    assert mail.send_due(moment) == 1
    assert mail.send_due(moment + timedelta(days=1)) == 0
    assert len(letterbox.letters) == 1


def test_what_a_killed_process_left_while_sending_is_not_sent_again(
    letterbox: Letterbox, staff: User
) -> None:
    told(staff, "甲")
    Delivery.objects.update(state="sending", claimed_at=NOW)
    assert mail.send_due(NOW + timedelta(minutes=59)) == 0
    assert states() == ["sending"]
    mail.send_due(NOW + timedelta(hours=2))
    assert (states(), letterbox.letters) == (["given_up"], [])
    assert Delivery.objects.get().fault == mail.MAY_HAVE_LEFT


def test_only_to_domains_that_are_allowed_and_what_one_may_still_see(
    letterbox: Letterbox, staff: User
) -> None:
    elsewhere = build.staff(build.town("薛家镇"), email="li@private.example")
    project = build.project("甲", organisation=staff.organisation)
    told(elsewhere, "乙")
    tell([staff], News(NoticeKind.OVERDUE, "late", "逾期 2 天：竣工，甲", project=project))
    told(staff, "丙")
    read(Notice.objects.filter(cause="丙"), by=staff)
    staff.organisation = elsewhere.organisation
    staff.save()
    assert mail.send_due(timezone.now()) == 0
    assert letterbox.letters == []
    assert set(Delivery.objects.values_list("fault", flat=True)) == {mail.NO_ADDRESS, mail.NOT_READABLE}


def test_one_chooses_kinds_and_quiet_hours(letterbox: Letterbox, staff: User) -> None:
    local = timezone.localtime()
    quiet = {"quiet_from": time(local.hour), "quiet_until": time((local.hour + 2) % 24)}
    outbox.choose(staff, page=["due"], mail=["window"], is_weekly=False, **quiet)
    told(staff, "甲")
    told(staff, "开始填报", kind=NoticeKind.WINDOW)
    assert [notice.cause for notice in Notice.objects.unread()] == []
    delivery = Delivery.objects.get()
    assert delivery.notice.cause == "开始填报"
    assert timezone.localtime(delivery.due_at).time() == quiet["quiet_until"]


def test_a_weekly_mail_holds_what_is_unread_and_an_empty_one_is_not_sent(
    letterbox: Letterbox, staff: User
) -> None:
    hours = {"quiet_from": None, "quiet_until": None}
    outbox.choose(staff, page=ALL, mail=ALL, is_weekly=True, **hours)
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    assert outbox.sum_up(monday) == 0
    told(staff, "甲", "乙")
    assert states() == []
    assert outbox.sum_up(monday + timedelta(days=6)) == 0
    assert outbox.sum_up(monday + timedelta(days=8)) == 1
    assert outbox.sum_up(monday + timedelta(days=8)) == 0
    assert mail.send_due(timezone.now()) == 1
    assert letterbox.letters[0]["Subject"] == "重大项目：2 条通知"


@pytest.mark.parametrize("is_weekly", [False, True])
def test_a_kind_without_a_bell_is_mailed_all_the_same(
    letterbox: Letterbox, staff: User, is_weekly: bool
) -> None:
    outbox.choose(staff, page=[], mail=["window"], is_weekly=is_weekly, quiet_from=None, quiet_until=None)
    told(staff, "甲")  # of a kind that is wanted neither way
    told(staff, "开始填报", kind=NoticeKind.WINDOW)
    outbox.sum_up(timezone.localdate() + timedelta(days=8))

    assert mail.send_due(timezone.now()) == 1

    assert [delivery.notice.cause for delivery in Delivery.objects.all()] == ["开始填报"]
    assert [letter["Subject"] for letter in letterbox.letters] == ["重大项目：月报被退回：开始填报"]


def test_without_a_server_nothing_is_put_aside(staff: User) -> None:
    told(staff, "甲")
    assert states() == []
    assert not mail.is_due(timezone.now())
    assert outbox.sum_up(timezone.localdate()) == 0
