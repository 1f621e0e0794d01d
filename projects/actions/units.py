"""Rename a unit, put it under another one, close it, merge it into another, and take these back."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from projects.actions import change_sets
from projects.actions.auditing import note
from projects.actions.guarding import change, explained, refusal_of_days, refusals, share_register
from projects.actions.notifying import News, tell
from projects.actions.recording import record
from projects.models import Organisation, Participation, Problem, Project, User, audience
from projects.models.organisation import DEEPEST_LEVEL
from projects.models.project import ProjectQuerySet
from projects.rules.broken import Overtaken, RuleBroken
from projects.vocabulary import AuditAct, NoticeKind

NAMED = 5
"""Projects that a refusal names."""


@transaction.atomic
def rename_unit(unit: Organisation, *, name: str, short_name: str, by: User, reason: str) -> Organisation:
    """Give a unit another name; its former one goes on being found."""
    locked = _locked(unit)
    if (locked.name, locked.short_name) == (name, short_name):
        raise RuleBroken("名称没有变化。")
    locked.name, locked.short_name = name, short_name
    record(locked, by=by, reason=f"更名：{reason}")
    return locked


@transaction.atomic
def move_unit(unit: Organisation, *, parent: Organisation, on: date, by: User, reason: str) -> Organisation:
    """Put a unit, with all below it, under another one from the day on; figures of days before stay as they were.

    Rights follow at once.
    """
    locked = _locked(unit)
    if locked.is_district:
        raise RuleBroken("全区本级没有上级单位。")
    if parent.pk == locked.parent_id:
        raise RuleBroken(f"{locked}的上级单位已是{parent}。")
    share_register()
    before = locked.parent
    locked.move_under(parent.pk, on=on, today=timezone.localdate())
    _demand_tree(locked)
    _demand_unsealed(on, by, reason)
    record(locked, by=by, reason=explained(f"{on}起由{before or '最上一级'}改属{parent}", reason))
    return locked


@transaction.atomic
def move_back(unit: Organisation, *, by: User, reason: str) -> Organisation:
    """Undo the last move of a unit: it has stood where it stood before all the time."""
    locked = _locked(unit)
    if not locked.former_parents:
        raise RuleBroken(f"{locked}没有调整过上级单位。")
    share_register()
    *earlier, (parent, since) = locked.former_parents
    before = str(locked.parent)
    locked.former_parents, locked.parent_id = earlier, parent
    _demand_tree(locked)
    _demand_unsealed(date.fromisoformat(since), by, reason)
    record(locked, by=by, reason=explained(f"撤销{since}起改属{before}的调整", reason))
    return locked


def _demand_tree(unit: Organisation) -> None:
    """No unit stands below itself, or too deep, on any day. The unit is not saved yet."""
    try:
        unit.clean()
    except ValidationError as fault:
        raise RuleBroken("；".join(fault.messages)) from fault
    if when := unit.broken_tree():
        day = "现在" if when == date.max else f"{when} "
        raise RuleBroken(f"{day}会有单位在自己的下级之下，或层级超过 {DEEPEST_LEVEL} 级，请核对。")


def _demand_unsealed(since: date, by: User, reason: str) -> None:
    if refusal := refusal_of_days(since, by=by, reason=reason):
        raise RuleBroken(refusal)


@transaction.atomic
def close_unit(
    unit: Organisation,
    *,
    on: date,
    successor: Organisation | None = None,
    with_people: bool = False,
    with_problems: bool = False,
    expected: int,
    by: User,
    reason: str,
) -> int:
    """Close a unit from the day on; how many projects its successor answers for from then on.

    What it answered for before stays with its past days, and its targets stay with it. `expected`: the projects that
    the writer was shown; raises Overtaken when there are more or fewer. Without a successor there may be none.
    `with_people`, `with_problems`: its accounts and the open problems that it is to remove go to the successor.
    """
    locked = _locked(unit)
    _demand_closable(locked, successor, on)
    projects = list(_of(locked))
    if len(projects) != expected:
        raise Overtaken(f"{locked}现在有 {len(projects)} 个项目，不是刚才的 {expected} 个，请核对后再办理。")
    if projects and successor is None:
        raise RuleBroken(f"{locked}还有 {len(projects)} 个项目，请选择并入的单位，或先把项目移交出去。")
    why = explained(f"{locked}{on}并入{successor}" if successor else f"{locked}{on}撤销", reason)
    if successor is not None:
        _hand_over(projects, successor, on, by=by, why=why)
        if with_people:
            locked.handed_people = list(locked.people.order_by("pk").values_list("pk", flat=True))
            locked.people.update(organisation=successor)
        if with_problems:
            found = locked.problems.filter(resolved_on=None).order_by("pk")
            locked.handed_problems = _give(found, successor, by=by, why=why)
    locked.closed_on, locked.successor = on, successor
    record(locked, by=by, reason=why)
    if successor is not None:
        _tell(locked, successor, locked.handed_people if with_people else [], len(projects), by=by, why=why)
    return len(projects)


@transaction.atomic
def reopen_unit(unit: Organisation, *, by: User, reason: str) -> int:
    """Undo closing a unit: what went to the successor on that day, and is still there, comes back; how many projects.

    So do the accounts and the problems, still open, that went along.
    """
    share_register()  # before the audit is locked: whoever seals takes them in this order
    locked = _locked(unit)
    if locked.closed_on is None:
        raise RuleBroken(f"{locked}没有撤销，无需恢复。")
    successor, closed_on = locked.successor, locked.closed_on
    why = explained(f"恢复{locked}", reason)
    back = _of(successor).last_handed_over_by(locked, closed_on) if successor is not None else []
    people = User.objects.filter(pk__in=locked.handed_people, organisation=successor)
    locked.closed_on = locked.successor = None
    problems = Problem.objects.filter(pk__in=locked.handed_problems, organisation=successor, resolved_on=None)
    given = list(problems.order_by("pk"))
    locked.handed_people, locked.handed_problems = [], []
    record(locked, by=by, reason=why)
    _give(given, locked, by=by, why=why)
    if successor is not None:
        _hand_over(back, locked, closed_on, by=by, why=why)
        moved = list(people.order_by("pk").values_list("pk", flat=True))
        people.update(organisation=locked)
        _tell(successor, locked, moved, len(back), by=by, why=why)
    return len(back)


def _tell(
    unit: Organisation, to: Organisation, people: Sequence[int], projects: int, *, by: User, why: str
) -> None:
    """Tell those whose work it is now, and those who came along; note how many projects went from a unit to another,
    and the accounts whose reach changed with it."""
    moved = "、".join(person.username for person in User.objects.filter(pk__in=people).order_by("pk"))
    detail = f"{why}；账号随单位转移：{moved}" if moved else why
    news = News(
        NoticeKind.ASSIGNED,
        cause=f"merged:{unit.pk}:{to.pk}:{timezone.now().isoformat()}",
        text=f"{unit}的 {projects} 个项目由{to}负责",
        detail=why,
        organisation=to,
    )
    if projects or people:
        tell([*audience.staff_of_one(to.pk), *User.objects.filter(pk__in=people)], news, by=by)
    note(AuditAct.HANDOVER, by=by, subject=f"单位：{unit} → {to}", detail=detail, rows=projects)


def _locked(unit: Organisation) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",)).get(pk=unit.pk)


def _of(unit: Organisation) -> ProjectQuerySet:
    """Projects that the unit itself answers for, locked."""
    return Project.objects.filter(organisation=unit).order_by("pk").select_for_update(of=("self",))


def _hand_over(projects: Sequence[Project], unit: Organisation, on: date, *, by: User, why: str) -> None:
    """RuleBroken where a project came after the day, or a sealed month counts one by the unit before."""
    share_register()
    changes = [change(project, _handed(project, unit, on)) for project in projects]
    writes = [write for each in changes if (write := each.counted) is not None]
    for sentence in refusals(writes, by=by, reason=why).values():
        raise RuleBroken(sentence)
    change_sets.write([(changes, why)], by=by)


def _give(problems: Iterable[Problem], unit: Organisation, *, by: User, why: str) -> list[int]:
    """Make the unit remove the problems; their numbers."""
    given = []
    for problem in problems:
        problem.organisation = unit
        record(problem, by=by, reason=why)
        given.append(problem.pk)
    return given


def _handed(project: Project, unit: Organisation, on: date) -> Project:
    after = copy(project)
    try:
        after.hand_to(unit.pk, on=on, today=timezone.localdate())
    except RuleBroken as broken:
        raise RuleBroken(f"{project}：{broken}") from broken
    return after


def _demand_closable(unit: Organisation, successor: Organisation | None, on: date) -> None:
    if unit.closed_on is not None:
        raise RuleBroken(f"{unit}已于 {unit.closed_on} 撤销。")
    if unit.is_district:
        raise RuleBroken("全区本级不能撤销。")
    if on > timezone.localdate():
        raise RuleBroken("撤销日期不能晚于今天。")
    if below := unit.children.open().first():
        raise RuleBroken(f"{unit}还有下级单位（{below}等），请先调整它们的上级单位。")
    if helped := list(Participation.objects.filter(organisation=unit).exclude(ended_on__lte=on)):
        names = "、".join(entry.project.name for entry in helped[:NAMED])
        raise RuleBroken(f"{unit}还是 {len(helped)} 个项目的协同单位（{names}），请先在项目页调整。")
    if successor is not None and (successor.pk == unit.pk or successor.closed_on is not None):
        raise RuleBroken("请选择另一个没有撤销的单位。")
    for project in Project.objects.once_answered_by([unit.pk]):
        left = max(str(until) for former, until in project.former_units if former == unit.pk)
        if left > on.isoformat():
            raise RuleBroken(f"{unit}到 {left} 还负责过{project}，撤销日期不能早于这一天。")
