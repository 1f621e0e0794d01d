"""The issue ledger as people read it: what stands in the way, who removes it, how late they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page

from projects.figures.paging import PAGE_SIZE, Pages
from projects.models import Problem
from projects.models.problem import ProblemQuerySet
from projects.rules import lights
from projects.vocabulary import Light


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One line as of a day; `days_left` None: no deadline, or closed."""

    problem: Problem
    days_late: int
    days_left: int | None
    unit: str
    """Who is to remove it: the unit named, else the one responsible for the project; "" where nobody is."""

    @property
    def is_open(self) -> bool:
        return self.problem.resolved_on is None

    @property
    def light(self) -> Light:
        if not self.is_open or self.days_left is None:
            return Light.NONE
        return lights.of_days_late(self.days_late) if self.days_late else Light.GREEN

    @property
    def words(self) -> str:
        if not self.is_open:
            return "已销号"
        if self.days_late:
            return f"超期 {self.days_late} 天"
        if self.days_left is None:
            return "未定期限"
        return f"还有 {self.days_left} 天" if self.days_left else "今天到期"


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """A page of the ledger, the pressing ones first."""

    lines: tuple[ProblemLine, ...]
    page: Page[Problem]
    count: int
    overdue: int


def problem_line(problem: Problem, today: date) -> ProblemLine:
    """No query: the project, its unit and the problem's unit are loaded by the caller."""
    days = (problem.due_on - today).days if problem.due_on and problem.resolved_on is None else None
    return ProblemLine(
        problem,
        days_late=max(0, -days) if days is not None else 0,
        days_left=max(0, days) if days is not None else None,
        unit=str(problem.organisation or problem.project.organisation or ""),
    )


def problem_lines(problems: Iterable[Problem], *, today: date) -> tuple[ProblemLine, ...]:
    return tuple(problem_line(problem, today) for problem in problems)


def ledger(problems: ProblemQuerySet, *, today: date, most: int | None = None) -> tuple[ProblemLine, ...]:
    """Every line of a set, or the first ones, the pressing ones first; one query."""
    return problem_lines(problems.pressing_first()[:most], today=today)


def problem_page(problems: ProblemQuerySet, *, today: date, number: str | int = 1) -> ProblemPage:
    """A page of the set in three queries."""
    paginator = Pages(problems.pressing_first(), PAGE_SIZE)
    page = paginator.get_page(number)
    overdue = problems.overdue_on(today).count()
    return ProblemPage(problem_lines(page.object_list, today=today), page, paginator.count, overdue)
