"""What a year is measured against, and when a shortfall shows a light."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from projects.rules import lights
from projects.vocabulary import Indicator, LightFamily, level_choices

from .constraints import ValidatedAtOnce, not_negative, sane_year
from .links import optional
from .organisation import Organisation
from .person import User
from .reach import Nothing, UnitAndBelow, WholeDistrict
from .source import Source
from .sources import Stated

MONTHS = 12


class TargetQuerySet(models.QuerySet["Target"]):
    def get_by_natural_key(self, year: int, indicator: str, level: str, organisation: str | None) -> Target:
        return self.get(year=year, indicator=indicator, level=level, organisation__name=organisation)

    def visible_to(self, user: User) -> TargetQuerySet:
        """Targets that the user may read: all for whoever covers the district, else of the own unit and below."""
        match user.reach:
            case WholeDistrict():
                return self.all()
            case UnitAndBelow(unit):
                return self.filter(organisation__in=unit.units)
            case Nothing():
                return self.none()

    def newest_year(self, *, by: int) -> int | None:
        """The newest year that has targets, not after `by`."""
        newest: int | None = self.filter(year__lte=by).aggregate(newest=models.Max("year"))["newest"]
        return newest

    def of_scope(self, year: int, level: str, organisation: Organisation | None) -> TargetQuerySet:
        """Targets of the year for a level ("" = all) and a unit (None or the root = the district)."""
        whole = organisation is None or organisation.is_district
        return self.filter(year=year, level=level, organisation=None if whole else organisation)


class Target(ValidatedAtOnce):
    """The year's target of an indicator: whole yuan or a count; empty while a source says only that it was met."""

    year = models.PositiveSmallIntegerField("年度")
    indicator = models.CharField("指标", max_length=20, choices=Indicator)
    level = models.CharField(
        "级别", max_length=20, choices=level_choices, blank=True, help_text="留空为全部项目"
    )
    organisation = optional(Organisation, "单位", "targets", help_text="留空为全区")
    amount = models.BigIntegerField("目标值", null=True, blank=True, help_text="金额以元为单位，其余为个数")
    due_month = models.PositiveSmallIntegerField("应完成月份", default=MONTHS)
    curve = models.JSONField("逐月累计计划", null=True, blank=True, help_text="十二个累计值")
    stated_met = models.BooleanField("来源称已提前完成", default=False)
    source = optional(Source, "来源", "targets")
    source_paragraph = models.CharField("来源段落", max_length=20, blank=True)
    accepted_reason = models.CharField(
        "认可的原因", max_length=200, blank=True, help_text="填写后这项指标不亮灯，并在页面上写明原因"
    )
    history = HistoricalRecords(verbose_name="目标变更", verbose_name_plural="目标变更")

    objects = TargetQuerySet.as_manager()

    STATED = (Stated(("amount", "due_month", "curve"), unless="stated_met"),)

    class Meta:
        verbose_name = verbose_name_plural = "年度目标"
        ordering = ["-year", "level", "organisation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "indicator", "level", "organisation"],
                condition=Q(organisation__isnull=False),
                name="one_target_per_organisation",
                violation_error_message="该单位已有这项年度目标。",
            ),
            models.UniqueConstraint(
                fields=["year", "indicator", "level"],
                condition=Q(organisation__isnull=True),
                name="one_target_for_the_district",
                violation_error_message="全区已有这项年度目标。",
            ),
            sane_year(),
            not_negative("amount", "目标值"),
            models.CheckConstraint(
                condition=Q(due_month__gte=1, due_month__lte=MONTHS),
                name="target_due_month_in_range",
                violation_error_message="应完成月份为 1 到 12。",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False) | Q(stated_met=True, source__isnull=False),
                name="target_has_amount_or_statement",
                violation_error_message="没有目标值时，须有来源说明目标已完成。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年{self.get_indicator_display()}"

    def natural_key(self) -> tuple[int, str, str, str | None]:
        return (self.year, self.indicator, self.level, self.organisation.name if self.organisation else None)

    natural_key.dependencies = ["projects.organisation"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.curve in (None, ""):
            self.curve = None
            return
        values = self.curve
        if not isinstance(values, list) or len(values) != MONTHS or not all(type(v) is int for v in values):
            raise ValidationError({"curve": "逐月累计计划须为十二个整数。"})
        if values[0] < 0 or any(later < earlier for earlier, later in pairwise(values)):
            raise ValidationError({"curve": "逐月累计计划只能逐月增加或持平。"})
        if self.amount is not None and values[-1] != self.amount:
            raise ValidationError({"curve": "十二月的累计值应等于年度目标值。"})


class LightRuleQuerySet(models.QuerySet["LightRule"]):
    def get_by_natural_key(self, family: str, applies_from: date) -> LightRule:
        return self.get(family=family, applies_from=applies_from)

    def applying_on(self, day: date) -> LightRuleQuerySet:
        return self.filter(applies_from__lte=day)


class LightRule(models.Model):
    """Thresholds of one family of lights from a day on; the newest that applies is in force."""

    family = models.CharField("规则", max_length=20, choices=LightFamily)
    yellow = models.DecimalField("黄灯", max_digits=6, decimal_places=2)
    red = models.DecimalField("红灯", max_digits=6, decimal_places=2)
    applies_from = models.DateField("适用日期起")
    red_after = models.PositiveSmallIntegerField(
        "连续亮灯转红（月）", null=True, blank=True, help_text="连续这么多个月亮灯，黄灯转为红灯；留空不用"
    )
    until_green = models.BooleanField(
        "追平才熄灯", default=False, help_text="亮过灯的，追平序时进度以前一直亮黄灯；追平的当月转绿"
    )
    steps = models.CharField(
        "亮红灯后的处理",
        max_length=100,
        blank=True,
        help_text="按当年第几次亮红灯，用顿号分开，如：约谈、通报、督查",
    )
    note = models.CharField("依据", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="亮灯规则变更", verbose_name_plural="亮灯规则变更")

    objects = LightRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "亮灯规则"
        ordering = ["-applies_from", "family"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "applies_from"],
                name="one_rule_per_family_and_day",
                violation_error_message="该规则在这一天已有版本。",
            ),
            models.CheckConstraint(
                condition=Q(family=LightFamily.GROWTH) | Q(yellow__gte=0, red__gte=0),
                name="lightrule_thresholds_min_0",
                violation_error_message="阈值不能为负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_family_display()}（{self.applies_from} 起）"

    def natural_key(self) -> tuple[str, date]:
        return (self.family, self.applies_from)

    def clean(self) -> None:
        if self.family not in LightFamily.values or self.yellow is None or self.red is None:
            return  # the fields say so themselves
        if not lights.is_ordered(self.family, self.yellow, self.red):
            raise ValidationError({"red": "红灯阈值应比黄灯更严重。"})
        if self.rule.has_memory and self.family not in lights.PACE_FAMILIES:
            raise ValidationError("连续亮灯、追平才熄灯和亮红灯后的处理只用于前两种规则。")
        if self.red_after is not None and self.red_after < 2:
            raise ValidationError({"red_after": "连续的月数至少是 2。"})

    @property
    def rule(self) -> lights.Rule:
        return rule_of(self)


def rule_of(row: Any) -> lights.Rule:
    """From a row of the table or of its history, stored or not."""
    return lights.Rule(
        LightFamily(row.family),
        row.yellow,
        row.red,
        row.applies_from,
        red_after=row.red_after,
        until_green=row.until_green,
        steps=tuple(step.strip() for step in row.steps.split("、") if step.strip()),
    )
