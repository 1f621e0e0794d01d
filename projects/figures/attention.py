"""What needs attention: what is late and how often it moved, what stands still between stages, open problems.

Every list answers on both clocks: of the register as it stands, or as it was known at a moment.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from projects.figures.open_milestones import (
    DueMilestone,
    OpenProblem,
    due_of,
    of_scope,
    open_milestones,
    problem_of,
    register_of,
    sides_of,
    whose,
)
from projects.figures.register.missing_reports import silent
from projects.figures.register.subjects import Subject, subjects
from projects.figures.register.tables import Register, Rows
from projects.figures.register.waiting import waiting_of, waiting_rows
from projects.figures.scope import Scope
from projects.models import Bulletin, Milestone, User
from projects.models.milestone import perhaps_reached
from projects.rules import lifecycle, overdue, periods
from projects.rules.bounds import Bounds
from projects.rules.lights import Rule
from projects.rules.overdue import Overdue
from projects.vocabulary import LightFamily, Precision, SideState, Stage

GAPS = (
    (Stage.SIGNED, Stage.STARTED),
    (Stage.STARTED, Stage.COMPLETED),
    (Stage.COMPLETED, Stage.IN_PRODUCTION),
)
"""Between which stages the office watches for projects that stand still."""


@dataclass(frozen=True, slots=True)
class OverdueProject:
    """A project with a yellow or a red light for its start or its entry; `since` in words."""

    project: Subject
    overdue: Overdue
    since: str


@dataclass(frozen=True, slots=True)
class StalledProject:
    """A project that reached one stage and not yet the next; `days` since then, `at_least` where the day is vague."""

    project: Subject
    reached: str
    days: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the gap lists, the longest standing first; `rows` are those that are certain, as far as the page goes.

    `count` of all; None where no project of the scope has reached the first stage, as far as anybody recorded it.
    """

    reached: Stage
    missing: Stage
    count: Bounds | None
    rows: list[StalledProject]

    @property
    def label(self) -> str:
        return f"已{self.reached.label}未{self.missing.label}"


