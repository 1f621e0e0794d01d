"""What one batch may do to many projects: each act drafts the change of a project, for the preview and the write."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Field, Model

from projects.actions import marking
from projects.actions.guarding import RecordChange, change
from projects.models import Batch, Listing, Milestone, Organisation, Project
from projects.models.batch import BatchChange
from projects.models.checks import broken
from projects.models.listing import year_fault
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.vocabulary import BatchAct, Category, Level, Precision, Stage

type Period = tuple[date, Precision]
type Terms = dict[str, str | int]


INCOMPLETE = "批量处理的内容不完整，请重新预览。"


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """What an act would do to one project; without records nothing changes."""

    changes: tuple[BatchChange, ...] = ()
    records: tuple[RecordChange, ...] = ()
    period: Period | None = None
    usual: str = ""
    """The reason of the history entry where the writer gives none."""


class BatchableAct(Protocol):
    kind: ClassVar[BatchAct]

    @property
    def terms(self) -> Terms:
        """The act as it is kept; `act_of` makes it again."""

    @property
    def relations(self) -> Sequence[str]:
        """What drafts read beside the project: the caller loads it for all projects at once."""

    def draft(self, project: Project, place: int, today: date, reason: str) -> ProjectDraft:
        """The change of the project that was shown at `place` (from 0), without a query. Raises RuleBroken."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stage was reached; `days`: for each project its day, or the sentence why it cannot be read."""

    stage: Stage
    days: Sequence[Period | str]

    kind: ClassVar[BatchAct] = BatchAct.MOVE
    relations: ClassVar[Sequence[str]] = ("milestones",)

    @property
    def terms(self) -> Terms:
        return {"stage": self.stage.value}

    def draft(self, project: Project, place: int, today: date, reason: str) -> ProjectDraft:
        day = self.days[place]
        if isinstance(day, str):
            raise RuleBroken(day)
        on, precision = day
        milestones = {Stage(milestone.stage): milestone for milestone in project.milestones.all()}
        steps = [milestone.as_step() for milestone in milestones.values()]
        before = milestones.get(self.stage)
        after = copy(before) if before else Milestone(project=project, stage=self.stage)
        marking.set_reached(after, on, precision, others=steps, today=today, note=reason)
        _check(after)
        words = periods.wording(after.reached_on or on, precision)
        changes = (BatchChange(self.stage.label, _plan(before), words),)
        return ProjectDraft(changes, (change(before, after),), day, usual=f"登记{self.stage.label}")


@dataclass(frozen=True, slots=True)
class Assign:
    """Facts of the project; `values` by field, as the form has cleaned them. `handed_on`: the day from which a new
    unit answers, None: the day of the draft.
    """

    values: Mapping[str, Model | str]
    handed_on: date | None = None

    kind: ClassVar[BatchAct] = BatchAct.ASSIGN

    @property
    def terms(self) -> Terms:
        values: Terms = {
            _column(name).attname: value if isinstance(value, str) else value.pk
            for name, value in self.values.items()
        }
        return values | {"handed_on": self.handed_on.isoformat() if self.handed_on else ""}

    @property
    def relations(self) -> Sequence[str]:
        return (*(name for name in self.values if _column(name).is_relation), "participations")

    def draft(self, project: Project, place: int, today: date, reason: str) -> ProjectDraft:
        changed = copy(project)
        changes = []
        for name, value in self.values.items():
            was = getattr(project, name)
            if was != value:
                words = str(value)
                if isinstance(value, Organisation) and name == "organisation":
                    on = self.handed_on or today
                    changed.hand_to(value.pk, on=on, today=today)
                    words += f"（{periods.wording(on, Precision.DAY)}起）"
                else:
                    setattr(changed, name, value)
                changes.append(BatchChange(str(_column(name).verbose_name), str(was or ""), words))
        if not changes:
            return ProjectDraft()
        self._check_unit(changed)
        _check(changed)
        return ProjectDraft(tuple(changes), (change(project, changed),))

    def _check_unit(self, project: Project) -> None:
        helpers = {entry.organisation_id for entry in project.participations.all()}
        unit = self.values.get("organisation")
        if isinstance(unit, Organisation) and unit.pk in helpers:
            raise RuleBroken(f"{unit}已是协同单位，请在项目页调整。")


