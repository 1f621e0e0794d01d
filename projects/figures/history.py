"""Who changed what of a project, when and why: the history tables read out in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import models

from projects.models import (
    AnnualPlan,
    Attachment,
    Decision,
    Evidence,
    Inquiry,
    Listing,
    Milestone,
    MonthlyReport,
    Participation,
    Problem,
    Project,
)
from projects.models.project import ProjectQuerySet
from projects.rules import money, periods
from projects.rules.merge import Conflict, FieldDifference
from projects.rules.phones import masked
from projects.vocabulary import Precision, Stage

CHUNK = 1000
"""Entries that are in memory at a time."""

NOBODY = "系统载入"
LEFT_ALONE = "（不改）"
"""What I would not touch."""
REMOVED = "（已删除）"
VERBS = {"+": "新增", "~": "修改", "-": "删除"}
KEYS = frozenset({"id", "project", "milestone"})
OF_THE_SUBJECT = {
    Milestone: frozenset({"stage"}),
    Listing: frozenset({"year", "level"}),
    AnnualPlan: frozenset({"year"}),
    Participation: frozenset({"organisation"}),
    MonthlyReport: frozenset({"month"}),
    Inquiry: frozenset({"asked_by", "asked_at"}),
    Attachment: frozenset({"kind"}),
}
"""What the heading of an entry says already, as long as it stays the same."""
BESIDE_A_DAY = "_precision"
"""A precision is told with its day, never alone."""
SOURCES = ("planned_source", "current_source", "reached_source", "note_source")
OMITTED = frozenset(
    {
        "recorded_on",
        "pauses",
        "former_units",
        "file",
        "shown",
        "thumbnail",
        "taken_at",
        "latitude",
        "longitude",
    }
    | {"sha256", "size", "uploaded_by", "uploaded_at"}
)
"""What the actions keep for themselves."""
PHONES = frozenset({"contact_phone"})
"""Shown on the page of the project alone; a history says that they changed."""

type Record = Any
"""A row of a history table; the library makes these classes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field in words; empty: nothing was, or is, on record."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One write of one record."""

    at: datetime
    who: str
    subject: str
    verb: str
    why: str
    changes: tuple[Change, ...]
    table: str = ""
    number: int = 0
    """Of the entry in the history of its table."""
    can_undo: bool = False
    """Whether it is a kind of entry that can be taken back; whether it still stands is judged by the action."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A table whose history belongs to a project; `owner` is the column that says to which."""

    model: type[models.Model]
    owner: str
    subject: Callable[[Record], str]
    takes_back: bool = True
    final: frozenset[str] = frozenset()
    """Columns whose changes are taken back elsewhere."""

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)


TRACKED = (
    Tracked(Project, "id", lambda record: "项目"),
    Tracked(Milestone, "project_id", lambda record: f"节点 {record.get_stage_display()}"),
    Tracked(Listing, "project_id", lambda record: f"名单 {record.year}年{record.get_level_display()}"),
    Tracked(AnnualPlan, "project_id", lambda record: f"{record.year}年度计划"),
    Tracked(Participation, "project_id", lambda record: f"协同单位 {record.organisation or REMOVED}"),
    Tracked(
        MonthlyReport,
        "project_id",
        lambda record: f"月报 {record.month.year}年{record.month.month}月",
        final=frozenset({"state"}),
    ),
    Tracked(Problem, "project_id", lambda record: "问题", takes_back=False),
    Tracked(Decision, "project_id", lambda record: "督办", takes_back=False),
    Tracked(
        Evidence,
        "milestone__project_id",
        lambda record: f"佐证 {record.milestone.get_stage_display()}",
        takes_back=False,
    ),
    Tracked(
        Attachment,
        "project_id",
        lambda record: f"附件 {record.get_kind_display()}",
        takes_back=False,
    ),
    Tracked(
        Inquiry,
        "milestone__project_id",
        lambda record: f"原因询问 {record.milestone.get_stage_display()}",
        takes_back=False,
    ),
)


def project_history(project: Project) -> tuple[HistoryEntry, ...]:
    """Every write of the project and of all that hangs on it, the newest first; a query a table."""
    entries = [entry for tracked in TRACKED for entry in _entries(tracked, project)]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def register_history(projects: ProjectQuerySet) -> Iterator[tuple[str, HistoryEntry]]:
    """Every write of a set of projects with the project's name, as it is read: a table after the other, in each by
    project and record, the oldest first. In constant memory but for the names."""
    names = dict(projects.order_by().values_list("pk", "name"))
    owners = projects.order_by().values("pk")
    for tracked in TRACKED:
        for record, before in _versions(tracked, owners):
            yield names.get(_owner(tracked, record), ""), _entry(tracked, record, before)


