"""调度表: the projects of a scope with what each reported of the month, on the clock of the scope."""

from dataclasses import dataclass

from projects.columns import PROJECTS
from projects.figures.past_list import PastRow, past_rows
from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models import MonthlyReport, Project
from projects.vocabulary import ReportState

LEADER = next(column for column in PROJECTS if column.title == "挂钩领导")


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """One project. `invested` in yuan: of the month alone, None where no report of it is approved.

    The texts and the people are empty where the reader may not open the project's page.
    """

    past: PastRow
    content: str = ""
    leader: str = ""
    contact: str = ""
    phone: str = ""
    invested: int | None = None
    progress: str = ""
    next_step: str = ""
    needs: str = ""


def dispatch_rows(scope: Scope) -> list[DispatchRow]:
    """The largest first, in a constant number of queries for each thousand rows."""
    found = list(past_rows(scope))
    keys = [row.pk for row in found if row.pk is not None]
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    facts = {project.id: project for project in register.table(Project).filter(id__in=keys)}
    month = register.table(MonthlyReport).filter(
        project_id__in=keys, month=scope.as_of.replace(day=1), state=ReportState.APPROVED
    )
    reports = {report.project_id: report for report in month}
    return [
        _row(row, facts[row.pk], reports.get(row.pk)) if row.pk in facts else DispatchRow(row)
        for row in found
    ]


def _row(past: PastRow, project: Project, report: MonthlyReport | None) -> DispatchRow:
    """The project and its report as entries of their history: they have the columns of the tables."""
    return DispatchRow(
        past,
        content=project.content,
        leader=str(LEADER.get(project) or ""),
        contact=project.contact,
        phone=project.contact_phone,
        invested=report.invested if report else None,
        progress=report.progress if report else "",
        next_step=report.next_step if report else "",
        needs=report.needs_coordination if report else "",
    )
