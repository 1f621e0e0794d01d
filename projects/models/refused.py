"""The sentence of a constraint that the database has refused a write for, on either engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError
from django.db.models import Model, ProtectedError, RestrictedError, UniqueConstraint

REFERENCED = "还有别的记录用到它，不能删除。"
GONE = "所选的记录刚刚被删除，请重新选择。"
TAKEN = "同样的记录刚刚已经存在，请核对后再保存。"
REFUSED = "数据库没有接受这次写入：有内容与已有记录冲突，请核对后再保存。"

_COLUMNS = re.compile(r"UNIQUE constraint failed: (?!index )(.+)")
_NAMED = re.compile(r"(?:CHECK constraint failed: |UNIQUE constraint failed: index ')([^']+)")


def sentence_of(error: IntegrityError) -> str:
    """What the form says: the constraint's own sentence where it has one."""
    if isinstance(error, ProtectedError | RestrictedError):
        return REFERENCED
    name, columns = _broken(error)
    for model in apps.get_models(include_auto_created=True):
        for constraint, sentence in _sentences(model):
            if constraint and constraint in (name, columns):
                return sentence
    if "foreign key" in str(error).lower():
        return GONE
    return TAKEN if columns or "unique" in str(error).lower() else REFUSED


def _broken(error: IntegrityError) -> tuple[str, str]:
    """The name of the constraint, or of a unique one on SQLite its columns: `table.first, table.second`."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or "", ""
    text = str(error)
    named, columns = _NAMED.search(text), _COLUMNS.search(text)
    return named[1] if named else "", columns[1] if columns else ""


def _sentences(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Everything that a table may refuse a row for, by name and by columns."""
    for constraint in model._meta.constraints:
        sentence = str(constraint.violation_error_message)
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            if sentence == str(constraint.default_violation_error_message):
                sentence = _usual(model, constraint.fields)
            yield _columns(model, constraint.fields), sentence
        yield constraint.name, sentence
    table = model._meta.db_table
    for field in model._meta.local_concrete_fields:
        if field.unique:
            sentence = _usual(model, (field.name,))
            yield f"{table}.{field.column}", sentence
            yield f"{table}_{field.column}_key", sentence


def _usual(model: type[Model], fields: Sequence[str]) -> str:
    """Django's own words for a value that is taken."""
    error = model().unique_error_message(model, tuple(fields))
    return "".join(error.messages)


def _columns(model: type[Model], fields: Sequence[str]) -> str:
    table = model._meta.db_table
    try:
        return ", ".join(f"{table}.{model._meta.get_field(name).column}" for name in fields)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return ""