def _owner(tracked: Tracked, record: Record) -> int:
    for step in tracked.owner.split("__"):
        record = getattr(record, step)
    return int(record)


def history_entry(project: Project, table: str, number: int) -> HistoryEntry | None:
    """One write of the project's history; one query."""
    found = [entry for tracked in TRACKED if tracked.name == table for entry in _entries(tracked, project)]
    return next((entry for entry in found if entry.number == number), None)


def stage_conflict(
    project: Project, stage: Stage, *, base_version: int | None, mine: Mapping[str, str]
) -> Conflict:
    """What others wrote about a stage since `base_version`, beside what I would write (`mine`: texts by column)."""
    entries = Milestone.history.filter(project=project.pk, stage=stage).select_related(
        "history_user", *SOURCES
    )
    records = list(entries.order_by("history_id"))
    before = next((record for record in records if record.history_id == base_version), None)
    now = records[-1] if records and records[-1].history_type != "-" else None
    differences = []
    for field in Milestone.history.model.tracked_fields:
        if field.name in KEYS | OMITTED or field.name.endswith(BESIDE_A_DAY):
            continue
        was, theirs = (_words(record, field) if record else "" for record in (before, now))
        would_be = mine.get(field.name, theirs)
        if not was == theirs == would_be:
            differences.append(
                FieldDifference(str(field.verbose_name), was, theirs, mine.get(field.name, LEFT_ALONE))
            )
    newest = records[-1] if records else None
    return Conflict(
        who=str(newest.history_user or NOBODY) if newest else NOBODY,
        at=newest.history_date if newest else None,
        why=(newest.history_change_reason or "") if newest else "",
        differences=tuple(differences),
    )


def _entries(tracked: Tracked, project: Project) -> Iterator[HistoryEntry]:
    return (_entry(tracked, record, before) for record, before in _versions(tracked, [project.pk]))


def _versions(tracked: Tracked, owners: Any) -> Iterator[tuple[Record, Record | None]]:
    """Each entry of the table with the one before it of the same record."""
    history = tracked.model.history  # type: ignore[attr-defined]  # the library adds it
    fields = history.model.tracked_fields
    related = [field.name for field in fields if field.is_relation and field.name != "project"]
    records = (
        history.filter(**{f"{tracked.owner}__in": owners})
        .select_related("history_user", *related)
        .order_by(tracked.owner, "id", "history_date", "history_id")
    )
    for _, versions in groupby(records.iterator(chunk_size=CHUNK), key=lambda record: record.id):
        before = None
        for record in versions:
            yield record, before
            before = record


def _entry(tracked: Tracked, record: Record, before: Record | None) -> HistoryEntry:
    return HistoryEntry(
        at=record.history_date,
        who=str(record.history_user or NOBODY),
        subject=tracked.subject(record),
        verb=VERBS[record.history_type],
        why=record.history_change_reason or "",
        changes=() if record.history_type == "-" else tuple(_changes(tracked, record, before)),
        table=tracked.name,
        number=record.history_id,
        can_undo=tracked.takes_back and not _is_final(tracked, record, before),
    )


def _is_final(tracked: Tracked, record: Record, before: Record | None) -> bool:
    """Whether no single entry takes this one back: a project stays, a report is handed in and returned elsewhere."""
    if before is None:
        return tracked.model is Project
    return any(getattr(record, column) != getattr(before, column) for column in tracked.final)


def _changes(tracked: Tracked, record: Record, before: Record | None) -> Iterator[Change]:
    """Fields that read differently from before; of a new record those that say something."""
    stated = OF_THE_SUBJECT.get(tracked.model, frozenset()) if before is None else frozenset()
    for field in record.tracked_fields:
        if field.name in KEYS | OMITTED | stated or field.name.endswith(BESIDE_A_DAY):
            continue
        if before is None and getattr(record, field.attname) == field.get_default():
            continue
        was, now = ("" if before is None else _words(before, field)), _words(record, field)
        if was != now:
            if field.name in PHONES:
                was, now = masked(was), masked(now)
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
