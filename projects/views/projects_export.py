"""The list of projects as a workbook: every row that the filters leave, in the columns of a 项目清单."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.excel.write import Cell, Column, Kind, Sheet
from projects.figures.registry import ProjectRow, RegistryTotals, registry_rows, registry_totals
from projects.filters import ProjectFilter
from projects.models import Industry, Organisation, Project
from projects.rules.lifecycle import Step
from projects.templatetags.formats import day, period
from projects.views.workbooks import workbook_response
from projects.vocabulary import Precision, Stage

DATED = (Stage.SIGNED, Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION, Stage.ENTERED)
"""Stages that have columns of their own."""

COLUMNS = (
    Column("序号", Kind.COUNT),
    Column("项目名称"),
    Column("建设单位"),
    Column("国家投资项目代码"),
    Column("统一社会信用代码"),
    Column("建设地点"),
    Column("所属镇街"),
    Column("所在园区"),
    Column("产业类别"),
    Column("建设性质"),
    Column("建设内容及规模"),
    Column("总投资（亿元）", Kind.MONEY),
    Column("协议投资（亿元）", Kind.MONEY),
    Column("名单级别"),
    Column("责任单位"),
    Column("责任人"),
    Column("联系电话"),
    Column("挂钩领导"),
    Column("阶段"),
    *(Column(f"{stage.label}{what}", Kind.DAY) for stage in DATED for what in ("计划", "实际")),
    Column("状态"),
    Column("备注"),
)
INVESTMENT = [column.title for column in COLUMNS].index("总投资（亿元）")


@require_safe
@access.allowed(access.reads_figures)
def project_export(request: HttpRequest) -> HttpResponse:
    user, today = access.signed_in(request), timezone.localdate()
    question = ProjectFilter(
        request.GET,
        Project.objects.visible_to(user),
        organisations=Organisation.objects.all(),
        industries=Industry.objects.all(),
        today=today,
    )
    if not question.is_valid():
        return render(request, "projects/projects.html", {"question": question}, status=400)
    totals = registry_totals(question.qs)
    year = question.list_year or totals.list_year or today.year
    rows = registry_rows(question.qs, year=year, as_of=today)
    notes = [
        f"{day(today)}导出；名单级别为 {year} 年名单"
        + ("；按条件筛选" if question.is_narrowed else "；全部项目"),
        "单位：亿元；空白为未知，不是零；只知道年、季、月的日期写成文字",
    ]
    sheet = Sheet("项目清单", "重大项目清单", COLUMNS, _numbered(rows), notes, _total(totals), frozen=2)
    return workbook_response([sheet], f"项目清单-{today.isoformat()}.xlsx")


def _numbered(rows: Iterator[ProjectRow]) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, start=1):
        yield [number, *_cells(row)]


def _cells(row: ProjectRow) -> list[Cell]:
    project, marks = row.project, row.timeline.marks
    return [
        project.name,
        project.enterprise,
        project.national_code,
        project.credit_code,
        project.place,
        str(project.town or ""),
        str(project.park or ""),
        str(project.industry or ""),
        project.get_nature_display(),
        project.content,
        project.total_investment,
        project.contract_amount,
        "、".join(level.label for level in row.levels),
        str(project.organisation or "未明确"),
        project.contact,
        project.contact_phone,
        project.linked_leader,
        row.timeline.furthest.label if row.timeline.furthest else "尚无节点",
        *(cell for stage in DATED for cell in _days(marks[stage].step)),
        row.timeline.state.words,
        project.remark,
    ]


def _days(step: Step) -> tuple[Cell, Cell]:
    """Plan and fact: a day where one is known, else the month or quarter in words."""
    planned = (
        step.current_on
        if step.current_precision == Precision.DAY
        else period(step.current_on, step.current_precision)
    )
    reached = step.reached_on if step.reached_precision == Precision.DAY else step.reached_words
    return planned, reached


def _total(totals: RegistryTotals) -> list[Cell]:
    missing = totals.investment.missing
    cells: list[Cell] = [None] * len(COLUMNS)
    cells[0], cells[1] = totals.count, "个项目合计" + (f"（{missing} 个总投资未公布）" if missing else "")
    cells[INVESTMENT] = int(totals.investment.value) if totals.investment.value is not None else None
    return cells
