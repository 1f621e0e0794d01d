"""The raw tables, row by row: as they stand, or as their histories say that they stood at a moment."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from projects.vocabulary import BulletinKind

from .records import (
    HelperRecord,
    ListingRecord,
    MilestoneRecord,
    PhotoRecord,
    PlanRecord,
    ProblemRecord,
    ProjectRecord,
    ProofRecord,
    ReportRecord,
    RuleRecord,
    SealRecord,
    TargetRecord,
    UnitRecord,
)
from .tree import UnitTree


@dataclass(frozen=True)
class Snapshot:
    """Every table that figures read, at one moment."""

    moment: datetime | None
    tree: UnitTree
    rules: list[RuleRecord]
    projects: dict[int, ProjectRecord]
    helpers: dict[int, list[HelperRecord]]
    listings: dict[int, list[ListingRecord]]
    plans: dict[int, list[PlanRecord]]
    milestones: dict[int, list[MilestoneRecord]]
    reports: dict[int, list[ReportRecord]]
    problems: dict[int, list[ProblemRecord]]
    targets: list[TargetRecord]
    proven_stages: set[str]
    proven: set[int]


def snapshot(moment: datetime | None, *, directory: datetime | None = None) -> Snapshot:
    """The register as known at the moment, None: now. `directory`: units, and rules of lights, as of another
    moment.
    """
    return Snapshot(
        moment=moment,
        tree=UnitTree(_units(moment, directory)),
        rules=list(rows(RuleRecord, "lightrule", directory or moment).values()),
        projects=rows(ProjectRecord, "project", moment),
        helpers=_by_project(rows(HelperRecord, "participation", moment)),
        listings=_by_project(rows(ListingRecord, "listing", moment)),
        plans=_by_project(rows(PlanRecord, "annualplan", moment)),
        milestones=_by_project(rows(MilestoneRecord, "milestone", moment)),
        reports=_by_project(rows(ReportRecord, "monthlyreport", moment)),
        problems=_by_project(rows(ProblemRecord, "problem", moment)),
        targets=list(rows(TargetRecord, "target", moment).values()),
        proven_stages={
            row.stage for row in rows(ProofRecord, "stagerule", moment).values() if row.evidence_required
        },
        proven={row.milestone_id for row in rows(PhotoRecord, "evidence", moment).values()},
    )


def _units(moment: datetime | None, directory: datetime | None) -> list[UnitRecord]:
    """The units as of `directory`; what each stands and stood under as known at the moment, where it was known then."""
    named, placed = rows(UnitRecord, "organisation", directory), rows(UnitRecord, "organisation", moment)
    found = []
    for unit in named.values():
        place = placed.get(unit.id, unit)
        found.append(replace(unit, parent_id=place.parent_id, former_parents=place.former_parents))
    return found


SHORTENED = frozenset({"monthlyreport", "organisation", "participation"})
"""Tables whose history has a shorter name, so that none has more than 30 signs."""


def _history_of(table: str) -> str:
    return f"projects_{table}_history" if table in SHORTENED else f"projects_historical{table}"


def rows[Shape](shape: type[Shape], table: str, moment: datetime | None) -> dict[int, Shape]:
    """The rows of a table by key; at a moment the last entry of each in its history, unless it was deleted by then."""
    names = [field.name for field in fields(shape)]  # type: ignore[arg-type]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    if moment is None:
        found = _selected(f"SELECT {columns} FROM projects_{table}")  # nosec B608 # names from the models
        return {values[0]: _made(shape, names, values) for values in found}
    entries = _selected(
        f"SELECT {columns}, history_type FROM {_history_of(table)}"  # nosec B608 # names from the models
        " WHERE history_date <= %s ORDER BY history_date, history_id",
        connection.ops.adapt_datetimefield_value(moment),
    )
    last: dict[int, Shape] = {}
    for *values, kind in entries:
        last.pop(values[0], None)
        if kind != "-":
            last[values[0]] = _made(shape, names, values)
    return last


def seals() -> list[SealRecord]:
    """Every sealed month, the oldest first."""
    kept = [row for row in rows(SealRecord, "bulletin", None).values() if row.kind == BulletinKind.SEALED]
    return sorted(kept, key=lambda row: (row.as_of, row.id))


def written_at(seal: SealRecord) -> datetime | None:
    """When the seal was written, as its history says."""
    entries = _selected(
        "SELECT history_date FROM projects_historicalbulletin WHERE id = %s ORDER BY history_date, history_id",
        seal.id,
    )
    for (moment,) in entries:
        return _moment(moment)
    return None


def history_bounds() -> tuple[datetime, datetime] | None:
    """The first and the last moment at which anything was written about a project; None where nothing was."""
    for first, last in _selected(
        "SELECT MIN(history_date), MAX(history_date) FROM projects_historicalproject"
    ):
        if first is not None:
            return _moment(first), _moment(last)
    return None


def _selected(statement: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while found := cursor.fetchmany(1000):
            yield from found


def _made[Shape](shape: type[Shape], names: list[str], values: Iterable[Any]) -> Shape:
    read = [_READ[name](value) if name in _READ else value for name, value in zip(names, values, strict=True)]
    return shape(*read)


def _by_project[
    CountedRow: (HelperRecord, ListingRecord, PlanRecord, MilestoneRecord, ReportRecord, ProblemRecord)
](
    found: dict[int, CountedRow],
) -> dict[int, list[CountedRow]]:
    by_project: dict[int, list[CountedRow]] = defaultdict(list)
    for row in found.values():
        by_project[row.project_id].append(row)
    return by_project


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps moments in UTC without saying so, and gives the text of one that was computed."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


_READ: dict[str, Callable[[Any], Any]] = {
    "pauses": _json,
    "former_units": _json,
    "former_parents": _json,
    "curve": _json,
    "yellow": lambda value: Decimal(str(value)),
    "red": lambda value: Decimal(str(value)),
    "sealed_at": lambda value: None if value is None else _moment(value),
}
"""How a column is read that engines keep differently."""
