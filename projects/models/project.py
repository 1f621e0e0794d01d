"""A project, and the questions that the table of projects can answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from simple_history.models import HistoricalRecords

from projects.rules import codes, finding
from projects.rules.answering import handed_over
from projects.rules.lifecycle import Standstill, passing
from projects.rules.likeness import renamed
from projects.rules.mercator import LARGEST_LATITUDE, LARGEST_LONGITUDE
from projects.rules.money import Amount
from projects.rules.periods import month_end
from projects.vocabulary import Category, Currency, DelayReason, Level, Nature, Precision, SideState, Stage

from .answering import answered_before, answered_then
from .constraints import ValidatedAtOnce, not_negative, together
from .encrypted import EncryptedCharField
from .existing import exists_on, has_begun
from .links import optional
from .listing import Listing, Participation, ParticipationQuerySet, begun_by, place_on_list, stands_on
from .milestone import Milestone, MilestoneQuerySet, perhaps_reached
from .organisation import Organisation
from .person import User
from .reach import Nothing, Reach, UnitAndBelow, WholeDistrict
from .report import MonthlyReport
from .search import SEARCHED, SPELLED, Findable
from .sorting import ProjectSorting
from .source import Industry, Source
from .standstills import standstills_of, stood_still
from .star import Star

if TYPE_CHECKING:
    from .bulletin import Bulletin


class ProjectQuerySet(ProjectSorting):
    def get_by_natural_key(self, name: str, enterprise: str) -> Project:
        return self.get(name=name, enterprise=enterprise)

    # Who may
    def visible_to(self, user: User) -> ProjectQuerySet:
        """Projects whose figures and records the user may read: of the own unit, below it, or helped by it."""
        match user.reach:
            case WholeDistrict():
                return self.all()
            case UnitAndBelow(unit):
                return self._of(unit.units)
            case Nothing():
                return self.none()

    def counted_for(self, user: User) -> ProjectQuerySet:
        """`visible_to`, and the projects that the user's unit has handed over: a figure as of a past day counts those
        that the unit answered for on that day (`figures.register.grouping.in_scope`). Their pages are not visible.
        """
        return self.counted_within(user.reach)

    def counted_within(self, reach: Reach) -> ProjectQuerySet:
        """`counted_for`, for whoever may read so far."""
        match reach:
            case WholeDistrict():
                return self.all()
            case UnitAndBelow(unit):
                units = unit.units_ever
                moved = Project.objects.once_answered_by(units)
                return self._of(units, moved, helped=Participation.objects.all())
            case Nothing():
                return self.none()

    def once_answered_by(self, units: Collection[int]) -> ProjectQuerySet:
        """Projects that one of the units has handed over."""
        return self.filter(answered_before(units))

    def last_handed_over_by(self, unit: Organisation, on: date) -> list[Project]:
        """Projects whose last move was from the unit, on that day."""
        last = [unit.pk, on.isoformat()]
        return [project for project in self.once_answered_by([unit.pk]) if project.former_units[-1] == last]

    def answered_by(self, organisation: Organisation) -> ProjectQuerySet:
        """Projects that the unit or one below it answers for; the district answers for the unknown."""
        if organisation.is_district:
            return self.all()
        return self.filter(organisation__in=organisation.units)

    def concerning(self, organisation: Organisation, *, as_of: date | None = None) -> ProjectQuerySet:
        """Projects that the unit, or one below it, answers for (answered for on the day), or helps with."""
        if organisation.is_district:
            return self.all()
        if as_of is None:
            return self._of(organisation.units)
        units = organisation.units_on(as_of)
        moved = Project.objects.filter(answered_then(units, as_of))
        return self._of(units, moved, helped=Participation.objects.helping_on(as_of), former_units=[])

    def _of(
        self,
        units: Collection[int],
        moved: ProjectQuerySet | None = None,
        *,
        helped: ParticipationQuerySet | None = None,
        **never: object,
    ) -> ProjectQuerySet:
        """A union, not an OR: each half is read by its own index, on both engines. `helped`: whose projects are helped
        by the units; those of today where None is given.
        """
        answered = Project.objects.filter(organisation__in=units, **never).order_by().values("pk")
        helping = Participation.objects.helping() if helped is None else helped
        parts: list[models.QuerySet[Any, Any]] = [helping.filter(organisation__in=units).values("project")]
        if moved is not None:
            parts.append(moved.order_by().values("pk"))
        return self.filter(pk__in=answered.union(*parts))

    def located_in(self, town: Organisation) -> ProjectQuerySet:
        return self.filter(town=town)

    def with_position(self) -> ProjectQuerySet:
        return self.filter(longitude__isnull=False)

    def of_industry(self, industry: Industry) -> ProjectQuerySet:
        return self.filter(industry=industry)

    def in_charge_of(self, contact: str) -> ProjectQuerySet:
        """Those of one person; a name is all that is known of a contact."""
        return self.filter(contact=contact)

    def starred_by(self, user: User) -> ProjectQuerySet:
        """Those that the user follows."""
        return self.filter(pk__in=Star.objects.given_by(user).values("project"))

    def contacts(self) -> list[tuple[str, int]]:
        """Everybody who is in charge of a project, with how many; one query."""
        counted = self.exclude(contact="").order_by("contact").values_list("contact")
        return list(counted.annotate(projects=Count("pk")))

    # Which
    def named(self) -> ProjectQuerySet:
        return self.filter(named=True)

    def on_list(self, level: str, year: int, *, as_of: date | None = None) -> ProjectQuerySet:
        """On the list of that level in that year on the day; on any day of it where none is asked."""
        places = place_on_list(level, year)
        return self.filter(Exists(places if as_of is None else places.filter(stands_on(as_of))))

    def listed_in(self, year: int | None, *, level: str = "", as_of: date) -> ProjectQuerySet:
        """On a list of the level ("" = any) in the year on the day; None: each in its own list year."""
        listed = Listing.objects.asked_for(year, as_of=as_of).filter(project=OuterRef("pk"))
        return self.filter(Exists(listed.filter(level=level) if level else listed))

    def reached(self, stage: str, *, by: date) -> ProjectQuerySet:
        return self.filter(Exists(self._milestones(stage).filter(reached_on__lte=by)))

    def reached_in(self, stage: str, year: int, *, by: date | None = None) -> ProjectQuerySet:
        """Reached within the year for certain: “not later than” says no year, so it does not count."""
        milestones = self._milestones(stage).filter(reached_on__year=year)
        if by is not None:
            milestones = milestones.filter(reached_on__lte=by)
        return self.filter(Exists(milestones.exclude(reached_precision=Precision.NOT_LATER)))

    def started_in(self, year: int) -> ProjectQuerySet:
        return self.reached_in(Stage.STARTED, year)

    def perhaps_started_in(self, year: int, *, by: date) -> ProjectQuerySet:
        """Started not later than a day of the year: perhaps in it, perhaps long before."""
        return self.filter(Exists(self._milestones(Stage.STARTED).year_unknown(year, by=by)))

    def late_on(self, day: date) -> ProjectQuerySet:
        """With a milestone whose current plan has passed, and that was not reached by the day, for certain; who stands
        still on the day is not late.
        """
        is_open = Q(reached_on=None) | ~perhaps_reached(day)
        late = self._milestones().filter(is_open, current_on__lt=day)
        return self.going_on(day).filter(Exists(late))

    def going_on(self, day: date) -> ProjectQuerySet:
        """There on the day, and neither paused nor terminated."""
        return self.existing_on(day).filter(~stood_still(day))

    def existing_on(self, day: date) -> ProjectQuerySet:
        """Those that count on the day: not yet split or merged, and parts that are there already."""
        return self.filter(exists_on(day))

    def of_seal_unit(self, seal: Bulletin) -> ProjectQuerySet:
        """Projects of the unit that a seal is for, whatever list they stand on."""
        there = self.filter(has_begun(seal.as_of))
        return there if seal.organisation is None else there.concerning(seal.organisation, as_of=seal.as_of)

    def sealed_in(self, seal: Bulletin) -> ProjectQuerySet:
        """Projects that a seal speaks of: of its unit, and on its list by its day, taken off since or not."""
        return self.of_seal_unit(seal).on_list_of(seal)

    def on_list_of(self, seal: Bulletin) -> ProjectQuerySet:
        """On the list of the seal by its day, taken off since or not."""
        if not seal.level:
            return self
        return self.filter(Exists(place_on_list(seal.level, seal.year).filter(begun_by(seal.as_of))))

    def owing_reports(self, month: date, *, today: date) -> ProjectQuerySet:
        """On a list of the month's year and going on at the month's end, or today while the month runs; without those
        whose opening balance of the year holds the month.
        """
        held = MonthlyReport.objects.openings_over(month).filter(project=OuterRef("pk"))
        return self.active_on(min(month_end(month), today), year=month.year).filter(~Exists(held))

    def active_on(self, day: date, *, year: int) -> ProjectQuerySet:
        """On a list of the year and going on, on the day: what a project must be to owe a report."""
        listed = Listing.objects.valid_in(year, as_of=day).filter(project=OuterRef("pk"))
        return self.going_on(day).filter(Exists(listed))

    def started_by(self, day: date) -> ProjectQuerySet:
        """Started, or past that stage."""
        return self.filter(
            Exists(self._milestones().filter(stage__in=passing(Stage.STARTED), reached_on__lte=day))
        )

    # Beside each
    def with_star(self, user: User) -> ProjectQuerySet:
        """`is_starred`: whether the user follows it."""
        return self.annotate(is_starred=Exists(Star.objects.given_by(user).filter(project=OuterRef("pk"))))

    def with_successions(self) -> ProjectQuerySet:
        """`has_successions`: whether it is part of another, was merged, or takes the place of others."""
        others = Project.objects.filter(Q(split_from=OuterRef("pk")) | Q(merged_into=OuterRef("pk")))
        mine = Q(split_from__isnull=False) | Q(merged_into__isnull=False)
        linked = Case(
            When(mine | Q(Exists(others)), then=True), default=False, output_field=models.BooleanField()
        )
        return self.annotate(has_successions=linked)

    def with_report(self, month: date) -> ProjectQuerySet:
        """`report_state` of the month, None without a report; `is_written`: with an amount or “no change”."""
        report = FilteredRelation("reports", condition=Q(reports__month=month))
        written = Q(report__invested__isnull=False) | Q(report__opening__isnull=False)
        written |= Q(report__unchanged=True)
        return self.annotate(
            report=report,
            report_state=F("report__state"),
            is_written=Case(When(written, then=True), default=False, output_field=models.BooleanField()),
        )

    def with_levels(self, year: int | None, *, as_of: date) -> ProjectQuerySet:
        """`on_province`, `on_city`, `on_district`: whether it stands on that list of the year, None: of its own
        list year, and that year as `list_year`.
        """
        listed = Listing.objects.asked_for(year, as_of=as_of).filter(project=OuterRef("pk"))
        of_project = Listing.objects.begun(by=as_of).filter(project=OuterRef("pk"), year__lte=as_of.year)
        newest = Subquery(of_project.order_by("-year").values("year")[:1])
        return self.annotate(
            list_year=newest if year is None else Value(year, output_field=models.IntegerField()),
            **{f"on_{level}": Exists(listed.filter(level=level)) for level in Level},
        )

    def with_reserve(self, *, as_of: date) -> ProjectQuerySet:
        """`in_reserve`: whether a list of the year of the day has it only in reserve."""
        reserve = Listing.objects.counting_on(as_of).filter(category=Category.RESERVE)
        return self.annotate(in_reserve=Exists(reserve.filter(project=OuterRef("pk"))))

    def furthest_at(self, place: int | None, *, by: date) -> ProjectQuerySet:
        """Whose furthest stage by the day is exactly this one of the chain; None: no stage yet."""
        return self.with_furthest(by=by).filter(Q(furthest=place))

    @staticmethod
    def _milestones(stage: str | None = None) -> MilestoneQuerySet:
        milestones = Milestone.objects.filter(project=OuterRef("pk"), skipped=False)
        return milestones if stage is None else milestones.filter(stage=stage)


_FORMER_NAMES = 1000
FINDABLE = ["words", "pinyin", "initials"]
"""What follows from the names and codes: no fact of its own, so no history."""


NOT_STATED = frozenset(
    {"source", "source_paragraph", "named", "pauses", "former_names", "former_units"}
    | {"began_on", "ended_on", "split_from", "merged_into"}
    | {"side_state", "side_state_on", "side_reason", "side_note"}
)
"""Columns of a project that speak of no source: the register's own."""


