"""What happened to accounts, and the sessions in which people are signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone

from projects.vocabulary import AccountAct, Role

from .organisation import Organisation
from .person import User


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What those who keep accounts fill in for one."""

    name: str
    username: str
    roles: frozenset[Role]
    organisation: Organisation | None
    phone: str = ""
    email: str = ""


class AccountEntry(models.Model):
    """One act on an account: who did it, when, why, and in words what changed from what to what. Never changed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        related_name="account_entries",
        on_delete=models.PROTECT,
    )
    act = models.CharField("操作", max_length=20, choices=AccountAct.choices)
    changes = models.TextField("内容", blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        related_name="+",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "账号记录"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.get_act_display()}"


class FormerPasswordQuerySet(models.QuerySet["FormerPassword"]):
    def newest_of(self, user: User) -> FormerPasswordQuerySet:
        return self.filter(user=user).order_by("-pk")

    def forget_all_but(self, kept: int) -> None:
        """Delete all but the first so many of this order."""
        self.model.objects.filter(pk__in=[one.pk for one in self[kept:]]).delete()


class FormerPassword(models.Model):
    """The hash of a password that an account had or has, so that it does not come back too soon."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="former_passwords", on_delete=models.CASCADE
    )
    password = models.CharField("密码摘要", max_length=128)

    objects = FormerPasswordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return str(self.user)


class SessionManager(BaseSessionManager["Session"]):
    def going_on(self, now: datetime) -> models.QuerySet[Session]:
        """Sessions that have not ended: not too old, and not idle for too long where there is such a rule."""
        found = self.filter(
            expire_date__gt=now, began_at__gt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        )
        return found.filter(seen_at__gt=now - settings.SESSION_IDLE) if settings.SESSION_IDLE else found


class Session(AbstractBaseSession):
    """A signed-in browser; the person, the program and the address stand beside the data, so that a person can see
    where the account is in use, and end it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="sessions", on_delete=models.CASCADE, null=True
    )
    program = models.CharField("浏览器", max_length=300, blank=True)
    address = models.GenericIPAddressField("地址", null=True)
    began_at = models.DateTimeField("登录时间", default=timezone.now)
    seen_at = models.DateTimeField("最近使用", default=timezone.now)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "登录"

    @property
    def name(self) -> str:
        """Names the session on a page; the key itself would let whoever reads it in."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]
