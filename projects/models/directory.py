"""Who and what the register refers to: people, organisations, industries, sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.rules.answering import FormerUnit, handed_over, unit_on
from projects.rules.duties import READS_NO_RECORD
from projects.rules.likeness import renamed
from projects.rules.money import SHEET_UNITS, MoneyUnit
from projects.vocabulary import OrganisationKind, Role

from .encrypted import EncryptedCharField
from .reach import DISTRICT, NOTHING, Reach, UnitAndBelow

DEEPEST_LEVEL = 4  # district, town, village, park in a village: `within` joins this often


_FORMER_NAMES = 500


type Parents = tuple[int | None, Sequence[FormerUnit]]
"""What a unit stands under, and what it stood under before."""


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

    def below_district(self) -> OrganisationQuerySet:
        """All but the district itself."""
        return self.exclude(parent=None, kind=OrganisationKind.DISTRICT)

    def towns(self) -> OrganisationQuerySet:
        return self.filter(kind__in=[OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT])

    def parents_known(self, at: datetime) -> dict[int, Parents]:
        """By unit what was known at the moment of where it stands and stood; one query. Without an entry by then: as
        known now.
        """
        entries = Organisation.history.filter(history_date__lte=at).order_by("history_date", "history_id")
        return {
            pk: (parent, former)
            for pk, parent, former in entries.values_list("id", "parent_id", "former_parents")
        }

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
    former_parents = models.JSONField("此前的上级单位", default=list, blank=True, editable=False)
    """What it stood under before `parent`: [[the unit's number, the day from which the next one counted], …]."""
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
    history = HistoricalRecords(
        verbose_name="单位变更",
        verbose_name_plural="单位变更",
        table_name="projects_organisation_history",
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="organisation_not_own_parent",
                violation_error_message="上级单位不能是自己。",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | (Q(closed_on__isnull=False) & ~Q(successor=models.F("id"))),
                name="organisation_succeeded_closed",
                violation_error_message="并入其他单位的，应有撤销日期，且不能并入自己。",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @cached_property
    def units(self) -> tuple[int, ...]:
        """The keys of the unit and of every unit below it today; one query, kept with this object.

        Rights and filters hand these keys to the database: where they are a sub-select of the tree, PostgreSQL
        takes the rows for many times as many as they are.
        """
        return self.units_on(None)

    def units_on(self, day: date | None) -> tuple[int, ...]:
        """The keys of the unit and of every unit that stood below it on the day (None: today)."""
        return _below(self.pk, {pk: each.parent_on(day) for pk, each in self._tree.items()})

    @cached_property
    def units_ever(self) -> tuple[int, ...]:
        """The keys of the unit and of every unit that stands, or has stood, below it."""
        moves = {
            date.fromisoformat(until) for each in self._tree.values() for _, until in each.former_parents
        }
        days = [None, *(move - timedelta(days=1) for move in moves)]
        return tuple(sorted({pk for day in days for pk in self.units_on(day)}))

    @cached_property
    def _tree(self) -> dict[int, Organisation]:
        """Every unit with what it stands and stood under, by key; this one too, saved or not."""
        found = Organisation.objects.only("parent", "former_parents").order_by("pk").in_bulk()
        return found if self.pk is None else found | {self.pk: self}

    def broken_tree(self) -> date | None:
        """A day on which a unit stood below itself or too deep, `date.max` for today; None for none."""
        moves = {
            date.fromisoformat(until) for each in self._tree.values() for _, until in each.former_parents
        }
        for day in sorted({date.max, *moves, *(move - timedelta(days=1) for move in moves)}):
            parents = {pk: each.parent_on(day) for pk, each in self._tree.items()}
            if any(_depth(pk, parents) > DEEPEST_LEVEL for pk in parents):
                return day
        return None

    def parent_on(self, day: date | None) -> int | None:
        """The unit that it stood under on the day (None: stands under today)."""
        return self.parent_id if day is None else unit_on(self.former_parents, self.parent_id, day)

    def move_under(self, parent: int | None, *, on: date, today: date) -> None:
        """From the day on it stands under the unit of this number; RuleBroken for a day to come, or before the last
        move. Setting `parent` alone corrects it for all days since.
        """
        if parent != self.parent_id:
            self.former_parents = handed_over(
                self.former_parents, self.parent_id, parent, on=on, today=today, what="上级单位"
            )
            self.parent_id = parent

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


def _depth(unit: int, parents: Mapping[int, int | None]) -> int:
    """How many levels down it stands, counted one too far only."""
    depth = 0
    at: int | None = unit
    while at is not None and depth <= DEEPEST_LEVEL:
        depth, at = depth + 1, parents.get(at)
    return depth


def _below(top: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """The key and every one below it."""
    below, grown = {top}, True
    while grown:
        more = {pk for pk, parent in parents.items() if parent in below} - below
        below, grown = below | more, bool(more)
    return tuple(sorted(below))


class PersonQuerySet(models.QuerySet["User"]):
    def with_roles(self) -> PersonQuerySet:
        """People with organisation and role names in the same query: every page asks for them."""
        return self.select_related("organisation").annotate(
            role_names=models.StringAgg("groups__name", delimiter=models.Value(","))
        )

    def without_roles(self, *roles: Role) -> PersonQuerySet:
        """Those who hold none of the roles."""
        held = User.groups.through.objects.filter(group__name__in=[role.label for role in roles])
        return self.exclude(pk__in=held.values("user"))

    def keepers(self) -> PersonQuerySet:
        """Office and administrators with an account in use, the office first."""
        held = self.filter(is_active=True, groups__name__in=[Role.OFFICE.label, Role.ADMIN.label])
        return held.distinct().order_by("-groups__name", "pk")


class PersonManager(UserManager["User"]):
    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def with_roles(self) -> PersonQuerySet:
        return self.get_queryset().with_roles()

    def keepers(self) -> PersonQuerySet:
        return self.get_queryset().keepers()


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
    phone = EncryptedCharField("电话", max_length=30, blank=True)
    issued_until = models.DateTimeField(
        "临时密码有效至", null=True, blank=True, editable=False, help_text="空：密码是本人改过的"
    )

    password_set_at = models.DateTimeField("密码设置时间", default=timezone.now, editable=False)
    notices_read_at = models.DateTimeField(
        "最近读通知", null=True, blank=True, editable=False, help_text="此后浏览器重新数未读通知"
    )

    limited_to: Organisation | None = None
    """The unit that a key of the API narrows the account to, for one request; never stored."""

    lacks_second_factor = False
    """Whether the request is answered by nothing but the page that sets one up; told by the middleware."""

    uses_provider = False
    """Whether single sign-on let the person in, so that no password is in use; told by who reads the session."""

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
        return self.limited_to is None and self._has_role(Role.OFFICE, Role.ADMIN)

    def _has_role(self, *roles: Role) -> bool:
        """Whether the account is in use and has one of the roles, or is a superuser's, who has all.

        Where the duties are kept apart a superuser is an administrator and no more.
        """
        has_all = self.is_superuser and (not settings.SEPARATE_DUTIES or Role.ADMIN in roles)
        return self.is_active and (has_all or not self.roles.isdisjoint(roles))

    @property
    def keeps_directories(self) -> bool:
        """Users, organisations, industries and the settings of the installation are the administrator's."""
        return self.limited_to is None and self._has_role(Role.ADMIN)

    @property
    def keeps_accounts(self) -> bool:
        """Accounts, rights and keys are the security officer's, and the administrator's unless duties are apart."""
        keepers = (Role.SECURITY,) if settings.SEPARATE_DUTIES else (Role.SECURITY, Role.ADMIN)
        return self.limited_to is None and self._has_role(*keepers)

    @property
    def manages_people(self) -> bool:
        """May open the accounts: who keeps them, and the office for leaders and staff unless duties are apart."""
        return self.keeps_accounts or (self.is_keeper and not settings.SEPARATE_DUTIES)

    @property
    def is_auditor(self) -> bool:
        """May read the audit: who does has no other role, and changes nothing."""
        return self.limited_to is None and self._has_role(Role.AUDITOR)

    @property
    def writes(self) -> bool:
        """May write projects at all; which ones, the organisation decides."""
        return self._has_role(Role.OFFICE, Role.ADMIN) or (
            self.is_active and Role.STAFF in self.roles and self.organisation_id is not None
        )

    @property
    def reach(self) -> Reach:
        """How far the person may read: keepers and people of the district itself everything, others their unit.

        Without a role, without a unit, or with a closed account: nothing. A key that is narrowed to a unit reads
        nothing where the account does not read the unit any more.
        """
        own = self._own_reach
        if self.limited_to is None:
            return own
        is_covered = own == DISTRICT or (
            isinstance(own, UnitAndBelow) and self.limited_to.pk in own.unit.units
        )
        return UnitAndBelow(self.limited_to) if is_covered else NOTHING

    @property
    def _own_reach(self) -> Reach:
        if self._has_role(Role.OFFICE, Role.ADMIN):
            return DISTRICT
        if not self.is_active or not self.roles - READS_NO_RECORD or self.organisation is None:
            return NOTHING
        return DISTRICT if self.organisation.is_district else UnitAndBelow(self.organisation)

    @property
    def covers_district(self) -> bool:
        """May read everything."""
        return self.reach == DISTRICT

    @property
    def reads(self) -> bool:
        """May read figures and records at all."""
        return self.reach != NOTHING

    @property
    def has_issued_password(self) -> bool:
        """Whether the password was given out by somebody else: nothing else opens until the person changes it."""
        return self.issued_until is not None

    @property
    def password_until(self) -> datetime | None:
        """When the own password is to be changed; None for never, and where another system keeps it."""
        if not settings.PASSWORD_MOST_DAYS or not self.has_usable_password():
            return None
        return self.password_set_at + timedelta(days=settings.PASSWORD_MOST_DAYS)

    @property
    def must_change_password(self) -> bool:
        """Whether the password was given out by somebody else, or is too old: nothing else opens until then."""
        if self.uses_provider:
            return False
        until = self.password_until
        return self.has_issued_password or (until is not None and until < timezone.now())

    @property
    def is_held_up(self) -> bool:
        """Whether something is to be done before any page of the register opens."""
        return self.must_change_password or self.lacks_second_factor

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_set_at = timezone.now()

    @property
    def lacks_role(self) -> bool:
        """An account in use without any role, which opens no page of the register."""
        return self.is_active and not self.roles and not self.is_superuser

    @property
    def lacks_unit(self) -> bool:
        """An account in use whose roles need a unit that nobody has filled in."""
        needs_one = bool(self.roles - READS_NO_RECORD) and not self.is_keeper
        return self.is_active and needs_one and self.organisation_id is None


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
