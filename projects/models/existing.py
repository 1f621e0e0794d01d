"""Whether a project is there on a day: projects are split into parts and merged, and each counts once on every day.

A project counts from `began_on` until the day before `ended_on`; without these, always.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def has_begun(day: date) -> Q:
    """There by the day, or before it."""
    return Q(began_on=None) | Q(began_on__lte=day)


def exists_on(day: date) -> Q:
    """There on the day: begun, and not yet split or merged into another."""
    return has_begun(day) & (Q(ended_on=None) | Q(ended_on__gt=day))
