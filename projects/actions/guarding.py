"""A sealed month is closed: what its numbers counted changes only as a correction of the office, with a reason.

Guarded is what figures date: days that were reached, monthly reports, a year's lists and planned investments, the day
of a move to another unit, and days from which or until which a unit helps. What has no day of its own (the total
investment, a pause, a target, a plan for later, a unit that is corrected for all days) goes on changing: the bulletin
keeps what it printed, and its page shows beside it what the register adds up to now.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Model

from projects.models import (
    AnnualPlan,
    Bulletin,
    Listing,
    Milestone,
    MonthlyReport,
    Participation,
    Project,
    User,
)
from projects.models.sources import forget_sources
from projects.rules.answering import FormerUnit, changed_from, unit_on
from projects.rules.broken import RuleBroken

CORRECTION = "更正："
"""What the reason of a correction begins with."""

COUNTED = (Milestone, MonthlyReport, Listing, AnnualPlan, Participation)
_REGISTER_LOCK = 0x5EA1

type Counted = Milestone | MonthlyReport | Listing | AnnualPlan | Participation | Answering


@dataclass(frozen=True, slots=True)
class Answering:
    """Where a project counts, before or after a move, a split or a merger.

    `counts_from`: the first day that differs.
    """

    project_id: int
    former: Sequence[FormerUnit]
    now: int | None
    began_on: date | None
    ended_on: date | None
    counts_from: date

    def unit_in(self, seal: Bulletin) -> int | None:
        return unit_on(self.former, self.now, seal.as_of)

    def counted_in(self, seal: Bulletin) -> tuple[object, ...]:
        """The unit that the figures of a seal count the project in; () where it was not there."""
        is_there = (self.began_on or date.min) <= seal.as_of < (self.ended_on or date.max)
        return (self.unit_in(seal),) if is_there else ()


@dataclass(frozen=True, slots=True)
class Write:
    """A record before and after; None: not on record, and never both."""

    before: Counted | None
    after: Counted | None

    @property
    def project(self) -> int:
        return next(record.project_id for record in self._records)

    @property
    def says_its_list(self) -> bool:
        """A list entry names the list that it counts on; for the others the project must stand on it."""
        return any(isinstance(record, Listing) for record in self._records)

    @property
    def counts_from(self) -> date | None:
        """The first day whose figures count the record as it was or as it will be."""
        days = (record.counts_from for record in self._records)
        return min((day for day in days if day is not None), default=None)

    @property
    def movers(self) -> list[Answering | Participation]:
        """The records that say in which unit the project counts."""
        return [record for record in self._records if isinstance(record, Answering | Participation)]

    @property
    def is_move(self) -> bool:
        return bool(self.movers)

    def touches(self, seal: Bulletin) -> bool:
        """Whether the figures of a seal would read something else."""
        was, now = (record.counted_in(seal) if record else () for record in (self.before, self.after))
        return was != now

    @property
    def _records(self) -> list[Counted]:
        return [record for record in (self.after, self.before) if record is not None]


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record before and after a change; `before` is None for a new record."""

    before: Model | None
    after: Model

    @property
    def counted(self) -> Write | None:
        """The change as sealed months see it; None for a record that no figure dates."""
        if isinstance(self.after, Project):
            return _move(self.before, self.after) if isinstance(self.before, Project) else None
        if isinstance(self.after, COUNTED) and (self.before is None or isinstance(self.before, COUNTED)):
            return Write(self.before, self.after)
        return None


def change(before: Model | None, after: Model) -> RecordChange:
    """A change of a record; a value that changes loses its source, unless the change names another."""
    forget_sources(before, after)
    return RecordChange(before, after)


def guard(subject: Model, *, by: User | None, reason: str, gone: bool = False) -> None:
    """Refuse a write (`gone`: a deletion) that would change the numbers of a sealed month.

    Allowed as a correction: by the office, for a reason that begins with “更正：”. What no person writes, as a
    fixture or a generated demonstration, is not guarded. Raises RuleBroken naming the month.
    """
    moved = isinstance(subject, Project) and not subject._state.adding and not gone and _is_dated(subject)
    if by is None or not (moved or isinstance(subject, COUNTED)):
        return
    share_register()
    stored = type(subject)._base_manager.filter(pk=subject.pk).first() if subject.pk else None
    if isinstance(subject, COUNTED):
        write: Write | None = Write(
            stored if isinstance(stored, COUNTED) else None, None if gone else subject
        )
    else:
        write = RecordChange(stored, subject).counted
    for seal in _touched([write] if write else []).values():
        if not _is_correction(by, reason):
            raise RuleBroken(_refusal(seal))


def _is_dated(project: Project) -> bool:
    """Whether a day decides where it counts; other projects are not looked up."""
    return bool(project.former_units) or project.began_on is not None or project.ended_on is not None


def _move(before: Project, after: Project) -> Write | None:
    """None where no day changes its unit by a move, or whether it is there."""
    moved = changed_from(*((project.former_units, project.organisation_id) for project in (before, after)))
    changed = {moved} | ({before.began_on} ^ {after.began_on}) | ({before.ended_on} ^ {after.ended_on})
    days = [day for day in changed if day is not None]
    if not days:
        return None
    sides = (
        Answering(
            after.pk,
            project.former_units,
            project.organisation_id,
            project.began_on,
            project.ended_on,
            min(days),
        )
        for project in (before, after)
    )
    return Write(*sides)


