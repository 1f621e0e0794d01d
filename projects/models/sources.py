"""Which values of a record a source has stated, so that a source never stands beside a value that it did not state.

The one writer and the import call this: whoever changes such a value takes its source off, or names another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True, slots=True)
class Stated:
    """Columns whose values one source states, and the two columns that name the source.

    `unless`: a column; while it is true the source also states something that did not change, and stays.
    """

    values: tuple[str, ...]
    source: str = "source_id"
    paragraph: str = "source_paragraph"
    unless: str = ""

    @property
    def named_by(self) -> tuple[str, str]:
        return self.source, self.paragraph


def stated_by(model: type[models.Model] | models.Model) -> Sequence[Stated]:
    """What sources state of the records of a table; () where it has no sources, or one for the whole record."""
    return getattr(model, "STATED", ())


def changed(before: Any, after: models.Model) -> list[Stated]:
    """The values that a write changes; of a new record (`before` None) those that are not empty."""
    return [
        stated
        for stated in stated_by(after)
        if any(
            getattr(after, name) not in (None, "", False)
            if before is None
            else getattr(before, name) != getattr(after, name)
            for name in stated.values
        )
    ]


def forget_sources(before: Any, after: models.Model) -> None:
    """Take off the source of each changed value, unless the same write names another; not saved here."""
    if before is None:
        return
    for stated in changed(before, after):
        is_kept = any(getattr(before, name) != getattr(after, name) for name in stated.named_by)
        if not is_kept and not (stated.unless and getattr(after, stated.unless)):
            setattr(after, stated.source, None)
            setattr(after, stated.paragraph, "")


def name_source(record: models.Model, stated: Stated, source: models.Model, paragraph: str) -> None:
    """Say which source states the values; not saved here."""
    setattr(record, stated.source, source.pk)
    setattr(record, stated.paragraph, paragraph)