@dataclass(frozen=True, slots=True)
class Changed:
    """One milestone's entry in the history since a seal: who, when, what and why."""

    project: Subject
    stage: Stage
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything of a scope that somebody should ask about; each list holds as many rows as were asked for."""

    late: list[DueMilestone]
    ahead: list[DueMilestone]
    overdue: list[OverdueProject]
    gaps: list[Gap]
    problems: list[OpenProblem]
    silent: list[Subject]
    seal: Bulletin | None
    changes: list[Changed]


def attention(scope: Scope, *, most: int, few: int | None = None, rules: Collection[Rule] = ()) -> Attention:
    """The attention page: due milestones with their ledger, three gaps, problems, changes since the last seal.

    `few`: what lies ahead and what was changed is worth fewer rows. `rules`: of the lights.
    """
    register = register_of(scope)
    found, gaps = open_milestones(register, scope, most), [_gap_rows(register, scope, *gap) for gap in GAPS]
    shown = [list(rows[:most]) for rows in gaps]
    problems = list(_problem_rows(register, scope)[:most])
    lit = list(_lit(register, scope, rules, most))
    seal = _last_seal(scope)
    entries = _entries(scope, register, seal)[: few or most] if seal else []
    listed = [*found, *problems, *entries, *(row for row, _ in lit), *(row for rows in shown for row in rows)]
    projects = subjects(register, scope, (row.project_id for row in listed))
    moves = _moves([row.id for row in found], scope.known_at)
    late, ahead = sides_of(
        [due_of(row, projects[row.project_id], scope, rules, moves[row.id]) for row in found]
    )
    return Attention(
        late=late,
        ahead=ahead[: few or most],
        overdue=[OverdueProject(projects[row.project_id], of, _since(row, of)) for row, of in lit],
        gaps=[
            Gap(
                *gap,
                _gap_count(register, scope, *gap),
                [_stalled(row, projects[row.project_id], scope) for row in few],
            )
            for gap, few in zip(GAPS, shown, strict=True)
        ],
        problems=[problem_of(row, projects[row.project_id], scope) for row in problems],
        silent=silent(scope, most=most),
        seal=seal,
        changes=[_changed(entry, projects) for entry in entries if entry.project_id in projects],
    )


def _moves(milestones: list[int], known_at: datetime | None) -> Mapping[int, int]:
    """How often each plan went to a later day, read from the history; one query."""
    plans = Milestone.history.filter(id__in=milestones, current_on__isnull=False)
    if known_at is not None:
        plans = plans.filter(history_date__lte=known_at)
    moves: dict[int, int] = defaultdict(int)
    before: dict[int, date] = {}
    for pk, planned in plans.order_by("history_date", "history_id").values_list("id", "current_on"):
        if planned > before.get(pk, planned):
            moves[pk] += 1
        before[pk] = planned
    return moves


# Lit by a rule


def lit_projects(scope: Scope, rules: Collection[Rule]) -> list[OverdueProject]:
    """Every project with a yellow or red light for its start or entry, the longest overdue first; two queries."""
    register = register_of(scope)
    lit = list(_lit(register, scope, rules, None))
    projects = subjects(register, scope, (row.project_id for row, _ in lit))
    return [OverdueProject(projects[row.project_id], found, _since(row, found)) for row, found in lit]


def _lit(
    register: Register, scope: Scope, rules: Collection[Rule], most: int | None
) -> Iterator[tuple[Any, Overdue]]:
    """Milestones 开工 of the projects that the lights of 新开工 and 新入库 count, the longest overdue first."""
    rows = of_scope(waiting_rows(register), register, scope).order_by("since", "id")
    lit = ((row, _judged(row, rules, scope.as_of)) for row in rows.iterator())
    return islice(((row, found) for row, found in lit if found is not None), most)


def _judged(row: Any, rules: Collection[Rule], day: date) -> Overdue | None:
    found, standstills = waiting_of(row.family, row.since, row.spans)
    return overdue.judge(found, rules, day, standstills)


def _since(milestone: Any, found: Overdue) -> str:
    """计划 2024年5月 or 2024年5月3日开工."""
    step = Milestone.as_step(milestone)
    if found.family == LightFamily.ENTRY_OVERDUE:
        return f"{step.reached_words}开工"
    assert step.current_on is not None  # else it would not be overdue
    return f"计划 {periods.wording(step.current_on, step.current_precision or Precision.DAY)}开工"


# Late ones together

type Grouped = list[tuple[str, list[DueMilestone]]]


def grouped_late(late: Sequence[DueMilestone], by: str) -> Grouped:
    """Late milestones by reason, unit or responsible person, the largest group first, each in the order given.

    Without a known `by`, all in one group without a name; without any milestone, no group.
    """
    if by not in _NAMES:
        return [("", list(late))] if late else []
    groups: dict[str, list[DueMilestone]] = defaultdict(list)
    for due in late:
        groups[_NAMES[by](due)].append(due)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


_NAMES: Mapping[str, Callable[[DueMilestone], str]] = {
    "reason": lambda due: due.reason or "未说明原因",
    "unit": lambda due: str(due.project.organisation or "未明确单位"),
    "person": lambda due: due.project.contact or "责任人未登记",
}


# Standing still


def _gap_rows(register: Register, scope: Scope, reached: Stage, missing: Stage) -> Rows:
    """Milestones of one stage, of projects that are not terminated and have not passed the next one by the day, for
    certain.
    """
    passed = _passed(register, missing, perhaps_reached(scope.as_of))
    rows = _perhaps_in_gap(register, scope, reached).filter(~passed, reached_on__lte=scope.as_of)
    return rows.order_by("reached_on", "id")


def _gap_count(register: Register, scope: Scope, reached: Stage, missing: Stage) -> Bounds | None:
    day = scope.as_of
    by_now = Q(reached_on__lte=day)
    counts = _perhaps_in_gap(register, scope, reached).aggregate(
        reached=Count("id"),
        certain=Count("id", filter=by_now & Q(~_passed(register, missing, perhaps_reached(day)))),
        possible=Count("id", filter=Q(~_passed(register, missing, by_now))),
    )
    return Bounds(counts["certain"], counts["possible"]) if counts["reached"] else None


def _perhaps_in_gap(register: Register, scope: Scope, reached: Stage) -> Rows:
    rows = register.milestones().filter(perhaps_reached(scope.as_of), stage=reached)
    return of_scope(rows.filter(whose(register, SideState.TERMINATED)), register, scope)


def _passed(register: Register, stage: Stage, reached: Q) -> Exists:
    """Whether the project of a milestone has passed a stage, by milestones that were `reached`."""
    later = register.table(Milestone).filter(reached, skipped=False, project_id=OuterRef("project_id"))
    return Exists(later.filter(stage__in=lifecycle.passing(stage)))


def _stalled(milestone: Any, project: Subject, scope: Scope) -> StalledProject:
    step = Milestone.as_step(milestone)
    assert step.reached_on is not None  # `_gap_rows` asks for it
    vague = step.reached_precision != Precision.DAY
    return StalledProject(project, step.reached_words, (scope.as_of - step.reached_on).days, vague)


# Problems


def _problem_rows(register: Register, scope: Scope) -> Rows:
    rows = register.problems().filter(whose(register), raised_on__lte=scope.as_of)
    rows = rows.exclude(resolved_on__lte=scope.as_of)
    return of_scope(rows, register, scope).order_by("due_on", "id")


# Changes


def _last_seal(scope: Scope) -> Bulletin | None:
    seals = Bulletin.objects.filter(year=scope.year).seal_before(
        scope.as_of, level=scope.level, organisation=scope.organisation, known_at=scope.known_at
    )
    return seals.first()


def _entries(scope: Scope, register: Register, seal: Bulletin) -> Rows:
    """What was written about milestones of the scope since the seal, the newest first."""
    entries = Milestone.history.filter(history_date__gt=seal.sealed_at)
    if scope.known_at is not None:
        entries = entries.filter(history_date__lte=scope.known_at)
    if (
        scope.visible.query.has_filters()
    ):  # what others have written about a project that was handed over is theirs
        entries = entries.filter(project_id__in=scope.visible.order_by().values("pk"))
    return of_scope(entries, register, scope).order_by("-history_date", "-history_id")


def _changed(entry: Any, projects: Mapping[int, Subject]) -> Changed:
    return Changed(
        projects[entry.project_id],
        Stage(entry.stage),
        entry.history_date,
        _name(entry.history_user),
        entry.history_change_reason or "",
    )


def _name(person: User | None) -> str:
    return str(person) if person else "系统载入"