def refusals(writes: Iterable[Write], *, by: User, reason: str) -> dict[int, str]:
    """By project, why `guard` would refuse its write: as many queries for forty projects as for one."""
    if _is_correction(by, reason):
        return {}
    return {project: _refusal(seal) for project, seal in _touched(writes).items()}


def refusal_of_days(since: date, *, by: User, reason: str) -> str:
    """Why the place of a unit may not change from the day on: a sealed month shows it; "" where it may."""
    seal = None if _is_correction(by, reason) else Bulletin.objects.seals_from(since).first()
    return _refusal(seal) if seal else ""


def _refusal(seal: Bulletin) -> str:
    return (
        f"{seal.as_of.year}年{seal.as_of.month}月（{seal.scope_words}）已封存，这项改动会改变已封存的数字。"
        f"请项目办以更正方式登记：填写更正原因，或让变更原因以“{CORRECTION}”开头。"
    )


def corrected(usual: str, correction: str) -> str:
    """The reason of an ordinary write, or of the same write made as a correction."""
    return f"{CORRECTION}{correction.strip()}（{usual}）" if correction.strip() else usual


def explained(usual: str, reason: str) -> str:
    """What the history says of a usual write with words of its writer; a correction stays one."""
    stated = reason.strip()
    if stated.startswith(CORRECTION):
        return corrected(usual, stated.removeprefix(CORRECTION))
    return f"{usual}：{stated}" if stated else usual


def _is_correction(by: User, reason: str) -> bool:
    return by.is_keeper and bool(reason.removeprefix(CORRECTION).strip()) and reason.startswith(CORRECTION)


def _touched(writes: Iterable[Write]) -> dict[int, Bulletin]:
    """By project, the newest seal whose numbers would change; two queries for each seal, however many writes."""
    dated: dict[int, list[Write]] = defaultdict(list)
    for write in writes:
        if write.counts_from is not None:
            dated[write.project].append(write)
    days = [
        write.counts_from for of_one in dated.values() for write in of_one if write.counts_from is not None
    ]
    found: dict[int, Bulletin] = {}
    for seal in Bulletin.objects.seals_from(min(days)) if days else ():
        touching = {pk: [write for write in of_one if write.touches(seal)] for pk, of_one in dated.items()}
        found |= dict.fromkeys(_spoken_of(seal, touching) - found.keys(), seal)
        if len(found) == len(dated):
            break
    return found


def _spoken_of(seal: Bulletin, touching: Mapping[int, Sequence[Write]]) -> set[int]:
    """Those of the projects that the seal speaks of; of a move, the unit before or the one after is the seal's."""
    moved = [pk for pk, of_one in touching.items() if any(_concerns(write, seal) for write in of_one)]
    on_list = Project.objects.filter(pk__in=moved).on_list_of(seal) if moved else ()
    spoken = {project.pk for project in on_list}
    for subjects, by_list in (
        (Project.objects.all().of_seal_unit(seal), True),
        (Project.objects.all().sealed_in(seal), False),
    ):
        asked = [
            pk
            for pk, of_one in touching.items()
            if any(write.says_its_list is by_list and not write.is_move for write in of_one)
        ]
        spoken |= set(subjects.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    return spoken


def _concerns(write: Write, seal: Bulletin) -> bool:
    if not write.is_move or seal.organisation is None:
        return write.is_move
    units = {record.unit_in(seal) for record in write.movers}
    return not units.isdisjoint(seal.organisation.units_on(seal.as_of))


@dataclass(frozen=True, slots=True)
class Seals:
    """All seals with the units that each speaks of: what a project that is not on record yet is compared with."""

    seals: tuple[Bulletin, ...]
    units: Mapping[int, frozenset[int]]

    @classmethod
    def all(cls) -> "Seals":
        seals = tuple(Bulletin.objects.seals_from(date.min))
        units = {
            seal.pk: frozenset(seal.organisation.units_on(seal.as_of))
            for seal in seals
            if seal.organisation is not None
        }
        return cls(seals, units)

    def refusal(self, writes: Sequence[Write], unit: int | None, *, by: User, reason: str) -> str:
        """Why these first writes about a new project of a unit are refused, "" when they are not."""
        if _is_correction(by, reason):
            return ""
        places = [write.after for write in writes if isinstance(write.after, Listing)]
        for seal in self.seals:
            speaks = seal.organisation_id is None or unit in self.units[seal.pk]
            on_list = not seal.level or any(
                place.level == seal.level and place.year == seal.year and place.has_begun(seal.as_of)
                for place in places
            )
            if speaks and on_list and any(write.touches(seal) for write in writes):
                return _refusal(seal)
        return ""


def close_register() -> None:
    """Until the transaction ends nobody else writes what a seal counts, and nobody else seals.

    SQLite has one writer at a time from the first statement of a transaction on (`transaction_mode`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REGISTER_LOCK])


def share_register() -> None:
    """Until the transaction ends no month is sealed; other writers do not wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_REGISTER_LOCK])
