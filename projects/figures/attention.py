"""What needs attention: what is late and how often it moved, what stands still between stages, open problems.

Every list answers on both clocks: of the register as it stands, or as it was known at a moment.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import DateField, F, Model, Value
from django.db.models.functions import Coalesce

from projects.figures.gaps import GAPS, gap_counts, gap_lists, gap_name
from projects.figures.open_milestones import (
    DueMilestone,
    OpenProblem,
    due_of,
    open_lists,
    open_milestones,
    problem_of,
    register_of,
    sides_of,
)
from projects.figures.register.cache import READ
from projects.figures.register.first_rows import Ordered, Place, first_rows
from projects.figures.register.grouping import asked_of, of_scope, whose
from projects.figures.register.silent import silent
from projects.figures.register.subjects import Subject, subjects
from projects.figures.register.tables import Register, Rows
from projects.figures.register.waiting import waiting_of, waiting_rows
from projects.figures.scope import Scope
from projects.models import Bulletin, Milestone, Problem, User
from projects.rules import overdue, periods
from projects.rules.bounds import Bounds
from projects.rules.lights import Rule
from projects.rules.overdue import Overdue
from projects.vocabulary import LightFamily, Precision, Stage

OVERDUE_FAMILIES = (LightFamily.START_OVERDUE, LightFamily.ENTRY_OVERDUE)


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

    def is_cut(self, most: int, few: int) -> bool:
        """Whether a list may be longer than what was asked for."""
        long = [len(self.late), len(self.overdue), len(self.problems), len(self.silent)]
        longest = max(*long, *(len(gap.rows) for gap in self.gaps))
        return longest >= most or max(len(self.ahead), len(self.changes)) >= few


def attention(scope: Scope, *, most: int, few: int | None = None, rules: Collection[Rule] = ()) -> Attention:
    """The attention page: due milestones with their ledger, three gaps, problems, changes since the last seal.

    `few`: what lies ahead and what was changed is worth fewer rows. `rules`: of the lights.
    """
    register, lists = register_of(scope), {**open_lists(scope), **gap_lists(scope), **_problem_list(scope)}
    first = first_rows(register, ("attention", *asked_of(scope)), lists, most=most, reads=(*READ, Problem))
    found = open_milestones(register, [row.pk for row in (*first["late"], *first["ahead"])])
    shown = [_rows_of(register, Milestone, first[gap_name(*gap)], "reached_on") for gap in GAPS]
    problems = _rows_of(register, Problem, first["problems"], "due_on")
    lit = _lit(register, scope, rules, most)
    seal = _last_seal(scope)
    entries = _entries(scope, register, seal)[: few or most] if seal else []
    listed = [*found, *problems, *entries, *(row for row, _ in lit), *(row for rows in shown for row in rows)]
    projects = subjects(register, scope, (row.project_id for row in listed))
    moves = _moves([row.id for row in found], scope.known_at)
    counts = gap_counts(register, scope)
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
                counts[gap],
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


def _rows_of(register: Register, model: type[Model], places: Collection[Place], by: str) -> list[Any]:
    """The rows of a list whole, in its order."""
    rows = register.table(model).model._default_manager.filter(pk__in=[place.pk for place in places])
    return list(rows.order_by(F(by).asc(nulls_last=True), "id"))


# Lit by a rule


def lit_projects(scope: Scope, rules: Collection[Rule]) -> list[OverdueProject]:
    """Every project with a yellow or red light for its start or entry, the longest overdue first; two queries."""
    register = register_of(scope)
    lit = list(_every_lit(register, scope, rules))
    projects = subjects(register, scope, (row.project_id for row, _ in lit))
    return [OverdueProject(projects[row.project_id], found, _since(row, found)) for row, found in lit]


def _lit(register: Register, scope: Scope, rules: Collection[Rule], most: int) -> list[tuple[Any, Overdue]]:
    """The first of `_every_lit`, of twice as many that wait for their start or entry; where these are not enough, of
    all.
    """
    families = [family for family in OVERDUE_FAMILIES if overdue.rule_of(rules, family, scope.as_of)]
    if not families:
        return []
    waiting = Ordered(lambda register: _waiting(register, scope).filter(family__in=families), "since")
    question = ("waiting", *asked_of(scope), tuple(families))
    places = first_rows(register, question, {"waiting": waiting}, most=2 * most)["waiting"]
    few = replace(register, only=frozenset(place.project for place in places))
    rows = waiting_rows(few).filter(pk__in=[place.pk for place in places]).order_by("since", "id")
    lit = [(row, found) for row in rows if (found := _judged(row, rules, scope.as_of)) is not None]
    if len(lit) >= most or len(places) < 2 * most:
        return lit[:most]
    return list(islice(_every_lit(register, scope, rules), most))


def _every_lit(register: Register, scope: Scope, rules: Collection[Rule]) -> Iterator[tuple[Any, Overdue]]:
    """Milestones 开工 of the projects that the lights of 新开工 and 新入库 count, the longest overdue first."""
    for row in _waiting(register, scope).order_by("since", "id").iterator():
        if (found := _judged(row, rules, scope.as_of)) is not None:
            yield row, found


def _waiting(register: Register, scope: Scope) -> Rows:
    return of_scope(waiting_rows(register), register, scope)


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


def _stalled(milestone: Any, project: Subject, scope: Scope) -> StalledProject:
    step = Milestone.as_step(milestone)
    assert step.reached_on is not None  # `_gap_rows` asks for it
    vague = step.reached_precision != Precision.DAY
    return StalledProject(project, step.reached_words, (scope.as_of - step.reached_on).days, vague)


# Problems


def _problem_list(scope: Scope) -> dict[str, Ordered]:
    return {"problems": Ordered(lambda register: _problem_rows(register, scope), "due")}


def _problem_rows(register: Register, scope: Scope) -> Rows:
    rows = register.problems().filter(whose(register), raised_on__lte=scope.as_of)
    rows = rows.exclude(resolved_on__lte=scope.as_of)
    due = Coalesce("due_on", Value(date.max), output_field=DateField())
    return of_scope(rows.annotate(due=due), register, scope)


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
