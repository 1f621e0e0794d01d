"""The units of the district: their tree, as it stands and as it stood, and what they were called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from projects.rules.answering import FormerUnit, handed_over, unit_on
from projects.rules.likeness import renamed
from projects.vocabulary import OrganisationKind

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
