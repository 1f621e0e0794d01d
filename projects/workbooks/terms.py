"""What each kind of workbook must be able to do with its rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from projects import access
from projects.models import Import, ImportRow, Industry, Organisation, User
from projects.rules.typed import whole_number
from projects.vocabulary import ImportKind, Level
from projects.workbooks.drafts import Draft, Terms, Writer

NEW = "new"
"""What a person says of a look-alike that is none of those it may mean."""

type Light = tuple[int, dict[str, str], dict[str, Any]]
"""Position, cells and choices of a row: what tells which record it is about."""


class Rows(Protocol):
    """The rows of one import, laid beside the register."""

    @property
    def may_be_new(self) -> bool:
        """Whether a row may say that it is none of its look-alikes: a month is reported of what is on record."""

    def survey(self, rows: Iterable[Light]) -> None:
        """Find out, for all rows at once, which record each is about."""

    def kin(self, positions: Iterable[int]) -> set[int]:
        """These rows and all that are about the same records."""

    def lock(self) -> None:
        """Hold the records that the rows are about, until the transaction ends."""

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        """What some of the rows would do, in their order; a constant number of queries."""


def terms_of(imported: Import, today: date, units: Sequence[Organisation]) -> Terms:
    said = imported.terms
    month = date.fromisoformat(said["month"]) if said.get("month") else None
    industries = Industry.objects.values_list("pk", "name")
    return Terms(
        kind=ImportKind(imported.kind),
        year=said.get("year") or (month.year if month else today.year),
        today=today,
        writer=writer_of(imported.created_by),
        names={"organisation": {unit.pk: str(unit) for unit in units}, "industry": dict(industries)},
        levels=frozenset({Level(said["level"])}) if said.get("level") else frozenset(),
        month=month,
    )


def key_of(cells: dict[str, str]) -> int | None:
    """The number that an exported sheet carries; 0 for what is no number, which no record has."""
    text = cells.get("key", "").strip()
    if not text:
        return None
    return whole_number(text) or 0


MAY: dict[ImportKind, access.Predicate] = {
    ImportKind.PROJECTS: access.writes_projects,
    ImportKind.REPORTS: access.writes_projects,
    ImportKind.TARGETS: access.keeps_targets,
    ImportKind.ORGANISATIONS: access.keeps_directories,
}


def may_import(user: User, kind: ImportKind) -> bool:
    return MAY[kind](user)


def kinds_of(user: User) -> list[ImportKind]:
    """What the person may import."""
    return [kind for kind in ImportKind if may_import(user, kind)]


def writer_of(user: User) -> Writer:
    """None stands for all: whoever covers the district is not asked project by project."""
    if user.is_keeper:
        return Writer(None, None, needs_unit=False)
    units = access.assignable_organisations(user)
    return Writer(
        projects=frozenset(access.writable_projects(user).values_list("pk", flat=True)),
        units=frozenset(units.values_list("pk", flat=True)),
        needs_unit=not units.districts().exists(),
    )
