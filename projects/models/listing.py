"""What a project has by the year, the lists it stands on and what it plans to invest, and who helps with it.

Which year is meant where nobody names one: each project's own. Its list year on a day is the newest year, up to the
year of that day, in which it had been put on any list; it stands on the lists of that year that it was not taken off.
Who was taken off every list of this year does not fall back to those of last year, and a list of a later year counts
from its first day on. No record of one project decides what another one shows. `ListingQuerySet.newest` states this
for queries, `list_year` for records at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.rules import periods
from projects.rules.seals import SealedMonth
from projects.vocabulary import Category, Precision, level_choices

from .constraints import FIRST_YEAR, ValidatedAtOnce, not_after, not_negative, sane_year, together
from .links import optional
from .organisation import Organisation
from .source import Source
from .sources import Stated


class ListingQuerySet(models.QuerySet["Listing"]):
    def get_by_natural_key(self, name: str, enterprise: str, year: int, level: str) -> Listing:
        return self.get(project__name=name, project__enterprise=enterprise, year=year, level=level)

    def counting_on(self, day: date) -> ListingQuerySet:
        """On a list of the year of the day, on that day."""
        return self.valid_in(day.year, as_of=day)

    def valid_in(self, year: int, *, as_of: date) -> ListingQuerySet:
        """On a list of the year, on the day."""
        return self.filter(stands_on(as_of), year=year)

    def begun(self, *, by: date) -> ListingQuerySet:
        """Put on a list by the day, taken off since or not."""
        return self.filter(begun_by(by))

    def newest(self, *, as_of: date) -> ListingQuerySet:
        """Of each project's own list year on the day, on that day."""
        later = Listing.objects.begun(by=as_of).filter(
            project=OuterRef("project"), year__gt=OuterRef("year"), year__lte=as_of.year
        )
        return self.filter(stands_on(as_of), year__lte=as_of.year).filter(~Exists(later))

    def asked_for(self, year: int | None, *, as_of: date) -> ListingQuerySet:
        """Of the year, or of each project's own list year where None is asked; on the day."""
        return self.newest(as_of=as_of) if year is None else self.valid_in(year, as_of=as_of)


def stands_on(day: date, path: str = "") -> Q:
    """The condition that a place on a list counts on the day; `path` leads from the row to the listing."""
    return begun_by(day, path) & (Q((f"{path}removed_on", None)) | Q((f"{path}removed_on__gt", day)))


def begun_by(day: date, path: str = "") -> Q:
    """The condition that the place had been given by the day, for certain."""
    return Q((f"{path}listed_on", None)) | Q((f"{path}listed_on__lte", day))


YEAR_SURE = "年度无误"
"""The answer to `year_question`."""


def place_on_list(level: str, year: int) -> ListingQuerySet:
    """Subquery: the listing at that level and year of the project in the outer row."""
    return Listing.objects.filter(project=OuterRef("pk"), level=level, year=year)


def list_year(listings: Iterable[Listing], *, as_of: date) -> int | None:
    """A project's list year on the day, from all its listings; None before its first."""
    begun = (listing.year for listing in listings if listing.has_begun(as_of))
    return max((year for year in begun if year <= as_of.year), default=None)


def year_fault(year: int, *, today: date) -> str:
    """Why no list or plan can be of that year yet; "" for nothing. What is too early is refused by the tables."""
    last = today.year + 1
    return "" if year <= last else f"年度最晚是明年，即 {last} 年。"


def year_question(year: int, *, today: date) -> str:
    """What to ask before a new list of that year is written; "" for this year, the next, and what cannot be."""
    if year in (today.year, today.year + 1) or year < FIRST_YEAR:
        return ""
    return f"名单年度是 {year} 年，不是今年或明年。确认无误请勾选“{YEAR_SURE}”，再提交。"


