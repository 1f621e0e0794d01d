"""What the page of an import says when one of its steps was performed at once."""

from django.contrib import messages
from django.http import HttpRequest

from projects.models import Import
from projects.vocabulary import ImportState

WORKED = {
    ImportState.MAPPING: "工作簿已读取，有表头要您确认。",
    ImportState.PREVIEW: "已核对，请看下面的结果；现在还没有写入任何内容。",
    ImportState.APPLIED: "已写入 {} 行。",
    ImportState.UNDONE: "已撤销，写入的内容恢复原状。",
}


def report_step(request: HttpRequest, found: Import) -> None:
    """Say what has come of the step. A refusal, and what a job has done, the page itself tells."""
    if found.undo_rows and found.state == ImportState.APPLIED and not found.fault:
        messages.success(request, f"已撤销 {len(found.undo_rows)} 行，其余的行没有变化。")
    elif found.state in WORKED and not found.fault:
        messages.success(request, WORKED[ImportState(found.state)].format(found.written))
