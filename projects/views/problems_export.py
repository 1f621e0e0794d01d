"""The issue ledger as a sheet: every line that the conditions leave, the pressing ones first."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.problems import ProblemLine, ledger
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.filters import ProblemFilter
from projects.questions import problems_question
from projects.templatetags.formats import day
from projects.views.downloads import download

COLUMNS = (
    Column("序号", Kind.COUNT),
    Column("情况"),
    Column("项目名称"),
    Column("类别"),
    Column("问题"),
    Column("责任单位"),
    Column("责任人"),
    Column("提出日期", Kind.DAY),
    Column("办结期限", Kind.DAY),
    Column("销号日期", Kind.DAY),
    Column("办理情况"),
)


@require_safe
@access.allowed(access.reads_figures)
def problems_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    question = problems_question(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/problems.html", {"question": question}, status=400)
    return download(suffix, [_sheet(question)], f"问题台账-{question.today.isoformat()}")


def _sheet(question: ProblemFilter) -> Sheet:
    lines = ledger(question.qs, today=question.today)
    notes = [f"条件：{question.in_words}；截至 {day(question.today)}"]
    rows = ([number, *_cells(line)] for number, line in enumerate(lines, start=1))
    total: list[Cell] = [len(lines), "条", *[None] * 9]
    return Sheet("问题台账", "问题台账", COLUMNS, rows, notes, total, frozen=3)


def _cells(line: ProblemLine) -> list[Cell]:
    problem = line.problem
    return [
        line.words,
        problem.project.name,
        problem.get_kind_display(),
        problem.text,
        line.unit or "未明确",
        problem.person,
        problem.raised_on,
        problem.due_on,
        problem.resolved_on,
        problem.resolution,
    ]
