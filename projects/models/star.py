"""Projects that somebody follows: the star beside a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .person import User


class StarQuerySet(models.QuerySet["Star"]):
    def given_by(self, user: User) -> StarQuerySet:
        return self.filter(user_id=user.pk)


class Star(models.Model):
    """One person follows one project; no fact of the register, so it has no history and needs no reason."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="关注人", related_name="stars", on_delete=models.CASCADE
    )
    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="stars", on_delete=models.CASCADE
    )
    starred_at = models.DateTimeField("关注时间", default=timezone.now, editable=False)

    objects = StarQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "关注"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "project"],
                name="one_star_per_person_project",
                violation_error_message="您已关注这个项目。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.project}"
