"""The units as a sheet, which an import reads back."""

from collections.abc import Mapping, Sequence
from datetime import date

from projects.columns import ORGANISATIONS, by_key
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.models import Organisation
from projects.rules.versions import ORGANISATION, RecordVersion
from projects.templatetags.formats import day
from projects.vocabulary import ImportKind, OrganisationKind
from projects.workbooks.sheets.table import SheetColumn, table

TITLES = {key: known.title for key, known in by_key(ORGANISATIONS).items()}
KINDS = tuple(OrganisationKind.labels)
FORMER = "多个曾用名用顿号分开。"


def organisation_sheet(units: Sequence[Organisation], versions: Mapping[int, int], *, today: date) -> Sheet:
    notes = [f"范围：全部；截至 {day(today)}", SheetTerms(ImportKind.ORGANISATIONS).line]
    total: dict[str, Cell] = {"number": len(units), "name": "个单位合计"}
    return table("单位", "责任单位名册", _columns(versions), units, notes, total, frozen=2)


def _columns(versions: Mapping[int, int]) -> Sequence[SheetColumn[Organisation]]:
    def version(unit: Organisation) -> str:
        return str(RecordVersion(ORGANISATION, versions.get(unit.pk, 0)))

    def parent(unit: Organisation) -> str | None:
        return unit.parent.name if unit.parent else None

    return (
        SheetColumn("number", Column(TITLES["number"], Kind.COUNT)),
        SheetColumn("name", Column(TITLES["name"]), lambda unit: unit.name),
        SheetColumn("short_name", Column(TITLES["short_name"]), lambda unit: unit.short_name),
        SheetColumn("kind", Column(TITLES["kind"], choices=KINDS), lambda unit: unit.get_kind_display()),
        SheetColumn("parent", Column(TITLES["parent"]), parent),
        SheetColumn(
            "former_names", Column(TITLES["former_names"], hint=FORMER), lambda unit: unit.former_names
        ),
        SheetColumn("position", Column(TITLES["position"], Kind.COUNT), lambda unit: unit.position),
        SheetColumn("key", Column(TITLES["key"], Kind.COUNT, is_key=True), lambda unit: unit.pk),
        SheetColumn("version", Column(TITLES["version"], is_key=True), version),
    )
