"""What a project reports each month, and who may write a month again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast, Coalesce
from simple_history.models import HistoricalRecords

from projects.rules import periods
from projects.rules.reporting import COVERED, LOCKED, month_words, opening_words
from projects.rules.seals import SealedMonth
from projects.vocabulary import ReportState

from .constraints import ValidatedAtOnce, first_of_month, not_negative
from .links import optional
from .organisation import Organisation
from .person import User

if TYPE_CHECKING:
    from .project import Project


def ended_in(year: int, by: date) -> Q:
    """The months of the year that have ended by the day: those whose reports count."""
    first, passed = date(year, 1, 1), periods.months_passed(year, by)
    if not passed:
        return Q(pk__in=[])
    return Q(month__range=(first, date(year, passed, 1)))


def counted_in(year: int, by: date) -> Q:
    """What counts as investment of the year by the day: approved, of months that have ended."""
    return Q(state=ReportState.APPROVED) & ended_in(year, by)


def added_up(reports: models.QuerySet[Any, Any], column: str) -> models.QuerySet[Any, Any]:
    """Yuan in all, with opening balances, for each value of the column; none where nothing is stated.

    `reports`: rows of the table or of its history.
    """
    stated = reports.filter(Q(invested__isnull=False) | Q(opening__isnull=False)).values(column)
    amount = Coalesce(F("invested"), 0) + Coalesce(F("opening"), 0)
    return stated.annotate(yuan=Cast(Sum(amount), models.BigIntegerField())).values("yuan")


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    def approved(self) -> MonthlyReportQuerySet:
        return self.filter(state=ReportState.APPROVED)

    def counted_in(self, year: int, *, by: date) -> MonthlyReportQuerySet:
        """What counts as investment of the year by the day: approved, of months that have ended."""
        return self.filter(counted_in(year, by)).order_by()

    def latest_progress(self, *, by: date) -> MonthlyReportQuerySet:
        """Handed in up to the day and saying how far the work has come, the newest first."""
        written = self.filter(state__in=LOCKED, month__lte=by).exclude(progress="")
        return written.order_by("-month")

    def handed_in(self, month: date) -> MonthlyReportQuerySet:
        """Reports of the month that are more than a draft."""
        return self.filter(month=month).exclude(state=ReportState.DRAFT)

    def of_month(self, month: date) -> MonthlyReportQuerySet:
        return self.filter(month=month)

    def of_projects(self, projects: models.QuerySet[Project]) -> MonthlyReportQuerySet:
        return self.filter(project__in=projects)

    def returned(self) -> MonthlyReportQuerySet:
        return self.filter(state=ReportState.RETURNED)

    def submitted(self) -> MonthlyReportQuerySet:
        return self.filter(state=ReportState.SUBMITTED)

    def earlier_in_year(self, month: date) -> MonthlyReportQuerySet:
        """January to the month before; what was sent back or only drafted is no report, but an opening balance that
        waits is known.
        """
        return self.filter(
            month__year=month.year,
            month__lt=month,
        ).filter(Q(state__in=[ReportState.SUBMITTED, ReportState.APPROVED]) | Q(opening__isnull=False))

    def pending_in_year(self, month: date) -> MonthlyReportQuerySet:
        """The others of these months, as far as they say an amount."""
        return self.filter(
            month__year=month.year,
            month__lt=month,
            state__in=[ReportState.DRAFT, ReportState.RETURNED],
            invested__isnull=False,
        )

    def openings(self) -> MonthlyReportQuerySet:
        """Those that hold the opening balance of a year."""
        return self.filter(opening__isnull=False)

    def of_year_before(self, reports: Iterable[MonthlyReport], month: date) -> MonthlyReportQuerySet:
        """Those of the same projects in the months of the year before this one."""
        projects = [report.project_id for report in reports]
        return self.filter(project__in=projects, month__range=(date(month.year, 1, 1), month)).exclude(
            month=month
        )

    def of_the_year_before(self, month: date) -> MonthlyReportQuerySet:
        """Approved ones of the twelve months before that have an amount."""
        begin = date(month.year - 1, month.month, 1)
        return self.approved().filter(month__gte=begin, month__lt=month, invested__gt=0)

    def openings_over(self, month: date) -> MonthlyReportQuerySet:
        """Openings of the year that hold the month as one of the earlier ones, as far as they were handed in."""
        later = self.openings().filter(month__gt=month, month__lte=date(month.year, 12, 31))
        return later.exclude(state=ReportState.DRAFT)


class MonthlyReport(ValidatedAtOnce):
    """The month's investment of one project: empty = not reported, 0 = nothing invested.

    A report that holds the opening balance of a year has no amount of its month: `opening` is the sum of January to
    its month, which was reported elsewhere, and `accepted` is of the same months.
    """

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="reports", on_delete=models.CASCADE
    )
    month = models.DateField("月份", help_text="当月第一天")
    invested = models.BigIntegerField("当月完成投资（元）", null=True, blank=True)
    accepted = models.BigIntegerField("列统投资（元）", null=True, blank=True)
    opening = models.BigIntegerField(
        "期初累计（元）", null=True, blank=True, help_text="1月至本月合计，以前各月没有在本系统填报"
    )
    explanation = models.CharField(
        "金额说明", max_length=200, blank=True, help_text="金额远超总投资、年度计划或本单位一般范围的原因"
    )
    progress = models.TextField("形象进度", blank=True)
    next_step = models.TextField("下一步打算", blank=True)
    needs_coordination = models.TextField("需要协调的事项", blank=True)
    unchanged = models.BooleanField("确认无变化", default=False)
    state = models.CharField("状态", max_length=20, choices=ReportState, default=ReportState.DRAFT)
    return_reason = models.CharField("退回原因", max_length=400, blank=True)
    submitted_by = optional(User, "提交人", "submitted_reports")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    reviewed_by = optional(User, "审核人", "reviewed_reports")
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    history = HistoricalRecords(
        verbose_name="月报变更",
        verbose_name_plural="月报变更",
        table_name="projects_monthlyreport_history",
    )

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
            not_negative("opening", "期初累计"),
            models.CheckConstraint(
                condition=Q(opening=None) | Q(invested=None, unchanged=False),
                name="monthlyreport_opening_alone",
                violation_error_message="期初累计是1月至本月的合计，同一个月不能再填当月完成或“无变化”。",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.RETURNED) | ~Q(return_reason=""),
                name="monthlyreport_returned_reason",
                violation_error_message="退回须写明原因。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["month", "state", "project", "unchanged", "invested", "accepted", "opening"],
                name="report_by_month_and_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}：{self.month:%Y-%m}"

    @property
    def counts_from(self) -> date | None:
        """The first day of the month that figures count; None for a draft, which nobody has handed in.

        An opening balance takes the earlier months of the year out of what is owed.
        """
        if self.state == ReportState.DRAFT:
            return None
        return self.month if self.opening is None else date(self.month.year, 1, 1)

    def counted_in(self, seal: SealedMonth) -> tuple[object, ...]:
        """What the figures of a seal read of this record; () for nothing."""
        if self.counts_from is None or self.month.year != seal.year:
            return ()
        if self.month > seal.as_of:
            return () if self.opening is None else ("covered",)
        if self.state != ReportState.APPROVED:
            return (self.state,)
        return self.state, self.invested, self.accepted, self.unchanged, self.opening

    @property
    def opening_words(self) -> str:
        """期初累计（1—8月）, "" for an ordinary report."""
        return "" if self.opening is None else opening_words(self.month)

    @property
    def is_filled(self) -> bool:
        """With an amount, the opening balance, or a confirmed “no change”."""
        return self.invested is not None or self.opening is not None or self.unchanged

    def overlap(self) -> str:
        """Why the opening balance of the year and the reports of its months would count twice; "" for nothing."""
        others = MonthlyReport.objects.filter(
            project=self.project_id,
            month__range=(date(self.month.year, 1, 1), date(self.month.year, 12, 31)),
        ).exclude(month=self.month)
        if self.opening is not None:
            found = others.filter(Q(opening__isnull=False) | Q(month__lt=self.month, invested__isnull=False))
            first = found.order_by("month").first()
            if first is None:
                return ""
            held = first.opening_words or f"{month_words(first.month)}的月报"
            return f"“{self.project}”已登记{held}，再登记{opening_words(self.month)}会重复计算。"
        if self.invested is None and not self.unchanged:
            return ""
        over = others.openings().filter(month__gt=self.month).first()
        return "" if over is None else COVERED.format(month_words(self.month), over.opening_words)


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def waiting(self) -> ReopeningQuerySet:
        return self.filter(decided_at=None)

    def of_unit(self, organisation: Organisation) -> ReopeningQuerySet:
        return self.filter(organisation=organisation)

    def refused_since(self, moment: datetime) -> ReopeningQuerySet:
        """Refused since the moment, without those that were asked for once more."""
        later = Reopening.objects.filter(
            organisation=OuterRef("organisation"),
            month=OuterRef("month"),
            requested_at__gt=OuterRef("requested_at"),
        )
        return self.filter(granted=False, decided_at__gte=moment).filter(~Exists(later))

    def open_on(self, day: date) -> ReopeningQuerySet:
        """Granted and not yet over."""
        return self.filter(granted=True, until__gte=day)


class Reopening(models.Model):
    """A unit may write a month again that was handed in: who asked why, who granted it, until when."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", related_name="reopenings", on_delete=models.PROTECT
    )
    month = models.DateField("月份", help_text="当月第一天")
    reason = models.CharField("原因", max_length=400)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="申请人",
        related_name="requested_reopenings",
        on_delete=models.PROTECT,
    )
    requested_at = models.DateTimeField("申请时间")
    granted = models.BooleanField("同意", default=False)
    decided_by = optional(User, "审批人", "decided_reopenings")
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    until = models.DateField("开放至", null=True, blank=True)
    answer = models.CharField("答复", max_length=400, blank=True)
    history = HistoricalRecords(verbose_name="重开申请变更", verbose_name_plural="重开申请变更")

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报重开申请"
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month"],
                condition=Q(decided_at=None),
                name="one_open_reopening_per_month",
                violation_error_message="这个月的重开申请已在等待审批。",
            ),
            first_of_month("month"),
            models.CheckConstraint(
                condition=Q(granted=False) | Q(until__isnull=False, decided_at__isnull=False),
                name="reopening_granted_has_end",
                violation_error_message="同意重开须写明开放到哪一天。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.month:%Y-%m}"
