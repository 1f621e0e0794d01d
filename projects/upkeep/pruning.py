"""Housekeeping: what nobody needs any more is deleted, and said. History, seals and accounts are never touched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from projects.actions.papers import discard_order
from projects.backup import uploads
from projects.models import Import, ImportRow, KeptAnswer, Notice, PaperOrder, ReceiverMessage, SentForm
from projects.models.account import Session
from projects.vocabulary import DeliveryState, ImportState
from projects.workbooks.receive import discard

UNFINISHED = (ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED)
ANSWERS_KEPT = timedelta(days=1)
DRAFTS_KEPT = timedelta(days=1)
"""A file that no record names may be an upload under way, for so long."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one step has deleted, or would delete."""

    what: str
    number: int


def prune(*, is_rehearsal: bool = False) -> Iterator[Pruned]:
    """Each step as it is done; a rehearsal only counts."""
    now = timezone.now()
    for what, step in STEPS.items():
        yield Pruned(what, step(now, is_rehearsal))


def _before(now: datetime, days: int) -> datetime:
    """Nothing is older than this where the setting is 0: then it is kept for ever."""
    return now - timedelta(days=days) if days else datetime.min.replace(tzinfo=now.tzinfo)


def _deleted(rows: "QuerySet[Any, Any]", is_rehearsal: bool) -> int:
    return rows.count() if is_rehearsal else rows.delete()[0]


def _sessions(now: datetime, is_rehearsal: bool) -> int:
    return _deleted(Session.objects.filter(expire_date__lt=now), is_rehearsal)


def _sent_forms(now: datetime, is_rehearsal: bool) -> int:
    return _deleted(
        SentForm.objects.filter(sent_at__lt=_before(now, settings.KEEP_SENT_FORMS_DAYS)), is_rehearsal
    )


def _kept_answers(now: datetime, is_rehearsal: bool) -> int:
    """Answers of the API: a program that did not hear one asks again within the day."""
    return _deleted(KeptAnswer.objects.filter(asked_at__lt=now - ANSWERS_KEPT), is_rehearsal)


def _sign_ins(now: datetime, is_rehearsal: bool) -> int:
    since = _before(now, settings.KEEP_SIGN_INS_DAYS)
    tables = (AccessAttempt, AccessFailureLog, AccessLog)
    return sum(_deleted(table.objects.filter(attempt_time__lt=since), is_rehearsal) for table in tables)


def _notices(now: datetime, is_rehearsal: bool) -> int:
    """What was told and read long ago; unread notices stay."""
    since = _before(now, settings.KEEP_NOTICES_DAYS)
    return _deleted(Notice.objects.filter(read_at__lt=since), is_rehearsal)


def _messages(now: datetime, is_rehearsal: bool) -> int:
    """What robots and other systems were told long ago; what waits stays."""
    since = _before(now, settings.KEEP_NOTICES_DAYS)
    ended = ReceiverMessage.objects.filter(state__in=[DeliveryState.SENT, DeliveryState.GIVEN_UP])
    return _deleted(ended.filter(made_at__lt=since), is_rehearsal)


def _jobs(now: datetime, is_rehearsal: bool) -> int:
    done = DBTaskResult.objects.finished().filter(finished_at__lt=_before(now, settings.KEEP_JOBS_DAYS))
    return _deleted(done, is_rehearsal)


def _unfinished_imports(now: datetime, is_rehearsal: bool) -> int:
    """Imports that were sent and never written, with their workbooks."""
    since = _before(now, settings.KEEP_UNFINISHED_IMPORTS_DAYS)
    found = Import.objects.filter(state__in=UNFINISHED, begun_at__lt=since, written=0)
    if is_rehearsal:
        return found.count()
    for imported in found:
        discard(imported)
    return len(found)


def _import_rows(now: datetime, is_rehearsal: bool) -> int:
    """Rows of imports that were written long ago: they can no longer be undone. Workbook and history stay."""
    since = _before(now, settings.KEEP_IMPORT_ROWS_DAYS)
    written = Import.objects.filter(state__in=[ImportState.APPLIED, ImportState.UNDONE], applied_at__lt=since)
    return _deleted(ImportRow.objects.filter(parent__in=written), is_rehearsal)


def _papers(now: datetime, is_rehearsal: bool) -> int:
    """Papers for meetings with their files; a paper of a sealed month can be made again, the same to the byte."""
    found = PaperOrder.objects.asked_before(_before(now, settings.KEEP_PAPERS_DAYS))
    if is_rehearsal:
        return found.count()
    for order in found:
        discard_order(order)
    return len(found)


def _files(now: datetime, is_rehearsal: bool) -> int:
    """Files that no record names, such as those of an upload that was broken off."""
    with connection.cursor() as cursor:
        named = uploads.named_by_records(cursor)
    lost = [
        path
        for path in (settings.MEDIA_ROOT / name for name in uploads.files_below(settings.MEDIA_ROOT))
        if path.relative_to(settings.MEDIA_ROOT).as_posix() not in named and _is_old(path, now)
    ]
    if not is_rehearsal:
        for path in lost:
            path.unlink(missing_ok=True)
    return len(lost)


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > DRAFTS_KEPT.total_seconds()
    except FileNotFoundError:
        return False


STEPS: dict[str, Callable[[datetime, bool], int]] = {
    "过期的登录": _sessions,
    "已提交表单的记号": _sent_forms,
    "接口已答复请求的记号": _kept_answers,
    "登录尝试的记录": _sign_ins,
    "早已读过的通知": _notices,
    "早先推送的消息": _messages,
    "做完的后台任务": _jobs,
    "没有写入的导入": _unfinished_imports,
    "早已写入的导入的逐行内容": _import_rows,
    "早先的会议材料": _papers,
    "没有记录用到的文件": _files,
}
