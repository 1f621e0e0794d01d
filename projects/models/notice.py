"""What people are told: one notice is one thing told to one person, kept until it is old and read."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from projects.vocabulary import NoticeKind, Stage

from .constraints import first_of_month
from .organisation import Organisation
from .person import User

if TYPE_CHECKING:
    from .decision import DecisionQuerySet
    from .paper import PaperOrderQuerySet
    from .problem import ProblemQuerySet
    from .project import ProjectQuerySet
    from .workbook import ImportQuerySet

LONGEST_TEXT = 200
LONGEST_DETAIL = 500


def kinds_told(person: User) -> list[NoticeKind]:
    """Kinds that the person may be told of: how the installation runs is the administrators'."""
    return [kind for kind in NoticeKind if kind != NoticeKind.TROUBLE or person.keeps_directories]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person: User) -> NoticeQuerySet:
        """All that the person was told; `access.readable_notices` leaves out what the person may not see any more."""
        return self.filter(person_id=person.pk)

    def about(
        self,
        *,
        projects: ProjectQuerySet,
        problems: ProblemQuerySet,
        decisions: DecisionQuerySet,
        units: Collection[int],
        papers: PaperOrderQuerySet,
        imports: ImportQuerySet,
    ) -> NoticeQuerySet:
        """Those about nothing else than these."""
        return self.filter(
            Q(project=None) | Q(project__in=projects),
            Q(problem=None) | Q(problem__in=problems),
            Q(decision=None) | Q(decision__in=decisions),
            Q(organisation=None) | Q(organisation__in=units),
            Q(paper_order=None) | Q(paper_order__in=papers),
            Q(imported=None) | Q(imported__in=imports),
        )

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def untold(self) -> NoticeQuerySet:
        """Those that the person has not read: unread, or without a bell, which counts as read from the first."""
        return self.filter(Q(read_at=None) | Q(read_at=F("made_at")))

    def unread_first(self) -> NoticeQuerySet:
        """The unread ones first, and the newest first among each."""
        return self.order_by(F("read_at").desc(nulls_first=True), "-made_at", "-pk")

    def up_to(self, newest: int) -> NoticeQuerySet:
        """Not those that were written after the notice of this number."""
        return self.filter(pk__lte=newest)

    def of_kind(self, kind: str) -> NoticeQuerySet:
        return self.filter(kind=kind) if kind else self

    def counted(self) -> dict[NoticeKind, tuple[int, int]]:
        """How many of each kind, and how many of these are unread; one query."""
        kinds = self.order_by().values("kind")
        found = kinds.annotate(number=models.Count("pk"), unread=models.Count("pk", filter=Q(read_at=None)))
        return {NoticeKind(row["kind"]): (row["number"], row["unread"]) for row in found}


class Notice(models.Model):
    """No fact of the register, so it has no history. `cause` names what happened: a person is told once of each.

    What it is about decides who may still read it; without any of these it is about nothing that rights hide.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", related_name="notices", on_delete=models.CASCADE
    )
    kind = models.CharField("类别", max_length=20, choices=NoticeKind)
    cause = models.CharField("起因", max_length=100)
    text = models.CharField("内容", max_length=LONGEST_TEXT)
    detail = models.CharField("说明", max_length=LONGEST_DETAIL, blank=True)
    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    stage = models.CharField("节点", max_length=20, choices=Stage, blank=True)
    problem = models.ForeignKey(
        "Problem", verbose_name="问题", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    decision = models.ForeignKey(
        "Decision", verbose_name="督办", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    bulletin = models.ForeignKey(
        "Bulletin", verbose_name="通报", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    paper_order = models.ForeignKey(
        "PaperOrder",
        verbose_name="会议材料",
        related_name="+",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
    )
    imported = models.ForeignKey(
        "Import", verbose_name="导入", related_name="+", on_delete=models.CASCADE, null=True, blank=True
    )
    month = models.DateField("月份", null=True, blank=True, help_text="当月第一天")
    made_at = models.DateTimeField("时间", default=timezone.now, editable=False)
    read_at = models.DateTimeField("已读时间", null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-made_at", "-pk"]
        constraints = [
            first_of_month("month"),
            models.UniqueConstraint(
                fields=["person", "cause"],
                name="one_notice_per_person_cause",
                violation_error_message="这件事已经通知过这个人。",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["person", "-made_at"], name="notice_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person}：{self.text}"

    def get_absolute_url(self) -> str:
        """Where the person can act upon it."""
        if self.decision_id is not None:
            return reverse("decision", args=[self.decision_id])
        if self.problem_id is not None:
            return reverse("problem", args=[self.problem_id])
        if self.paper_order_id is not None:
            return reverse("paper_order", args=[self.paper_order_id])
        if self.imported_id is not None:
            return reverse("imported", args=[self.imported_id])
        if self.bulletin_id is not None:
            return reverse("bulletin", args=[self.bulletin_id])
        if self.project_id is not None:
            return self._address_of_project()
        if self.month is not None:
            page = "month_review" if self.kind == NoticeKind.ASKED else "month"
            return reverse(page, args=[f"{self.month:%Y}", f"{self.month:%m}"])
        return reverse("health" if self.kind == NoticeKind.TROUBLE else "todo")

    @property
    def is_pressing(self) -> bool:
        return self.kind in (NoticeKind.RETURNED, NoticeKind.OVERDUE, NoticeKind.REMINDED, NoticeKind.TROUBLE)

    def _address_of_project(self) -> str:
        if self.stage:
            return reverse("project_milestone", args=[self.project_id, self.stage])
        if self.month is not None or self.kind == NoticeKind.MENTIONED:
            talk = reverse("project_talk", args=[self.project_id])
            return f"{talk}?month={self.month:%Y-%m}" if self.month else talk
        return reverse("project", args=[self.project_id])
