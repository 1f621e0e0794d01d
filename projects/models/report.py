"""What a project reports each month, and what stands in its way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from projects.vocabulary import ProblemKind, ReportState

from .constraints import first_of_month, not_negative
from .directory import Organisation
from .project import Project

if TYPE_CHECKING:
    from .bulletin import Bulletin


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    def approved(self) -> MonthlyReportQuerySet:
        return self.filter(state=ReportState.APPROVED)

    def handed_in(self, month: date) -> MonthlyReportQuerySet:
        """Reports of the month that are more than a draft."""
        return self.filter(month=month).exclude(state=ReportState.DRAFT)

    def of_year_to(self, as_of: date) -> MonthlyReportQuerySet:
        """January of the year to the month of the day, for months that have ended by then."""
        return self.filter(month__year=as_of.year, month__lte=as_of)


class MonthlyReport(models.Model):
    """The month's investment of one project: empty = not reported, 0 = nothing invested."""

    project = models.ForeignKey(Project, verbose_name="项目", related_name="reports", on_delete=models.CASCADE)
    month = models.DateField("月份", help_text="当月第一天")
    invested = models.BigIntegerField("当月完成投资（元）", null=True, blank=True)
    accepted = models.BigIntegerField("列统投资（元）", null=True, blank=True)
    progress = models.TextField("形象进度", blank=True)
    next_step = models.TextField("下一步打算", blank=True)
    needs_coordination = models.TextField("需要协调的事项", blank=True)
    unchanged = models.BooleanField("确认无变化", default=False)
    state = models.CharField("状态", max_length=20, choices=ReportState, default=ReportState.DRAFT)
    return_reason = models.CharField("退回原因", max_length=400, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
        related_name="submitted_reports",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="审核人",
        related_name="reviewed_reports",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    history = HistoricalRecords(verbose_name="月报变更", verbose_name_plural="月报变更")

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报"
        ordering = ["-month", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="one_report_per_month",
                violation_error_message="该项目已有这个月的月报。",
            ),
            first_of_month("month"),
            not_negative("invested", "当月完成投资"),
            not_negative("accepted", "列统投资"),
            models.CheckConstraint(
                condition=~Q(state=ReportState.RETURNED) | ~Q(return_reason=""),
                name="monthlyreport_returned_has_reason",
                violation_error_message="退回须写明原因。",
            ),
        ]
        indexes = [models.Index(fields=["month", "state", "project"], name="report_by_month_and_state")]

    def __str__(self) -> str:
        return f"{self.project}：{self.month:%Y-%m}"

    @property
    def counts_from(self) -> date | None:
        """The first day of the month that figures count; None for a draft, which nobody has handed in."""
        return None if self.state == ReportState.DRAFT else self.month

    def counted_in(self, seal: Bulletin) -> tuple[object, ...]:
        """What the figures of a seal read of this record; () for nothing."""
        if self.counts_from is None or self.month.year != seal.year or self.month > seal.as_of:
            return ()
        return self.invested, self.accepted, self.unchanged, self.state


class ProblemQuerySet(models.QuerySet["Problem"]):
    def open_on(self, day: date) -> ProblemQuerySet:
        return self.filter(raised_on__lte=day).exclude(resolved_on__lte=day)

    def overdue_on(self, day: date) -> ProblemQuerySet:
        return self.open_on(day).filter(due_on__lt=day)


class Problem(models.Model):
    """One line of the issue ledger: what stands in the way, who removes it, by when."""

    project = models.ForeignKey(Project, verbose_name="项目", related_name="problems", on_delete=models.CASCADE)
    kind = models.CharField("类别", max_length=20, choices=ProblemKind)
    text = models.TextField("问题")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="责任单位",
        related_name="problems",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    person = models.CharField("责任人", max_length=50, blank=True)
    raised_on = models.DateField("提出日期")
    due_on = models.DateField("办结期限", null=True, blank=True)
    resolved_on = models.DateField("销号日期", null=True, blank=True)
    resolution = models.TextField("办理情况", blank=True)
    history = HistoricalRecords(verbose_name="问题变更", verbose_name_plural="问题变更")

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题台账"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=models.F("raised_on")),
                name="problem_due_not_before_raised",
                violation_error_message="办结期限不能早于提出日期。",
            ),
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True) | (~Q(resolution="") & Q(resolved_on__gte=models.F("raised_on"))),
                name="problem_resolved_says_how",
                violation_error_message="销号须写明办理情况，且不早于提出日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:30]}"
