"""The issue ledger: raised, changed, closed with what was done, opened again; the history keeps each."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import problems
from projects.models import Problem
from projects.rules.broken import RuleBroken
from tests import build

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def newest(problem: Problem) -> tuple[str, object, str]:
    entry = problem.history.first()
    return entry.history_type, entry.history_user, entry.history_change_reason


def test_a_problem_is_raised_for_a_project():
    project, by = build.project(), build.staff()
    problem = Problem(kind="land", text="未交地", raised_on=TODAY)
    problems.raise_problem(project, problem, by=by)

    assert project.problems.get() == problem
    assert newest(problem) == ("+", by, "登记问题")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"raised_on": TODAY + timedelta(days=1)}, "提出日期不能晚于今天"),
        ({"raised_on": TODAY, "due_on": TODAY - timedelta(days=1)}, "办结期限不能早于提出日期"),
    ],
)
def test_days_that_cannot_be_are_refused(days: dict[str, date], sentence: str):
    with pytest.raises(RuleBroken, match=sentence):
        problems.raise_problem(build.project(), Problem(kind="land", text="未交地", **days), by=build.staff())
    assert not Problem.objects.exists()


def test_a_change_says_why():
    problem, by = build.problem(build.project()), build.staff()
    problem.person = "王强"
    with pytest.raises(RuleBroken, match="请写明变更原因"):
        problems.amend(problem, by=by, reason=" ")
    problems.amend(problem, by=by, reason="换人")

    assert Problem.objects.get().person == "王强"
    assert newest(problem) == ("~", by, "换人")


def test_it_is_closed_with_what_was_done_and_opened_again():
    problem, by = build.problem(build.project()), build.staff()
    problems.close(problem, on=TODAY, resolution=" 已交地 ", by=by)

    kept = Problem.objects.get()
    assert (kept.resolved_on, kept.resolution) == (TODAY, "已交地")
    assert newest(kept) == ("~", by, "销号")

    problems.reopen(kept, by=by, reason="仍有一户")
    kept.refresh_from_db()
    assert (kept.resolved_on, kept.resolution) == (None, "已交地")
    assert newest(kept) == ("~", by, "重新打开：仍有一户")


@pytest.mark.parametrize(
    ("on", "resolution", "sentence"),
    [
        (TODAY, " ", "销号须写明办理情况"),
        (TODAY + timedelta(days=1), "已交地", "销号日期不能晚于今天"),
        (date(2024, 2, 29), "已交地", "不早于提出日期"),
    ],
)
def test_a_closing_that_says_too_little_is_refused(on: date, resolution: str, sentence: str):
    problem = build.problem(build.project(), raised="2024-03-01")
    with pytest.raises(RuleBroken, match=sentence):
        problems.close(problem, on=on, resolution=resolution, by=build.staff())
    assert Problem.objects.get().resolved_on is None
    assert problem.history.count() == 1


def test_a_closed_problem_is_neither_changed_nor_closed_twice():
    problem, by = build.problem(build.project()), build.staff()
    problems.close(problem, on=TODAY, resolution="已交地", by=by)

    with pytest.raises(RuleBroken, match="已经销号，不能再改"):
        problems.amend(problem, by=by, reason="换人")
    with pytest.raises(RuleBroken, match="这个问题已经销号"):
        problems.close(problem, on=TODAY, resolution="又交地", by=by)
    assert Problem.objects.get().resolution == "已交地"


def test_opening_again_needs_a_closed_problem_and_a_reason():
    problem, by = build.problem(build.project()), build.staff()
    with pytest.raises(RuleBroken, match="还没有销号"):
        problems.reopen(problem, by=by, reason="仍有一户")
    problems.close(problem, on=TODAY, resolution="已交地", by=by)
    with pytest.raises(RuleBroken, match="重新打开须写明原因"):
        problems.reopen(problem, by=by, reason="")
