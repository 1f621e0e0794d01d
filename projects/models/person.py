"""The people with an account: what each may do, and how far each may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone

from projects.rules.duties import READS_NO_RECORD
from projects.rules.money import SHEET_UNITS, MoneyUnit
from projects.vocabulary import Role

from .encrypted import EncryptedCharField
from .reach import DISTRICT, NOTHING, Reach, UnitAndBelow

if TYPE_CHECKING:
    from .organisation import Organisation


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
        "Organisation",
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
    """Whether single sign-on or the directory let the person in, so that no password of the register is in use; told by
    who reads the session."""

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
