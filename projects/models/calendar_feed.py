"""The address under which a calendar program reads what is due for one person; only a digest of its key is stored."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules.calendar_feeds import digest_of, is_feed_key


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def presented(self, text: str) -> CalendarFeed | None:
        """The feed of this key; None for a text that is none, and for one that was ended."""
        return self.filter(digest=digest_of(text)).first() if is_feed_key(text) else None

    def unused_since(self, moment: datetime) -> CalendarFeedQuerySet:
        return self.filter(Q(last_used_at=None) | Q(last_used_at__lt=moment))


class CalendarFeed(models.Model):
    """One of a person at most. Making and ending it are entries of the account, so it has no history of its own."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", related_name="calendar_feed", on_delete=models.CASCADE
    )
    digest = models.CharField("摘要", max_length=64, unique=True)
    is_starred_only = models.BooleanField("只要关注的项目", default=False)
    made_at = models.DateTimeField("开通时间", default=timezone.now)
    last_used_at = models.DateTimeField("最近读取", null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self) -> str:
        return str(self.owner)
