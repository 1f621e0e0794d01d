"""The list of projects as a sheet: every row that the filters leave, with all that an import of it reads."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects import access
from projects.excel.columns import PROJECTS, by_key
from projects.excel.sheets import Cell, Column, Kind, Sheet
from projects.excel.terms import Terms
from projects.figures.listed import Listed, ListedRow, listed_rows
from projects.figures.registry import RegistryTotals, registry_totals
from projects.figures.timeline import ORDER
from projects.filters import ProjectFilter
from projects.rules import money, periods
from projects.templatetags.formats import day
from projects.views.downloads import UNITS, download
from projects.views.projects import question_of
from projects.vocabulary import ImportKind, Nature, Precision

KNOWN = by_key(PROJECTS)
NATURES = dict(Nature.choices)


def _column(key: str, kind: Kind = Kind.TEXT, *, is_key: bool = False) -> Column:
    title = KNOWN[key].title
    return Column(f"{title}（亿元）" if kind is Kind.MONEY else title, kind, is_key)


COLUMNS = (
    _column("number", Kind.COUNT),
    *map(_column, ("name", "enterprise", "national_code", "credit_code", "former_names", "place")),
    *map(_column, ("town", "park", "industry", "nature", "content")),
    _column("total_investment", Kind.MONEY),
    _column("contract_amount", Kind.MONEY),
    _column("foreign"),
    _column("invested_before", Kind.MONEY),
    _column("planned_investment", Kind.MONEY),
    *map(_column, ("level", "category", "completes")),
    _column("list_number", Kind.COUNT),
    *map(_column, ("listed", "organisation", "contact", "contact_phone", "linked_leader", "stage")),
    *(_column(f"{stage.value}_{what}", Kind.DAY) for stage in ORDER for what in ("plan", "reached")),
    *map(_column, ("state", "remark")),
    _column("key", Kind.COUNT, is_key=True),
    _column("version", is_key=True),
)
TITLES = [column.title for column in COLUMNS]
SUMMED = TITLES.index("总投资（亿元）")


@require_safe
@access.allowed(access.reads_figures)
def project_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    question = question_of(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/projects.html", {"question": question}, status=400)
    totals = registry_totals(question.qs)
    sheet = project_sheet(question, totals)
    return download(suffix, [sheet], f"项目清单-{question.today.isoformat()}")


def project_sheet(question: ProjectFilter, totals: RegistryTotals) -> Sheet:
    """Lists and plan are those of the year asked for, or of this one; a list of another year stands in words.

    The line that an import reads names the level of a year that was asked for only: without one, rows may stand on
    that list in another year, and an import would put them on this year's.
    """
    today, level = question.today, question.list_level
    year, level_of_all = question.list_year or today.year, level if question.list_year else ""
    rows = listed_rows(question.qs, year=question.list_year, level=level, as_of=today)
    notes = [
        f"条件：{question.in_words}；截至 {day(today)}",
        f"{UNITS}；只知道年、季、月的日期写成文字",
        Terms(ImportKind.PROJECTS, year, level_of_all or None).line,
    ]
    return Sheet("项目清单", "重大项目清单", COLUMNS, _numbered(rows), notes, _total(totals), frozen=2)


def _numbered(rows: Iterator[ListedRow]) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, start=1):
        yield [number, *_facts(row), *_of_the_year(row), *_course(row)]


def _facts(row: ListedRow) -> list[Cell]:
    facts = row.facts
    return [
        facts.name,
        facts.enterprise,
        facts.national_code,
        facts.credit_code,
        facts.former_names,
        facts.place,
        facts.town__name,
        facts.park__name,
        facts.industry__name,
        NATURES[facts.nature] if facts.nature else None,
        facts.content,
        facts.total_investment,
        facts.contract_amount,
        money.foreign_words(facts.foreign_amount, facts.foreign_currency),
    ]


def _of_the_year(row: ListedRow) -> list[Cell]:
    """What lists say differently stands in words beside them: a cell that is empty changes nothing."""
    category, completes = row.agreed("category"), row.agreed("completes")
    return [
        row.invested_before,
        row.planned_investment,
        "、".join(listing.level.label for listing in row.listings),
        category.label if category else None,
        None if completes is None else "是" if completes else "否",
        row.agreed("number"),
        "；".join(map(_listed, row.listed)),
    ]


def _listed(listing: Listed) -> str:
    """省重大 续建 计划竣工 第3号; of another year than the sheet's: 2025 年省重大 …."""
    year = f"{listing.other_year} 年" if listing.other_year else ""
    words = [f"{year}{listing.level.label}", listing.category.label if listing.category else ""]
    words += ["计划竣工" if listing.completes else "", f"第{listing.number}号" if listing.number else ""]
    return " ".join(filter(None, words))


def _course(row: ListedRow) -> list[Cell]:
    facts = row.facts
    cells: list[Cell] = [
        facts.organisation__name or "未明确",
        facts.contact,
        facts.contact_phone,
        facts.linked_leader,
        row.furthest.label if row.furthest else "尚无节点",
    ]
    for stage in ORDER:
        step = row.steps.get(stage)
        if step is None:
            cells += (None, None)
        else:
            cells += (
                _day(step.current_on, step.current_precision),
                _day(step.reached_on, step.reached_precision),
            )
    return [*cells, row.state, facts.remark, facts.pk, str(row.version)]


def _day(on: date | None, precision: Precision | None) -> Cell:
    """A day where one is known, else the month, the quarter or the year in words that are read back."""
    if on is None or precision is Precision.DAY:
        return on
    return periods.wording(on, precision or Precision.DAY)


def _total(totals: RegistryTotals) -> list[Cell]:
    missing = totals.investment.missing
    cells: list[Cell] = [None] * len(COLUMNS)
    cells[0], cells[1] = totals.count, "个项目合计" + (f"（{missing} 个总投资未公布）" if missing else "")
    cells[SUMMED] = int(totals.investment.value) if totals.investment.value is not None else None
    return cells
