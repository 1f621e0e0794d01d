"""What projects refer to beside units: industries, and the sources of facts."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class NamedQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(self, name: str) -> Any:
        return self.get(name=name)


class Industry(models.Model):
    """One of the district's industries; the dictionary is edited by the administrator."""

    name = models.CharField("名称", max_length=50, unique=True)
    group = models.CharField("类别", max_length=50, blank=True, help_text="两特三新一智能中的类别")
    position = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="产业变更", verbose_name_plural="产业变更")

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "产业"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class SourceQuerySet(models.QuerySet["Source"]):
    def get_by_natural_key(self, title: str) -> Source:
        return self.get(title=title)


class Source(models.Model):
    """Where a figure or a fact comes from."""

    title = models.CharField("标题", max_length=200, unique=True)
    publisher = models.CharField("发布者", max_length=100, blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    address = models.URLField("网址", blank=True)
    note = models.TextField("说明", blank=True)
    history = HistoricalRecords(verbose_name="来源变更", verbose_name_plural="来源变更")

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来源"
        ordering = ["-published_on", "title"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.title,)
