"""Robots of chat groups and other systems that are told what people are told, and the outbox of their messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.vocabulary import PERSONAL, DeliveryState, NoticeKind, ReceiverService

from .encrypted import EncryptedCharField
from .notice import LONGEST_TEXT
from .organisation import Organisation

TOLD = [kind for kind in NoticeKind if kind not in PERSONAL]
"""Kinds of notices that a receiver can be told."""


class ReceiverQuerySet(models.QuerySet["Receiver"]):
    def on(self) -> ReceiverQuerySet:
        return self.filter(is_on=True)

    def with_audience(self) -> ReceiverQuerySet:
        return self.select_related("audience")

    def counted(self) -> dict[int, tuple[int, int, datetime | None]]:
        """By key: messages that wait, those that were not taken, and when one was taken last; one query."""
        state = "messages__state"
        under_way = [DeliveryState.WAITING, DeliveryState.SENDING]
        found = self.order_by().annotate(
            waiting=models.Count("messages", filter=Q(**{f"{state}__in": under_way})),
            given_up=models.Count("messages", filter=Q(**{state: DeliveryState.GIVEN_UP})),
            last_sent_at=models.Max("messages__sent_at"),
        )
        rows = found.values_list("pk", "waiting", "given_up", "last_sent_at")
        return {pk: (waiting, given_up, last) for pk, waiting, given_up, last in rows}


class Receiver(models.Model):
    """One robot or system. Whoever has its address can write into the group, so the address is a secret, too."""

    name = models.CharField("名称", max_length=50, unique=True, help_text="例如：项目办工作群")
    service = models.CharField("种类", max_length=20, choices=ReceiverService)
    address = EncryptedCharField("地址", max_length=500)
    secret = EncryptedCharField("签名密钥", max_length=200, blank=True)
    audience = models.ForeignKey(
        Organisation,
        verbose_name="谁在看",
        related_name="+",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="只发这个单位和下级单位负责的事；不选则发全区的，群里应只有能看全区的人",
    )
    kinds = models.JSONField("发哪几类", default=list)
    is_on = models.BooleanField("启用", default=True)
    history = HistoricalRecords(verbose_name="推送变更", verbose_name_plural="推送变更")

    objects = ReceiverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_robot(self) -> bool:
        return self.service != ReceiverService.WEBHOOK


class ReceiverMessageQuerySet(models.QuerySet["ReceiverMessage"]):
    def due(self, now: datetime) -> ReceiverMessageQuerySet:
        return self.filter(state=DeliveryState.WAITING, due_at__lte=now, receiver__is_on=True)

    def to(self, receiver: Receiver) -> ReceiverMessageQuerySet:
        return self.filter(receiver=receiver)

    def broken_off(self, before: datetime) -> ReceiverMessageQuerySet:
        """Claimed by a process that has not said since how it ended."""
        return self.filter(state=DeliveryState.SENDING, claimed_at__lt=before)

    def waiting(self) -> ReceiverMessageQuerySet:
        return self.filter(state=DeliveryState.WAITING)

    def newest_first(self) -> ReceiverMessageQuerySet:
        return self.order_by("-made_at", "-pk")


class ReceiverMessage(models.Model):
    """One thing that a receiver is told, once: `cause` names it as it does for the notices of people.

    `number` stays the same however often it is sent, so that the other system can tell. No fact of the register, so
    it has no history.
    """

    receiver = models.ForeignKey(
        Receiver, verbose_name="推送", related_name="messages", on_delete=models.PROTECT
    )
    number = models.UUIDField("编号", default=uuid4, unique=True, editable=False)
    kind = models.CharField("类别", max_length=20, choices=NoticeKind, blank=True)
    cause = models.CharField("起因", max_length=100)
    text = models.CharField("内容", max_length=LONGEST_TEXT)
    path = models.CharField("页面", max_length=200, blank=True)
    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    problem = models.ForeignKey(
        "Problem", verbose_name="问题", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    decision = models.ForeignKey(
        "Decision", verbose_name="督办", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    made_at = models.DateTimeField("时间", default=timezone.now, editable=False)
    state = models.CharField("状态", max_length=20, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField("应发时间", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("试过几次", default=0)
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    answer = models.CharField("对方的答复", max_length=300, blank=True)

    objects = ReceiverMessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送的消息"
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "cause"],
                name="one_message_per_cause",
                violation_error_message="这件事已经推送过。",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="receiver_message_due"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}：{self.text}"

    @property
    def is_test(self) -> bool:
        return not self.kind

    def is_about_only(self, mine: dict[str, Collection[int]]) -> bool:
        """Whether it is about something, and all of it is among these, by field; a message on trial may always go."""
        about = {field: getattr(self, field) for field in mine if getattr(self, field) is not None}
        return self.is_test or (bool(about) and all(pk in mine[field] for field, pk in about.items()))
