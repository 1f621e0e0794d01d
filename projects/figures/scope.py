"""What a figure is asked about: whose projects, on which list, of which unit, on which clocks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from projects.models import Organisation
from projects.models.organisation import Parents
from projects.models.project import ProjectQuerySet
from projects.models.reach import DISTRICT, Nothing, Reach, UnitAndBelow
from projects.rules.answering import unit_on

BEYOND_REACH = "您的账号看不到这个范围的数字。"


@dataclass(frozen=True)
class Units:
    """The tree of organisations on a day (None: today), as known at a moment (None: now), built once for a request.

    `None` as a unit stands for the unknown, which the root answers for.
    """

    by_id: Mapping[int, Organisation]
    day: date | None = None
    known_at: datetime | None = None
    known: Mapping[int, Parents] | None = field(default=None, repr=False)
    """Where the units stood as known at the moment; read when it is needed where nothing is given."""

    @classmethod
    def of(
        cls, organisations: Iterable[Organisation], day: date | None = None, known_at: datetime | None = None
    ) -> "Units":
        """The tree; of a tree of the same day and moment, the same one."""
        if not isinstance(organisations, cls):
            return cls({organisation.pk: organisation for organisation in organisations}, day, known_at)
        same = (organisations.day, organisations.known_at) == (day, known_at)
        return organisations if same else cls(organisations.by_id, day, known_at)

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self.by_id.values())

    @cached_property
    def root(self) -> Organisation | None:
        return next((unit for unit in self if unit.is_district), None)

    def path(self, unit: int | None) -> Sequence[int]:
        """The unit and everything above it, nearest first."""
        if unit is None and self.root is not None:
            unit = self.root.pk
        return self._paths.get(unit, ())

    @cached_property
    def _paths(self) -> dict[int | None, tuple[int, ...]]:
        return {unit: tuple(self._above(unit)) for unit in self.by_id}

    def _above(self, unit: int | None) -> Iterator[int]:
        while unit is not None and unit in self.by_id:
            yield unit
            unit = self.parent(unit)

    def parent(self, unit: int) -> int | None:
        """The unit that it stood under on the day."""
        now = self.by_id[unit]
        parent, former = self._known.get(unit, (now.parent_id, now.former_parents))
        return parent if self.day is None else unit_on(former, parent, self.day)

    @cached_property
    def _known(self) -> Mapping[int, Parents]:
        """What was known at the moment; {} now."""
        if self.known is not None:
            return self.known
        return {} if self.known_at is None else Organisation.objects.all().parents_known(self.known_at)

    @cached_property
    def today(self) -> "Units":
        """The tree that rights follow."""
        return Units(self.by_id)

    def below(self, unit: int) -> list[int]:
        """The unit and everything below it."""
        return [pk for pk in self.by_id if unit in self.path(pk)]

    def row_of(self, unit: int | None, scope: int | None) -> int | None:
        """The row of a table of `scope` (None = the district) that a unit belongs to; None outside the scope.

        Rows are the units directly below the scope, and the scope itself for what nobody below answers for.
        """
        path = self.path(unit)
        scope = scope if scope is not None else (self.root.pk if self.root else None)
        if scope not in path:
            return None
        place = path.index(scope)
        return path[place - 1] if place else scope


@dataclass(frozen=True, slots=True)
class Scope:
    """Projects that the view has narrowed to the reader, on the lists of a year, of a unit, on two clocks.

    A project belongs to the unit that answered for it on the day `as_of`. `projects` are those of
    `ProjectQuerySet.counted_for`: some of them the reader's unit has handed over since, so `narrowed_to` is asked.

    `reach`: how far the reader may see; it opens the district's own totals and targets, or a unit's.
    Raises PermissionDenied for a unit beyond it, and for a reader who may see nothing.
    `level` "" stands for every project of the register, listed or not, each counted once.
    `organisation` None stands for all that the reader may see. `known_at` None: what is known now.
    `is_part`: the projects are those of a town or an industry, which have no target of their own.
    """

    projects: ProjectQuerySet
    year: int
    as_of: date
    level: str = ""
    organisation: Organisation | None = None
    known_at: datetime | None = None
    organisations: Iterable[Organisation] = field(default=(), repr=False)
    reach: Reach = field(kw_only=True)
    is_part: bool = field(default=False, kw_only=True)
    units: Units = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        units = Units.of(self.organisations, self.as_of, self.known_at)
        object.__setattr__(self, "units", units)
        object.__setattr__(self, "organisations", units)  # a changed copy of this scope has the same tree
        match self.reach:
            case UnitAndBelow(unit):
                asked = self.organisation
                if asked is not None and unit.pk not in units.today.path(asked.pk):
                    raise PermissionDenied(BEYOND_REACH)
            case Nothing():
                raise PermissionDenied(BEYOND_REACH)

    @property
    def whose(self) -> Reach:
        """Whose totals and targets these are: the unit's that is asked for, else all that the reader may see."""
        return self.reach if self.organisation is None else UnitAndBelow(self.organisation)

    @property
    def is_district(self) -> bool:
        return self.whose == DISTRICT

    @property
    def narrowed_to(self) -> int | None:
        """The unit whose projects are asked for: where none is named, the one of a reader who may see no other."""
        if self.organisation is not None:
            return self.organisation.pk
        if isinstance(self.reach, UnitAndBelow) and self.reach.unit.pk in self.units.by_id:
            return self.reach.unit.pk
        return None

    @property
    def visible(self) -> ProjectQuerySet:
        """Those whose pages the reader may open: the ones that the reader's unit answers for today."""
        return (
            self.projects.concerning(self.reach.unit)
            if isinstance(self.reach, UnitAndBelow)
            else self.projects
        )

    def opens_among(self, projects: Collection[int]) -> Collection[int]:
        """Those whose pages the reader may open: what counts for a unit today, its readers may open. A query for a
        reader of a unit on a past day, and as known at a moment.
        """
        is_now = self.as_of >= timezone.localdate() or not isinstance(self.reach, UnitAndBelow)
        if self.known_at is None and is_now:
            return projects
        return set(self.visible.filter(pk__in=projects).values_list("pk", flat=True))

    @property
    def concerned(self) -> ProjectQuerySet:
        """The projects that concerned the unit on the day, as they stand now, whatever list they stand on."""
        unit = self.units.by_id.get(self.narrowed_to or 0, self.organisation)
        there = self.projects.existing_on(self.as_of)
        return there if unit is None else there.concerning(unit, as_of=self.as_of)

    @property
    def listed(self) -> ProjectQuerySet:
        """The projects themselves, as they stand now: of the unit and on the list of the level."""
        projects = self.concerned
        return projects.on_list(self.level, self.year, as_of=self.as_of) if self.level else projects
