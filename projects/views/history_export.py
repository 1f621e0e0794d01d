"""Who changed what, when, from what to what and why: of one project, and of every project of a list."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.history import Change, HistoryEntry, project_history, register_history
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.questions import projects_question
from projects.templatetags.formats import day
from projects.views.downloads import download, moment

COLUMNS = (
    Column("时间", Kind.MOMENT),
    Column("项目名称"),
    Column("谁"),
    Column("对象"),
    Column("操作"),
    Column("内容"),
    Column("原来"),
    Column("改为"),
    Column("原因"),
)
NOTHING_TOLD = Change("", "", "")


@require_safe
@access.allowed(access.reads_figures)
def project_history_export(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    """As on the page, the newest first."""
    project = access.readable_project(access.signed_in(request), pk)
    entries = project_history(project)
    total: list[Cell] = [None, f"{len(entries)} 条记录", *[None] * 7]
    rows = _rows((project.name, entry) for entry in entries)
    sheet = Sheet("历史", f"{project.name}的历史", COLUMNS, rows, [_as_of()], total, frozen=2)
    return download(suffix, [sheet], f"历史-{project.name}")


@require_safe
@access.allowed(access.reads_figures)
def projects_history_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Of all that the filters of the list leave, table by table: it is read as it is sent."""
    question = projects_question(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/projects.html", {"question": question}, status=400)
    notes = [f"条件：{question.in_words}；{_as_of()}", "按项目、节点、名单、计划、月报等依次列出，旧的在前"]
    rows = _rows(register_history(question.qs))
    sheet = Sheet("变更记录", "项目变更记录", COLUMNS, rows, notes, frozen=2)
    return download(suffix, [sheet], f"变更记录-{question.today.isoformat()}")


def _as_of() -> str:
    return f"截至 {day(timezone.localdate())}"


def _rows(entries: Iterable[tuple[str, HistoryEntry]]) -> Iterator[list[Cell]]:
    """A line for each field; an entry that tells of none has one line all the same."""
    for name, entry in entries:
        for change in entry.changes or (NOTHING_TOLD,):
            yield [
                moment(entry.at),
                name,
                entry.who,
                entry.subject,
                entry.verb,
                change.label,
                change.before,
                change.after,
                entry.why,
            ]
