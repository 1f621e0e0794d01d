"""What people say to each other about a project, or about its report of a month, and whom they mention."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .constraints import first_of_month
from .person import User

if TYPE_CHECKING:
    from .project import Project, ProjectQuerySet

LONGEST_COMMENT = 2000


class CommentQuerySet(models.QuerySet["Comment"]):
    def of_project(self, project: Project, month: date | None = None) -> CommentQuerySet:
        """All of the project; with a month, those about its report of that month."""
        found = self.filter(project=project)
        return found if month is None else found.filter(month=month)

    def shown(self) -> CommentQuerySet:
        """With writers and the people mentioned, in two queries; the newest first."""
        found = self.select_related("written_by__organisation").prefetch_related("mentions__person")
        return found.order_by("-written_at", "-pk")


class Comment(models.Model):
    """One thing said about a project; whoever may see the project may see it.

    `month`: it is about the report of that month. By month and not by report, because a report that is undone leaves
    what was said about it. `is_return`: the office returned the report with these words.
    """

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="comments", on_delete=models.CASCADE
    )
    month = models.DateField("月份", null=True, blank=True, help_text="当月第一天；空：不针对某月月报")
    text = models.CharField("内容", max_length=LONGEST_COMMENT)
    is_return = models.BooleanField("退回", default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="评论人", related_name="comments", on_delete=models.PROTECT
    )
    written_at = models.DateTimeField("评论时间", default=timezone.now, editable=False)
    history = HistoricalRecords(verbose_name="评论变更", verbose_name_plural="评论变更")

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评论"
        ordering = ["-written_at", "-pk"]
        constraints = [
            first_of_month("month"),
            models.CheckConstraint(
                condition=Q(is_return=False) | Q(month__isnull=False),
                name="comment_of_return_has_month",
                violation_error_message="退回的是某个月的月报，应写明月份。",
            ),
        ]
        indexes = [models.Index(fields=["project", "written_at"], name="comment_by_project")]

    def __str__(self) -> str:
        return f"{self.project}：{self.written_by}"


class MentionQuerySet(models.QuerySet["Mention"]):
    def unread_by(self, person: User, projects: ProjectQuerySet) -> MentionQuerySet:
        """What the person has not read, of projects that the person may still see; the oldest first."""
        found = self.filter(person_id=person.pk, read_at=None, comment__project__in=projects)
        return found.order_by("comment__written_at", "pk")


class Mention(models.Model):
    """A comment speaks to a person; no fact of the register, so it has no history. `read_at` None: not read yet."""

    comment = models.ForeignKey(
        Comment, verbose_name="评论", related_name="mentions", on_delete=models.CASCADE
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提到的人", related_name="mentions", on_delete=models.CASCADE
    )
    read_at = models.DateTimeField("已读时间", null=True, blank=True, editable=False)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提及"
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "person"],
                name="one_mention_per_comment_person",
                violation_error_message="这条评论已经提到这个人。",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.person}"
