"""Forms that were sent and carried out: sending one again leads to the same page and writes nothing."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SentForm(models.Model):
    """One form as it was sent, and what it led to."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    """Of the person, the key in the form and everything that was typed into it."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
        related_name="sent_forms",
        on_delete=models.CASCADE,
    )
    led_to = models.CharField("结果页面", max_length=2000, blank=True)
    sent_at = models.DateTimeField("提交时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "已提交的表单"
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["sent_at"], name="sent_form_by_time")]

    def __str__(self) -> str:
        return self.led_to
