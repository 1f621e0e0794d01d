"""Encrypt again what a former key has encrypted, or none: the second step of a change of keys (`reencrypt`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Field, FileField, Model, TextField
from django.db.models.functions import Cast

from projects.models.encrypted import EMPTY, EncryptedCharField, EncryptedJSONField, key_ring
from projects.models.encrypted_files import EncryptedStorage
from projects.models.statements import update
from projects.rules.ciphers import KeyRing, UnknownKey

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


def encrypted_files() -> list[tuple[type[Model], str]]:
    """Tables with the name of their column of encrypted files."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField) and isinstance(field.storage, EncryptedStorage)
    ]


@transaction.atomic
def reencrypt() -> Reencrypted:
    """Nothing changes in what the rows and files say, so no history is written. What cannot be read stays as it is."""
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
    for model, name in encrypted_files():
        _reencrypt_files(model, name, ring, done)
    return done


def _reencrypt_files(model: type[Model], column: str, ring: KeyRing, done: Reencrypted) -> None:
    """Each file is written beside the former one, which goes when the rows name the new one for good."""
    rows = model._base_manager.exclude(**{column: ""})
    for pk, name in rows.order_by("pk").values_list("pk", column):
        if not default_storage.exists(name):
            continue  # `check_data` names it
        with default_storage.open(name) as file:
            stored = file.read()
        if ring.is_current_file(stored):
            continue
        try:
            clear = ring.decrypt_file(stored)
        except UnknownKey:
            done.unreadable += 1
            continue
        written = default_storage.save(name, ContentFile(ring.encrypt_file(clear)))
        model._base_manager.filter(pk=pk).update(**{column: written})
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
        done.rows += 1
