"""Copies of records in memory: a large import makes several for each row."""

from django.db.models import Model
from django.db.models.base import ModelState


def copied[R: Model](record: R) -> R:
    """As `copy.copy`, which takes ten times as long because it goes by way of pickling."""
    copy = record.__class__.__new__(record.__class__)
    copy.__dict__ |= record.__dict__
    copy._state = ModelState()
    copy._state.db, copy._state.adding = record._state.db, record._state.adding
    copy._state.fields_cache = record._state.fields_cache.copy()
    return copy


def link(record: Model, name: str, other: Model) -> None:
    """Set a link of a record to another one that need not be saved, as assigning it does, in a fraction of the time."""
    field = record._meta.get_field(name)
    record.__dict__[field.attname] = other.pk  # type: ignore[union-attr]
    record._state.fields_cache[name] = other
