"""What needs attention: what is late and how often it moved, what stands still between stages, open problems."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists

from projects.figures.scope import Scope
from projects.models import Bulletin, Milestone, Problem, Project, User
from projects.models.project import listed_on
from projects.rules import lifecycle, lights, periods
from projects.vocabulary import DelayReason, Light, Precision, SideState, Stage

GAPS = (
    (Stage.SIGNED, Stage.STARTED),
    (Stage.STARTED, Stage.COMPLETED),
    (Stage.COMPLETED, Stage.IN_PRODUCTION),
)
"""Between which stages the office watches for projects that stand still."""


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """An open milestone with its plan; `days` late or to go, `moved` days from the original plan.

    `moves`: how often the plan went to a later day, None where nobody asked.
    """

    project: Project
    stage: Stage
    planned: str
    days_late: int
    days_to_go: int
    moved: int
    reason: str
    note: str
    moves: int | None = None

    @property
    def light(self) -> Light:
        return lights.of_days_late(self.days_late)


@dataclass(frozen=True, slots=True)
class Standing:
    """A project that reached one stage and not yet the next; `days` since then, `at_least` where the day is vague."""

    project: Project
    reached: str
    days: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the gap lists, the longest standing first; `count` of all, `rows` as far as the page goes."""

    reached: Stage
    missing: Stage
    count: int
    rows: list[Standing]

    @property
    def label(self) -> str:
        return f"已{self.reached.label}未{self.missing.label}"


@dataclass(frozen=True, slots=True)
class OpenProblem:
    problem: Problem
    days_late: int


@dataclass(frozen=True, slots=True)
class Changed:
    """One milestone's entry in the history since a seal: who, when, what and why."""

    project: Project
    stage: Stage
    at: date
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything of a scope that somebody should ask about; each list holds at most `most` rows."""

    late: list[DueMilestone]
    ahead: list[DueMilestone]
    gaps: list[Gap]
    problems: list[OpenProblem]
    seal: Bulletin | None
    changes: list[Changed]


def due_milestones(scope: Scope, *, most: int) -> tuple[list[DueMilestone], list[DueMilestone]]:
    """Open milestones past their plan, the longest overdue first, and those ahead, the nearest first; one query.

    At most `most` of each. Milestones as they stand now, judged on the day of the scope.
    """
    due = [_due(milestone, scope) for milestone in _open(scope, most)]
    return [item for item in due if item.days_late], [item for item in due if not item.days_late]


def attention(scope: Scope, *, most: int) -> Attention:
    """The attention page in ten queries: due milestones with their ledger, three gaps, problems, changes."""
    found = _open(scope, most)
    moves = _moves([milestone.pk for milestone in found])
    due = [_due(milestone, scope, moves.get(milestone.pk, 0)) for milestone in found]
    seal = Bulletin.objects.newest_seal(by=scope.as_of)
    return Attention(
        late=[item for item in due if item.days_late],
        ahead=[item for item in due if not item.days_late],
        gaps=[_gap(scope, reached, missing, most) for reached, missing in GAPS],
        problems=_problems(scope, most),
        seal=seal,
        changes=_changes(scope, seal, most) if seal else [],
    )


def _open(scope: Scope, most: int) -> list[Milestone]:
    """The few are found in the order of their plans, so the lists are looked up from there."""
    milestones, projects = Milestone.objects.open_on(scope.as_of), scope.concerned
    if scope.level:
        on_list = listed_on(scope.level, scope.year, as_of=scope.as_of, project="project_id")
        milestones = milestones.filter(Exists(on_list))
    if projects.query.has_filters():
        milestones = milestones.filter(project__in=projects)
    return list(milestones.nearest_each_side(scope.as_of, most))


def _due(milestone: Milestone, scope: Scope, moves: int | None = None) -> DueMilestone:
    step = milestone.as_step()
    assert step.current_on is not None  # open_on asks for a plan
    return DueMilestone(
        project=milestone.project,
        stage=Stage(milestone.stage),
        planned=periods.wording(step.current_on, step.current_precision or Precision.DAY),
        days_late=lifecycle.days_late(step, scope.as_of, milestone.project.standstills) or 0,
        days_to_go=max(0, (step.current_on - scope.as_of).days),
        moved=lifecycle.moved_days(step) or 0,
        reason=DelayReason(milestone.reason).label if milestone.reason else "",
        note=milestone.note,
        moves=moves,
    )


def _moves(milestones: list[int]) -> dict[int, int]:
    """How often each plan went to a later day, read from the history; one query."""
    plans = Milestone.history.filter(id__in=milestones, current_on__isnull=False)
    moves: dict[int, int] = defaultdict(int)
    before: dict[int, date] = {}
    for pk, planned in plans.order_by("history_date", "history_id").values_list("id", "current_on"):
        if planned > before.get(pk, planned):
            moves[pk] += 1
        before[pk] = planned
    return moves


def _gap(scope: Scope, reached: Stage, missing: Stage, most: int) -> Gap:
    standing = (
        Milestone.objects.filter(stage=reached, project__in=scope.listed)
        .exclude(project__side_state=SideState.TERMINATED)
        .reached_by(scope.as_of)
        .without(lifecycle.passing(missing), by=scope.as_of)
        .order_by("reached_on", "pk")
    )
    rows = [
        _standing(milestone, scope) for milestone in standing.select_related("project__organisation")[:most]
    ]
    return Gap(reached, missing, standing.count(), rows)


def _standing(milestone: Milestone, scope: Scope) -> Standing:
    step = milestone.as_step()
    assert step.reached_on is not None  # reached_by asks for it
    vague = step.reached_precision != Precision.DAY
    return Standing(milestone.project, step.reached_words, (scope.as_of - step.reached_on).days, vague)


def _problems(scope: Scope, most: int) -> list[OpenProblem]:
    problems = Problem.objects.filter(project__in=scope.listed).open_on(scope.as_of).order_by("due_on", "pk")
    return [
        OpenProblem(problem, max(0, (scope.as_of - problem.due_on).days) if problem.due_on else 0)
        for problem in problems.select_related("project", "organisation")[:most]
    ]


def _changes(scope: Scope, seal: Bulletin, most: int) -> list[Changed]:
    """What was written about milestones since the seal, the newest first; two queries."""
    entries = list(
        Milestone.history.filter(history_date__gt=seal.sealed_at, project__in=scope.listed)
        .select_related("history_user")
        .order_by("-history_date", "-history_id")[:most]
    )
    projects = Project.objects.in_bulk({entry.project_id for entry in entries})
    return [
        Changed(
            projects[entry.project_id],
            Stage(entry.stage),
            entry.history_date,
            _name(entry.history_user),
            entry.history_change_reason or "",
        )
        for entry in entries
    ]


def _name(person: User | None) -> str:
    return str(person) if person else "系统载入"
