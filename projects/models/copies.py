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
