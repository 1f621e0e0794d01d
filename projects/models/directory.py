"""Who and what the register refers to: people, organisations, industries, sources."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from projects.rules.likeness import renamed
from projects.rules.money import SHEET_UNITS, MoneyUnit
from projects.vocabulary import OrganisationKind, Role

from .reach import DISTRICT, NOTHING, Reach, UnitAndBelow

DEEPEST_LEVEL = 4  # district, town, village, park in a village: `within` joins this often


_FORMER_NAMES = 500


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def get_by_natural_key(self, name: str) -> Organisation:
        return self.get(name=name)

    def within(self, organisation: Organisation) -> OrganisationQuerySet:
        """The organisation itself and everything below it."""
        below, path = Q(pk=organisation.pk), "parent"
        for _ in range(DEEPEST_LEVEL - 1):
            below |= Q(**{path: organisation})
            path = f"{path}__parent"
        return self.filter(below)

    def open(self, *, kept: int | Collection[int | None] | None = None) -> OrganisationQuerySet:
        """Units that are offered: not closed, and those that a record names already."""
        named = [kept] if kept is None or isinstance(kept, int) else kept
        return self.filter(Q(closed_on=None) | Q(pk__in=[pk for pk in named if pk is not None]))

    def towns(self) -> OrganisationQuerySet:
        return self.filter(kind__in=[OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT])

    def parks(self) -> OrganisationQuerySet:
        return self.filter(kind=OrganisationKind.PARK)

    def root(self) -> Organisation | None:
        """The district itself, which answers for every project whose unit is unknown."""
        return self.districts().order_by("pk").first()

    def districts(self) -> OrganisationQuerySet:
        """Units that are the whole district: `Organisation.is_district` as a condition."""
        return self.filter(parent=None, kind=OrganisationKind.DISTRICT)


class Organisation(models.Model):
    """A unit that answers for projects; a right on it covers what is below it."""

    name = models.CharField("名称", max_length=100, unique=True)
    short_name = models.CharField("简称", max_length=30, blank=True)
    kind = models.CharField("类型", max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        related_name="children",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    former_names = models.CharField(
        "曾用名", max_length=_FORMER_NAMES, blank=True, help_text="多个名称用顿号分开"
    )
    position = models.PositiveSmallIntegerField("排序", default=0)
    closed_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    """The first day on which it is no unit any more; its past days stay."""
    successor = models.ForeignKey(
        "self",
        verbose_name="并入",
        related_name="merged",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
    )
    handed_people = models.JSONField("随并入转出的账号", default=list, blank=True, editable=False)
    """The numbers of the accounts that went to the successor, for undoing it."""
    handed_problems = models.JSONField("随并入转出的问题", default=list, blank=True, editable=False)
    """The numbers of the open problems that went to the successor, for undoing it."""
    history = HistoricalRecords(verbose_name="单位变更", verbose_name_plural="单位变更")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="organisation_not_its_own_parent",
                violation_error_message="上级单位不能是自己。",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | (Q(closed_on__isnull=False) & ~Q(successor=models.F("id"))),
                name="organisation_with_successor_is_closed",
                violation_error_message="并入其他单位的，应有撤销日期，且不能并入自己。",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @cached_property
    def units(self) -> tuple[int, ...]:
        """The keys of the unit and of every unit below it; one query, kept with this object.

        Rights and filters hand these keys to the database: where they are a sub-select of the tree, PostgreSQL
        takes the rows for many times as many as they are.
        """
        return tuple(Organisation.objects.within(self).order_by("pk").values_list("pk", flat=True))

    def natural_key(self) -> tuple[str]:
        return (self.name,)

    @property
    def is_district(self) -> bool:
        """Whether this is the district itself; a unit that merely has nothing above it is not."""
        return self.parent_id is None and self.kind == OrganisationKind.DISTRICT

    def keep_former_name(self, before: str) -> None:
        """The unit was called `before`, and goes on being found so; RuleBroken where no more names fit."""
        self.former_names = renamed(self.former_names, before=before, now=self.name, most=_FORMER_NAMES)

    def clean(self) -> None:
        depth, above = 1, self.parent
        if above is not None and above.closed_on is not None and self.closed_on is None:
            raise ValidationError({"parent": f"{above}已撤销，不能作为上级单位。"})
        while above is not None:
            if self.pk is not None and above.pk == self.pk:
                raise ValidationError({"parent": "上级单位不能是自己或自己的下级。"})
            depth, above = depth + 1, above.parent
        if depth > DEEPEST_LEVEL:
            raise ValidationError({"parent": f"单位层级最多 {DEEPEST_LEVEL} 级。"})


class PersonManager(UserManager["User"]):
    def with_roles(self) -> models.QuerySet[User]:
        """People with organisation and role names in the same query: every page asks for them."""
        return self.select_related("organisation").annotate(
            role_names=models.StringAgg("groups__name", delimiter=models.Value(","))
        )


class User(AbstractUser):
    """A person with an account; roles are groups, rights follow the organisation."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name="所属单位",
        related_name="people",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    amount_unit = models.PositiveIntegerField(
        "月报金额单位",
        choices=[(unit.value, unit.symbol) for unit in SHEET_UNITS],
        default=MoneyUnit.YI.value,
        help_text="月报表里不写单位的金额按它读写",
    )

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return f"{self.last_name}{self.first_name}" or self.username

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held, from the annotation of `with_roles` or else from the groups."""
        named = self.__dict__.get("role_names", False)
        names = (
            set(self.groups.values_list("name", flat=True))
            if named is False
            else set((named or "").split(","))
        )
        return frozenset(role for role in Role if role.label in names)

    @property
    def is_keeper(self) -> bool:
        """Office and administrators work for the whole district, whatever unit they sit in."""
        return self.is_active and (self.is_superuser or Role.OFFICE in self.roles or Role.ADMIN in self.roles)

    @property
    def keeps_directories(self) -> bool:
        """Users, organisations, industries and the settings of the installation are the administrator's."""
        return self.is_active and (self.is_superuser or Role.ADMIN in self.roles)

    @property
    def writes(self) -> bool:
        """May write projects at all; which ones, the organisation decides."""
        return self.is_keeper or (
            self.is_active and Role.STAFF in self.roles and self.organisation_id is not None
        )

    @property
    def reach(self) -> Reach:
        """How far the person may read: keepers and people of the district itself everything, others their unit.

        Without a role, without a unit, or with a closed account: nothing.
        """
        if self.is_keeper:
            return DISTRICT
        if not self.is_active or not self.roles or self.organisation is None:
            return NOTHING
        return DISTRICT if self.organisation.is_district else UnitAndBelow(self.organisation)

    @property
    def covers_district(self) -> bool:
        """May read everything."""
        return self.reach == DISTRICT

    @property
    def lacks_unit(self) -> bool:
        """An account in use whose roles need a unit that nobody has filled in."""
        return self.is_active and bool(self.roles) and not self.is_keeper and self.organisation_id is None


class NamedQuerySet(models.QuerySet[Any]):
    def get_by_natural_key(self, name: str) -> Any:
        return self.get(name=name)


class Industry(models.Model):
    """One of the district's industries; the dictionary is edited by the administrator."""

    name = models.CharField("名称", max_length=50, unique=True)
    group = models.CharField("类别", max_length=50, blank=True, help_text="两特三新一智能中的类别")
    position = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="产业变更", verbose_name_plural="产业变更")

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "产业"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class SourceQuerySet(models.QuerySet["Source"]):
    def get_by_natural_key(self, title: str) -> Source:
        return self.get(title=title)


class Source(models.Model):
    """Where a figure or a fact comes from."""

    title = models.CharField("标题", max_length=200, unique=True)
    publisher = models.CharField("发布者", max_length=100, blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    address = models.URLField("网址", blank=True)
    note = models.TextField("说明", blank=True)
    history = HistoricalRecords(verbose_name="来源变更", verbose_name_plural="来源变更")

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来源"
        ordering = ["-published_on", "title"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.title,)
