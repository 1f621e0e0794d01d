"""What the recount reads of each table: one row as it is stored."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .days import Span


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    id: int
    name: str
    organisation_id: int | None
    total_investment: int | None
    foreign_amount: int | None
    foreign_currency: str
    side_state: str
    side_state_on: date | None
    pauses: list[list[str]]
    former_units: list[list[Any]]
    began_on: date | None
    ended_on: date | None

    def is_there(self, day: date) -> bool:
        """Begun, and not yet split or merged."""
        return self.has_begun(day) and not (self.ended_on is not None and self.ended_on <= day)

    def has_begun(self, day: date) -> bool:
        return self.began_on is None or self.began_on <= day

    def answering_on(self, day: date) -> int | None:
        """The unit whose last day had not come, or the unit of today."""
        for unit, until in self.former_units:
            if date.fromisoformat(until) > day:
                found: int | None = unit
                return found
        return self.organisation_id

    @property
    def spans(self) -> list[Span]:
        """When it was paused or terminated; what still runs never ends."""
        found = []
        for since, until, *state in self.pauses:
            found.append(
                (date.fromisoformat(since), date.fromisoformat(until), state[0] if state else "paused")
            )
        if self.side_state and self.side_state_on is not None:
            found.append((self.side_state_on, date.max, self.side_state))
        return found


@dataclass(frozen=True, slots=True)
class UnitRecord:
    id: int
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    former_parents: list[list[Any]]
    position: int

    def above_on(self, day: date) -> int | None:
        """The unit that it stood under: the first whose last day had not come, or the one of today."""
        for unit, until in self.former_parents:
            if date.fromisoformat(until) > day:
                found: int | None = unit
                return found
        return self.parent_id

    @property
    def shown(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class HelperRecord:
    id: int
    project_id: int
    organisation_id: int
    began_on: date | None
    ended_on: date | None

    def helped_on(self, day: date) -> bool:
        begun = self.began_on is None or self.began_on <= day
        return begun and (self.ended_on is None or self.ended_on > day)


@dataclass(frozen=True, slots=True)
class ListingRecord:
    id: int
    project_id: int
    year: int
    level: str
    category: str
    listed_on: date | None
    removed_on: date | None


@dataclass(frozen=True, slots=True)
class PlanRecord:
    id: int
    project_id: int
    year: int
    planned_investment: int | None


@dataclass(frozen=True, slots=True)
class MilestoneRecord:
    id: int
    project_id: int
    stage: str
    planned_on: date | None
    current_on: date | None
    reached_on: date | None
    reached_precision: str
    skipped: bool


@dataclass(frozen=True, slots=True)
class ReportRecord:
    id: int
    project_id: int
    month: date
    invested: int | None
    accepted: int | None
    unchanged: bool
    state: str
    opening: int | None
    """Of January to the month, where they were reported elsewhere."""


@dataclass(frozen=True, slots=True)
class ProblemRecord:
    id: int
    project_id: int
    text: str
    raised_on: date
    due_on: date | None
    resolved_on: date | None


@dataclass(frozen=True, slots=True)
class TargetRecord:
    id: int
    year: int
    indicator: str
    level: str
    organisation_id: int | None
    amount: int | None
    due_month: int
    curve: list[int] | None
    accepted_reason: str


@dataclass(frozen=True, slots=True)
class RuleRecord:
    id: int
    family: str
    yellow: Decimal
    red: Decimal
    applies_from: date
    red_after: int | None
    until_green: bool


@dataclass(frozen=True, slots=True)
class ProofRecord:
    id: int
    stage: str
    evidence_required: bool


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    id: int
    milestone_id: int


@dataclass(frozen=True, slots=True)
class SealRecord:
    id: int
    title: str
    as_of: date
    level: str
    organisation_id: int | None
    kind: str
    sealed_at: datetime | None
    content: str


@dataclass(frozen=True, slots=True)
class SealedNumberRecord:
    id: int
    bulletin_id: int
    code: str
    organisation_id: int | None
    amount: int | None
