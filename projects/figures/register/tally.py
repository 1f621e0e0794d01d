"""What the register adds up to, by list, unit, stage and month: five queries, however many projects there are.

Asked again after a write, the written projects alone are counted, as they were and as they are: `cache` knows which,
`exchanging` puts one in the place of the other.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.db.models import Model

from projects.figures.register.cache import READ, Change, change_of_last, kept_up_to_date
from projects.figures.register.counting import (
    AHEAD,
    BEFORE,
    BEYOND,
    BOTH_PLACES,
    DUE,
    ENTERED,
    NOT_YET,
    PAST,
    PLACES,
    READ_BY_HOLDINGS,
    READ_BY_REPORTS,
    READ_BY_STAGES,
    READ_BY_WAITING,
    UNPLANNED,
    Counting,
)
from projects.figures.register.exchanging import exchanged
from projects.figures.register.grouping import WHOLE, Address, Key
from projects.figures.register.sheet import Amounts, RegisterSheet, StageCount, StagePosition, add
from projects.figures.register.tables import BY_UNIT, Register
from projects.figures.register.waiting import waiting_of
from projects.figures.scope import Scope
from projects.vocabulary import Stage

OF_YEAR = ("over_1bn", "over_10bn", "priced", "provable", "verified")
PERHAPS = ("perhaps_over_1bn", "perhaps_over_10bn", "perhaps_priced")
"""Counts that the query makes besides: of what was reached in the year, and of what perhaps was."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Every sum of a page: a sheet for each row of the scope, and one for the whole on each other list asked for."""

    sheets: dict[Address, RegisterSheet]

    def sheet(self, level: str, row: int | None = WHOLE) -> RegisterSheet:
        return self.sheets.get((level, row)) or RegisterSheet()

    def rows(self, level: str) -> list[int]:
        """The rows besides the whole, in no order."""
        return [row for on, row in self.sheets if on == level and row is not WHOLE]


def tally(scope: Scope, *, group: str = BY_UNIT, levels: Collection[str] = ()) -> Tally:
    """The register for the scope, by unit or by industry; on the other `levels` as a whole only."""
    asked = _Asked(scope, frozenset({scope.level, *levels}))
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at, group)
    unit = scope.organisation.pk if scope.organisation else None
    question = (scope.level, unit, sorted(asked.levels))
    return kept_up_to_date(register, question, lambda: asked.counted(register), asked.advanced)


