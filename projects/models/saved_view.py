"""Questions to the list that somebody keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.vocabulary import Audience

from .organisation import Organisation
from .person import User

LAST_POSITION = 999


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def offered_to(self, user: User) -> SavedViewQuerySet:
        """Their own, those shared with all, and those that colleagues share with the unit; in their order."""
        of_unit = Q(audience=Audience.UNIT, organisation=user.organisation_id, organisation__isnull=False)
        offered = self.filter(Q(owner=user) | Q(audience=Audience.ALL) | of_unit)
        return offered.select_related("owner").order_by("position", "name", "pk")

    def owned_by(self, user: User) -> SavedViewQuerySet:
        return self.filter(owner=user)


class SavedView(models.Model):
    """A question to the list of projects: filter, columns and sort, never rows or rights."""

    name = models.CharField("名称", max_length=30)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="保存人",
        related_name="saved_views",
        on_delete=models.CASCADE,
        editable=False,
    )
    audience = models.CharField("谁能看到", max_length=10, choices=Audience, default=Audience.OWN)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="共享单位",
        related_name="saved_views",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        help_text="保存人所属单位",
    )
    query = models.CharField("条件", max_length=1000, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(
        "排序", default=0, validators=[MaxValueValidator(LAST_POSITION)], help_text="小的在前"
    )
    saved_at = models.DateTimeField("保存时间", default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "列表视图"
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="one_saved_view_per_name",
                violation_error_message="您已有同名的视图。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
