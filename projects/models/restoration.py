"""That the register was restored from a backup: the log of it, and the mark that makes earlier cached answers void."""

from django.db import models


class Restoration(models.Model):
    """One run of `manage.py restore`. Written by that command alone, together with the restored records."""

    restored_at = models.DateTimeField("恢复时间")
    taken_at = models.DateTimeField("备份时间")
    manifest_digest = models.CharField("备份清单的 SHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "恢复记录"
        ordering = ["-restored_at"]

    def __str__(self) -> str:
        return f"{self.restored_at:%Y-%m-%d %H:%M}"
