"""Run one step of an import: at once, by the command, or as a job of the worker."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from projects.actions.job_news import tell_of_import
from projects.models import Import, User
from projects.models.outages import outage_of
from projects.rules.broken import RuleBroken
from projects.vocabulary import ImportState
from projects.workbooks import progress
from projects.workbooks.apply import NOTHING_WRITTEN, apply
from projects.workbooks.judge import judge
from projects.workbooks.read import read_in
from projects.workbooks.undo import undo

log = logging.getLogger(__name__)

CRASHED = "处理中断，没有写入任何内容；可以重新开始。如果再次中断，请把工作簿交给管理员。"
NO_FILE = (
    "工作簿的文件打不开，或者磁盘已满，没有写入任何内容。请联系系统管理员检查存放文件的文件夹后重新开始。"
)
NOT_QUEUED = "没有能交给后台处理，没有写入任何内容，请稍后重新开始。"
BUSY = "数据库暂时不可用或正忙，没有写入任何内容；请稍后再试。"
TOO_LONG = (
    "处理超过 {} 分钟，已经停止，没有写入任何内容，也不会自动重试。"
    "请把工作簿拆小后再导入；如果仍然这样，请把工作簿交给管理员。"
)
DIED_AGAIN = (
    "处理时后台程序 {} 次意外中断，已经搁置，没有写入任何内容，也不会自动重试。请把工作簿交给管理员。"
)
MAY_BEGIN = {
    ImportState.READING: frozenset(
        {ImportState.READING, ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED}
    ),
    ImportState.JUDGING: frozenset({ImportState.PREVIEW}),
    ImportState.APPLYING: frozenset({ImportState.PREVIEW, ImportState.PARTLY}),
    ImportState.UNDOING: frozenset({ImportState.APPLIED, ImportState.PARTLY}),
}
"""From which states a step may begin."""


def begin(
    imported: Import,
    state: ImportState,
    *,
    by: User,
    only_good: bool = False,
    reason: str = "",
    rows: Sequence[int] = (),
) -> Import:
    """Put the import into a working state, from which `perform` goes on; RuleBroken when it may not begin now.

    `rows`: those that an undo takes back, all where it is empty.
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
        may_begin = locked.state in MAY_BEGIN.get(state, ())
        if locked.is_working and locked.has_begun:  # by somebody else, or by the attempt before
            may_begin = locked.state == state and progress.state_of(locked).has_died
        if not may_begin:
            raise RuleBroken(f"这次导入{locked.get_state_display()}，不能重复操作。")
        locked.state, locked.begun_at, locked.fault = state, timezone.now(), ""
        locked.attempt, locked.begun_by = locked.attempt + 1, by
        locked.only_good, locked.undo_reason, locked.undo_rows = only_good, reason, list(rows)
        locked.save()
    progress.store(locked, 0)
    return locked


def begin_again(imported: Import, *, by: User) -> Import:
    """Begin the step that died again, with the same options; rows that it has done are not done twice."""
    chosen = imported.rows.standing().filter(pk__in=imported.undo_rows) if imported.undo_rows else ()
    return begin(
        imported,
        ImportState(imported.state),
        by=by,
        only_good=imported.only_good,
        reason=imported.undo_reason,
        rows=[row.pk for row in chosen],
    )


def perform(imported: Import) -> Import:
    """Do the step that has begun, to its end. A refusal is stored on the import, and says what is written.

    So is an outage of the database, where it can be stored; else the error of the database is raised.
    """
    state = ImportState(imported.state)
    try:
        return _attempted(imported, state)
    except DatabaseError as outage:
        log.warning("import %s: %s: %s", imported.pk, state, outage)
        return _refused(imported, state, BUSY)


def _attempted(imported: Import, state: ImportState) -> Import:
    """The step, refused or done; an outage of the database is raised."""
    try:
        return _performed(imported, state)
    except RuleBroken as broken:
        return _refused(imported, state, str(broken))
    except Exception as error:
        if outage_of(error):
            raise
        log.exception("import %s: %s", imported.pk, state)
        return _refused(imported, state, NO_FILE if isinstance(error, OSError) else CRASHED)


