"""When a project reached a stage, or means to, and what proves it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.rules import lifecycle, periods
from projects.vocabulary import DelayReason, Precision, Stage

from .constraints import not_after, together
from .directory import Source

if TYPE_CHECKING:
    from .bulletin import Bulletin


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def get_by_natural_key(self, name: str, enterprise: str, stage: str) -> Milestone:
        return self.get(project__name=name, project__enterprise=enterprise, stage=stage)

    def reached_by(self, day: date) -> MilestoneQuerySet:
        return self.filter(skipped=False, reached_on__lte=day)

    def reached_in(self, year: int, *, by: date) -> MilestoneQuerySet:
        """Reached within the year for certain, and by the day."""
        return self.filter(skipped=False, reached_on__year=year, reached_on__lte=by).exclude(
            reached_precision=Precision.NOT_LATER
        )

    def year_unknown(self, year: int, *, by: date) -> MilestoneQuerySet:
        """Reached “not later than” a day of the year: perhaps in it, perhaps long before."""
        return self.filter(
            skipped=False, reached_on__year=year, reached_on__lte=by, reached_precision=Precision.NOT_LATER
        )

    def open_on(self, day: date) -> MilestoneQuerySet:
        """Planned, and not reached by the day, of projects that go on."""
        return self.filter(skipped=False, current_on__isnull=False, project__side_state="").exclude(
            reached_on__lte=day
        )

    def late_on(self, day: date) -> MilestoneQuerySet:
        """Open, with the last possible day of the current plan gone by."""
        return self.open_on(day).filter(current_on__lt=day)

    def without(self, stages: Iterable[str], *, by: date) -> MilestoneQuerySet:
        """Of projects that have reached none of `stages` by the day."""
        reached = Milestone.objects.filter(project=OuterRef("project"), stage__in=stages)
        return self.filter(~Exists(reached.reached_by(by)))

    def nearest_each_side(self, day: date, most: int) -> MilestoneQuerySet:
        """At most `most` planned before the day, the oldest first, and as many planned from it on."""
        is_late = Case(When(current_on__lt=day, then=True), default=False, output_field=models.BooleanField())
        place = Window(RowNumber(), partition_by="is_late", order_by=["current_on", "pk"])
        return (
            self.annotate(is_late=is_late).annotate(place=place).filter(place__lte=most).order_by("current_on", "pk")
        )


class Milestone(models.Model):
    """One stage of one project: first plan, plan of today, and the day it was reached.

    Days are the last possible ones; the precision beside each tells how far back it may lie.
    """

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="milestones", on_delete=models.CASCADE
    )
    stage = models.CharField("节点", max_length=20, choices=Stage)
    planned_on = models.DateField("原计划", null=True, blank=True)
    planned_precision = models.CharField("原计划准确到", max_length=10, choices=Precision, blank=True)
    current_on = models.DateField("现计划", null=True, blank=True)
    current_precision = models.CharField("现计划准确到", max_length=10, choices=Precision, blank=True)
    reached_on = models.DateField("实际日期", null=True, blank=True)
    reached_precision = models.CharField("实际日期准确到", max_length=10, choices=Precision, blank=True)
    recorded_on = models.DateField("登记日", null=True, blank=True)
    skipped = models.BooleanField("不设此节点", default=False)
    reason = models.CharField("最近调整原因", max_length=30, choices=DelayReason, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name="来源",
        related_name="milestones",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    source_paragraph = models.CharField("来源段落", max_length=20, blank=True)
    history = HistoricalRecords(verbose_name="节点变更", verbose_name_plural="节点变更")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "节点"
        ordering = ["project", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "stage"],
                name="one_milestone_per_stage",
                violation_error_message="该项目已有这个节点，每个节点只登记一次。",
            ),
            together("planned_on", "planned_precision", "原计划的日期与准确程度应同时填写。"),
            together("current_on", "current_precision", "现计划的日期与准确程度应同时填写。"),
            together("reached_on", "reached_precision", "实际日期与准确程度应同时填写。"),
            not_after("reached_on", "recorded_on", "实际日期不能晚于登记当天：将来的日期只能是计划。"),
            models.CheckConstraint(
                condition=Q(reached_on__isnull=True) | Q(recorded_on__isnull=False),
                name="milestone_reached_has_recorded_on",
                violation_error_message="登记实际日期时须记下登记日。",
            ),
            models.CheckConstraint(
                condition=Q(skipped=False) | Q(reached_on__isnull=True, current_on__isnull=True),
                name="milestone_skipped_has_no_days",
                violation_error_message="不设的节点不能有计划或实际日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "reached_on", "project"], name="milestone_by_stage_reached"),
            models.Index(fields=["current_on"], name="milestone_by_current_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.project}：{self.get_stage_display()}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.project.name, self.project.enterprise, self.stage)

    natural_key.dependencies = ["projects.project"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Plans are stored as their last possible day, whoever typed them."""
        for name in ("planned", "current"):
            day, precision = getattr(self, f"{name}_on"), getattr(self, f"{name}_precision")
            if day and precision:
                setattr(self, f"{name}_on", periods.last_day(day, Precision(precision)))

    @property
    def counts_from(self) -> date | None:
        """The first day whose figures count this record; None when none do."""
        return None if self.skipped else self.reached_on

    def counted_in(self, seal: Bulletin) -> tuple[object, ...]:
        """What the figures of a seal read of this record; () for nothing."""
        if self.counts_from is None or self.counts_from > seal.as_of:
            return ()
        return self.reached_on, self.reached_precision

    def as_step(self) -> lifecycle.Step:
        """The same fact as plain values, for the rules."""
        return lifecycle.Step(
            stage=Stage(self.stage),
            planned_on=self.planned_on,
            planned_precision=_precision(self.planned_precision),
            current_on=self.current_on,
            current_precision=_precision(self.current_precision),
            reached_on=self.reached_on,
            reached_precision=_precision(self.reached_precision),
            skipped=self.skipped,
        )


def _precision(code: str) -> Precision | None:
    return Precision(code) if code else None


class Evidence(models.Model):
    """A photo or a permit that proves a milestone; the file is kept as it was sent."""

    milestone = models.ForeignKey(
        Milestone, verbose_name="节点", related_name="evidence", on_delete=models.CASCADE
    )
    file = models.FileField("文件", upload_to="evidence/%Y/%m/")
    caption = models.CharField("说明", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上传人",
        related_name="uploads",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)
    history = HistoricalRecords(verbose_name="佐证变更", verbose_name_plural="佐证变更")

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "sha256"],
                name="one_evidence_per_file",
                violation_error_message="同一文件已经上传过。",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or (self.file.name or "").rsplit("/", 1)[-1]
