"""Open milestones of a scope: what is past its plan, and what comes next, on both clocks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from projects.figures.register.cache import remembered
from projects.figures.register.subjects import Subject, in_scope, subject_of, subjects
from projects.figures.register.tables import Register, Rows
from projects.figures.scope import Scope
from projects.models import Milestone, Organisation, Problem, Project
from projects.models.answering import answered_then
from projects.models.milestone import perhaps_reached
from projects.models.standstills import stood_still
from projects.rules import lifecycle, lights, overdue, periods
from projects.rules.lifecycle import Step
from projects.rules.lights import Rule
from projects.vocabulary import DelayReason, Light, Precision, ProblemKind, SideState, Stage

PROBLEM_COLUMNS = ("kind", "text", "organisation_id", "person", "due_on")


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A line of the issue ledger that nobody has closed by the day; `organisation`: who is to remove it."""

    project: Subject
    kind: str
    text: str
    organisation: Organisation | None
    person: str
    due_on: date | None
    days_late: int


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """An open milestone with its plan; `days` late or to go, `moved` days from the original plan.

    `moves`: how often the plan went to a later day, None where nobody asked.
    """

    project: Subject
    stage: Stage
    planned: str
    days_late: int
    days_to_go: int
    moved: int
    reason: str
    note: str
    moves: int | None = None
    light: Light = Light.NONE
    is_unheard: bool = False
    """The plan is what a source said, and nothing was recorded of the stage since: nobody knows that it is late."""
    problem: OpenProblem | None = None
    """The open problem of the project that is due first, where somebody asked for it."""


def due_milestones(
    scope: Scope, *, most: int, rules: Collection[Rule] = (), units: Collection[Organisation] = ()
) -> tuple[list[DueMilestone], list[DueMilestone]]:
    """Open milestones past their plan, the longest overdue first, and those ahead, the nearest first.

    At most `most` of each, and as many late ones of each of the `units`, with the open problem of their project;
    judged on the day of the scope; one query, of the past three, and one to learn that nothing was written since the
    same was asked. `rules`: for the light of a late start.
    """
    register = register_of(scope)
    asked = (scope.level, scope.organisation and scope.organisation.pk, scope.narrowed_to)
    question = ("due", *asked, most, tuple(rules), sorted(unit.pk for unit in units))
    found = remembered(
        register, question, lambda: _due(register, scope, most, rules, units), besides=(Problem,)
    )
    return sides_of(found)


def _due(
    register: Register, scope: Scope, most: int, rules: Collection[Rule], units: Collection[Organisation]
) -> list[DueMilestone]:
    if scope.known_at is None:
        found = open_milestones(register, scope, most, units, beside=("project__organisation",))
        projects = {
            row.project_id: subject_of(row.project, scope, present=row.project.organisation) for row in found
        }
    else:
        found = open_milestones(register, scope, most, units)
        projects = subjects(register, scope, (row.project_id for row in found))
    return [due_of(row, projects[row.project_id], scope, rules) for row in found]


def register_of(scope: Scope) -> Register:
    return Register(scope.projects, scope.year, scope.as_of, scope.known_at)


def of_scope(rows: Rows, register: Register, scope: Scope) -> Rows:
    """Rows of the projects of the scope; a list is looked up from each row, since few rows are wanted."""
    if scope.level:
        listed = register.listings().filter(project_id=OuterRef("project_id"), level=scope.level)
        rows = rows.filter(Exists(listed))
    return in_scope(rows, register, scope)


def whose(register: Register, *states: SideState) -> Exists:
    """Whether the project of a row is there, and was in none of these states on the day."""
    projects = register.table(Project).filter(id=OuterRef("project_id"))
    return Exists(projects.filter(~stood_still(register.as_of, states=states)) if states else projects)


