"""Which units explain most of the gap of an indicator, with the late milestones and the open problems behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from projects.figures.completion.lines import CompletionPage, IndicatorLine, RowLine
from projects.figures.open_milestones import DueMilestone
from projects.figures.scope import Units
from projects.models import Organisation
from projects.rules.completion import Completion
from projects.vocabulary import STAGE_OF_INDICATOR, Light

UNITS_SHOWN = 3
LATE_SHOWN = 3
WORST_FIRST = (Light.RED, Light.YELLOW)


@dataclass(frozen=True, slots=True)
class UnitGap:
    """A unit that is behind; `points`: its part of the gap of the whole, in shares of the whole's target, below 0.

    `short`: the amount that is missing of what is due, in yuan or projects.
    """

    row: RowLine
    line: IndicatorLine
    points: Fraction
    short: Fraction

    @property
    def organisation(self) -> Organisation:
        assert self.row.organisation is not None  # an industry has no target of its own
        return self.row.organisation


@dataclass(frozen=True, slots=True)
class Gap:
    """How far an indicator is behind the time that has passed, and the units that explain most of it.

    `points`: of the whole, below 0; where the number is known within bounds, of its higher end: at least so far.
    `units`: at most three, the largest part first. `others`: the number of the other units, `rest`: what they and
    the units without a target contribute; `units` and `rest` add up to `points`.
    """

    line: IndicatorLine
    points: Fraction
    units: list[UnitGap]
    others: int
    rest: Fraction

    @property
    def explained(self) -> Fraction:
        """What the units contribute together."""
        return sum((unit.points for unit in self.units), Fraction(0))


@dataclass(frozen=True, slots=True)
class UnitBehind:
    """A unit behind with its late milestones, the longest first, and the open problem to be solved first.

    `person`: who answers for the problem, else for the project that is late for the longest time.
    """

    gap: UnitGap
    late: list[DueMilestone]

    @property
    def shown(self) -> list[DueMilestone]:
        return self.late[:LATE_SHOWN]

    @property
    def with_problem(self) -> DueMilestone | None:
        """The late milestone whose project has the problem that is due first."""
        return min((due for due in self.late if due.problem), key=_due_first, default=None)

    @property
    def person(self) -> str:
        due = self.with_problem
        if due and due.problem and due.problem.person:
            return due.problem.person
        return next((due.project.contact for due in self.late if due.project.contact), "")


def _due_first(due: DueMilestone) -> date:
    """The deadline of its problem; one without a deadline comes last."""
    return (due.problem.due_on if due.problem else None) or date.max


def gap_of(page: CompletionPage, indicator: str = "") -> Gap | None:
    """The gap of the indicator, or of the worst one; None where it has no target, or none is behind."""
    if indicator:
        line = next((line for line in page.lines if line.indicator == indicator), None)
    else:
        line = next(iter(worst_first(page.lines)), None)
    behind = None if line is None else _behind(line.completion)
    if line is None or behind is None or not line.completion.target:
        return None
    parts = effects_of(page, line.indicator).values()
    units = sorted((part for part in parts if part.points < 0), key=lambda part: part.points)[:UNITS_SHOWN]
    rest = behind - sum((unit.points for unit in units), Fraction(0))
    others = sum(not _is_own(row, page) for row in page.rows) - len(units)
    return Gap(line, behind, units, others, rest)


def effects_of(page: CompletionPage, indicator: str) -> dict[str, UnitGap]:
    """By label of its row, what each unit with a target of its own contributes to the gap of the whole: below 0 what it
    is behind, above 0 what it is ahead. Nothing where the whole has no target.
    """
    line = page.line(indicator)
    if not line.completion.target:
        return {}
    target = Fraction(line.completion.target)
    rows = (row for row in page.rows if not _is_own(row, page))
    return {row.label: part for row in rows if (part := _part(row, line, target)) is not None}


def units_behind(gap: Gap | None, late: Sequence[DueMilestone], tree: Units) -> list[UnitBehind]:
    """The units of a gap with their late milestones: of the stage that the indicator counts, of money of any stage."""
    if gap is None:
        return []
    stage = STAGE_OF_INDICATOR.get(gap.line.indicator)
    concerned = [due for due in late if stage in (None, due.stage)]
    return [
        UnitBehind(unit, [due for due in concerned if _is_of(due, unit.organisation, tree)])
        for unit in gap.units
    ]


def worst_first(lines: Sequence[IndicatorLine]) -> list[IndicatorLine]:
    """The lines that are behind for certain: red ones first, the widest gap first among equals."""
    behind = [(line, gap) for line in lines if (gap := _behind(line.completion)) is not None]
    order = {light: place for place, light in enumerate(WORST_FIRST)}
    behind.sort(key=lambda pair: (order.get(pair[0].light, len(order)), pair[1]))
    return [line for line, _ in behind]


def _behind(completion: Completion) -> Fraction | None:
    """The gap of the higher end where it is below 0."""
    gap = completion.ends[-1].pace_gap
    return gap if gap is not None and gap < 0 else None


def _part(row: RowLine, whole: IndicatorLine, target: Fraction) -> UnitGap | None:
    """What a row with a target of its own contributes; nothing reported counts as nothing done, as in the whole."""
    line = row.line(whole.indicator)
    due = line.completion.due
    if row.organisation is None or due is None:
        return None
    short = due - Fraction(line.completion.ends[-1].actual or 0)
    return UnitGap(row, line, -short / target, short)


def _is_own(row: RowLine, page: CompletionPage) -> bool:
    """Whether the row is the scope's own, for what none of its units answers for."""
    unit = row.organisation
    return unit is not None and (unit.is_district or unit == page.scope.organisation)


def _is_of(due: DueMilestone, unit: Organisation, tree: Units) -> bool:
    return due.project.organisation is not None and unit.pk in tree.path(due.project.organisation.pk)
