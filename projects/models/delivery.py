"""Notices that are sent: how each person wants to be told, and the outbox that the worker empties."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules.quiet import next_loud
from projects.vocabulary import Channel, DeliveryState, NoticeKind

from .notice import Notice
from .person import User


class NoticeHabits(models.Model):
    """How a person is told things; without a row, the defaults hold. No fact of the register, so it has no history.

    Between the quiet hours (over midnight where the first is the later one) nothing is sent. `is_weekly`: one mail a
    week with what is unread, in place of a mail for each.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="用户", related_name="notice_habits", on_delete=models.CASCADE
    )
    quiet_from = models.TimeField("不打扰自", null=True, blank=True)
    quiet_until = models.TimeField("不打扰至", null=True, blank=True)
    is_weekly = models.BooleanField("邮件每周汇总一次", default=False)
    summed_up_on = models.DateField("上次汇总", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "通知习惯"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notice_quiet_has_both_ends",
                violation_error_message="不打扰的时段须写明从几点到几点。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def loud_from(self, moment: datetime) -> datetime:
        """The moment, or the end of the quiet hours that it falls into."""
        if self.quiet_from is None or self.quiet_until is None:
            return moment
        return next_loud(timezone.localtime(moment), self.quiet_from, self.quiet_until)


class NoticeChoice(models.Model):
    """Whether a person wants notices of a kind by a channel, where that is not the default."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", related_name="notice_choices", on_delete=models.CASCADE
    )
    kind = models.CharField("类别", max_length=20, choices=NoticeKind)
    channel = models.CharField("方式", max_length=20, choices=Channel)
    is_wanted = models.BooleanField("要")

    class Meta:
        verbose_name = verbose_name_plural = "通知方式"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"],
                name="one_choice_per_kind_channel",
                violation_error_message="这一类通知已经选过。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()} {self.get_channel_display()}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.WAITING, due_at__lte=now)

    def to(self, person: User) -> DeliveryQuerySet:
        return self.filter(notice__person=person)

    def broken_off(self, before: datetime) -> DeliveryQuerySet:
        """Claimed by a process that has not said since how it ended."""
        return self.filter(state=DeliveryState.SENDING, claimed_at__lt=before)


class Delivery(models.Model):
    """A notice that is sent by a channel, as mail: the outbox. No fact of the register, so it has no history.

    One that is being sent when its process dies stays so, and is given up later: whether it went out nobody knows,
    and nothing is sent twice.
    """

    notice = models.ForeignKey(
        Notice, verbose_name="通知", related_name="deliveries", on_delete=models.CASCADE
    )
    channel = models.CharField("方式", max_length=20, choices=Channel)
    state = models.CharField("状态", max_length=20, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField("应发时间")
    attempts = models.PositiveSmallIntegerField("试过几次", default=0)
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    fault = models.CharField("没有发出的原因", max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待发通知"
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel"],
                name="one_delivery_per_channel",
                violation_error_message="这条通知已经在发。",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}：{self.notice}"
