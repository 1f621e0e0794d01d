"""What the register knew of stages, places on a list and reports at the moments of its seals, read once.

The histories are read in the order in which they were written, and each moment takes up where the last one ended: a
handful of queries, however many months were sealed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Model

from projects.figures.register.tables import Register
from projects.figures.scope import Scope, Units
from projects.models import (
    AnnualPlan,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Project,
)
from projects.models.standstills import standstills_of
from projects.rules.answering import unit_on
from projects.vocabulary import Precision, ReportState, Stage

VAGUE = frozenset({Precision.YEAR, Precision.NOT_LATER})
"""Days that are known too vaguely to measure how long something took."""


class StepFact(NamedTuple):
    """A stage of a project: the last possible day on which it was reached, and how exactly that is known."""

    reached_on: date | None
    precision: str
    skipped: bool

    @property
    def is_dated(self) -> bool:
        return self.reached_on is not None and self.precision not in VAGUE


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What was known at the moment of a seal.

    `steps` by project and stage, of every project of the scope's unit. `listed`: those of them that stood on the list
    on the day. `stopped`: the day since when a project stands still, or has been split or merged. `plans`: yuan by
    project and year. `reports`: approved yuan by project and month; `openings`: of the months of the year up to one,
    which no month has as its own.
    """

    as_of: date
    steps: Mapping[int, Mapping[Stage, StepFact]]
    listed: frozenset[int]
    stopped: Mapping[int, date]
    plans: Mapping[tuple[int, int], int]
    reports: Mapping[int, Mapping[date, int]]
    openings: Mapping[int, Mapping[date, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class SealedDay:
    """The day of a seal, and the moment up to which it knew the register."""

    as_of: date
    known_at: datetime


class _Replay:
    """The rows of a table as they were known, moment by moment; the moments must not go back."""

    def __init__(self, entries: Iterable[tuple[Any, ...]]) -> None:
        self.entries: Iterator[tuple[Any, ...]] = iter(entries)
        self.ahead = next(self.entries, None)
        self.rows: dict[int, tuple[Any, ...]] = {}

    def until(self, moment: datetime) -> Iterable[tuple[Any, ...]]:
        while self.ahead is not None and self.ahead[0] <= moment:
            _, kind, pk, *values = self.ahead
            if kind == "-":
                self.rows.pop(pk, None)
            else:
                self.rows[pk] = (pk, *values)
            self.ahead = next(self.entries, None)
        return self.rows.values()


@dataclass(frozen=True)
class _Reading:
    """The histories of a scope, each read forward."""

    scope: Scope

    @cached_property
    def projects(self) -> _Replay:
        columns = ("organisation_id", "former_units", "began_on", "ended_on", "pauses", "side_state")
        return self._replay(Project, "id", *columns, "side_state_on")

    @cached_property
    def helpers(self) -> _Replay:
        return self._replay(
            Participation, "project_id", "project_id", "organisation_id", "began_on", "ended_on"
        )

    @cached_property
    def tree(self) -> _Replay:
        entries = Organisation.history.order_by("history_date", "history_id")
        columns = ("history_date", "history_type", "id", "parent_id", "former_parents")
        return _Replay(entries.values_list(*columns))

    @cached_property
    def listings(self) -> _Replay:
        columns = ("project_id", "year", "level", "listed_on", "removed_on")
        return self._replay(Listing, "project_id", *columns)

    @cached_property
    def steps(self) -> _Replay:
        columns = ("project_id", "stage", "reached_on", "reached_precision", "skipped")
        return self._replay(Milestone, "project_id", *columns)

    @cached_property
    def plans(self) -> _Replay:
        return self._replay(AnnualPlan, "project_id", "project_id", "year", "planned_investment")

    @cached_property
    def reports(self) -> _Replay:
        return self._replay(
            MonthlyReport, "project_id", "project_id", "month", "state", "invested", "opening"
        )

    def _replay(self, model: type[Model], project: str, *columns: str) -> _Replay:
        scope = self.scope
        register = Register(scope.projects, scope.year, scope.as_of)
        history = model.history.model  # type: ignore[attr-defined]
        rows = register.narrowed(history._default_manager.order_by("history_date", "history_id"), project)
        entries = rows.values_list("history_date", "history_type", "id", *columns)
        return _Replay(entries.iterator(chunk_size=5000))

    def at(self, seal: SealedDay) -> Knowledge:
        day, moment = seal.as_of, seal.known_at
        below = self._below(seal)
        helped = set() if below is None else self._helped(seal, below)
        projects = {
            row[0]: row for row in self.projects.until(moment) if _is_concerned(row, day, below, helped)
        }
        listed = self._listed(day, moment)
        return Knowledge(
            as_of=day,
            steps=self._steps(projects, moment),
            listed=frozenset(
                pk for pk, row in projects.items() if _exists(row, day) and (listed is None or pk in listed)
            ),
            stopped={pk: since for pk, row in projects.items() if (since := _stopped(row, day))},
            plans={
                (project, year): planned
                for _, project, year, planned in self.plans.until(moment)
                if planned and project in projects
            },
            reports=self._reports(projects, day, moment, "invested"),
            openings=self._reports(projects, day, moment, "opening"),
        )

    def _helped(self, seal: SealedDay, below: frozenset[int]) -> set[int]:
        """The projects that one of the units helped with on the day."""
        return {
            project
            for _, project, unit, began_on, ended_on in self.helpers.until(seal.known_at)
            if unit in below
            and (began_on is None or began_on <= seal.as_of)
            and (ended_on is None or ended_on > seal.as_of)
        }

    def _below(self, seal: SealedDay) -> frozenset[int] | None:
        """The units whose projects count on the day; None: all of them."""
        top = self.scope.narrowed_to
        if top is None:
            return None
        known = {pk: (parent, former) for pk, parent, former in self.tree.until(seal.known_at)}
        units = Units(self.scope.units.by_id, seal.as_of, seal.known_at, known)
        return None if top in units.path(None) else frozenset(units.below(top))

    def _listed(self, day: date, moment: datetime) -> set[int] | None:
        """The projects on the list of the level on the day; None where all count."""
        if not self.scope.level:
            return None
        return {
            project
            for _, project, year, level, listed_on, removed_on in self.listings.until(moment)
            if (year, level) == (day.year, self.scope.level)
            and (listed_on is None or listed_on <= day)
            and (removed_on is None or removed_on > day)
        }

    def _steps(
        self, projects: Mapping[int, tuple[Any, ...]], moment: datetime
    ) -> dict[int, dict[Stage, StepFact]]:
        steps: dict[int, dict[Stage, StepFact]] = {pk: {} for pk in projects}
        for _, project, stage, reached_on, precision, skipped in self.steps.until(moment):
            if project in steps:
                steps[project][Stage(stage)] = StepFact(reached_on, precision, skipped)
        return steps

    def _reports(
        self, projects: Mapping[int, tuple[Any, ...]], day: date, moment: datetime, what: str
    ) -> dict[int, dict[date, int]]:
        """`what`: the amount of the month, or the opening balance up to it."""
        reports: dict[int, dict[date, int]] = defaultdict(dict)
        for _, project, month, state, invested, opening in self.reports.until(moment):
            amount = opening if what == "opening" else invested
            is_counted = state == ReportState.APPROVED and amount is not None and month <= day
            if is_counted and project in projects:
                reports[project][month] = amount
        return dict(reports)


def _is_concerned(row: tuple[Any, ...], day: date, below: frozenset[int] | None, helped: set[int]) -> bool:
    """Whether a unit of the scope answered for the project on the day, or helped with it, as `in_scope` has it."""
    pk, unit, former, *_ = row
    return below is None or unit_on(former, unit, day) in below or pk in helped


def _exists(row: tuple[Any, ...], day: date) -> bool:
    _, _, _, began_on, ended_on, *_ = row
    return (began_on is None or began_on <= day) and (ended_on is None or ended_on > day)


def _stopped(row: tuple[Any, ...], day: date) -> date | None:
    """Since when the project stands still on the day, or has been split or merged."""
    _, _, _, _, ended_on, pauses, state, state_on = row
    if ended_on is not None and ended_on <= day:
        ended: date = ended_on
        return ended
    still = (each.since for each in standstills_of(pauses, state, state_on) if each.covers(day))
    return next(still, None)


def known_at_seals(scope: Scope, seals: Iterable[SealedDay]) -> dict[date, Knowledge]:
    """What was known at each seal, by its day; six queries, for a unit two more: of the helping units and of the tree.

    `scope`: whose projects, of which unit and list; its own day and moment do not matter.
    """
    reading = _Reading(scope)
    ordered = sorted(seals, key=lambda seal: (seal.known_at, seal.as_of))
    return {seal.as_of: reading.at(seal) for seal in ordered}
