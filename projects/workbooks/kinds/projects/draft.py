"""What a row of a project list would change in its project, cell by cell."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError

from projects.models import AnnualPlan, Listing, Project
from projects.models.checks import broken
from projects.models.listing import year_fault
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.money import Amount
from projects.vocabulary import Level, Precision
from projects.workbooks.compare import Laying
from projects.workbooks.drafts import WHOLE_ROW, Draft, Said, Terms, label_of
from projects.workbooks.kinds.projects.records import LISTED, OF_PROJECT, PLANNED, ProjectRecords
from projects.workbooks.kinds.projects.stages import lay_stages

NOT_YOURS = "您不能修改这个项目。"
NOT_YOUR_UNIT = "您的账号不能把项目交给这个责任单位。"
NO_UNIT = "请填写责任单位：您的账号只能登记本单位及下级单位的项目。"

_JUDGED = frozenset(field.name for field in Project._meta.concrete_fields if field.is_relation) | {"name"}
"""Fields that are not checked again: a link was looked up by its name, and a missing name has its own message."""

type Values = Mapping[str, Any]


def draft(
    said: Said,
    current: ProjectRecords | None,
    terms: Terms,
    *,
    before: ProjectRecords | None = None,
    is_repeated: bool = False,
) -> Draft:
    """What the row would write. `current`: the stored records, None for a new project.

    `before`: the records when the sheet was made, where somebody has written since. `is_repeated`: an earlier row
    of the same file is about this project, and this one may only put it on a further list.
    """
    values = _expanded(said.values)
    row = Draft(label=_label(values, current), subject=current.project.pk if current else None)
    row.faults.update(said.faults)
    row.is_new = current is None
    row.state = after = current.copied(keeps_project=is_repeated) if current else ProjectRecords(Project())
    _judge_rights(row, values, current, terms)
    laying = Laying(row, after.values(), terms, said.choice)
    if is_repeated:
        laying.demand_same(values)
        lay_lists(laying, after, values, {}, only_adds=True)
    else:
        wanted = laying.wanted(values, before.values() if before else None)
        _lay_facts(laying, after, {key: value for key, value in wanted.items() if key in OF_PROJECT})
        lay_lists(laying, after, values, wanted)
        lay_plan(laying, after, {key: value for key, value in wanted.items() if key in PLANNED})
        lay_stages(laying, after, wanted, values)
    if row.faults or row.clashes:
        row.records, row.stated, row.writes = [], [], []
    return row


def _expanded(values: Values) -> dict[str, Any]:
    """The parts of a cell that has two values in one, under the keys of their own columns, whose cells win."""
    parted: dict[str, Any] = {}
    if both := values.get("contact_both"):
        name, phone = both
        parted |= {"contact": name} | ({"contact_phone": phone} if phone else {})
    return parted | {key: value for key, value in values.items() if key != "contact_both"}


def _label(values: Values, current: ProjectRecords | None) -> str:
    name = values.get("name") or (current.project.name if current else "")
    return str(name)[:250]


def _judge_rights(row: Draft, values: Values, current: ProjectRecords | None, terms: Terms) -> None:
    writer = terms.writer
    if current is None:
        if not writer.may_assign(values.get("organisation")) and "organisation" not in row.faults:
            row.faults["organisation"] = NOT_YOUR_UNIT if "organisation" in values else NO_UNIT
        return
    if current.project.pk is not None and not writer.may_write(current.project.pk):
        row.faults[WHOLE_ROW] = NOT_YOURS
    unit = values.get("organisation", current.project.organisation_id)
    if unit != current.project.organisation_id and not writer.may_assign(unit):
        row.faults["organisation"] = NOT_YOUR_UNIT


def _lay_facts(laying: Laying, after: ProjectRecords, wanted: Values) -> None:
    if not wanted and not laying.row.is_new:
        return
    project = after.project
    held = None if laying.row.is_new else copy(project)
    for key, value in wanted.items():
        _set(project, key, value)
        laying.tell(key, value)
    if held is not None:
        _keep_former_name(laying.row, project, held.name)
    _judge_facts(laying.row, project)
    laying.row.write(held, project)


def _keep_former_name(row: Draft, project: Project, before: str) -> None:
    try:
        project.keep_former_name(before)
    except RuleBroken as full:
        row.faults.setdefault("former_names", str(full))


def _judge_facts(row: Draft, project: Project) -> None:
    """The rules of the model, then the constraints of the table, as the page's form checks them."""
    if not project.name and "name" not in row.faults:
        row.faults["name"] = "请填写项目名称。"
    try:
        project.clean_fields(exclude=_JUDGED)
        project.clean_codes()
    except ValidationError as fault:
        for key, messages in fault.message_dict.items():
            row.faults.setdefault(key if key in OF_PROJECT else WHOLE_ROW, "；".join(messages))
    for sentence in broken(project):
        row.faults.setdefault(WHOLE_ROW, sentence)


def _set(project: Project, key: str, value: Any) -> None:
    if key == "foreign":
        amount = value or Amount()
        project.foreign_amount, project.foreign_currency = amount.foreign, amount.currency or ""
    else:
        OF_PROJECT[key].set(project, value)


NO_LIST = "没有写明名单级别，不知道列入哪个名单。"


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
    try:
        record.clean()
    except ValidationError as fault:
        row.faults.setdefault(WHOLE_ROW, "；".join(fault.messages))
    for sentence in broken(record):
        row.faults.setdefault(WHOLE_ROW, sentence)
