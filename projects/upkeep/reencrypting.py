"""Encrypt again what a former key has encrypted, or none: the second step of a change of keys (`reencrypt`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Field, Model, TextField
from django.db.models.functions import Cast

from projects.models.encrypted import EMPTY, EncryptedCharField, EncryptedJSONField, key_ring
from projects.models.statements import update
from projects.rules.ciphers import UnknownKey

AT_ONCE = 1000
"""Rows that are read into memory together."""


@dataclass(frozen=True, slots=True)
class Column:
    """An encrypted column of a table; those of histories are tables like any other."""

    model: type[Model]
    field: Field[Any, Any]

    def stored(self) -> Iterator[list[tuple[int, str]]]:
        """Keys of rows with what is stored there, some at a time, but for what is empty."""
        rows = self.model._base_manager.annotate(token=Cast(self.field.name, TextField())).order_by("pk")
        rows = rows.exclude(token=None).exclude(token__in=["", *EMPTY])
        last = 0
        while some := list(rows.filter(pk__gt=last).values_list("pk", "token")[:AT_ONCE]):
            yield some
            last = some[-1][0]


@dataclass(slots=True)
class Reencrypted:
    """How much was encrypted again, and how much could not be read."""

    rows: int = 0
    unreadable: int = 0


def encrypted_columns() -> list[Column]:
    return [
        Column(model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedCharField | EncryptedJSONField)
    ]


@transaction.atomic
def reencrypt() -> Reencrypted:
    """Nothing changes in what the rows say, so no history is written. What cannot be read stays as it is."""
    ring, done = key_ring(), Reencrypted()
    for column in encrypted_columns():
        for some in column.stored():
            keys, tokens = [], []
            for key, token in some:
                if ring.is_current(token):
                    continue
                try:
                    tokens.append([ring.encrypt(ring.decrypt(token))])
                    keys.append(key)
                except UnknownKey:
                    done.unreadable += 1
            update(column.model, [column.field], tokens, keys)
            done.rows += len(keys)
    return done
