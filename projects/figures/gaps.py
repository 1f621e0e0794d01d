"""Projects that stand still between two stages: how many, and which, the longest standing first."""

from collections.abc import Callable

from django.db.models import Count, Exists, OuterRef, Q

from projects.figures.register.first_rows import Ordered, kept_numbers
from projects.figures.register.grouping import asked_of, of_scope, whose
from projects.figures.register.tables import Register, Rows
from projects.figures.scope import Scope
from projects.models import Milestone
from projects.models.milestone import perhaps_reached
from projects.rules import lifecycle
from projects.rules.bounds import Bounds
from projects.vocabulary import SideState, Stage

GAPS = (
    (Stage.SIGNED, Stage.STARTED),
    (Stage.STARTED, Stage.COMPLETED),
    (Stage.COMPLETED, Stage.IN_PRODUCTION),
)
"""Between which stages the office watches for projects that stand still."""


def gap_lists(scope: Scope) -> dict[str, Ordered]:
    """The milestones of the stage that was reached, by `gap_name`."""

    def in_gap(reached: Stage, missing: Stage) -> Callable[[Register], Rows]:
        return lambda register: _gap_rows(register, scope, reached, missing)

    return {gap_name(*gap): Ordered(in_gap(*gap), "reached_on") for gap in GAPS}


def gap_name(reached: Stage, missing: Stage) -> str:
    return f"{reached} without {missing}"


def _gap_rows(register: Register, scope: Scope, reached: Stage, missing: Stage) -> Rows:
    """Milestones of one stage, of projects that are not terminated and have not passed the next one by the day, for
    certain.
    """
    passed = _passed(register, missing, perhaps_reached(scope.as_of))
    return _perhaps_in_gap(register, scope, reached).filter(~passed, reached_on__lte=scope.as_of)


def gap_counts(register: Register, scope: Scope) -> dict[tuple[Stage, Stage], Bounds | None]:
    """How many stand still in each gap; None where no project has reached its first stage. A query a gap."""
    day = scope.as_of
    by_now = Q(reached_on__lte=day)

    def count(register: Register) -> dict[str, int]:
        counts: dict[str, int] = {}
        for reached, missing in GAPS:
            found = _perhaps_in_gap(register, scope, reached).aggregate(
                reached=Count("id"),
                certain=Count("id", filter=by_now & Q(~_passed(register, missing, perhaps_reached(day)))),
                possible=Count("id", filter=Q(~_passed(register, missing, by_now))),
            )
            counts |= {f"{reached} {name}": number for name, number in found.items()}
        return counts

    counts = kept_numbers(register, ("gaps", *asked_of(scope)), count)
    return {
        (reached, missing): Bounds(counts[f"{reached} certain"], counts[f"{reached} possible"])
        if counts[f"{reached} reached"]
        else None
        for reached, missing in GAPS
    }


def _perhaps_in_gap(register: Register, scope: Scope, reached: Stage) -> Rows:
    rows = register.milestones().filter(perhaps_reached(scope.as_of), stage=reached)
    return of_scope(rows.filter(whose(register, SideState.TERMINATED)), register, scope)


def _passed(register: Register, stage: Stage, reached: Q) -> Exists:
    """Whether the project of a milestone has passed a stage, by milestones that were `reached`."""
    later = register.table(Milestone).filter(reached, skipped=False, project_id=OuterRef("project_id"))
    return Exists(later.filter(stage__in=lifecycle.passing(stage)))
