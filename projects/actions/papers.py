"""Ask for papers, and keep each when it is made; an order is never changed, so it needs no history."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from projects.models import Bulletin, Organisation, Paper, PaperField, PaperOrder, PaperTemplate, User
from projects.models.paper import TEMPLATE_NOUNS, PaperOrderQuerySet
from projects.rules.broken import RuleBroken
from projects.vocabulary import PaperKind


@transaction.atomic
def order_papers(
    kinds: Collection[PaperKind],
    *,
    as_of: date,
    level: str,
    organisation: Organisation | None,
    bulletin: Bulletin | None,
    page_address: str,
    columns: Sequence[str] = (),
    with_phones: bool = False,
    by: User,
) -> PaperOrder:
    """Freeze day, scope and basis: the seal, or the register as it is known now."""
    now = timezone.now()
    known_at = bulletin.sealed_at if bulletin is not None and bulletin.sealed_at else now
    order = PaperOrder.objects.create(
        asked_by=by,
        asked_at=now,
        as_of=as_of,
        level=level,
        organisation=organisation,
        bulletin=bulletin,
        known_at=known_at,
        page_address=page_address,
        columns=list(columns),
        with_phones=with_phones,
    )
    templated = {kind: PaperTemplate.objects.in_force(kind) for kind in TEMPLATE_NOUNS if kind in kinds}
    Paper.objects.bulk_create(
        Paper(order=order, kind=kind, template=templated.get(kind)) for kind in PaperKind if kind in kinds
    )
    return order


def order_again(order: PaperOrder) -> PaperOrder:
    """Begin an order again that was not finished; papers that were made stay. RuleBroken for a finished one."""
    with transaction.atomic():
        locked = PaperOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if not locked.papers.filter(made_at=None).exists():
            raise RuleBroken("这份材料已经生成好了。")
        locked.attempt, locked.fault, locked.begun_at = locked.attempt + 1, "", None
        locked.asked_again_at = timezone.now()
        locked.save(update_fields=["attempt", "fault", "begun_at", "asked_again_at"])
    return locked


def begin_order(order: PaperOrder, moment: datetime | None) -> None:
    """A worker has taken the order, or (None) has put it back."""
    _of_attempt(order).update(begun_at=moment)


def refuse_order(order: PaperOrder, fault: str) -> None:
    """The order stays unfinished and says why."""
    _of_attempt(order).update(fault=fault[:300])


def _of_attempt(order: PaperOrder) -> PaperOrderQuerySet:
    """The order, unless it was begun again since."""
    return PaperOrder.objects.filter(pk=order.pk, attempt=order.attempt)


def keep_paper(
    paper: Paper, content: bytes, *, name: str, fields: Iterable[PaperField], fields_sha256: str
) -> Paper:
    """Store the file with its numbers, all or nothing."""
    paper.name, paper.size = name, len(content)
    paper.sha256, paper.fields_sha256 = hashlib.sha256(content).hexdigest(), fields_sha256
    paper.made_at = timezone.now()
    ending = name.rpartition(".")[2]
    paper.file.save(f"{paper.order_id}-{paper.kind}.{ending}", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            paper.save()
            rows = list(fields)
            for row in rows:
                row.paper = paper
            PaperField.objects.bulk_create(rows)
    except BaseException:
        paper.file.delete(save=False)
        raise
    return paper


@transaction.atomic
def discard_order(order: PaperOrder) -> None:
    """Delete an order with its files: for housekeeping."""
    files = [paper.file for paper in order.papers.exclude(file="")]
    order.delete()
    for file in files:
        transaction.on_commit(partial(file.delete, save=False), robust=True)