def brought_up_to_date(scope: Scope, *, entries: int) -> tuple[Tally, Tally] | None:
    """The sums as they stood so many entries of each history ago, brought up to date; and those of now, counted.

    None where too many projects have changed since. The sums of before are read from the histories: this takes long.
    """
    asked = _Asked(scope, frozenset({scope.level}))
    register = Register(scope.projects, scope.year, scope.as_of)
    change = change_of_last(register, entries)
    if change is None:
        return None
    then = asked.counted(replace(change.before, only=None))
    found = asked.advanced(then, change)
    return None if found is None else (found, asked.counted(register))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question to the register, whichever of its rows are read."""

    scope: Scope
    levels: frozenset[str]

    def counted(self, register: Register, *, tables: Collection[type[Model]] = READ) -> Tally:
        return _tallied(Counting(self.scope, register, self.levels), tables)

    def advanced(self, kept: Tally, change: Change) -> Tally | None:
        gone, come = (self.counted(side, tables=change.tables) for side in (change.before, change.now))
        sheets = exchanged(kept.sheets, gone.sheets, come.sheets)
        return None if sheets is None else Tally(sheets)


def _tallied(counting: Counting, tables: Collection[type[Model]] = READ) -> Tally:
    """What is counted in these tables."""
    sheets: dict[Address, RegisterSheet] = defaultdict(RegisterSheet)
    if READ_BY_STAGES.intersection(tables):
        for address, stages in counting.stages().items():
            _enter_stages(sheets[address], stages)
    if READ_BY_HOLDINGS.intersection(tables):
        for address, holdings in counting.holdings().items():
            places = {(_position(far), owed): amounts for (far, owed), amounts in holdings.items()}
            sheets[address].holdings = places
    if READ_BY_REPORTS.intersection(tables):
        for address, reports in counting.reports().items():
            sheets[address].reports = {(at.month, state): amounts for (at, state), amounts in reports.items()}
    if READ_BY_WAITING.intersection(tables):
        for address, waits in counting.waiting().items():
            _enter_waiting(sheets[address], waits)
    return Tally(dict(sheets))


def _enter_waiting(sheet: RegisterSheet, kinds: Mapping[Key, Amounts]) -> None:
    for key, (number,) in kinds.items():
        found = waiting_of(*key)
        sheet.waiting[found] = sheet.waiting.get(found, 0) + (number or 0)


def _enter_stages(sheet: RegisterSheet, kinds: Mapping[Key, Amounts]) -> None:
    """`kinds` by stage, the months in which it may have been reached, what was planned, whether in reserve, skipped."""
    counts: dict[Stage, Counter[str]] = {}
    sums: dict[tuple[Stage, bool], Amounts] = {}
    for (code, first, last, plan, reserve, skipped), (number, *of_year, investment) in kinds.items():
        stage = Stage(code)
        count = counts.setdefault(stage, Counter())
        for name in _counts_as(first, last, plan, bool(reserve), bool(skipped)):
            count[name] += number or 0
        if skipped or not _concerns_year(first, last):
            continue
        is_certain = _is_in_year(first, last)
        for name, amount in zip(OF_YEAR if is_certain else PERHAPS, of_year, strict=False):
            count[name] += amount or 0
        add(sums.setdefault((stage, is_certain), [None]), [investment])
        at = (stage, first, last)
        sheet.spans[at] = sheet.spans.get(at, 0) + (number or 0)
    sheet.stages = {
        stage: StageCount(
            **count,
            investment=sums.get((stage, True), [None])[0],
            perhaps_investment=sums.get((stage, False), [None])[0],
        )
        for stage, count in counts.items()
    }


def _is_in_year(first: int, last: int) -> bool:
    return first > BEFORE and last < NOT_YET


def _concerns_year(first: int, last: int) -> bool:
    """Whether the stage was reached in the year by the day, or perhaps was."""
    return first < NOT_YET and last > BEFORE


@cache
def _counts_as(first: int, last: int, plan: int, reserve: bool, skipped: bool) -> list[str]:
    """Which counts of a `StageCount` a milestone of this kind belongs to; a reserve project has no plan to meet."""
    if skipped:
        return [] if reserve else ["skipped"]
    in_year, is_open, is_before = _is_in_year(first, last), first == NOT_YET, last == BEFORE
    by_now = plan in (PAST, DUE)
    counts = {
        "records": True,
        "reached": last < NOT_YET,
        "perhaps_reached": first < NOT_YET == last,
        "in_year": in_year,
        "perhaps": _concerns_year(first, last) and not in_year,
        "year_unknown": first == BEFORE < last < NOT_YET,
        "with_plan": (plan != UNPLANNED or is_before) and not reserve,
        "planned": plan in (DUE, AHEAD) and not reserve,
        "planned_by_now": plan == DUE and not reserve,
        "due": by_now and not reserve and (in_year or is_open),
        "overdue": by_now and not reserve and is_open,
        "early": in_year and plan in (AHEAD, BEYOND),
        "unplanned": in_year and (plan == UNPLANNED or (by_now and reserve)),
    }
    return [name for name, counted in counts.items() if counted]


def _position(number: int | None) -> StagePosition:
    entered, places = divmod(number or 0, BOTH_PLACES)
    possible, certain = divmod(places, PLACES)
    return StagePosition(_place(certain), _place(possible), ENTERED[entered])


def _place(number: int) -> int | None:
    return number - 1 if number else None
