"""The units as a sheet, which an import reads back."""

from collections.abc import Iterator, Mapping, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.columns import ORGANISATIONS, by_key
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.models import Organisation
from projects.models.versions import organisation_versions
from projects.rules.versions import ORGANISATION, RecordVersion
from projects.templatetags.formats import day
from projects.views.downloads import download
from projects.vocabulary import ImportKind, OrganisationKind

KNOWN = by_key(ORGANISATIONS)
KINDS = tuple(OrganisationKind.labels)
COLUMNS = (
    Column(KNOWN["number"].title, Kind.COUNT),
    Column(KNOWN["name"].title),
    Column(KNOWN["short_name"].title),
    Column(KNOWN["kind"].title, choices=KINDS),
    Column(KNOWN["parent"].title),
    Column(KNOWN["former_names"].title, hint="多个曾用名用顿号分开。"),
    Column(KNOWN["position"].title, Kind.COUNT),
    Column(KNOWN["key"].title, Kind.COUNT, is_key=True),
    Column(KNOWN["version"].title, is_key=True),
)


@require_safe
@access.allowed(access.keeps_directories)
def organisations_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    versions = organisation_versions()  # before the units themselves
    units = list(Organisation.objects.select_related("parent"))
    notes = [f"范围：全部；截至 {day(timezone.localdate())}", SheetTerms(ImportKind.ORGANISATIONS).line]
    total: list[Cell] = [len(units), "个单位合计", *[None] * 7]
    sheet = Sheet("单位", "责任单位名册", COLUMNS, _rows(units, versions), notes, total, frozen=2)
    return download(suffix, [sheet], f"单位-{timezone.localdate().isoformat()}")


def _rows(units: Sequence[Organisation], versions: Mapping[int, int]) -> Iterator[list[Cell]]:
    for number, unit in enumerate(units, start=1):
        yield [
            number,
            unit.name,
            unit.short_name,
            unit.get_kind_display(),
            unit.parent.name if unit.parent else None,
            unit.former_names,
            unit.position,
            unit.pk,
            str(RecordVersion(ORGANISATION, versions.get(unit.pk, 0))),
        ]
