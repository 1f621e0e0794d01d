"""The audit: who came in or was refused, who read or took what along, who changed rights, keys, rules and settings.

Its table takes new rows only: the database refuses to change or delete one (`append_only.py`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules.audit import entry_text
from projects.rules.seals import digest_of
from projects.vocabulary import AuditAct

from .person import User


def day_start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def chain(self) -> AuditQuerySet:
        """In the order in which they follow one another."""
        return self.order_by("number")

    def said_today(self, act: AuditAct, *, by: User, subject: str, today: date) -> bool:
        return self.filter(act=act, by=by, subject=subject, at__gte=day_start(today)).exists()

    def newest(self) -> AuditEntry | None:
        return self.order_by("-number").first()

    def found(
        self, *, words: str = "", act: str = "", since: date | None = None, until: date | None = None
    ) -> AuditQuerySet:
        """Entries with all of the words in name, address, subject or detail, of an act, from a day to a day."""
        entries = self.select_related("by").order_by("-number")
        for word in words.split():
            entries = entries.filter(
                Q(by_name__icontains=word)
                | Q(by__last_name__icontains=word)
                | Q(by__first_name__icontains=word)
                | Q(address__icontains=word)
                | Q(subject__icontains=word)
                | Q(detail__icontains=word)
            )
        if act:
            entries = entries.filter(act=act)
        if since is not None:
            entries = entries.filter(at__gte=day_start(since))
        return entries if until is None else entries.filter(at__lt=day_start(until + timedelta(days=1)))


class AuditEntry(models.Model):
    """One thing that happened. `number`: 1, 2, 3 … without a gap, so that a missing one shows."""

    number = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    act = models.CharField("类别", max_length=20, choices=AuditAct)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        related_name="+",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    by_name = models.CharField("登录名", max_length=150, blank=True)
    """The name of the account at that time, or the one that somebody tried."""
    address = models.GenericIPAddressField("地址", null=True, blank=True)
    subject = models.CharField("对象", max_length=300, blank=True)
    detail = models.TextField("内容", blank=True)
    rows = models.PositiveIntegerField("行数", null=True, blank=True)
    previous_digest = models.CharField("上一条摘要", max_length=64, blank=True)
    digest = models.CharField("摘要", max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.get_act_display()}"

    @property
    def content(self) -> str:
        """What its digest is made of."""
        return entry_text(
            number=self.number,
            at=self.at,
            act=self.act,
            by=self.by_id,
            by_name=self.by_name,
            address=self.address,
            subject=self.subject,
            detail=self.detail,
            rows=self.rows,
        )

    def follow(self, newest: AuditEntry | None) -> None:
        """Take the next number, and the digest over the newest entry and this one."""
        self.number = newest.number + 1 if newest else 1
        self.previous_digest = newest.digest if newest else ""
        self.digest = digest_of(self.previous_digest, self.content)
