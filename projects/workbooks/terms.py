"""Who may import what, and what holds for every row of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from projects import access
from projects.models import Import, Industry, Organisation, User
from projects.vocabulary import DelayReason, ImportKind, Level

NOT_YOURS = "您不能修改这个项目。"

MAY: dict[ImportKind, access.Predicate] = {
    ImportKind.PROJECTS: access.writes_projects,
    ImportKind.REPORTS: access.writes_projects,
    ImportKind.TARGETS: access.keeps_targets,
    ImportKind.ORGANISATIONS: access.keeps_directories,
}


def readable_import(user: User, pk: int) -> Import:
    """The import with its facts; Http404 outside what one may see, PermissionDenied for a kind that is not one's."""
    found = get_object_or_404(Import.objects.visible_to(user).facts(), pk=pk)
    if not may_import(user, ImportKind(found.kind)):
        raise PermissionDenied(f"您的账号不能导入{found.get_kind_display()}。")
    return found


def may_import(user: User, kind: ImportKind) -> bool:
    return MAY[kind](user)


def kinds_of(user: User) -> list[ImportKind]:
    """What the user may import."""
    return [kind for kind in ImportKind if may_import(user, kind)]


@dataclass(frozen=True, slots=True)
class Writer:
    """What the person who imports may write: numbers of projects and units, None for all of them."""

    projects: frozenset[int] | None
    units: frozenset[int] | None
    needs_unit: bool
    """A new project must name a unit: its writer does not answer for the whole district."""

    @classmethod
    def of(cls, user: User) -> "Writer":
        if user.is_keeper:
            return cls(None, None, needs_unit=False)
        units = access.assignable_organisations(user)
        return cls(
            projects=frozenset(access.writable_projects(user).values_list("pk", flat=True)),
            units=frozenset(units.values_list("pk", flat=True)),
            needs_unit=not units.districts().exists(),
        )

    def may_write(self, project: int) -> bool:
        return self.projects is None or project in self.projects

    def may_assign(self, unit: int | None) -> bool:
        if unit is None:
            return not self.needs_unit
        return self.units is None or unit in self.units


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """What holds for every row: the year, what the sheet leaves out, who writes, and the names of things."""

    year: int
    today: date
    writer: Writer
    names: Mapping[str, Mapping[int, str]]
    """The names of units and industries by number, for words: {"organisation": {…}, "industry": {…}}."""
    levels: frozenset[Level] = frozenset()
    cause: tuple[DelayReason, str] | None = None
    month: date | None = None
    handed_on: date | None = None
    """From which day units that the rows name answer for projects of other ones; None: from today."""
    kind: ImportKind = ImportKind.PROJECTS

    @classmethod
    def of(cls, imported: Import, today: date, units: Sequence[Organisation]) -> "ImportTerms":
        month = imported.month
        return cls(
            kind=ImportKind(imported.kind),
            year=imported.year or (month.year if month else today.year),
            today=today,
            writer=Writer.of(imported.created_by),
            names={
                "organisation": {unit.pk: str(unit) for unit in units},
                "industry": dict(Industry.objects.values_list("pk", "name")),
            },
            levels=frozenset({Level(imported.level)}) if imported.level else frozenset(),
            month=month,
            handed_on=imported.handed_on,
        )
