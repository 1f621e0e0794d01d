"""Save records with their history: validate by the model, save, and store who and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import CASCADE, Model
from django.utils import timezone

from projects.actions.guarding import guard
from projects.models import Organisation, Project, User
from projects.models.refused import sentence_of
from projects.models.sources import forget_sources, stated_by
from projects.rules.broken import NotAccepted, RuleBroken


def record(subject: Model, *, by: User | None, reason: str) -> None:
    """Save `subject` with its history entry; RuleBroken for a broken rule of the model or a sealed month.

    A renamed record keeps its former name, which searches still find. A value that changes loses its source, unless
    the same write names another.
    """
    if isinstance(subject, Project | Organisation) and not subject._state.adding:
        before = type(subject)._base_manager.filter(pk=subject.pk).values_list("name", flat=True).first()
        subject.keep_former_name(before or "")
    validate(subject)
    if stated_by(subject) and subject.pk is not None:
        forget_sources(type(subject)._base_manager.filter(pk=subject.pk).first(), subject)
    guard(subject, by=by, reason=reason)
    attribute(subject, by=by, reason=reason)
    with refusals_worded():
        subject.save()


def validate(subject: Model) -> None:
    """Raises RuleBroken where a rule of the model is broken."""
    try:
        subject.full_clean()
    except ValidationError as fault:
        raise RuleBroken("；".join(fault.messages)) from fault


def erase(subject: Model, *, by: User | None, reason: str) -> None:
    """Delete `subject` and its dependent records; their histories are kept and say who and why.

    Raises RuleBroken when a sealed month counts it.
    """
    guard(subject, by=by, reason=reason, gone=True)
    for relation in subject._meta.related_objects:
        if relation.on_delete is CASCADE:
            for below in relation.related_model._base_manager.filter(**{relation.field.name: subject}):
                erase(below, by=by, reason=reason)
    attribute(subject, by=by, reason=reason)
    with refusals_worded():
        subject.delete()


@contextmanager
def refusals_worded() -> Iterator[None]:
    """Raise NotAccepted with the constraint's own sentence when the database refuses a valid record.

    The surrounding transaction has to be rolled back.
    """
    try:
        yield
    except IntegrityError as refused:
        raise NotAccepted(sentence_of(refused)) from refused


def attribute(subject: Model, *, by: User | None, reason: str) -> None:
    """Set user and reason for the history library."""
    subject._history_user = by  # type: ignore[attr-defined]
    subject._change_reason = reason  # type: ignore[attr-defined]


AT_ONCE = 500
"""Number of records in one statement; SQLite limits the number of values."""


def record_all(records: Sequence[Model], *, by: User, is_new: bool) -> list[int]:
    """Save records of one table that have been judged already, in a few statements; gives their history numbers.

    Each carries its reason (`attribute`). The caller has judged them, holds their locks, and has asked whether a
    sealed month would notice.
    """
    if not records:
        return []
    with refusals_worded():
        return _recorded(records, by=by, is_new=is_new)


def _recorded(records: Sequence[Model], *, by: User, is_new: bool) -> list[int]:
    model = type(records[0])
    if is_new:
        model._base_manager.bulk_create(records, batch_size=AT_ONCE)
    else:
        columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._base_manager.bulk_create(
            records, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["pk"], update_fields=columns
        )
    history: Any = model.history  # type: ignore[attr-defined]
    entries = history.bulk_history_create(records, batch_size=AT_ONCE, update=not is_new, default_user=by)
    return [entry.history_id for entry in entries]


def erase_all(records: Sequence[Model], *, by: User, reason: str) -> None:
    """Delete records of one table that have no dependent records; their histories are kept and say who and why."""
    if not records:
        return
    with refusals_worded():
        _erased(records, by=by, reason=reason)


def _erased(records: Sequence[Model], *, by: User, reason: str) -> None:
    model = type(records[0])
    history: Any = model.history  # type: ignore[attr-defined]
    columns = [field.attname for field in history.model.tracked_fields]
    now = timezone.now()
    entries = [
        history.model(
            history_date=now,
            history_user=by,
            history_change_reason=reason,
            history_type="-",
            **{column: getattr(record, column) for column in columns},
        )
        for record in records
    ]
    history.model.objects.bulk_create(entries, batch_size=AT_ONCE)
    pks = [record.pk for record in records]
    for start in range(0, len(pks), AT_ONCE):
        some = model._base_manager.filter(pk__in=pks[start : start + AT_ONCE])
        some._raw_delete(
            some.db
        )  # `delete` would have the library write an entry of its own, without a reason
