"""What one batch may do to many projects: each act drafts a project's change, and carries it out by its own verb."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Field, Model

from projects.actions import lifecycle, registry
from projects.actions.guarding import Write
from projects.models import Batch, Listing, Milestone, Organisation, Project, User
from projects.models.batch import BatchChange, BatchRow
from projects.rules import lifecycle as stages
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.vocabulary import BatchAct, Category, Level, Precision, Stage

type Period = tuple[date, Precision]
type Terms = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an act would do to one project; no change: it stands so already."""

    changes: tuple[BatchChange, ...] = ()
    write: Write | None = None
    """The record that figures count, before and after."""
    period: Period | None = None


class Act(Protocol):
    kind: ClassVar[BatchAct]

    @property
    def terms(self) -> Terms:
        """The act as it is kept; `carry_out` needs no more."""

    @property
    def relations(self) -> Sequence[str]:
        """What drafts read beside the project: the caller loads it for all projects at once."""

    def draft(self, project: Project, place: int, today: date) -> Draft:
        """Judge the project that was shown at `place` (from 0), without a query; RuleBroken: why not."""


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

    def draft(self, project: Project, place: int, today: date) -> Draft:
        day = self.days[place]
        if isinstance(day, str):
            raise RuleBroken(day)
        on, precision = day
        milestones = {Stage(milestone.stage): milestone for milestone in project.milestones.all()}
        steps = [milestone.as_step() for milestone in milestones.values()]
        stages.check_reach(steps, self.stage, on, precision, today)
        before = milestones.get(self.stage)
        after = copy(before) if before else Milestone(project=project, stage=self.stage)
        after.reached_on, after.reached_precision = periods.settled(on, precision, today), precision
        change = BatchChange(self.stage.label, _plan(before), periods.wording(after.reached_on, precision))
        return Draft((change,), Write(before, after), day)


@dataclass(frozen=True, slots=True)
class Assign:
    """Facts of the project; `values` by field, as the form has cleaned them."""

    values: Mapping[str, Model | str]

    kind: ClassVar[BatchAct] = BatchAct.ASSIGN

    @property
    def terms(self) -> Terms:
        return {
            _column(name).attname: value if isinstance(value, str) else value.pk
            for name, value in self.values.items()
        }

    @property
    def relations(self) -> Sequence[str]:
        return (*(name for name in self.values if _column(name).is_relation), "participations")

    def draft(self, project: Project, place: int, today: date) -> Draft:
        changed = copy(project)
        changes = []
        for name, value in self.values.items():
            was = getattr(project, name)
            if was != value:
                setattr(changed, name, value)
                changes.append(BatchChange(str(_column(name).verbose_name), str(was or ""), str(value)))
        if changes:
            self._judge(changed)
        return Draft(tuple(changes))

    def _judge(self, project: Project) -> None:
        helpers = {entry.organisation_id for entry in project.participations.all()}
        unit = self.values.get("organisation")
        if isinstance(unit, Organisation) and unit.pk in helpers:
            raise RuleBroken(f"{unit}已是协同单位，请在项目页调整。")
        linked = {field.name for field in Project._meta.concrete_fields if field.is_relation}
        try:
            project.clean_fields(exclude=linked)
            project.clean()
        except ValidationError as fault:
            raise RuleBroken("；".join(fault.messages)) from fault


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

    def draft(self, project: Project, place: int, today: date) -> Draft:
        wanted = self.year, self.level
        entries = (entry for entry in project.listings.all() if (entry.year, entry.level) == wanted)
        before = next(entries, None)
        if before is not None and before.removed_on is not None:
            removed = periods.wording(before.removed_on, Precision.DAY)
            raise RuleBroken(f"{removed}已调出{before}，如需恢复请在项目页办理。")
        label = f"{self.year} 年{self.level.label}"
        after = copy(before) if before else Listing(project=project, year=self.year, level=self.level)
        _enter(after, self.category, self.listed_on)
        try:
            after.clean()
        except ValidationError as fault:
            raise RuleBroken("；".join(fault.messages)) from fault
        if before is None:
            category = f"（{Category(self.category).label}）" if self.category else ""
            words = f"{after.listed_words}列入{category}"
            return Draft((BatchChange(label, "", words),), Write(None, after))
        changes = []
        if after.category != before.category:
            changes.append(BatchChange(label, before.get_category_display(), after.get_category_display()))
        if after.listed_period != before.listed_period:
            changes.append(BatchChange(f"{label}列入日期", before.listed_words, after.listed_words))
        return Draft(tuple(changes), Write(before, after)) if changes else Draft()


def _enter(listing: Listing, category: str, listed_on: date | None) -> None:
    """Set what the act states; what it leaves out stays."""
    listing.category = category or listing.category
    if listed_on is not None:
        listing.listed_period = (listed_on, Precision.DAY)


def carry_out(batch: Batch, row: BatchRow, project: Project, *, by: User) -> None:
    """Do to one project what its row says, by the same action as its own page; RuleBroken: why not."""
    terms, reason = batch.terms, batch.reason
    match batch.act, row.period:
        case BatchAct.MOVE, (on, precision):
            lifecycle.reach(project, Stage(terms["stage"]), on=on, precision=precision, by=by, reason=reason)
        case BatchAct.ASSIGN, None:
            for column, value in terms.items():
                setattr(project, column, value)
            registry.amend(project, by=by, reason=reason)
        case BatchAct.ENLIST, None:
            year, level = terms["year"], terms["level"]
            listing = project.listings.filter(year=year, level=level).first()
            listing = listing or Listing(year=year, level=level)
            listed_on = terms.get("listed_on")
            _enter(listing, terms["category"], date.fromisoformat(listed_on) if listed_on else None)
            registry.keep_year(project, [listing], by=by, reason=reason)
        case _:
            raise RuleBroken("批量处理的内容不完整，请重新预览。")


def _column(name: str) -> "Field[Any, Any]":
    return next(field for field in Project._meta.concrete_fields if field.name == name)


def _plan(milestone: Milestone | None) -> str:
    if milestone is None or milestone.current_on is None:
        return ""
    return f"计划 {periods.wording(milestone.current_on, Precision(milestone.current_precision))}"
