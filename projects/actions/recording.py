"""Save records with their history: validate by the model, save, and store who and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import CASCADE, Model
from django.utils import timezone

from projects.actions.auditing import note, with_key
from projects.actions.guarding import guard
from projects.models import (
    Bulletin,
    DistrictMap,
    DistrictSettings,
    Industry,
    LightRule,
    Organisation,
    Problem,
    Project,
    Receiver,
    StageRule,
    Target,
    User,
)
from projects.models.refused import sentence_of
from projects.models.sources import forget_sources, stated_by
from projects.models.statements import AT_ONCE, Fields, Values, converted, insert, stored_fields, update
from projects.rules.broken import NotAccepted, RuleBroken
from projects.vocabulary import AuditAct

AUDITED: dict[type[Model], AuditAct] = {
    Bulletin: AuditAct.SEALED,
    DistrictMap: AuditAct.SETTINGS,
    DistrictSettings: AuditAct.SETTINGS,
    Industry: AuditAct.SETTINGS,
    LightRule: AuditAct.RULES,
    Organisation: AuditAct.SETTINGS,
    Problem: AuditAct.PROBLEMS,
    Receiver: AuditAct.SETTINGS,
    StageRule: AuditAct.RULES,
    Target: AuditAct.TARGETS,
}
"""Records whose changes the audit keeps too; what changed from what to what is in their history."""


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
    _tell(subject, "", by=by, reason=reason)


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
    _tell(subject, "删除：", by=by, reason=reason)


def _tell(subject: Model, what: str, *, by: User | None, reason: str) -> None:
    """Note the change of a record whose changes the audit keeps."""
    if act := AUDITED.get(type(subject)):
        note(act, by=by, subject=f"{what}{subject._meta.verbose_name}：{subject}", detail=reason)


def _tell_of_all(records: Sequence[Model], what: str, *, by: User) -> None:
    """One entry for the records of a table that were written at once, with how many they were."""
    if act := AUDITED.get(type(records[0])):
        reason = str(getattr(records[0], "_change_reason", "") or "")
        note(act, by=by, subject=f"{what}{records[0]._meta.verbose_name}", detail=reason, rows=len(records))


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
    """Set user and reason for the history library; a write with a key of the API says with which."""
    subject._history_user = by  # type: ignore[attr-defined]
    subject._change_reason = with_key(reason)  # type: ignore[attr-defined]


def record_all(records: Sequence[Model], *, by: User, is_new: bool) -> list[int]:
    """Save records of one table that have been judged already, in a few statements; gives their history numbers.

    Each carries its reason (`attribute`). The caller has judged them, holds their locks, and has asked whether a
    sealed month would notice.
    """
    if not records:
        return []
    with refusals_worded():
        entries = _recorded(records, by=by, is_new=is_new)
    _tell_of_all(records, "", by=by)
    return entries


def _recorded(records: Sequence[Model], *, by: User, is_new: bool) -> list[int]:
    model = type(records[0])
    fields = stored_fields(model)
    rows = converted(records, fields)
    if is_new:
        _insert(model, fields, records, rows)
    else:
        update(model, fields, rows, (record.pk for record in records))
    return _add_entries(model, records, "~" if not is_new else "+", by=by, values=(fields, rows))


def _insert(model: type[Model], fields: Fields, records: Sequence[Model], rows: Sequence[Values]) -> None:
    """Those that stood in the table before, as a target that was withdrawn, keep their keys."""
    key = model._meta.pk
    known = [at for at, record in enumerate(records) if record.pk is not None]
    insert(model, [key, *fields], [[records[at].pk, *rows[at]] for at in known])
    fresh = [at for at, record in enumerate(records) if record.pk is None]
    for at, pk in zip(fresh, insert(model, fields, [rows[at] for at in fresh]), strict=True):
        records[at].pk = pk
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def erase_all(records: Sequence[Model], *, by: User, reason: str) -> None:
    """Delete records of one table that have no dependent records; their histories are kept and say who and why."""
    if not records:
        return
    with refusals_worded():
        _erased(records, by=by, reason=reason)
    _tell_of_all(records, "删除：", by=by)


def _erased(records: Sequence[Model], *, by: User, reason: str) -> None:
    model = type(records[0])
    for record in records:
        attribute(record, by=by, reason=reason)
    fields = stored_fields(model)
    _add_entries(model, records, "-", by=by, values=(fields, converted(records, fields)))
    pks = [record.pk for record in records]
    for start in range(0, len(pks), AT_ONCE):
        some = model._base_manager.filter(pk__in=pks[start : start + AT_ONCE])
        some._raw_delete(
            some.db
        )  # `delete` would have the library write an entry of its own, without a reason


def _add_entries(
    model: type[Model],
    records: Sequence[Model],
    kind: str,
    *,
    by: User,
    values: tuple[Fields, Sequence[Values]],
) -> list[int]:
    """An entry of the history for each record, as the history library writes it; `values`: those of the records."""
    history: Any = model.history  # type: ignore[attr-defined]
    fields, rows = values
    places = {field.name: at for at, field in enumerate(fields)}
    tracked = [places[field.name] for field in history.model.tracked_fields if not field.primary_key]
    names = ("history_date", "history_user", "history_type", "history_change_reason")
    entry_fields = stored_fields(
        history.model, (model._meta.pk.name, *(fields[at].name for at in tracked), *names)
    )
    now = entry_fields[-4].get_db_prep_save(timezone.now(), connection)
    return insert(
        history.model,
        entry_fields,
        [
            [record.pk, *(row[at] for at in tracked), now, by.pk, kind, record._change_reason]  # type: ignore[attr-defined]
            for record, row in zip(records, rows, strict=True)
        ],
    )
