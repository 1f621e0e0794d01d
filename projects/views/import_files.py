"""Files of an import: the workbook as it was sent, and the rows of it that are faulty."""

from collections.abc import Iterator

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from projects import access
from projects.files.writing.sheets import Column, Sheet
from projects.models import Import
from projects.views.downloads import download
from projects.views.imports import visible_import
from projects.workbooks.report import leftovers

LOST = "工作簿已不在存储中。"
NONE_LEFT = "这次导入没有有错误的行。"


@require_safe
@access.allowed(access.writes_projects)
def import_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The workbook with all its bytes, as a file to be kept and never to be shown."""
    workbook = visible_import(access.signed_in(request), pk).workbook
    try:
        content = workbook.file.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError) as lost:
        raise Http404(LOST) from lost
    response = FileResponse(
        content, as_attachment=True, filename=workbook.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@access.allowed(access.writes_projects)
def import_faulty(request: HttpRequest, pk: int) -> HttpResponseBase:
    imported = visible_import(access.signed_in(request), pk)
    sheets = list(_sheets(imported))
    if not sheets:
        raise Http404(NONE_LEFT)
    return download("xlsx", sheets, f"错误行-{imported.workbook.name.rpartition('.')[0][:80]}")


def _sheets(imported: Import) -> Iterator[Sheet]:
    """One for each sheet of the workbook, named by number: its own name may be one that Excel does not take."""
    for number, left in enumerate(leftovers(imported), start=1):
        yield Sheet(
            f"错误行{number}",
            f"{imported.workbook.name}：{left.sheet}",
            [Column(title) for title in left.titles],
            left.rows,
            ["改正后可以直接再导入；“原表行号”和“错误原因”两列不会导入"],
            frozen=0,
        )
