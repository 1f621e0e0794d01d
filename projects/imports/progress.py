"""How far a job has come. It is told beside the database: inside one transaction nobody else would see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.utils import timezone

from projects.models import Import

SILENT_AFTER = timedelta(minutes=2)
"""A job that says nothing for so long has died: it gives a sign of life with every chunk of rows."""

KEPT = 24 * 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` rows; `has_died`: the job is said to be at work and gives no sign of life."""

    done: int
    total: int
    heard_at: datetime
    has_died: bool

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def tell(imported: Import, done: int) -> None:
    """A sign of life: so many rows are done."""
    caches["progress"].set(_key(imported), (done, timezone.now()), KEPT)


def heard(imported: Import) -> Progress:
    """What the job has told last."""
    done, at = caches["progress"].get(_key(imported)) or (0, imported.begun_at)
    at = max(at, imported.begun_at)
    silent = timezone.now() - at > SILENT_AFTER
    return Progress(done, imported.total, at, has_died=imported.is_working and silent)


def _key(imported: Import) -> str:
    return f"import-{imported.pk}"
