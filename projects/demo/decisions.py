"""Made-up decisions: what a meeting asks of the units about the problems that are open."""

from datetime import timedelta

from projects.actions import decisions
from projects.demo.district import District
from projects.demo.words import MARK, SURNAMES
from projects.models import Decision, Problem, User
from projects.vocabulary import DecisionSource

GIVEN = 9
OCCASION = f"月度调度会（{MARK}）"


def follow_up(district: District, office: User) -> None:
    """Give a few open problems to their units: one in three overdue, one in three reported on, one asked to close."""
    open_problems = Problem.objects.open_on(district.until).order_by("pk").select_related("project")
    for number, problem in enumerate(open_problems[:GIVEN]):
        unit = problem.organisation or problem.project.organisation
        if unit is None:
            continue
        given_on = max(problem.raised_on, district.until - timedelta(days=30))
        decision = Decision(
            text=f"{problem.text}，请牵头研究解决",
            source=DecisionSource.MEETING,
            occasion=OCCASION,
            organisation=unit,
            person=f"{SURNAMES[number % len(SURNAMES)]}科长（{MARK}）",
            given_on=given_on,
            due_on=max(given_on, district.until + timedelta(days=(-3, 5, 12)[number % 3])),
            project=problem.project,
            problem=problem,
        )
        decisions.give(decision, by=office)
        if number % 3 == 1:
            decisions.report(decision, text=f"{MARK}：已与相关单位会商，方案下周报批", by=office)
        if number == 2:
            decisions.ask(decision, text=f"{MARK}：问题已解决，申请销号", by=office)
