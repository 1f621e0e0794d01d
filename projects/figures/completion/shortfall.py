"""Which projects explain a unit's rate: what each of them is short of its own plan, in points of the whole's target."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from projects.figures.completion.breakdown import Row, breakdown
from projects.figures.completion.explained import UnitGap, effects_of
from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models import AnnualPlan
from projects.rules.natural import natural
from projects.vocabulary import Indicator

PROJECTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ShortProject:
    """A project that is short of its plan; `points`: its part, in shares of the whole's target, below 0.

    `short`: what is missing of what its plan has due, in yuan or projects.
    """

    row: Row
    short: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class ExplainedUnit:
    """A unit behind with the projects that weigh most, the heaviest first; `others`: how many more are short.

    `rest`: what these and the part of the target that no project plans contribute: with `projects` it adds up to the
    unit's own `gap.points`.
    """

    gap: UnitGap
    projects: list[ShortProject]
    others: int

    @property
    def rest(self) -> Fraction:
        return self.gap.points - sum((each.points for each in self.projects), Fraction(0))


def explained_units(page: CompletionPage, indicator: str) -> list[ExplainedUnit]:
    """The units behind, the one that weighs most first, each with at most three projects; six queries at most.

    Money: what a project's plan of the year has due by now, less what it reported. A stage: a project that had first
    planned it by the day and has not reached it counts as one.
    """
    behind = sorted(
        (gap for gap in effects_of(page, indicator).values() if gap.points < 0), key=lambda gap: gap.points
    )
    line = page.line(indicator)
    if not behind or indicator == Indicator.SIGNED_INVESTMENT or not line.completion.target:
        return []
    target = Fraction(line.completion.target)
    by_unit: defaultdict[int, list[ShortProject]] = defaultdict(list)
    for row, short in _short(page.scope, line):
        for unit in _rows_of(row, page.scope):
            by_unit[unit].append(ShortProject(row, short, -short / target))
    return [_explained(gap, by_unit[gap.organisation.pk]) for gap in behind]


def _explained(gap: UnitGap, found: list[ShortProject]) -> ExplainedUnit:
    found.sort(key=lambda each: (each.points, natural(each.row.name)))
    return ExplainedUnit(gap, found[:PROJECTS_SHOWN], max(0, len(found) - PROJECTS_SHOWN))


def _rows_of(row: Row, scope: Scope) -> set[int]:
    """The rows of the table that the project counts in."""
    top = scope.organisation.pk if scope.organisation else None
    found = (scope.units.row_of(unit, top) for unit in row.units)
    return {unit for unit in found if unit is not None}


def _short(scope: Scope, line: IndicatorLine) -> Iterator[tuple[Row, Fraction]]:
    opened = breakdown(scope, line)
    if line.indicator != Indicator.INVESTED:
        yield from ((row, Fraction(1)) for row in opened.left_out if row.is_overdue)
        return
    plans = _plans(scope)
    rows = {row.subject: row for row in (*opened.left_out, *opened.counted)}
    reported = {row.subject: row.value or 0 for row in opened.counted}
    for pk, row in rows.items():
        due = Fraction(plans.get(pk) or 0) * line.completion.time_share
        if due > reported.get(pk, 0):
            yield row, due - reported.get(pk, 0)


def _plans(scope: Scope) -> dict[int, int | None]:
    """The year's planned investment by project, on the scope's clock."""
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    plans = register.table(AnnualPlan).filter(year=scope.year)
    return dict(plans.values_list("project_id", "planned_investment"))
