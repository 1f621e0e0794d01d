"""Open milestones of a scope: what is past its plan, and what comes next, on both clocks."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, TruncDate

from projects.figures.register.cache import remembered
from projects.figures.register.first_rows import Ordered, first_rows
from projects.figures.register.grouping import asked_of, of_scope, whose
from projects.figures.register.subjects import Subject, subject_of, subjects
from projects.figures.register.tables import Register, Rows
from projects.figures.scope import Scope
from projects.models import Inquiry, Milestone, Organisation, Problem, Project
from projects.models.answering import answered_then
from projects.models.milestone import perhaps_reached
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
class Asked:
    """Who asked why a milestone is late, and on which day."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """An open milestone with its plan; `days` late or to go, `moved` days from the original plan.

    `milestone`: its number. `moves`: how often the plan went to a later day, None where nobody asked.
    """

    milestone: int
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
    asked: Asked | None = None
    """The question why it is late."""


def due_milestones(
    scope: Scope, *, most: int, rules: Collection[Rule] = (), units: Collection[Organisation] = ()
) -> tuple[list[DueMilestone], list[DueMilestone]]:
    """Open milestones past their plan, the longest overdue first, and those ahead, the nearest first.

    At most `most` of each, and as many late ones of each of the `units`, with the open problem of their project;
    judged on the day of the scope; a query for each list and one for the rows, of the past two more, and one to learn
    that nothing was written since the same was asked. `rules`: for the light of a late start.
    """
    register = register_of(scope)
    question = ("due", *asked_of(scope), most, tuple(rules), sorted(unit.pk for unit in units))
    found = remembered(
        register, question, lambda: _due(register, scope, most, rules, units), besides=(Problem, Inquiry)
    )
    return sides_of(found)


def _due(
    register: Register, scope: Scope, most: int, rules: Collection[Rule], units: Collection[Organisation]
) -> list[DueMilestone]:
    lists = first_rows(register, ("open", *asked_of(scope)), open_lists(scope, units), most=most)
    pks = [place.pk for places in lists.values() for place in places]
    if scope.known_at is None:
        found = open_milestones(register, pks, with_problem=bool(units), beside=("project__organisation",))
        opening = scope.opens_among({row.project_id for row in found})
        projects = {
            row.project_id: subject_of(
                row.project, scope, present=row.project.organisation, opens=row.project_id in opening
            )
            for row in found
        }
    else:
        found = open_milestones(register, pks, with_problem=bool(units))
        projects = subjects(register, scope, (row.project_id for row in found))
    return [due_of(row, projects[row.project_id], scope, rules) for row in found]


def register_of(scope: Scope) -> Register:
    return Register(scope.projects, scope.year, scope.as_of, scope.known_at)


def open_lists(scope: Scope, units: Collection[Organisation] = ()) -> dict[str, Ordered]:
    """What is planned and not reached by the day, of projects that go on: planned before the day, also of each of the
    `units` by itself, and planned after.
    """

    def late(register: Register) -> Rows:
        return _open(register, scope).filter(current_on__lt=scope.as_of)

    def of_unit(unit: Organisation) -> Callable[[Register], Rows]:
        return lambda register: late(register).filter(
            project_id__in=_of_unit(register, scope.units.below(unit.pk))
        )

    def ahead(register: Register) -> Rows:
        return _open(register, scope).filter(current_on__gte=scope.as_of)

    named = {f"late of {unit.pk}": of_unit(unit) for unit in units}
    return {
        name: Ordered(rows, "current_on") for name, rows in ({"late": late, "ahead": ahead} | named).items()
    }


def _open(register: Register, scope: Scope) -> Rows:
    rows = register.milestones().filter(whose(register, *SideState), current_on__isnull=False)
    open_rows = rows.filter(Q(reached_on=None) | ~perhaps_reached(scope.as_of))
    return of_scope(open_rows, register, scope)


def open_milestones(
    register: Register, pks: Collection[int], *, with_problem: bool = False, beside: Sequence[str] = ()
) -> list[Any]:
    """These rows of `open_lists`, by their primary keys, in the order of their plans; one query.

    Each with who asked why it is late, and where wanted with the first open problem of its project.
    """
    rows = register.table(Milestone).model._default_manager.order_by().annotate(asked=_question())
    if with_problem:
        rows = rows.annotate(problem=_first_problem(register, register.as_of))
    if beside:
        rows = rows.select_related(*beside)
    return list(rows.filter(pk__in=set(pks)).order_by("current_on", "id"))


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


def _question() -> Subquery:
    """Who asked why the milestone is late, and on which day, as a JSON object: as of now, on either clock."""
    name = Concat("asked_by__last_name", "asked_by__first_name", output_field=CharField())
    columns = JSONObject(
        by=Coalesce(NullIf(name, Value("")), "asked_by__username"),
        on=TruncDate("asked_at"),
    )
    return Subquery(Inquiry.objects.filter(milestone_id=OuterRef("id")).order_by().values(found=columns)[:1])


def due_of(
    milestone: Any, project: Subject, scope: Scope, rules: Collection[Rule], moves: int | None = None
) -> DueMilestone:
    step = Milestone.as_step(milestone)  # an entry of the history has the columns of the table
    assert step.current_on is not None  # `open_milestones` asks for a plan
    days = lifecycle.days_late(step, scope.as_of, project.standstills) or 0
    return DueMilestone(
        milestone=milestone.id,
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
        asked=_asked(milestone) if days and not milestone.reason else None,
    )


def _beside(milestone: Any, project: Subject, scope: Scope) -> OpenProblem | None:
    """The problem that `open_milestones` put beside a milestone."""
    found = getattr(milestone, "problem", None)
    if found is None:
        return None
    due_on = date.fromisoformat(found["due_on"]) if found["due_on"] else None
    return problem_of(SimpleNamespace(**found | {"due_on": due_on}), project, scope)


def _asked(milestone: Any) -> Asked | None:
    """The question that `open_milestones` put beside a milestone."""
    found = getattr(milestone, "asked", None)
    return Asked(found["by"], date.fromisoformat(found["on"])) if found else None


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