def open_milestones(
    register: Register,
    scope: Scope,
    most: int,
    units: Collection[Organisation] = (),
    beside: Sequence[str] = (),
) -> list[Any]:
    """Planned and not reached by the day, of projects that go on: `most` planned before the day, as many after.

    Of each of the `units`, as many planned before the day, each with the first open problem of its project.
    """
    rows = register.milestones().filter(whose(register, *SideState), current_on__isnull=False)
    open_rows = rows.filter(Q(reached_on=None) | ~perhaps_reached(scope.as_of))
    rows = of_scope(open_rows, register, scope)
    everything = rows.model._default_manager.order_by()
    if units:
        everything = everything.annotate(problem=_first_problem(register, scope.as_of))
    if beside:
        everything = everything.select_related(*beside)
    late = rows.filter(current_on__lt=scope.as_of)
    sides = [
        late,
        rows.filter(current_on__gte=scope.as_of),
        *(late.filter(project_id__in=_of_unit(register, scope.units.below(unit.pk))) for unit in units),
    ]
    first, *others = (
        everything.filter(pk__in=side.order_by("current_on", "id").values("pk")[:most]) for side in sides
    )
    found = first.union(*others, all=True).order_by("current_on", "id")
    return list({row.pk: row for row in found}.values())


def _of_unit(register: Register, units: Collection[int]) -> Rows:
    """The numbers of the projects that one of the units answered for on the day."""
    stayed = Q(former_units=[], organisation_id__in=units)
    return register.table(Project).filter(stayed | answered_then(units, register.as_of)).values("id")


def _first_problem(register: Register, day: date) -> Subquery:
    """The open problem of a milestone's project that is due first, as a JSON object."""
    problems = register.table(Problem).filter(project_id=OuterRef("project_id"), raised_on__lte=day)
    problems = problems.exclude(resolved_on__lte=day).order_by(F("due_on").asc(nulls_last=True), "id")
    columns = JSONObject(**{name: name for name in PROBLEM_COLUMNS})
    return Subquery(problems.values(found=columns)[:1])


def due_of(
    milestone: Any, project: Subject, scope: Scope, rules: Collection[Rule], moves: int | None = None
) -> DueMilestone:
    step = Milestone.as_step(milestone)  # an entry of the history has the columns of the table
    assert step.current_on is not None  # `open_milestones` asks for a plan
    days = lifecycle.days_late(step, scope.as_of, project.standstills) or 0
    return DueMilestone(
        project=project,
        stage=Stage(milestone.stage),
        planned=periods.wording(step.current_on, step.current_precision or Precision.DAY),
        days_late=days,
        light=_light(step, days, project, scope.as_of, rules),
        is_unheard=step.is_plan_stated,
        days_to_go=max(0, (step.current_on - scope.as_of).days),
        moved=lifecycle.moved_days(step) or 0,
        reason=DelayReason(milestone.reason).label if milestone.reason else "",
        note=milestone.reason_note or milestone.note,
        moves=moves,
        problem=_beside(milestone, project, scope),
    )


def _beside(milestone: Any, project: Subject, scope: Scope) -> OpenProblem | None:
    """The problem that `open_milestones` put beside a milestone."""
    found = getattr(milestone, "problem", None)
    if found is None:
        return None
    due_on = date.fromisoformat(found["due_on"]) if found["due_on"] else None
    return problem_of(SimpleNamespace(**found | {"due_on": due_on}), project, scope)


def _light(step: Step, days: int, project: Subject, day: date, rules: Collection[Rule]) -> Light:
    if step.stage != Stage.STARTED or not days:
        return lights.of_days_late(days)
    lit = overdue.judge(overdue.waiting({step.stage: step}, day), rules, day, project.standstills)
    return overdue.light_of_late_start(rules, day, lit, days)


def sides_of(due: list[DueMilestone]) -> tuple[list[DueMilestone], list[DueMilestone]]:
    return [item for item in due if item.days_late], [item for item in due if not item.days_late]


def problem_of(problem: Any, project: Subject, scope: Scope) -> OpenProblem:
    late = (scope.as_of - problem.due_on).days if problem.due_on else 0
    has_left = project.pk is None  # then nobody is named
    return OpenProblem(
        project=project,
        kind=ProblemKind(problem.kind).label,
        text=problem.text,
        organisation=scope.units.by_id.get(problem.organisation_id),
        person="" if has_left else problem.person,
        due_on=problem.due_on,
        days_late=max(0, late),
    )
