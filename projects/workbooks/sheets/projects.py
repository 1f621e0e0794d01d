"""Export of the project list: every row that the filters leave, with every column that an import reads."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from operator import itemgetter

from projects.columns import PROJECTS, by_key, plan_key, reached_key
from projects.figures.list_sums import RegistryTotals
from projects.figures.listed import Listed, ListedRow, listed_rows
from projects.figures.timeline import ORDER
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.filters import ProjectFilter
from projects.rules import money, periods
from projects.rules.phones import masked
from projects.templatetags.formats import day
from projects.vocabulary import ImportKind, Nature, Precision
from projects.workbooks.sheets.table import KINDS, UNITS, heading, total_line, whole

KNOWN = by_key(PROJECTS)
NATURES = dict(Nature.choices)

type Cells = dict[str, Cell]

LEFT_OUT = frozenset({"cause"})
"""What an imported row says about a change; no record stores it."""
LAST = ("key", "version")


def _keys() -> Iterator[str]:
    for column in PROJECTS:
        if not column.is_read_only and column.key not in LEFT_OUT and column.key not in LAST:
            yield column.key
    yield from LAST


def _column(key: str) -> Column:
    known = KNOWN[key]
    kind = Kind.COUNT if key == "key" else KINDS.get(known.holds, Kind.TEXT)
    return Column(heading(known, kind), kind, key in LAST)


KEYS = tuple(_keys())
COLUMNS = tuple(map(_column, KEYS))
_in_order: Callable[[Cells], Sequence[Cell]] = itemgetter(*KEYS)
STAGE_KEYS = {stage: (plan_key(stage), reached_key(stage)) for stage in ORDER}
NO_STAGES: Cells = {key: None for keys in STAGE_KEYS.values() for key in keys}


def project_sheet(question: ProjectFilter, totals: RegistryTotals, *, with_phones: bool = False) -> Sheet:
    """Lists and plan are those of the year asked for, or of this one; a list of another year stands in words.

    The line that an import reads names the level of a year that was asked for only: without one, rows may stand on
    that list in another year, and an import would put them on this year's. Telephone numbers are masked unless
    they were asked for; what is masked, an import leaves as it is.
    """
    today, level = question.today, question.list_level
    year, level_of_all = question.list_year or today.year, level if question.list_year else ""
    rows = listed_rows(question.qs, year=question.list_year, level=level, as_of=today)
    notes = [
        f"条件：{question.in_words}；截至 {day(today)}",
        f"{UNITS}；只知道年、季、月的日期写成文字",
        SheetTerms(ImportKind.PROJECTS, year, level_of_all or None).line,
    ]
    return Sheet(
        "项目清单",
        "重大项目清单",
        COLUMNS,
        _numbered(rows, with_phones=with_phones),
        notes,
        _total(totals),
        frozen=2,
    )


def _numbered(rows: Iterator[ListedRow], *, with_phones: bool) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows, start=1):
        phone = row.facts["contact_phone"] or ""
        shown: Cells = {} if with_phones else {"contact_phone": masked(phone) or None}
        yield _in_order(
            NO_STAGES
            | row.facts
            | _worded(row)
            | _of_the_year(row)
            | _stages(row)
            | {"number": number}
            | shown
        )


def _worded(row: ListedRow) -> Cells:
    """The cells that say a stored value in other words, or that are computed."""
    facts = row.facts
    return {
        "nature": NATURES[facts["nature"]] if facts["nature"] else None,
        "foreign": money.foreign_words(facts["foreign_amount"], facts["foreign_currency"]),
        "organisation": facts["organisation"] or "未明确",
        "helpers": "、".join(row.helpers),
        "stage": row.furthest.label if row.furthest else "尚无节点",
        "state": row.state,
        "version": str(row.version),
    }


def _of_the_year(row: ListedRow) -> Cells:
    """The lists and the plan. A cell is empty where the lists differ: an import changes nothing there."""
    category, completes = row.agreed("category"), row.agreed("completes")
    return {
        "invested_before": row.invested_before,
        "planned_investment": row.planned_investment,
        "level": "、".join(listing.level.label for listing in row.listings),
        "category": category.label if category else None,
        "completes": None if completes is None else "是" if completes else "否",
        "list_number": row.agreed("number"),
        "listed_on": _day(*(row.agreed("listed") or (None, None))),
        "listed": "；".join(map(_listed, row.listed)),
    }


def _listed(listing: Listed) -> str:
    """省重大 续建 计划竣工 第3号; of another year than the sheet's: 2025 年省重大 …."""
    year = f"{listing.other_year} 年" if listing.other_year else ""
    words = [f"{year}{listing.level.label}", listing.category.label if listing.category else ""]
    words += ["计划竣工" if listing.completes else "", f"第{listing.number}号" if listing.number else ""]
    words.append(f"{periods.wording(*listing.listed)}列入" if listing.listed else "")
    return " ".join(filter(None, words))


def _stages(row: ListedRow) -> Cells:
    cells: Cells = {}
    for stage, step in row.steps.items():
        planned, reached = STAGE_KEYS[stage]
        cells[planned] = _day(step.current_on, step.current_precision)
        cells[reached] = _day(step.reached_on, step.reached_precision)
    return cells


def _day(on: date | None, precision: Precision | None) -> Cell:
    """A day where one is known, else the month, the quarter or the year in words that are read back."""
    if on is None or precision is Precision.DAY:
        return on
    return periods.wording(on, precision or Precision.DAY)


def _total(totals: RegistryTotals) -> Sequence[Cell]:
    missing = totals.investment.missing
    total: dict[str, Cell] = {
        "number": totals.count,
        "name": "个项目合计" + (f"（{missing} 个总投资未公布）" if missing else ""),
        "total_investment": whole(totals.investment),
    }
    return total_line(KEYS, total)
