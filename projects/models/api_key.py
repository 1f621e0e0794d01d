"""Keys with which other systems use the API in the name of an account; only a digest of each is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules.api_keys import PREFIX_LENGTH, digest_of, is_key
from projects.vocabulary import KeyScope, KeyState

from .organisation import Organisation


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is filled in for a new key. `networks`: separated by commas, "" for everywhere."""

    name: str
    scope: KeyScope
    organisation: Organisation | None
    expires_on: date
    networks: str


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def with_people(self) -> ApiKeyQuerySet:
        return self.select_related("owner", "organisation", "made_by", "revoked_by")

    def presented(self, text: str) -> ApiKey | None:
        """The key of this text, whatever its state; None for a text that is none."""
        if not is_key(text):
            return None
        return self.select_related("organisation").filter(digest=digest_of(text)).first()

    def unused_since(self, moment: datetime) -> ApiKeyQuerySet:
        return self.filter(Q(last_used_at=None) | Q(last_used_at__lt=moment))


class ApiKey(models.Model):
    """A key of one account, with at most its rights. It is never changed, only revoked."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", related_name="api_keys", on_delete=models.PROTECT
    )
    name = models.CharField("用途", max_length=50)
    prefix = models.CharField("前缀", max_length=PREFIX_LENGTH, unique=True)
    digest = models.CharField("摘要", max_length=64, unique=True)
    scope = models.CharField("范围", max_length=10, choices=KeyScope, default=KeyScope.READ)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="限于单位",
        related_name="+",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    """The unit that it is narrowed to, with those below it; None: what the account may."""
    networks = models.CharField("限于地址", max_length=500, blank=True)
    """Addresses and networks that it may be used from, separated by commas; "" for all."""
    expires_on = models.DateField("有效至")
    """The last day."""
    made_at = models.DateTimeField("建立时间", default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="建立人", related_name="+", on_delete=models.PROTECT
    )
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    last_used_from = models.GenericIPAddressField("最近使用地址", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤销人",
        related_name="+",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    revoked_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口密钥"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_by__isnull=False),
                name="api_key_revoked_by_somebody",
                violation_error_message="撤销的密钥应写明撤销人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}）"

    @property
    def may_write(self) -> bool:
        return self.scope == KeyScope.WRITE

    def state_on(self, day: date) -> KeyState:
        if self.revoked_at is not None:
            return KeyState.REVOKED
        return KeyState.EXPIRED if self.expires_on < day else KeyState.IN_USE

    def admits(self, address: str) -> bool:
        """Whether it may be used from the address."""
        if not self.networks:
            return True
        try:
            asked = ip_address(address)
        except ValueError:
            return False
        return any(asked in ip_network(network) for network in self.networks.split(","))
