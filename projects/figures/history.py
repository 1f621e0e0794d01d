"""Who changed what of a project, when and why: the history tables read out in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import models

from projects.models import AnnualPlan, Listing, Milestone, Participation, Project
from projects.rules import money, periods
from projects.vocabulary import Precision

NOBODY = "系统载入"
REMOVED = "（已删除）"
VERBS = {"+": "新增", "~": "修改", "-": "删除"}
KEYS = frozenset({"id", "project"})
OF_THE_SUBJECT = {
    Milestone: frozenset({"stage"}),
    Listing: frozenset({"year", "level"}),
    AnnualPlan: frozenset({"year"}),
    Participation: frozenset({"organisation"}),
}
"""What the heading of an entry says already, as long as it stays the same."""
BESIDE_A_DAY = "_precision"
"""A precision is told with its day, never alone."""
UNTOLD = frozenset({"recorded_on"})
"""What the actions keep for themselves."""

type Record = Any
"""A row of a history table; the library makes these classes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field in words; empty: nothing was, or is, on record."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One write of one record."""

    at: datetime
    who: str
    subject: str
    verb: str
    why: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A table whose history belongs to a project; `owner` is the column that says to which."""

    model: type[models.Model]
    owner: str
    subject: Callable[[Record], str]


TRACKED = (
    Tracked(Project, "id", lambda record: "项目"),
    Tracked(Milestone, "project_id", lambda record: f"节点 {record.get_stage_display()}"),
    Tracked(Listing, "project_id", lambda record: f"名单 {record.year}年{record.get_level_display()}"),
    Tracked(AnnualPlan, "project_id", lambda record: f"{record.year}年度计划"),
    Tracked(Participation, "project_id", lambda record: f"协同单位 {record.organisation or REMOVED}"),
)


def project_history(project: Project) -> tuple[Entry, ...]:
    """Every write of the project, its stages, lists, plans and helpers, the newest first; a query a table."""
    entries = [entry for tracked in TRACKED for entry in _entries(tracked, project)]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _entries(tracked: Tracked, project: Project) -> Iterator[Entry]:
    history = tracked.model.history  # type: ignore[attr-defined]  # the library adds it
    fields = history.model.tracked_fields
    related = [field.name for field in fields if field.is_relation and field.name not in KEYS]
    records = (
        history.filter(**{tracked.owner: project.pk})
        .select_related("history_user", *related)
        .order_by("id", "history_date", "history_id")
    )
    for _, versions in groupby(records, key=lambda record: record.id):
        before = None
        for record in versions:
            yield _entry(tracked, record, before)
            before = record


def _entry(tracked: Tracked, record: Record, before: Record | None) -> Entry:
    return Entry(
        at=record.history_date,
        who=str(record.history_user or NOBODY),
        subject=tracked.subject(record),
        verb=VERBS[record.history_type],
        why=record.history_change_reason or "",
        changes=() if record.history_type == "-" else tuple(_changes(tracked, record, before)),
    )


def _changes(tracked: Tracked, record: Record, before: Record | None) -> Iterator[Change]:
    """Fields that read differently from before; of a new record those that say something."""
    said = OF_THE_SUBJECT.get(tracked.model, frozenset()) if before is None else frozenset()
    for field in record.tracked_fields:
        if field.name in KEYS | UNTOLD | said or field.name.endswith(BESIDE_A_DAY):
            continue
        if before is None and getattr(record, field.attname) == field.get_default():
            continue
        was, now = ("" if before is None else _words(before, field)), _words(record, field)
        if was != now:
            yield Change(str(field.verbose_name).removesuffix("（元）"), was, now)


def _words(record: Record, field: "models.Field[Any, Any]") -> str:
    """A stored value as a reader says it."""
    value = getattr(record, field.attname)
    if value is None or value == "":
        return ""
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    match field:
        case models.ForeignKey():
            return str(getattr(record, field.name) or REMOVED)
        case models.BooleanField():
            return "是" if value else "否"
        case models.DateField():
            precision = getattr(record, f"{field.name.removesuffix('_on')}{BESIDE_A_DAY}", "")
            return periods.wording(value, Precision(precision or Precision.DAY))
        case models.BigIntegerField() if field.name != "foreign_amount":
            return f"{money.to_unit(value, money.MoneyUnit.YI).normalize():f} 亿元"  # exact: a yuan matters
    return str(value)