def _performed(imported: Import, state: ImportState) -> Import:
    by = User.objects.with_roles().get(pk=imported.begun_by_id or imported.created_by_id)
    match state:
        case ImportState.READING:
            read = read_in(imported)
            return judge(read) if read.state == ImportState.JUDGING else read
        case ImportState.JUDGING:
            return judge(imported)
        case ImportState.APPLYING:
            return apply(imported, only_good=imported.only_good, by=by)
        case ImportState.UNDOING:
            return undo(imported, by=by, reason=imported.undo_reason)
    return imported


def _refused(imported: Import, step: ImportState, fault: str) -> Import:
    """As it was before the step, with the reason; read afresh, for a step that failed may have changed its copy.

    Where another attempt has taken the import further meanwhile, this one stores nothing.
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
        if locked.is_working and locked.attempt == imported.attempt:
            locked.state, locked.fault = _back_to(locked, step), _told(locked, step, fault)
            locked.begun_at = timezone.now()
            locked.save(update_fields=["state", "fault", "begun_at"])
    return locked


def _back_to(imported: Import, step: ImportState) -> ImportState:
    """Where a step that was refused leaves the import."""
    match step:
        case ImportState.APPLYING:
            return ImportState.PARTLY if imported.written else ImportState.PREVIEW
        case ImportState.UNDOING:
            return ImportState.APPLIED if imported.applied_at else ImportState.PARTLY
    return ImportState.FAILED


def _told(imported: Import, step: ImportState, fault: str) -> str:
    """The fault of a step, with the rows that it has written or taken back all the same."""
    if step == ImportState.APPLYING and imported.written:
        return fault.replace(NOTHING_WRITTEN, f"已写入 {imported.written} 行，其余没有写入")
    if step == ImportState.UNDOING:
        undone = imported.rows.filter(undone_at__gte=imported.begun_at).count()
        return fault.replace(
            NOTHING_WRITTEN, f"已撤销 {undone} 行，其余没有变化" if undone else "没有撤销任何内容"
        )
    return fault


def start(imported: Import) -> Import:
    """Perform the step at once where the workbook is small, else leave it to a job."""
    if imported.workbook.size <= settings.IMPORT_AT_ONCE_BYTES:
        return perform(imported)
    progress.store(imported, 0, is_waiting=True)
    transaction.on_commit(lambda: _enqueue(imported))
    return imported


def _enqueue(imported: Import) -> None:
    """Hand the step to a job; where the queue does not take it, the import goes back to before the step."""
    try:
        work.enqueue(imported.pk, imported.attempt)
    except Exception:
        log.exception("import %s: not queued", imported.pk)
        progress.store(imported, 0)
        _refused(imported, ImportState(imported.state), NOT_QUEUED)


@task()
def work(pk: int, attempt: int) -> None:
    """A step in the background; one that was begun again since is left to the later attempt.

    An outage of the database is raised: the worker tries again when it is over.
    """
    if (imported := _at_work(pk, attempt)) is not None:
        progress.store(imported, 0)
        tell_of_import(_attempted(imported, ImportState(imported.state)))


def wait_again(pk: int, attempt: int) -> None:
    """The job of a step goes back into the queue."""
    if (imported := _at_work(pk, attempt)) is not None:
        progress.store(imported, 0, is_waiting=True)


def set_aside(pk: int, attempt: int, fault: str) -> None:
    """The job of a step is not taken again by itself; the import says why, and a person may begin again."""
    if (imported := _at_work(pk, attempt)) is not None:
        tell_of_import(_refused(imported, ImportState(imported.state), fault))


def _at_work(pk: int, attempt: int) -> Import | None:
    imported = Import.objects.filter(pk=pk).first()
    if imported is not None and imported.is_working and imported.attempt == attempt:
        return imported
    return None
