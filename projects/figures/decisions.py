"""The ledger of decisions (督办): how each stands as of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page

from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.scope import Scope
from projects.models import Decision, DecisionStep
from projects.models.decision import DecisionQuerySet
from projects.rules import lights
from projects.vocabulary import DecisionState, Light


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision as of a day; both counts of days are 0 once it is closed."""

    decision: Decision
    days_late: int
    days_left: int

    @property
    def light(self) -> Light:
        if self.decision.is_closed:
            return Light.NONE
        return lights.of_days_late(self.days_late)

    @property
    def words(self) -> str:
        if self.decision.is_closed:
            return "已销号"
        if self.days_late:
            return f"逾期 {self.days_late} 天"
        return f"还有 {self.days_left} 天" if self.days_left else "今天到期"

    @property
    def track(self) -> list[tuple[str, bool]]:
        """The four states in words, and whether it has reached each."""
        reached = list(DecisionState).index(DecisionState(self.decision.state))
        return [(state.label, number <= reached) for number, state in enumerate(DecisionState)]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A page of the ledger, the pressing ones first."""

    lines: tuple[DecisionLine, ...]
    page: Page[Decision]
    count: int
    overdue: int


def decision_line(decision: Decision, today: date) -> DecisionLine:
    """No query."""
    days = 0 if decision.is_closed else (decision.due_on - today).days
    return DecisionLine(decision, days_late=max(0, -days), days_left=max(0, days))


def ledger(decisions: DecisionQuerySet, *, today: date, most: int | None = None) -> tuple[DecisionLine, ...]:
    """Every line of a set, or the first ones, the pressing ones first; one query."""
    return _lines(decisions.pressing_first()[:most], today)


def decision_page(decisions: DecisionQuerySet, *, today: date, number: str | int = 1) -> DecisionPage:
    """A page of the set in three queries."""
    paginator = Pages(decisions.pressing_first(), PAGE_SIZE)
    page = paginator.get_page(number)
    overdue = decisions.overdue_on(today).count()
    return DecisionPage(_lines(page.object_list, today), page, paginator.count, overdue)


def overdue(decisions: DecisionQuerySet, scope: Scope, *, today: date) -> tuple[DecisionLine, ...]:
    """What the units of the scope have not closed in time; one query. Nothing for a past day: a deadline that was
    extended since was another one then. Decisions stand on no list, so the list of the scope does not narrow them.
    """
    if scope.as_of != today:
        return ()
    found = decisions if scope.organisation is None else decisions.answered_by(scope.organisation)
    return ledger(found.overdue_on(today), today=today)


def steps_of(decision: Decision) -> list[DecisionStep]:
    """Every step, the newest first; one query."""
    return list(decision.steps.select_related("taken_by", "attachment").order_by("-taken_at", "-pk"))


def _lines(decisions: Iterable[Decision], today: date) -> tuple[DecisionLine, ...]:
    return tuple(decision_line(decision, today) for decision in decisions)
