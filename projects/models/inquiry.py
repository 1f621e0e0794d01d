"""Asked why a milestone is late: who asked, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from .milestone import Milestone
from .project import ProjectQuerySet


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def open_of(self, projects: ProjectQuerySet) -> InquiryQuerySet:
        """Those of the projects that wait for an answer: no reason is recorded, and the stage is not reached."""
        waiting = Milestone.objects.filter(project__in=projects, reason="", reached_on=None, skipped=False)
        return self.filter(milestone__in=waiting)


class Inquiry(models.Model):
    """One question about one milestone: the unit that answers for the project is asked why it is late.

    It is open until a reason is recorded or the stage is reached; nothing else closes it.
    """

    milestone = models.ForeignKey(
        Milestone, verbose_name="节点", related_name="inquiries", on_delete=models.CASCADE
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="询问人",
        related_name="inquiries",
        on_delete=models.PROTECT,
    )
    asked_at = models.DateTimeField("询问时间")
    history = HistoricalRecords(verbose_name="原因询问变更", verbose_name_plural="原因询问变更")

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "原因询问"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"],
                name="one_inquiry_per_milestone",
                violation_error_message="这个节点已经问过原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}：为什么晚"
