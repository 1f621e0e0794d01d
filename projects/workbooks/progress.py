"""The progress of a job. It is kept in a cache: inside the job's transaction nobody else would see it.

Where the cache cannot be used nothing is reported, and the job goes on: what it writes does not depend on it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from projects.models import Import
from projects.models.workbook import WORKING

log = logging.getLogger(__name__)

KEPT = 24 * 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` rows.

    `is_waiting`: no worker has taken the job yet; `has_no_worker`: no worker seems to be running. `has_died`: the job
    is in a working state and has reported nothing for longer than a chunk of rows takes.
    """

    done: int
    total: int
    reported_at: datetime
    is_waiting: bool
    has_no_worker: bool
    has_died: bool

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def store(imported: Import, done: int, *, is_waiting: bool = False) -> None:
    """Report that so many rows are done, or that the job waits for a worker."""
    _unless_unusable(lambda: caches["progress"].set(_key(imported), (done, timezone.now(), is_waiting), KEPT))


def state_of(imported: Import) -> Progress:
    """What the job has reported last."""
    kept = _unless_unusable(lambda: caches["progress"].get(_key(imported)))
    done, at, is_waiting = kept or (0, imported.begun_at, False)
    at = max(at, imported.begun_at)
    silence = timezone.now() - at
    is_waiting = is_waiting and imported.is_working
    return Progress(
        done=done,
        total=imported.total,
        reported_at=at,
        is_waiting=is_waiting,
        has_no_worker=is_waiting
        and silence > settings.IMPORT_NO_WORKER_AFTER
        and not _others_at_work(imported),
        has_died=imported.is_working and not is_waiting and silence > settings.IMPORT_SILENT_AFTER,
    )


def _others_at_work(imported: Import) -> bool:
    """Whether a job before this one still reports: then its worker will come."""
    keys = [_key(other) for other in Import.objects.filter(state__in=WORKING).exclude(pk=imported.pk)]
    signs = _unless_unusable(lambda: caches["progress"].get_many(keys)) or {}
    now = timezone.now()
    return any(not waits and now - at <= settings.IMPORT_SILENT_AFTER for _, at, waits in signs.values())


def forget(imported: Import) -> None:
    _unless_unusable(lambda: caches["progress"].delete(_key(imported)))


def _unless_unusable[T](ask: Callable[[], T]) -> T | None:
    """What the cache answers; None where it cannot be used."""
    try:
        return ask()
    except OSError:
        log.exception("progress of imports")
        return None


def _key(imported: Import) -> str:
    return f"import-{imported.pk}"
