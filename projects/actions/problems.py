"""The issue ledger: a problem is raised, changed, closed with what was done, and opened again."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions.recording import record
from projects.models import Problem, Project, User
from projects.models.versions import newest_version
from projects.rules.broken import Overtaken, RuleBroken


@transaction.atomic
def raise_problem(project: Project, problem: Problem, *, by: User) -> Problem:
    """Enter a new line of the ledger."""
    problem.project = project
    if problem.raised_on > timezone.localdate():
        raise RuleBroken("提出日期不能晚于今天。")
    record(problem, by=by, reason="登记问题")
    return problem


@transaction.atomic
def amend(problem: Problem, *, by: User, reason: str, version: int | None = None) -> Problem:
    """Save a changed line; RuleBroken for one that is closed.

    `version`: the newest history entry that `problem` was changed upon; Overtaken when it is not the newest.
    """
    if not reason.strip():
        raise RuleBroken("请写明变更原因。")
    if _held(problem).resolved_on is not None:
        raise RuleBroken("这个问题已经销号，不能再改；如需修改请先重新打开。")
    newest = newest_version(Problem, problem.pk)
    if version is not None and (newest is None or newest.history_id != version):
        raise Overtaken("这个问题刚刚又被别人改过，请核对后再保存。")
    record(problem, by=by, reason=reason.strip())
    return problem


@transaction.atomic
def close(problem: Problem, *, on: date, resolution: str, by: User) -> Problem:
    """Strike the problem off (销号): what was done, and on which day."""
    held = _held(problem)
    if held.resolved_on is not None:
        raise RuleBroken("这个问题已经销号。")
    if on > timezone.localdate():
        raise RuleBroken("销号日期不能晚于今天。")
    if not resolution.strip():
        raise RuleBroken("销号须写明办理情况。")
    held.resolved_on, held.resolution = on, resolution.strip()
    record(held, by=by, reason="销号")
    return held


@transaction.atomic
def reopen(problem: Problem, *, by: User, reason: str) -> Problem:
    """Open a closed problem again; what was said to be done stays in the history."""
    held = _held(problem)
    if held.resolved_on is None:
        raise RuleBroken("这个问题还没有销号，无需重新打开。")
    if not reason.strip():
        raise RuleBroken("重新打开须写明原因。")
    held.resolved_on = None
    record(held, by=by, reason=f"重新打开：{reason.strip()}")
    return held


def _held(problem: Problem) -> Problem:
    """The line as it stands, while nobody else may write it."""
    return Problem.objects.select_for_update().get(pk=problem.pk)
