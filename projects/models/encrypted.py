"""Columns that hold their values encrypted (`rules/ciphers.py`), by keys that `settings.CONTACT_KEYS` names.

An empty value stays empty and can be asked for. A value can be compared with another one (`exact`, `in`); words in it
cannot be searched, and rows cannot be sorted by it: the database does not know it.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup

from projects.rules.ciphers import KeyRing, UnknownKey, ring_of
from projects.rules.phones import MASK

UNREADABLE = f"{MASK}（解密的密钥不在）"
"""A masked number, which forms and imports take for none, so that nothing is written over what cannot be read."""
LOOKUPS = frozenset({"exact", "in", "isnull"})
EMPTY = frozenset({"[]", "{}"})


def key_ring() -> KeyRing:
    return ring_of(tuple(settings.CONTACT_KEYS))


class Unreadable(str):
    """What is shown for a token whose key is not there. It is saved as the same token again."""

    __slots__ = ("token",)
    token: str

    def __new__(cls, token: str) -> Unreadable:
        shown = super().__new__(cls, UNREADABLE)
        shown.token = token
        return shown


class EncryptedCharField(models.CharField[str, str]):
    """A short text. `max_length` is that of the text, not of its token."""

    def get_internal_type(self) -> str:
        return "TextField"

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.token
        text = super().get_prep_value(value)
        return key_ring().encrypt(text) if text else text

    def from_db_value(self, value: str | None, expression: object, connection: BaseDatabaseWrapper) -> Any:
        if not value:
            return value
        try:
            return key_ring().decrypt(value)
        except UnknownKey:
            return Unreadable(value)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """None for what the database cannot answer; Django refuses the question then."""
        return super().get_lookup(lookup_name) if lookup_name in LOOKUPS else None


class EncryptedJSONField(models.JSONField):
    """JSON that may hold telephone numbers, encrypted as a whole; [] and {} are stored as they are.

    Where its key is not there, nothing of it can be shown, and reading it raises UnknownKey.
    """

    def get_internal_type(self) -> str:
        return "TextField"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        text = json.dumps(value, cls=self.encoder, ensure_ascii=False)
        return text if text in EMPTY else key_ring().encrypt(text)

    def from_db_value(self, value: str | None, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else json.loads(key_ring().decrypt(value), cls=self.decoder)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self.name} is encrypted: {lookup_name} cannot be asked for")
