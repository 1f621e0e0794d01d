"""What an installation calls itself: the district, the product, the lists. Edited by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import Error, models
from simple_history.models import HistoricalRecords

from projects.vocabulary import DEFAULT_LIST_NAMES, Level

ONLY_ROW = 1
EARLIEST_DEADLINE, LATEST_DEADLINE = -15, 28
"""Days after the end of a month on which its reports may be due."""


class DistrictSettings(models.Model):
    """The one row with the words of this installation; without it the defaults hold."""

    name = models.CharField("本区名称", max_length=30, default="高新区", help_text="如：常州高新区")
    product = models.CharField(
        "系统名称", max_length=30, default="重大项目", help_text="显示在每页左上角和标题中"
    )
    province_list = models.CharField(
        "省级名单的叫法",
        max_length=10,
        default=DEFAULT_LIST_NAMES[Level.PROVINCE],
        validators=[MinLengthValidator(2)],
    )
    city_list = models.CharField(
        "市级名单的叫法",
        max_length=10,
        default=DEFAULT_LIST_NAMES[Level.CITY],
        validators=[MinLengthValidator(2)],
    )
    district_list = models.CharField(
        "区级名单的叫法",
        max_length=10,
        default=DEFAULT_LIST_NAMES[Level.DISTRICT],
        validators=[MinLengthValidator(2)],
    )
    report_days_after = models.SmallIntegerField(
        "月报截止（月末后天数）",
        null=True,
        blank=True,
        validators=[MinValueValidator(EARLIEST_DEADLINE), MaxValueValidator(LATEST_DEADLINE)],
        help_text="5：次月 5 日；0：当月最后一天；-5：月末前 5 天；空：按安装时的设置",
    )
    logo = models.FileField("标志", upload_to="district", blank=True, editable=False)
    history = HistoricalRecords(
        verbose_name="本区设置变更",
        verbose_name_plural="本区设置变更",
        table_name="projects_district_history",
    )

    class Meta:
        verbose_name = verbose_name_plural = "本区设置"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=ONLY_ROW),
                name="district_settings_is_one_row",
                violation_error_message="本区设置只有一份。",
            ),
            models.CheckConstraint(
                condition=~models.Q(province_list=models.F("city_list"))
                & ~models.Q(province_list=models.F("district_list"))
                & ~models.Q(city_list=models.F("district_list")),
                name="district_settings_lists_differ",
                violation_error_message="三级名单的叫法不能相同。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}{self.product}"

    @property
    def list_names(self) -> Mapping[str, str]:
        """Names of the lists by the code of `Level`."""
        return {
            Level.PROVINCE.value: self.province_list,
            Level.CITY.value: self.city_list,
            Level.DISTRICT.value: self.district_list,
        }


@dataclass(slots=True)
class _Cache:
    """The row as this process last read it, and until when that counts."""

    row: DistrictSettings | None = None
    until: float = 0.0


_cache = _Cache()


def current_district() -> DistrictSettings:
    """The settings in force; another process's change is seen within DISTRICT_SETTINGS_SECONDS.

    Never raises for a database that does not answer: a page must not fail for a name.
    """
    if _cache.row is None or monotonic() > _cache.until:
        try:
            row = DistrictSettings.objects.filter(pk=ONLY_ROW).first()
        except Error:
            return _cache.row or DistrictSettings(pk=ONLY_ROW)
        keep_district(row or DistrictSettings(pk=ONLY_ROW))
    return _cache.row or DistrictSettings(pk=ONLY_ROW)


def keep_district(row: DistrictSettings) -> None:
    """Answer with this row from now on, in this process."""
    _cache.row, _cache.until = row, monotonic() + settings.DISTRICT_SETTINGS_SECONDS


def forget_district() -> None:
    """Read the row again when it is next asked for."""
    _cache.row = None


def report_days_after() -> int:
    """Days after the end of a month until its reports are due; negative for days before its end."""
    days = current_district().report_days_after
    return settings.REPORT_DAYS_AFTER if days is None else days


def list_names() -> Mapping[str, str]:
    return current_district().list_names