class Listing(ValidatedAtOnce):
    """That a project stands on the list of a level in a year, from its first day until it is taken off.

    `listed_on` is the last possible first day, `listed_precision` tells how far back it may lie; both are empty
    where the list states no day: then the place belongs to the whole year of the list. It counts on a day from
    `listed_on` on, and before `removed_on`.
    """

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="listings", on_delete=models.CASCADE
    )
    year = models.PositiveSmallIntegerField("年度")
    level = models.CharField("级别", max_length=20, choices=level_choices)
    category = models.CharField("年度类别", max_length=20, choices=Category, blank=True)
    completes = models.BooleanField("计划竣工", default=False)
    number = models.PositiveIntegerField("名单序号", null=True, blank=True)
    listed_on = models.DateField(
        "列入日期", null=True, blank=True, help_text="年初公布的名单可不填；年中增补、晋级的填文件日期"
    )
    listed_precision = models.CharField("列入日期准确到", max_length=10, choices=Precision, blank=True)
    removed_on = models.DateField("调出日期", null=True, blank=True)
    removed_reason = models.CharField("调出原因", max_length=200, blank=True)
    source = optional(Source, "来源", "listings")
    source_paragraph = models.CharField("来源段落", max_length=20, blank=True)
    history = HistoricalRecords(verbose_name="名单变更", verbose_name_plural="名单变更")

    objects = ListingQuerySet.as_manager()

    STATED = (Stated(("year", "level", "category", "completes", "number", "listed_on", "listed_precision")),)

    class Meta:
        verbose_name = verbose_name_plural = "名单"
        ordering = ["-year", "level", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year", "level"],
                name="one_listing_per_year_and_level",
                violation_error_message="该项目已在这一年度的同级名单中。",
            ),
            sane_year(),
            together("listed_on", "listed_precision", "列入日期与准确程度应同时填写。"),
            not_after("listed_on", "removed_on", "列入日期不能晚于调出日期。"),
            together("removed_on", "removed_reason", "调出名单须同时填写日期与原因。"),
        ]
        indexes = [models.Index(fields=["year", "level", "project"], name="listing_by_year_and_level")]

    def __str__(self) -> str:
        return f"{self.year} 年{self.get_level_display()}"

    def clean(self) -> None:
        """The first day is stored as the last possible one, whoever typed it."""
        if self.listed_on and self.listed_precision:
            self.listed_on = periods.last_day(self.listed_on, Precision(self.listed_precision))
        if self.listed_on and self.year and self.listed_on.year > self.year:
            raise ValidationError({"listed_on": f"列入 {self.year} 年名单的日期不能晚于 {self.year} 年。"})

    @property
    def listed_period(self) -> tuple[date, Precision] | None:
        """The first day with its precision, as a cell of a workbook states it."""
        return None if self.listed_on is None else (self.listed_on, Precision(self.listed_precision))

    @listed_period.setter
    def listed_period(self, period: tuple[date, Precision] | None) -> None:
        self.listed_on, self.listed_precision = period or (None, "")

    @property
    def listed_words(self) -> str:
        """The first day as a reader says it; "" where the list states none."""
        return periods.wording(*self.listed_period) if self.listed_period else ""

    def has_begun(self, day: date) -> bool:
        """Whether the place had been given by the day, taken off since or not: `begun_by` of a record at hand."""
        return self.listed_on is None or self.listed_on <= day

    def stands(self, day: date) -> bool:
        """Whether the place counts on the day: `stands_on` of a record at hand."""
        return self.has_begun(day) and (self.removed_on is None or self.removed_on > day)

    @property
    def counts_from(self) -> date | None:
        """The first day whose figures count this record; a list that states no day holds for its whole year."""
        new_year = date(self.year, 1, 1)
        return new_year if self.listed_on is None else max(self.listed_on, new_year)

    def counted_in(self, seal: SealedMonth) -> tuple[object, ...]:
        """What the figures of a seal read of this record; () for nothing."""
        if self.year != seal.year or seal.level not in ("", self.level) or not self.has_begun(seal.as_of):
            return ()
        removed = self.removed_on if self.removed_on and self.removed_on <= seal.as_of else None
        return self.level, self.category, self.completes, removed

    def natural_key(self) -> tuple[str, str, int, str]:
        return (self.project.name, self.project.enterprise, self.year, self.level)

    natural_key.dependencies = ["projects.project"]  # type: ignore[attr-defined]


