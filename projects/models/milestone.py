"""When a project reached a stage, or means to, and what proves it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.rules import lifecycle, periods
from projects.rules.seals import SealedMonth
from projects.vocabulary import DelayReason, Precision, Proof, Stage

from .constraints import ValidatedAtOnce, not_after, together
from .links import optional
from .source import Source
from .sources import Stated

if TYPE_CHECKING:
    from .project import Project, ProjectQuerySet


def perhaps_reached(day: date, path: str = "") -> Q:
    """Milestones that were reached by the day, or may have been: a possible day of theirs is not after it.

    `path` leads to the milestone. `Step.reached_by` tells the two apart.
    """
    on, precision = f"{path}reached_on", f"{path}reached_precision"
    found = Q((f"{on}__lte", day)) | Q((precision, Precision.NOT_LATER))
    for period in (Precision.MONTH, Precision.QUARTER, Precision.YEAR):
        found |= Q((precision, period), (f"{on}__lte", periods.last_day(day, period)))
    return found


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def get_by_natural_key(self, name: str, enterprise: str, stage: str) -> Milestone:
        return self.get(project__name=name, project__enterprise=enterprise, stage=stage)

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

    def awaited(self, projects: ProjectQuerySet, first: date, last: date) -> MilestoneQuerySet:
        """Of the projects, planned from one day to the other by a person and not reached.

        What only a source has planned is left out: nobody promised it.
        """
        planned = self.filter(
            reached_on=None, skipped=False, current_source=None, current_on__range=(first, last)
        )
        return planned.filter(project__in=projects)

    def with_version(self) -> MilestoneQuerySet:
        """`version`: the newest entry in the history of each."""
        entries = Milestone.history.filter(id=OuterRef("pk")).order_by("-history_id")
        return self.annotate(version=Subquery(entries.values("history_id")[:1]))

    def with_sources(self) -> MilestoneQuerySet:
        """With the source of each of the three days and of the note, in the same query."""
        return self.select_related("planned_source", "current_source", "reached_source", "note_source")

    def with_proof(self) -> MilestoneQuerySet:
        """`asks_evidence`: whether the stage must be proven; `has_evidence`: whether anything is kept that does."""
        asked = StageRule.objects.filter(stage=OuterRef("stage"), evidence_required=True)
        return self.annotate(
            asks_evidence=Exists(asked),
            has_evidence=Exists(Evidence.objects.filter(milestone=OuterRef("pk"))),
        )


class Milestone(ValidatedAtOnce):
    """One stage of one project: first plan, plan of today, and the day it was reached.

    Days are the last possible ones; the precision beside each tells how far back it may lie. Each day and
    the note has a source of its own. `note` is about the stage and its plan, `reason_note` about the last postponement,
    `reached_note` about the day it was reached: none of them replaces another.
    """

    project = models.ForeignKey(
        "Project",
        verbose_name="项目",
        related_name="milestones",
        on_delete=models.CASCADE,
        db_index=False,  # `milestone_for_figures` begins with it
    )
    stage = models.CharField("节点", max_length=20, choices=Stage)
    planned_on = models.DateField("原计划", null=True, blank=True)
    planned_precision = models.CharField("原计划准确到", max_length=10, choices=Precision, blank=True)
    planned_source = optional(Source, "原计划来源", "first_plans")
    planned_paragraph = models.CharField("原计划来源段落", max_length=20, blank=True)
    current_on = models.DateField("现计划", null=True, blank=True)
    current_precision = models.CharField("现计划准确到", max_length=10, choices=Precision, blank=True)
    current_source = optional(Source, "现计划来源", "current_plans")
    current_paragraph = models.CharField("现计划来源段落", max_length=20, blank=True)
    reached_on = models.DateField("实际日期", null=True, blank=True)
    reached_precision = models.CharField("实际日期准确到", max_length=10, choices=Precision, blank=True)
    reached_source = optional(Source, "实际日期来源", "reached_stages")
    reached_paragraph = models.CharField("实际日期来源段落", max_length=20, blank=True)
    recorded_on = models.DateField("登记日", null=True, blank=True)
    skipped = models.BooleanField("不设此节点", default=False)
    reason = models.CharField("最近调整原因", max_length=30, choices=DelayReason, blank=True)
    reason_note = models.CharField("调整说明", max_length=400, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)
    note_source = optional(Source, "说明来源", "stage_notes")
    note_paragraph = models.CharField("说明来源段落", max_length=20, blank=True)
    reached_note = models.CharField("登记说明", max_length=400, blank=True)
    history = HistoricalRecords(verbose_name="节点变更", verbose_name_plural="节点变更")

    objects = MilestoneQuerySet.as_manager()

    STATED = (
        Stated(("planned_on", "planned_precision"), "planned_source_id", "planned_paragraph"),
        Stated(("current_on", "current_precision"), "current_source_id", "current_paragraph"),
        Stated(("reached_on", "reached_precision"), "reached_source_id", "reached_paragraph"),
        Stated(("note",), "note_source_id", "note_paragraph"),
    )
    asks_evidence: bool
    has_evidence: bool
    version: int

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
                name="milestone_reached_recorded",
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
            models.Index(
                fields=["current_on", "id", "reached_on", "project"], name="milestone_by_current_plan"
            ),
            models.Index(
                fields=["project", "stage", "reached_on", "reached_precision", "planned_on", "skipped"],
                name="milestone_for_figures",
            ),
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

    def counted_in(self, seal: SealedMonth) -> tuple[object, ...]:
        """What the figures of a seal read of this record; () for nothing."""
        if self.counts_from is None or self.counts_from > seal.as_of:
            return ()
        return self.reached_on, self.reached_precision

    @property
    def proof(self) -> Proof | None:
        """Whether a reached stage is proven, for rows `with_proof`; None where nothing is asked."""
        if self.reached_on is None or not self.asks_evidence:
            return None
        return Proof.VERIFIED if self.has_evidence else Proof.CLAIMED

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
            is_plan_stated=self.current_source_id is not None,
        )


def _precision(code: str) -> Precision | None:
    return Precision(code) if code else None


class StageRule(models.Model):
    """What is asked of a stage; a stage without a rule is taken at its word."""

    stage = models.CharField("节点", max_length=20, choices=Stage)
    evidence_required = models.BooleanField("须有佐证", default=True, help_text="有照片或证照才算已佐证")
    history = HistoricalRecords(verbose_name="节点要求变更", verbose_name_plural="节点要求变更")

    class Meta:
        verbose_name = verbose_name_plural = "节点佐证要求"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage"],
                name="one_rule_per_stage",
                violation_error_message="这个节点已有佐证要求。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_stage_display()


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def of_projects(self, projects: models.QuerySet[Project]) -> EvidenceQuerySet:
        return self.filter(milestone__project__in=projects)

    def of_project(self, project: Project) -> EvidenceQuerySet:
        return self.filter(milestone__project=project)

    def facts(self) -> EvidenceQuerySet:
        """With what a caption says, in the same query."""
        return self.select_related("milestone__project", "uploaded_by")


class Evidence(models.Model):
    """A photo or a permit that proves a milestone; the file is kept as it was sent.

    Of a photo there are two copies besides, to be shown: they carry none of the metadata that is read into fields.
    """

    milestone = models.ForeignKey(
        Milestone, verbose_name="节点", related_name="evidence", on_delete=models.CASCADE
    )
    file = models.FileField("文件", upload_to="evidence/%Y/%m/")
    shown = models.FileField("供查看的副本", upload_to="evidence/%Y/%m/shown/", blank=True, editable=False)
    thumbnail = models.FileField("缩略图", upload_to="evidence/%Y/%m/small/", blank=True, editable=False)
    caption = models.CharField("说明", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True, editable=False)
    latitude = models.DecimalField(
        "纬度", max_digits=9, decimal_places=6, null=True, blank=True, editable=False
    )
    longitude = models.DecimalField(
        "经度", max_digits=9, decimal_places=6, null=True, blank=True, editable=False
    )
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

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "sha256"],
                name="one_evidence_per_file",
                violation_error_message="同一文件已经上传过。",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="evidence_position_on_earth",
                violation_error_message="经纬度应同时填写，纬度在 ±90、经度在 ±180 之内。",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or (self.file.name or "").rsplit("/", 1)[-1]

    @property
    def is_photo(self) -> bool:
        return bool(self.shown)

    @property
    def has_position(self) -> bool:
        return self.latitude is not None