class Project(ValidatedAtOnce):
    """One investment project; money in whole yuan, empty where nobody knows."""

    name = models.CharField("项目名称", max_length=200)
    former_names = models.CharField(
        "曾用名", max_length=_FORMER_NAMES, blank=True, help_text="多个名称用顿号分开"
    )
    enterprise = models.CharField("建设单位", max_length=200, blank=True)
    national_code = models.CharField("国家投资项目代码", max_length=30, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    content = models.TextField("建设内容及规模", blank=True)
    place = models.CharField("建设地点", max_length=200, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    """Degrees in the coordinate system of the district's map."""
    town = optional(Organisation, "所属镇街", "located_projects")
    park = optional(Organisation, "所在园区", "park_projects")
    organisation = optional(Organisation, "责任单位", "projects", help_text="未明确时由全区本级负责")
    industry = optional(Industry, "产业类别", "projects")
    nature = models.CharField("建设性质", max_length=20, choices=Nature, blank=True)
    total_investment = models.BigIntegerField("总投资（元）", null=True, blank=True)
    contract_amount = models.BigIntegerField("协议投资（元）", null=True, blank=True)
    foreign_amount = models.BigIntegerField("外资金额", null=True, blank=True)
    foreign_currency = models.CharField("外资币种", max_length=3, choices=Currency, blank=True)
    linked_leader = models.CharField("挂钩领导", max_length=50, blank=True)
    contact = models.CharField("责任人", max_length=50, blank=True)
    contact_phone = EncryptedCharField("联系电话", max_length=50, blank=True)
    side_state = models.CharField("项目状态", max_length=20, choices=SideState, blank=True)
    side_state_on = models.DateField("状态日期", null=True, blank=True)
    side_reason = models.CharField("状态原因", max_length=30, choices=DelayReason, blank=True)
    side_note = models.CharField("状态说明", max_length=400, blank=True)
    pauses = models.JSONField("停顿时段", default=list, blank=True, editable=False)
    """Spans that are over: [[the day it stopped, the day it went on, the state], …]; the running one is
    `side_state_on`."""
    former_units = models.JSONField("此前的责任单位", default=list, blank=True, editable=False)
    """Who answered before `organisation`: [[the unit's number, the day from which the next one answered], …]."""
    began_on = models.DateField("起计日期", null=True, blank=True, editable=False, db_index=True)
    """A part of a split project, and one that others were merged into to make it, counts from this day on."""
    ended_on = models.DateField("拆并日期", null=True, blank=True, editable=False, db_index=True)
    """Split, or merged into another: from this day on its successors count."""
    split_from = models.ForeignKey(
        "self",
        verbose_name="拆分自",
        related_name="parts",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name="并入项目",
        related_name="merged",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
    )
    named = models.BooleanField("来源已具名", default=True)
    source = optional(Source, "来源", "projects")
    source_paragraph = models.CharField("来源段落", max_length=20, blank=True)
    remark = models.TextField("备注", blank=True)
    words = models.TextField("搜索文字", blank=True, editable=False)
    pinyin = models.TextField("搜索拼音", blank=True, editable=False)
    initials = models.TextField("搜索首字母", blank=True, editable=False)
    history = HistoricalRecords(
        verbose_name="项目变更", verbose_name_plural="项目变更", excluded_fields=FINDABLE
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        ordering = ["-total_investment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "enterprise"],
                name="one_project_per_name_and_firm",
                violation_error_message="同一建设单位已有同名项目。",
            ),
            models.UniqueConstraint(
                fields=["national_code"],
                condition=~Q(national_code=""),
                name="one_project_per_national_code",
                violation_error_message="该国家投资项目代码已被其他项目使用。",
            ),
            not_negative("total_investment", "总投资"),
            not_negative("contract_amount", "协议投资"),
            not_negative("foreign_amount", "外资金额"),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="project_position_whole",
                violation_error_message="经度与纬度应同时填写。",
            ),
            models.CheckConstraint(
                condition=Q(longitude=None)
                | Q(longitude__gte=-LARGEST_LONGITUDE, longitude__lte=LARGEST_LONGITUDE),
                name="project_longitude_in_range",
                violation_error_message=f"经度应在 −{LARGEST_LONGITUDE} 到 {LARGEST_LONGITUDE} 之间。",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None)
                | Q(latitude__gte=-LARGEST_LATITUDE, latitude__lte=LARGEST_LATITUDE),
                name="project_latitude_in_range",
                violation_error_message=f"纬度应在 −{LARGEST_LATITUDE} 到 {LARGEST_LATITUDE} 之间。",
            ),
            together("foreign_amount", "foreign_currency", "外资金额与币种应同时填写。"),
            together("side_state_on", "side_state", "项目状态与状态日期应同时填写。"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(ended_on__isnull=False) & ~Q(merged_into=F("id"))),
                name="project_merged_has_ended",
                violation_error_message="并入其他项目的，应有拆并日期，且不能并入自己。",
            ),
            models.CheckConstraint(
                condition=Q(side_state="") | ~Q(side_reason=""),
                name="project_side_state_has_reason",
                violation_error_message="暂停或终止须选择原因。",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation"], name="project_by_organisation"),
            models.Index(fields=["-total_investment", "id"], name="project_by_investment"),
            models.Index(fields=["contact"], name="project_by_contact"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def foreign(self) -> Amount | None:
        """The foreign investment with its currency; None where it is unknown."""
        if self.foreign_amount is None:
            return None
        return Amount(foreign=self.foreign_amount, currency=Currency(self.foreign_currency))

    @foreign.setter
    def foreign(self, amount: Amount | None) -> None:
        self.foreign_amount = amount.foreign if amount else None
        self.foreign_currency = (amount.currency if amount else None) or ""

    def natural_key(self) -> tuple[str, str]:
        return (self.name, self.enterprise)

    natural_key.dependencies = ["projects.organisation", "projects.industry", "projects.source"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        self.clean_codes()
        self.make_findable()

    def clean_codes(self) -> None:
        """Both national codes as they are stored, judged."""
        self.national_code = codes.normalise(self.national_code)
        self.credit_code = codes.normalise(self.credit_code)
        faults = {
            "national_code": codes.project_code_fault(self.national_code) if self.national_code else None,
            "credit_code": codes.credit_code_fault(self.credit_code) if self.credit_code else None,
        }
        if found := {field: fault for field, fault in faults.items() if fault}:
            raise ValidationError(found)

    def keep_former_name(self, before: str) -> None:
        """The project was called `before`, and goes on being found so; RuleBroken where no more names fit."""
        self.former_names = renamed(self.former_names, before=before, now=self.name, most=_FORMER_NAMES)

    def make_findable(self) -> None:
        """Set what the search box looks in; whoever writes past `clean` calls this first."""
        findable = Findable.of(self)
        self.words, self.pinyin, self.initials = findable.words, findable.pinyin, findable.initials

    @property
    def standstills(self) -> tuple[Standstill, ...]:
        """When it was paused or terminated; the one that goes on ends at `date.max`."""
        return standstills_of(self.pauses, self.side_state, self.side_state_on)

    def keep_pause(self, until: date) -> None:
        """The running standstill is over on that day; who clears the side state calls this first."""
        if self.side_state_on is not None:
            span = [self.side_state_on.isoformat(), until.isoformat(), str(self.side_state)]
            self.pauses = [*self.pauses, span]

    def hand_to(self, unit: int | None, *, on: date, today: date) -> None:
        """From the day on the unit of this number answers; RuleBroken for a day to come, or before the last move."""
        if unit != self.organisation_id:
            self.former_units = handed_over(self.former_units, self.organisation_id, unit, on=on, today=today)
            self.organisation_id = unit

    def where_found(self, question: str) -> list[finding.Found]:
        """Which texts answer the words of a question, with what to mark."""
        texts = {name: getattr(self, name) for name in SEARCHED}
        return finding.where_found(question, texts, spelled=SPELLED)
