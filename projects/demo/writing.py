"""Writing many records at once, each with the whole history that it has gone through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from projects.models import Project, User

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Version:
    """What one write set, when, by whom and why."""

    at: datetime
    by: User | None
    why: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """A record as it stands, and its versions from the first on."""

    subject: Model
    versions: list[Version]

    @classmethod
    def of(cls, model: type[Model], versions: list[Version]) -> "DemoRecord":
        state: dict[str, Any] = {}
        for version in versions:
            state.update(version.fields)
        return cls(model(**state), versions)


def write(records: Iterable[DemoRecord]) -> None:
    """Save the records, model by model in the order in which each is first met, and their histories."""
    by_model: dict[type[Model], list[DemoRecord]] = {}
    for record in records:
        by_model.setdefault(type(record.subject), []).append(record)
    for model, alike in by_model.items():
        for record in alike:
            if isinstance(record.subject, Project):
                record.subject.make_findable()
        model._default_manager.bulk_create([record.subject for record in alike], batch_size=BATCH)
        history = model.history.model  # type: ignore[attr-defined]
        entries = [entry for record in alike for entry in _entries(history, record)]
        history._default_manager.bulk_create(entries, batch_size=BATCH)


def _entries(history: type[Model], record: DemoRecord) -> Iterable[Model]:
    """The history rows of a record that has been saved."""
    state: dict[str, Any] = {record.subject._meta.pk.attname: record.subject.pk}
    for version in record.versions:
        state.update(version.fields)
        yield history(
            **state,
            history_date=version.at,
            history_user=version.by,
            history_change_reason=version.why,
            history_type="+" if version is record.versions[0] else "~",
        )
