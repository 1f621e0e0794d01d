"""The year's targets as a sheet: the grid of the page, which an import reads back."""

from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.columns import TARGETS, by_key
from projects.figures.targets import TargetGrid
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.models import User
from projects.models.versions import target_versions
from projects.questions import targets_of, targets_question
from projects.rules.versions import TARGETS as MARK
from projects.rules.versions import RecordVersion
from projects.templatetags.formats import day, level_name
from projects.views.downloads import UNITS, download
from projects.vocabulary import MONEY_INDICATORS, ImportKind, Indicator

KNOWN = by_key(TARGETS)


def _column(indicator: Indicator) -> Column:
    is_money = indicator in MONEY_INDICATORS
    title = KNOWN[indicator.value].title
    return Column(f"{title}（{'亿元' if is_money else '个'}）", Kind.MONEY if is_money else Kind.COUNT)


COLUMNS = (
    Column(KNOWN["number"].title, Kind.COUNT, is_locked=True),
    Column(KNOWN["organisation"].title, is_locked=True),
    *map(_column, Indicator),
    Column(KNOWN["key"].title, Kind.COUNT, is_key=True),
    Column(KNOWN["version"].title, is_key=True),
)


@require_safe
@access.allowed(access.reads_figures)
def targets_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    user = access.signed_in(request)
    question = targets_question(request.GET, user)
    if not question.is_valid():
        return render(request, "projects/targets.html", {"controls": question}, status=400)
    year, level = question.cleaned_data["year"], question.level_code
    sheet = target_sheet(user, year, level)
    return download(suffix, [sheet], f"年度目标-{year}-{level_name(level)}")


def target_sheet(user: User, year: int, level: str, *, is_form: bool = False) -> Sheet:
    """The grid as the person sees it; `is_form`: to be filled in. Versions first, see `rules.versions`."""
    versions = target_versions(year, level)
    grid = targets_of(user, year, level)
    notes = [
        f"范围：{level_name(level)}；截至 {day(timezone.localdate())}",
        f"{UNITS}；金额单位亿元，其余为个",
        SheetTerms(ImportKind.TARGETS, year, level).line,
    ]
    rows = _rows(grid, versions)
    return Sheet("年度目标", f"{year} 年目标", COLUMNS, rows, notes, _total(grid), frozen=2, is_form=is_form)


def _rows(grid: TargetGrid, versions: Mapping[int, int]) -> Iterator[list[Cell]]:
    for number, row in enumerate(grid.rows, start=1):
        key = row.unit or 0
        version = RecordVersion(MARK, versions.get(key, 0))
        yield [number, row.label, *(cell.amount for cell in row.cells), key, str(version)]


def _total(grid: TargetGrid) -> list[Cell] | None:
    """What the units directly below are to do together, where there are any."""
    if not grid.sums:
        return None
    sums = [None if column.units.value is None else int(column.units.value) for column in grid.sums]
    return [None, "各单位合计", *sums, None, None]
