"""Write the problem ledger: raise, change, close and reopen a problem."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions.notifying import News, tell
from projects.actions.recording import record
from projects.models import Problem, Project, User, audience
from projects.models.versions import newest_version
from projects.rules.broken import Overtaken, RuleBroken
from projects.vocabulary import NoticeKind


@transaction.atomic
def raise_problem(project: Project, problem: Problem, *, by: User) -> Problem:
    """Save a new problem."""
    problem.project = project
    if problem.raised_on > timezone.localdate():
        raise RuleBroken("提出日期不能晚于今天。")
    record(problem, by=by, reason="登记问题")
    _tell(problem, NoticeKind.ASSIGNED, by=by)
    return problem


@transaction.atomic
def amend(problem: Problem, *, by: User, reason: str, version: int | None = None) -> Problem:
    """Save a changed problem. Raises RuleBroken when it is closed.

    `version`: the base version; raises Overtaken when it is not the current one.
    """
    if not reason.strip():
        raise RuleBroken("请写明变更原因。")
    before = _locked(problem)
    if before.resolved_on is not None:
        raise RuleBroken("这个问题已经销号，不能再改；如需修改请先重新打开。")
    newest = newest_version(Problem, problem.pk)
    if version is not None and (newest is None or newest.history_id != version):
        raise Overtaken("这个问题刚刚又被别人改过，请核对后再保存。")
    record(problem, by=by, reason=reason.strip())
    if problem.organisation_id != before.organisation_id:
        _tell(problem, NoticeKind.ASSIGNED, by=by)
    return problem


@transaction.atomic
def close(problem: Problem, *, on: date, resolution: str, by: User) -> Problem:
    """Close the problem (销号): what was done, and on which day."""
    locked = _locked(problem)
    if locked.resolved_on is not None:
        raise RuleBroken("这个问题已经销号。")
    if on > timezone.localdate():
        raise RuleBroken("销号日期不能晚于今天。")
    if not resolution.strip():
        raise RuleBroken("销号须写明办理情况。")
    locked.resolved_on, locked.resolution = on, resolution.strip()
    record(locked, by=by, reason="销号")
    return locked


@transaction.atomic
def reopen(problem: Problem, *, by: User, reason: str) -> Problem:
    """Reopen a closed problem; the former resolution stays in the history."""
    locked = _locked(problem)
    if locked.resolved_on is None:
        raise RuleBroken("这个问题还没有销号，无需重新打开。")
    if not reason.strip():
        raise RuleBroken("重新打开须写明原因。")
    locked.resolved_on = None
    record(locked, by=by, reason=f"重新打开：{reason.strip()}")
    _tell(locked, NoticeKind.REOPENED, by=by)
    return locked


def _tell(problem: Problem, kind: NoticeKind, *, by: User) -> None:
    """Tell the unit that is to remove it; each version of the problem is one cause."""
    version = newest_version(Problem, problem.pk)
    news = News(
        kind,
        cause=f"problem:{version.history_id if version else problem.pk}",
        text=f"{'问题重新打开' if kind == NoticeKind.REOPENED else '新问题'}：{problem.text}",
        detail=str(problem.project) + (f"，{problem.due_on.isoformat()} 前解决" if problem.due_on else ""),
        problem=problem,
    )
    tell(audience.staff_of_one(problem.organisation_id or problem.project.organisation_id), news, by=by)


def _locked(problem: Problem) -> Problem:
    """Lock the problem; return its current record."""
    return Problem.objects.select_for_update().get(pk=problem.pk)
