"""Late projects, problems and what falls due next, as known at a moment: worded for bulletin and slides.

`bulletin.listed` reads them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from projects.papers.fields import Fields, plain
from projects.templatetags import formats

if TYPE_CHECKING:
    from projects.figures.open_milestones import DueMilestone, OpenProblem
    from projects.figures.register.subjects import Subject


@dataclass(frozen=True, slots=True)
class Listed:
    """`names`: how the seal calls its units."""

    late: list["DueMilestone"]
    problems: list["OpenProblem"]
    ahead: list["DueMilestone"]
    names: dict[int, str]

    def unit_of(self, project: "Subject") -> str:
        unit = project.organisation
        return plain(self.names.get(unit.pk, str(unit))) if unit else "未明确单位"

    def whose(self, problem: "OpenProblem") -> str:
        """The unit that is to remove it, "" where nobody is named."""
        unit = problem.organisation
        return plain(self.names.get(unit.pk, str(unit))) if unit else ""

    def sentences(self, fields: Fields) -> dict[str, list[str]]:
        return {
            "late": [self._late(due, place, fields) for place, due in enumerate(self.late, start=1)],
            "problems": [
                self._problem(each, place, fields) for place, each in enumerate(self.problems, start=1)
            ],
            "ahead": [self._ahead(due, place, fields) for place, due in enumerate(self.ahead, start=1)],
        }

    def _named(self, project: "Subject") -> str:
        return f"{plain(project.name)}（{self.unit_of(project)}）"

    def _late(self, due: "DueMilestone", place: int, fields: Fields) -> str:
        planned = fields(f"l{place}_p", due.planned)
        late = how_late(due, f"l{place}", fields)
        return f"{place}. {self._named(due.project)}：计划{planned}{due.stage.label}，{late}。"

    def _problem(self, problem: "OpenProblem", place: int, fields: Fields) -> str:
        unit = self.whose(problem)
        who = f"责任{unit}，" if unit else ""
        due = until(problem, f"q{place}", fields)
        text = plain(problem.text)
        return f"{place}. {self._named(problem.project)}：{text}（{problem.kind}；{who}{due}）。"

    def _ahead(self, due: "DueMilestone", place: int, fields: Fields) -> str:
        return f"{place}. {self._named(due.project)}：{fields(f'n{place}_p', due.planned)}{due.stage.label}。"


def how_late(due: "DueMilestone", key: str, fields: Fields) -> str:
    """晚92天，土地供应."""
    if due.is_unheard:
        return "来源后无消息"
    return f"晚{fields(f'{key}_d', str(due.days_late))}天，{plain(due.reason) or '未说明原因'}"


def until(problem: "OpenProblem", key: str, fields: Fields) -> str:
    """期限2024年9月10日，逾期20天."""
    due = f"期限{fields(f'{key}_p', formats.day(problem.due_on))}" if problem.due_on else "期限未定"
    return due + (f"，逾期{fields(f'{key}_d', str(problem.days_late))}天" if problem.days_late else "")
