"""A unit was reminded of a month's reports (催报): by whom, when, and how many people got the notice."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from .constraints import first_of_month
from .organisation import Organisation


def reminder_cause(month: date, unit: int, day: date) -> str:
    """The cause that the notices of a reminder have, for who writes them and who asks whether they were read."""
    return f"reminder:{month.isoformat()}:{unit}:{day.isoformat()}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def of_month(self, month: date) -> ReminderQuerySet:
        """The newest first, with who reminded and whom."""
        found = self.filter(month=month).select_related("organisation", "reminded_by")
        return found.prefetch_related("told").order_by("-reminded_at", "pk")

    def on_day(self, day: date) -> ReminderQuerySet:
        return self.filter(day=day)


class Reminder(models.Model):
    """Never changed, so it has no history. A unit is reminded of a month once a day at most."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", related_name="reminders", on_delete=models.CASCADE
    )
    month = models.DateField("月份", help_text="当月第一天")
    day = models.DateField("日期")
    missing = models.PositiveIntegerField("未报项目")
    told = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="通知了谁", related_name="+", blank=True
    )
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="催报人", related_name="+", on_delete=models.PROTECT
    )
    reminded_at = models.DateTimeField("催报时间")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "催报"
        ordering = ["-reminded_at", "-pk"]
        constraints = [
            first_of_month("month"),
            models.UniqueConstraint(
                fields=["organisation", "month", "day"],
                name="one_reminder_per_unit_and_day",
                violation_error_message="今天已经催过这个单位。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%Y-%m}"
