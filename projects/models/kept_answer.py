"""Answers of the API that are given again to whoever sends the same request once more."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from .encrypted import EncryptedJSONField


class KeptAnswer(models.Model):
    """The answer to one request that was carried out. `status` 0: it is being carried out."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    """Of the account, its key and the Idempotency-Key."""
    content = models.CharField("内容摘要", max_length=64)
    """Of what was asked, so that the key serves no other request."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="请求人", related_name="+", on_delete=models.CASCADE
    )
    status = models.PositiveSmallIntegerField("状态", default=0)
    body = EncryptedJSONField("答复", encoder=DjangoJSONEncoder, null=True, blank=True)
    headers = models.JSONField("答复的标头", default=dict, blank=True)
    asked_at = models.DateTimeField("请求时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "接口的答复"
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["asked_at"], name="kept_answer_by_time")]

    def __str__(self) -> str:
        return f"{self.status} {self.asked_at:%Y-%m-%d %H:%M}"