class AnnualPlan(ValidatedAtOnce):
    """What a project plans to invest in a year; the denominator of its completion."""

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="annual_plans", on_delete=models.CASCADE
    )
    year = models.PositiveSmallIntegerField("年度")
    invested_before = models.BigIntegerField("截至上年底累计完成投资（元）", null=True, blank=True)
    planned_investment = models.BigIntegerField("年度计划投资（元）", null=True, blank=True)
    history = HistoricalRecords(verbose_name="年度计划变更", verbose_name_plural="年度计划变更")

    class Meta:
        verbose_name = verbose_name_plural = "年度计划"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                name="one_annual_plan_per_year",
                violation_error_message="该项目已有这一年度的计划。",
            ),
            sane_year(),
            not_negative("invested_before", "截至上年底累计完成投资", short="before"),
            not_negative("planned_investment", "年度计划投资", short="planned"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年计划"

    @property
    def counts_from(self) -> date | None:
        """The first day whose figures count this record; None while nothing is planned."""
        return None if self.planned_investment is None else date(self.year, 1, 1)

    def counted_in(self, seal: SealedMonth) -> tuple[object, ...]:
        """What the figures of a seal read of this record; () for nothing."""
        if self.planned_investment is None or self.year != seal.year:
            return ()
        return (self.planned_investment,)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def helping(self) -> ParticipationQuerySet:
        """Those that go on: no day to come is kept."""
        return self.filter(ended_on=None)

    def helping_on(self, day: date) -> ParticipationQuerySet:
        return self.filter(helps_on(day))


def helps_on(day: date) -> Q:
    """The condition that a unit helped on the day."""
    begun = Q(began_on=None) | Q(began_on__lte=day)
    return begun & (Q(ended_on=None) | Q(ended_on__gt=day))


class Participation(models.Model):
    """A unit that helps with a project, from a day on and until a day; it reads the project and appears beside it in
    tables by unit. Without a first day it has helped from the beginning.
    """

    project = models.ForeignKey(
        "Project", verbose_name="项目", related_name="participations", on_delete=models.CASCADE
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="协同单位", related_name="participations", on_delete=models.PROTECT
    )
    began_on = models.DateField("开始协同日期", null=True, blank=True, help_text="不填：自始协同")
    ended_on = models.DateField("结束协同日期", null=True, blank=True, help_text="从这一天起不再协同")
    history = HistoricalRecords(
        verbose_name="协同单位变更",
        verbose_name_plural="协同单位变更",
        table_name="projects_participation_history",
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协同单位"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organisation"],
                condition=Q(ended_on=None),
                name="one_participation_per_unit",
                violation_error_message="该单位已是协同单位。",
            ),
            models.CheckConstraint(
                condition=Q(began_on=None) | Q(ended_on=None) | Q(ended_on__gt=models.F("began_on")),
                name="participation_ends_after_begin",
                violation_error_message="结束协同日期应晚于开始协同日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}：{self.organisation}"

    def clean(self) -> None:
        named = self.organisation_id is not None and self.ended_on is None
        if named and self.organisation_id == self.project.organisation_id:
            raise ValidationError({"organisation": "责任单位不必再列为协同单位。"})
        if max(filter(None, (self.began_on, self.ended_on)), default=date.min) > timezone.localdate():
            raise ValidationError("协同日期不能晚于今天。")
        self._demand_apart()

    @property
    def counts_from(self) -> date | None:
        """The first day that a date of this record decides; None for a unit that helps from the beginning."""
        return min((day for day in (self.began_on, self.ended_on) if day is not None), default=None)

    def unit_in(self, seal: SealedMonth) -> int:
        """The unit whose figures it changes, whatever the seal."""
        return self.organisation_id

    def counted_in(self, seal: SealedMonth) -> tuple[object, ...]:
        """The unit that the figures of a seal count the project in as well; () where it did not help then."""
        helps = (self.began_on or date.min) <= seal.as_of < (self.ended_on or date.max)
        return (self.organisation_id,) if helps else ()

    def _demand_apart(self) -> None:
        """The unit helped no two times on one day; a project that is not on record yet has no other rows."""
        others = Participation.objects.filter(project=self.project_id, organisation=self.organisation_id)
        for other in others.exclude(pk=self.pk).exclude(ended_on=None):
            since, until = other.began_on or date.min, other.ended_on or date.max
            if (self.began_on or date.min) < until and since < (self.ended_on or date.max):
                raise ValidationError(
                    f"{self.organisation}到 {until} 为止已是协同单位，开始日期不能早于这一天。"
                )