@dataclass(frozen=True, slots=True)
class Enlist:
    """A place on the list of a year; an empty category, or no first day, leaves the one on record."""

    year: int
    level: Level
    category: str
    listed_on: date | None = None

    kind: ClassVar[BatchAct] = BatchAct.ENLIST
    relations: ClassVar[Sequence[str]] = ("listings",)

    @property
    def terms(self) -> Terms:
        listed_on = self.listed_on.isoformat() if self.listed_on else ""
        return {
            "year": self.year,
            "level": self.level.value,
            "category": self.category,
            "listed_on": listed_on,
        }

    def draft(self, project: Project, place: int, today: date, reason: str) -> ProjectDraft:
        wanted = self.year, self.level
        entries = (entry for entry in project.listings.all() if (entry.year, entry.level) == wanted)
        before = next(entries, None)
        if before is not None and before.removed_on is not None:
            removed = periods.wording(before.removed_on, Precision.DAY)
            raise RuleBroken(f"{removed}已调出{before}，如需恢复请在项目页办理。")
        label = f"{self.year} 年{self.level.label}"
        after = copy(before) if before else Listing(project=project, year=self.year, level=self.level)
        after.category = self.category or after.category
        if self.listed_on is not None:
            after.listed_period = (self.listed_on, Precision.DAY)
        _check(after)
        if before is None:
            if fault := year_fault(self.year, today=today):
                raise RuleBroken(fault)
            category = f"（{Category(self.category).label}）" if self.category else ""
            words = f"{after.listed_words}列入{category}"
            return ProjectDraft((BatchChange(label, "", words),), (change(None, after),))
        changes = []
        if after.category != before.category:
            changes.append(BatchChange(label, before.get_category_display(), after.get_category_display()))
        if after.listed_period != before.listed_period:
            changes.append(BatchChange(f"{label}列入日期", before.listed_words, after.listed_words))
        return ProjectDraft(tuple(changes), (change(before, after),)) if changes else ProjectDraft()


def act_of(batch: Batch) -> BatchableAct:
    """The act of a batch, as it was previewed. Raises RuleBroken where it cannot be made again."""
    terms = batch.terms
    match batch.act:
        case BatchAct.MOVE:
            return Move(Stage(terms["stage"]), [row.period or INCOMPLETE for row in batch.rows])
        case BatchAct.ASSIGN:
            fields = [field for field in Project._meta.concrete_fields if field.attname in terms]
            values = {field.name: _value(field, terms[field.attname]) for field in fields}
            return Assign(values, _day(terms.get("handed_on")))
        case _:
            day = _day(terms.get("listed_on"))
            return Enlist(terms["year"], Level(terms["level"]), terms["category"], day)


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _value(field: "Field[Any, Any]", stored: Any) -> Model | str:
    if not field.is_relation:
        return str(stored)
    linked: Any = field.related_model
    found: Model | None = linked._base_manager.filter(pk=stored).first()
    if found is None:
        raise RuleBroken(INCOMPLETE)
    return found


def _check(record: Milestone | Project | Listing) -> None:
    """Check a record by its model and by the constraints of its table. Raises RuleBroken."""
    links = {field.name for field in record._meta.concrete_fields if field.is_relation}
    try:
        record.clean_fields(exclude=links)
        record.clean()
    except ValidationError as fault:
        raise RuleBroken("；".join(fault.messages)) from fault
    for sentence in broken(record):
        raise RuleBroken(sentence)


def _column(name: str) -> "Field[Any, Any]":
    return next(field for field in Project._meta.concrete_fields if field.name == name)


def _plan(milestone: Milestone | None) -> str:
    if milestone is None or milestone.current_on is None:
        return ""
    return f"计划 {periods.wording(milestone.current_on, Precision(milestone.current_precision))}"
