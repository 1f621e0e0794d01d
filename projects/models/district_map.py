"""The map of the district: outlines of an approved file that the office uploaded."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords

from projects.vocabulary import Datum

from .links import optional
from .person import User


class DistrictMapQuerySet(models.QuerySet["DistrictMap"]):
    def kept(self) -> DistrictMapQuerySet:
        """Those that were put in force, the newest first."""
        return self.filter(kept_at__isnull=False).order_by("-kept_at", "-pk")

    def in_force(self) -> DistrictMap | None:
        return self.kept().first()

    def listed(self) -> DistrictMapQuerySet:
        """With what a list says of each; without the outlines."""
        return self.kept().select_related("uploaded_by", "kept_by").defer("shapes")


class DistrictMap(models.Model):
    """One uploaded file. It is looked at first; the one that was put in force last is drawn."""

    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64, editable=False)
    shapes = models.TextField("图形", editable=False)
    """Names and rings, as `files.geojson.stored` writes them."""
    datum = models.CharField("坐标系", max_length=10, choices=Datum)
    approval_number = models.CharField(
        "审图号",
        max_length=60,
        blank=True,
        help_text="如 苏S（2024）12 号；照批准文件填写，印在地图上；没有则留空",
    )
    origin = models.CharField("地图来源", max_length=200, help_text="由谁提供、哪一年的版本")
    uploaded_by = optional(User, "上传人", "uploaded_maps", editable=False)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    kept_by = optional(User, "启用人", "kept_maps", editable=False)
    kept_at = models.DateTimeField("启用时间", null=True, blank=True, editable=False)
    reason = models.CharField("启用原因", max_length=200, blank=True, editable=False)
    history = HistoricalRecords(
        verbose_name="地图变更", verbose_name_plural="地图变更", excluded_fields=["shapes"]
    )

    objects = DistrictMapQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地图"
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kept_at=None, reason="")
                | (models.Q(kept_at__isnull=False) & ~models.Q(reason="")),
                name="district_map_kept_has_reason",
                violation_error_message="启用地图须写明原因。",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
