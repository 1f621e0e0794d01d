"""The lists and the plan of the year, as a row of a project list states them."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from projects.actions.importing.drafts import WHOLE_ROW, Draft
from projects.actions.importing.laying import Laying
from projects.actions.importing.project_records import LISTED, ProjectRecords
from projects.actions.importing.words import label_of
from projects.models import AnnualPlan, Listing
from projects.models.checks import broken
from projects.models.listing import year_fault
from projects.rules import periods
from projects.vocabulary import Level, Precision

NO_LIST = "没有写明名单级别，不知道列入哪个名单。"

type Values = Mapping[str, Any]


def lay_lists(
    laying: Laying, after: ProjectRecords, values: Values, wanted: Values, *, only_adds: bool = False
) -> None:
    """Put the project on the lists that the row, its section or the terms name; it is never taken off one here.

    `values`: what the row says, which a new place on a list takes over; `wanted`: the part that is to change.
    `only_adds`: a place on a list that an earlier row of the file has spoken of may not be changed again.
    """
    present = laying.theirs["level"]
    levels = values.get("level") or laying.terms.levels or present
    if not levels:
        if any(key in values for key in LISTED):
            laying.row.faults.setdefault("level", NO_LIST)
        return
    if not levels <= present:
        laying.tell("level", present | levels)
    for level in Level:
        held = after.listings.get(level)
        if level in levels and not (only_adds and held):
            _lay_list(laying, after, level, wanted if held else values)


def _lay_list(laying: Laying, after: ProjectRecords, level: Level, said: Values) -> None:
    held = after.listings.get(level)
    if held is not None and held.removed_on is not None:
        removed = periods.wording(held.removed_on, Precision.DAY)
        laying.row.faults.setdefault("level", f"{removed}已调出{held}，如需恢复请在项目页办理。")
        return
    if held is None and (fault := year_fault(laying.terms.year, today=laying.terms.today)):
        laying.row.faults.setdefault("level", fault)
        return
    listing = copy(held) if held else Listing(year=laying.terms.year, level=level)
    changed = held is None
    for key, name in LISTED.items():
        if said.get(key) is None or getattr(listing, name) == said[key]:
            continue
        if held is not None:
            label = f"{level.label}{label_of(laying.terms.kind, key)}"
            laying.told(key, label, getattr(held, name), said[key])
        setattr(listing, name, said[key])
        changed = True
    if changed:
        listing.project = after.project
        _judge(laying.row, listing)
        after.listings[level] = listing
        laying.row.write(held, listing)


def lay_plan(laying: Laying, after: ProjectRecords, wanted: Values) -> None:
    """Set the amounts of the year's plan."""
    if not wanted:
        return
    held = after.plan
    if held is None and (fault := year_fault(laying.terms.year, today=laying.terms.today)):
        laying.row.faults.setdefault(WHOLE_ROW, fault)
        return
    plan = copy(held) if held else AnnualPlan(year=laying.terms.year)
    for key, value in wanted.items():
        setattr(plan, key, value)
        laying.tell(key, value)
    plan.project = after.project
    _judge(laying.row, plan)
    after.plan = plan
    laying.row.write(held, plan)


def _judge(row: Draft, record: Listing | AnnualPlan) -> None:
    for sentence in broken(record):
        row.faults.setdefault(WHOLE_ROW, sentence)
