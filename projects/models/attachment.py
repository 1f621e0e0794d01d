"""Documents of a project that prove no stage: approvals, contracts, minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.vocabulary import AttachmentKind

if TYPE_CHECKING:
    from .project import Project, ProjectQuerySet


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of_projects(self, projects: ProjectQuerySet) -> AttachmentQuerySet:
        return self.filter(project__in=projects)

    def of_project(self, project: Project) -> AttachmentQuerySet:
        """With who sent them, by kind and then the newest first."""
        return (
            self.filter(project=project).select_related("uploaded_by").order_by("kind", "-uploaded_at", "-pk")
        )


class Attachment(models.Model):
    """A file as it was sent; of a photo there are two copies besides, without its metadata, to be shown."""

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="attachments", on_delete=models.CASCADE
    )
    kind = models.CharField("类别", max_length=20, choices=AttachmentKind)
    file = models.FileField("文件", upload_to="attachments/%Y/%m/")
    shown = models.FileField("供查看的副本", upload_to="attachments/%Y/%m/shown/", blank=True, editable=False)
    thumbnail = models.FileField("缩略图", upload_to="attachments/%Y/%m/small/", blank=True, editable=False)
    caption = models.CharField("名称", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("大小（字节）", default=0, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上传人",
        related_name="attachments",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)
    history = HistoricalRecords(verbose_name="附件变更", verbose_name_plural="附件变更")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"],
                name="one_attachment_per_file",
                violation_error_message="同一文件已经上传过。",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or (self.file.name or "").rsplit("/", 1)[-1]

    @property
    def is_photo(self) -> bool:
        return bool(self.shown)
