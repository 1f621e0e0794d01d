"""A row of a table of units: the checks of its cells, which are the model's, and what it would change."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.models import Organisation
from projects.models.checks import broken
from projects.rules.broken import RuleBroken
from projects.vocabulary import OrganisationKind
from projects.workbooks.cells import Cells, Judge, by_field, by_number, by_words
from projects.workbooks.drafts import WHOLE_ROW, Draft, ImportTerms, ParsedRow, RowComparison

KINDS = {
    **{kind.label: kind for kind in OrganisationKind},
    "区": OrganisationKind.DISTRICT,
    "乡镇": OrganisationKind.TOWN,
    "街道办": OrganisationKind.SUBDISTRICT,
    "街道办事处": OrganisationKind.SUBDISTRICT,
    "产业园": OrganisationKind.PARK,
    "产业园区": OrganisationKind.PARK,
    "区级部门": OrganisationKind.DEPARTMENT,
    "职能部门": OrganisationKind.DEPARTMENT,
    "重大项目办": OrganisationKind.OFFICE,
}
CLEARABLE = frozenset({"short_name", "former_names"})
"""A unit is made the topmost on the admin's page only: its people would read everything."""


def organisation_cells() -> Cells:
    """The judges of all columns; the unit above stays a name, for it may be a row of the same file."""
    judges: dict[str, Judge] = {
        "name": by_field(_field("name")),
        "short_name": by_field(_field("short_name")),
        "kind": by_words(KINDS, what="单位类型"),
        "parent": by_field(_field("name")),
        "former_names": by_field(_field("former_names")),
        "position": by_number(_field("position")),
    }
    return Cells(judges, clearable=CLEARABLE)


def _field(name: str) -> forms.Field:
    made = Organisation._meta.get_field(name).formfield()  # type: ignore[union-attr]
    assert made is not None
    return made


FACTS = ("name", "short_name", "kind", "former_names", "position")
NO_NAME = "请填写单位名称。"
NO_KIND = "请填写单位类型：" + "、".join(OrganisationKind.labels) + "。"
TOPMOST = "没有写上级单位，将列在最上一级，与高新区并列。"

type Values = Mapping[str, Any]


def facts_of(unit: Any) -> dict[str, Any]:
    """What a unit, or a version of it, says, by column key."""
    return {name: getattr(unit, name) for name in FACTS} | {"parent": unit.parent_id}


def draft(
    parsed: ParsedRow,
    unit: Organisation,
    above: Organisation | None,
    terms: ImportTerms,
    *,
    before: Values | None = None,
) -> Draft:
    """What the row would make of `unit`, which is changed in place, so that units below it see it so.

    `above`: the unit that the row puts it under, None where it says nothing; its number or, while it is new, its
    name stands in the values. A row that cannot be written leaves `unit` as it was.
    """
    is_new = unit._state.adding
    stored = copy(unit)
    row = Draft(label=str(parsed.values.get("name") or unit.name)[:250], subject=unit.pk, is_new=is_new)
    row.faults.update(parsed.faults)
    comparison = RowComparison(row, {} if is_new else facts_of(unit), terms, parsed.choice)
    wanted = comparison.wanted(parsed.values, before)
    for key, value in wanted.items():
        comparison.add(key, value)
        if key != "parent":
            setattr(unit, key, value)
    if "parent" in wanted:
        _move_under(row, unit, above, terms)
    if not is_new:
        _keep_former_name(comparison, unit, stored.name)
    _check(row, unit)
    if row.faults or row.conflicts:
        _restore(unit, stored)
    elif is_new or wanted:
        row.write(None if is_new else stored, unit)
        if is_new and unit.parent is None and unit.kind != OrganisationKind.DISTRICT:
            row.doubts.append(TOPMOST)
    return row


def _move_under(row: Draft, unit: Organisation, above: Organisation | None, terms: ImportTerms) -> None:
    """Another unit stands above it from today on; what a new unit stands under holds for all days."""
    if not row.is_new:
        number = above.pk if above else None
        try:
            unit.move_under(number, on=terms.handed_on or terms.today, today=terms.today)
        except RuleBroken as broken:
            row.faults.setdefault("parent", str(broken))
    unit.parent = above


def _keep_former_name(comparison: RowComparison, unit: Organisation, before: str) -> None:
    stated = unit.former_names
    try:
        unit.keep_former_name(before)
    except RuleBroken as full:
        comparison.row.faults.setdefault("former_names", str(full))
    if unit.former_names != stated:
        comparison.row.changes = [change for change in comparison.row.changes if change.key != "former_names"]
        comparison.add("former_names", unit.former_names)


def _check(row: Draft, unit: Organisation) -> None:
    if not unit.name:
        row.faults.setdefault("name", NO_NAME)
    if not unit.kind:
        row.faults.setdefault("kind", NO_KIND)
    try:
        unit.clean_fields(exclude={"name", "kind", "parent"})
        unit.clean()
    except ValidationError as fault:
        for key, messages in fault.message_dict.items():
            row.faults.setdefault(key, "；".join(messages))
    if not row.faults:
        row.faults.update((WHOLE_ROW, sentence) for sentence in broken(unit))


def _restore(unit: Organisation, stored: Organisation) -> None:
    for name in FACTS:
        setattr(unit, name, getattr(stored, name))
    unit.parent, unit.former_parents = stored.parent, stored.former_parents
