"""Many projects changed at once: what was asked, what came of each, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from projects.vocabulary import BatchAct, BatchState, Level, Precision, Stage

from .encrypted import EncryptedJSONField
from .links import optional
from .listing import Listing
from .milestone import Milestone
from .person import User
from .project import Project


@dataclass(frozen=True, slots=True)
class BatchChange:
    """What a field says before and after, in words; empty: nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One project of a batch, in the order in which the writer saw them."""

    project: int
    name: str
    changes: tuple[BatchChange, ...] = ()
    """Empty where nothing would change, or where it is refused."""
    fault: str = ""
    """Why it is refused."""
    period: tuple[date, Precision] | None = None
    """When the stage was reached; of a move only."""
    seen: int | None = None
    """The history entry that the preview saw last; None: no record yet."""
    written: int | None = None
    """The history entry that the batch wrote; None: not carried out."""


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> BatchQuerySet:
        """One's own; keepers see, and may undo, what anybody has carried out."""
        own = Q(created_by=user)
        return self.filter(own | ~Q(state=BatchState.PREVIEW) if user.is_keeper else own)

    def carried_out(self) -> BatchQuerySet:
        """The newest first, without their rows."""
        done = self.exclude(state=BatchState.PREVIEW).select_related("created_by")
        return done.defer("outcome").order_by("-applied_at", "-pk")

    def abandoned(self, user: User, *, before: datetime) -> BatchQuerySet:
        """Previews of the user that were never carried out."""
        return self.filter(created_by=user, state=BatchState.PREVIEW, created_at__lt=before)


class Batch(models.Model):
    """One act upon many projects: fixed at its preview, carried out in one go, undone in one go.

    It changes no fact itself: what it did stands in the history of the projects.
    """

    act = models.CharField("操作", max_length=20, choices=BatchAct)
    terms = EncryptedJSONField("内容")
    reason = models.CharField("原因", max_length=400, blank=True)
    state = models.CharField("状态", max_length=20, choices=BatchState, default=BatchState.PREVIEW)
    outcome = EncryptedJSONField("项目", encoder=DjangoJSONEncoder, default=list)
    changed = models.PositiveIntegerField("改动项目数", default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="操作人", related_name="batches", on_delete=models.PROTECT
    )
    created_at = models.DateTimeField("预览时间", default=timezone.now)
    applied_at = models.DateTimeField("执行时间", null=True, blank=True)
    undone_by = optional(User, "撤销人", "undone_batches")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量处理"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_by", "state"], name="batch_by_person_and_state")]

    def __str__(self) -> str:
        match self.act:
            case BatchAct.MOVE:
                return f"登记{Stage(self.terms['stage']).label}"
            case BatchAct.ENLIST:
                return f"列入 {self.terms['year']} 年{Level(self.terms['level']).label}"
        columns = (field for field in Project._meta.concrete_fields if field.attname in self.terms)
        return "修改" + "、".join(str(field.verbose_name) for field in columns)

    @property
    def rows(self) -> tuple[BatchRow, ...]:
        return tuple(_row(stored) for stored in self.outcome)

    def keep(self, rows: Iterable[BatchRow]) -> None:
        """Take these rows for the outcome; the caller saves."""
        self.outcome = [asdict(row) for row in rows]
        self.changed = sum(row["written"] is not None for row in self.outcome)

    def versions(self) -> dict[int, int]:
        """By project, the newest history entry of the record that this batch writes; one query."""
        pks, terms = [stored["project"] for stored in self.outcome], self.terms
        match self.act:
            case BatchAct.MOVE:
                entries, owner = Milestone.history.filter(project__in=pks, stage=terms["stage"]), "project"
            case BatchAct.ENLIST:
                listed = Listing.history.filter(project__in=pks, year=terms["year"], level=terms["level"])
                entries, owner = listed, "project"
            case _:
                entries, owner = Project.history.filter(id__in=pks), "id"
        return dict(entries.order_by().values_list(owner).annotate(newest=Max("history_id")))


def _row(stored: dict[str, Any]) -> BatchRow:
    """As it was kept; JSON knows neither days nor words of ours."""
    changes = tuple(BatchChange(**change) for change in stored["changes"])
    return BatchRow(**stored | {"changes": changes, "period": _period(stored["period"])})


def _period(stored: Sequence[Any] | None) -> tuple[date, Precision] | None:
    if stored is None:
        return None
    on, precision = stored
    return date.fromisoformat(on) if isinstance(on, str) else on, Precision(precision)
