"""Robots and other systems as pages show them: how the sending goes, the last messages, and what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page

from projects.figures.paging import PAGE_SIZE, Pages
from projects.models import Receiver, ReceiverMessage
from projects.models.receiver import ReceiverQuerySet
from projects.vocabulary import DeliveryState, NoticeKind

LIGHTS = {
    DeliveryState.WAITING: "yellow",
    DeliveryState.SENDING: "yellow",
    DeliveryState.SENT: "green",
    DeliveryState.GIVEN_UP: "red",
}
NAMES = {
    "name": "名称",
    "address": "地址",
    "secret": "签名密钥",
    "audience_id": "谁在看",
    "kinds": "发哪几类",
    "is_on": "启用",
}


@dataclass(frozen=True, slots=True)
class ReceiverLine:
    """One receiver with what waits, what was not taken, and when something was taken last."""

    receiver: Receiver
    kinds: str
    waiting: int
    given_up: int
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageLine:
    message: ReceiverMessage
    light: str
    words: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReceiverEntry:
    """One change: which fields, by whom, why. Secrets are named, never shown."""

    at: datetime
    by: str
    reason: str
    what: str


def receiver_lines(receivers: ReceiverQuerySet) -> list[ReceiverLine]:
    """By name, those that are on first; two queries."""
    ended, found = receivers.counted(), receivers.with_audience().order_by("-is_on", "name")
    return [ReceiverLine(each, kinds_in_words(each.kinds), *ended[each.pk]) for each in found]


def kinds_in_words(kinds: Sequence[str]) -> str:
    return "、".join(str(kind.label) for kind in NoticeKind if kind in kinds)


def message_page(receiver: Receiver, number: str | int) -> Page[ReceiverMessage]:
    """The newest messages first, some on a page."""
    return Pages(ReceiverMessage.objects.to(receiver).newest_first(), PAGE_SIZE).get_page(number)


def message_lines(page: Page[ReceiverMessage]) -> list[MessageLine]:
    return [
        MessageLine(
            each,
            LIGHTS[DeliveryState(each.state)],
            str(DeliveryState(each.state).label),
            each.state in (DeliveryState.SENT, DeliveryState.GIVEN_UP),
        )
        for each in page
    ]


def receiver_history(receiver: Receiver) -> list[ReceiverEntry]:
    """What was changed, the newest first; one query."""
    entries: list[ReceiverEntry] = []
    before: object | None = None
    for row in receiver.history.select_related("history_user").order_by("history_id"):
        changed = [
            name for field, name in NAMES.items() if before and getattr(before, field) != getattr(row, field)
        ]
        what = "、".join(changed) if before else "新建"
        by = str(row.history_user or "系统")
        entries.append(ReceiverEntry(row.history_date, by, row.history_change_reason or "", what or "保存"))
        before = row
    return entries[::-1]
