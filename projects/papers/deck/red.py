"""One slide for each unit with a red light: its numbers, why it is red, and what is to be done about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from projects.models import Organisation
from projects.papers.deck.shapes import Line, Slide, Table, Text, bare, rates_chart
from projects.papers.fields import Fields, plain
from projects.papers.frozen import Frozen
from projects.papers.lists import Listed, how_late, until
from projects.papers.wording import Words
from projects.rules.bulletin import PrintedCoverage, PrintedLine
from projects.templatetags import formats
from projects.vocabulary import Light, Unit

if TYPE_CHECKING:
    from projects.figures.open_milestones import DueMilestone, OpenProblem

MOST_NAMED = 3
"""Late projects, problems and milestones of the next month that the slide of a unit names, of each."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A unit, or the whole scope; `key` begins the keys of its numbers."""

    key: str
    label: str
    organisation: int | None
    lines: Sequence[PrintedLine]
    coverage: PrintedCoverage | None

    @property
    def is_red(self) -> bool:
        return any(line.light == Light.RED for line in self.lines)


def red_units(basis: Frozen) -> list[Organisation]:
    """Whose late projects the slides name."""
    red = [row.organisation for row in _rows(basis) if row.is_red]
    return [unit for pk in red if (unit := basis.scope.units.by_id.get(pk or 0))]


def red_slides(basis: Frozen, words: Words, found: Listed, late: "Sequence[DueMilestone]") -> Iterator[Slide]:
    """In the order of the ranking; a unit that answers for itself alone is the whole scope.

    `late`: of each unit with a red light.
    """
    for row in filter(lambda row: row.is_red, _rows(basis)):
        unit = basis.scope.units.by_id.get(row.organisation or 0)
        own = _own(late, basis, unit)
        why, what = _why(row, words, own), _what(row, words.fields, own)
        problems = [each for each in found.problems if _is_of(each.project.organisation, basis, unit)]
        ahead = [each for each in found.ahead if _is_of(each.project.organisation, basis, unit)]
        what += _problems(row, words.fields, found, problems) + _ahead(row, words.fields, ahead)
        yield _slide(row, words, why, what)


def is_known(cells: Mapping[str, str]) -> bool:
    """Whether the row of an indicator says anything: a rate, or a number that is not nothing."""
    return cells["rate"] != "" or re.search("[1-9]", bare(cells["actual"])) is not None


def _rows(basis: Frozen) -> Iterator[_Row]:
    printed = basis.printed
    units = [unit for unit in printed.units if not unit.own]
    if not units and printed.organisation is not None:
        yield _Row(
            "t", str(basis.order.organisation), printed.organisation, printed.indicators, printed.coverage
        )
    for unit in units:
        yield _Row(f"u{unit.organisation}", unit.label, unit.organisation, unit.indicators, unit.coverage)


def _own(late: "Sequence[DueMilestone]", basis: Frozen, unit: Organisation | None) -> "list[DueMilestone]":
    return [due for due in late if _is_of(due.project.organisation, basis, unit)][:MOST_NAMED]


def _is_of(found: Organisation | None, basis: Frozen, unit: Organisation | None) -> bool:
    return found is not None and unit is not None and found.pk in basis.scope.units.below(unit.pk)


def _why(row: _Row, words: Words, late: "Sequence[DueMilestone]") -> list[str]:
    fields, told = words.fields, words.lit(row.lines, row.key)
    for place, due in enumerate(late, start=1):
        key = f"{row.key}_l{place}"
        planned = f"计划{fields(f'{key}_p', due.planned)}{due.stage.label}"
        told.append(f"{plain(due.project.name)}：{planned}，{how_late(due, key, fields)}")
    return told


def _problems(row: _Row, fields: Fields, found: Listed, problems: "Sequence[OpenProblem]") -> list[str]:
    told = []
    for place, problem in enumerate(problems[:MOST_NAMED], start=1):
        who = found.whose(problem)
        due = until(problem, f"{row.key}_q{place}", fields)
        about = f"{plain(problem.project.name)}：{plain(problem.text)}"
        told.append(f"解决问题：{about}（{f'责任{who}，' if who else ''}{due}）")
    return told


def _ahead(row: _Row, fields: Fields, ahead: "Sequence[DueMilestone]") -> list[str]:
    return [
        f"下月到期：{plain(due.project.name)}{fields(f'{row.key}_n{place}_p', due.planned)}{due.stage.label}"
        for place, due in enumerate(ahead[:MOST_NAMED], start=1)
    ]


def _what(row: _Row, fields: Fields, late: "Sequence[DueMilestone]") -> list[str]:
    told = []
    for line in row.lines:
        if line.light == Light.RED and line.actual is not None and line.target and line.actual < line.target:
            is_money = line.unit == Unit.YUAN
            short = fields(f"{row.key}_{line.code}_s", formats.amount(line.target - line.actual, is_money))
            told.append(f"{line.label}：到年度目标还差{short}{'亿元' if is_money else '个'}")
    coverage = row.coverage
    if coverage is not None and (owed := coverage.missing + coverage.returned):
        month, number = fields(f"{row.key}_c_m", str(coverage.month)), fields(f"{row.key}_c_o", str(owed))
        told.append(f"报送{month}月还没有报或被退回的月报{number}个，审核后才计入完成投资")
    for due in late:
        if not due.reason and not due.is_unheard:
            told.append(f"{plain(due.project.name)}：说明{due.stage.label}逾期的原因，报新的计划")
        if due.is_unheard:
            told.append(f"{plain(due.project.name)}：核实是否已{due.stage.label}，登记日期")
    return told


def _slide(row: _Row, words: Words, why: Sequence[str], what: Sequence[str]) -> Slide:
    head = ["指标", "实际", "年度目标", "完成率", "时间进度", "较时间进度", "亮灯"]
    cells = [words.row(line, row.key) for line in row.lines]
    keys = ("actual", "target", "rate", "time", "gap", "light")
    known = [
        [f"{cell['label']}（{cell['unit']}）", *(cell[key] for key in keys)]
        for cell in cells
        if is_known(cell)
    ]
    table = Table(
        (0, 0, 0.52, 1),
        f"{plain(row.label)}的指标",
        [head, *known],
        (3, 1.6, 1.8, 1.6, 1.6, 1.8, 1.3),
        range(1, 7),
    )
    lines = [Line("为什么", 18, bold=True, colour="red"), *(Line(each, 15, bullet=True) for each in why)]
    if what:
        lines += [
            Line("要做的事", 18, bold=True, colour="brand"),
            *(Line(each, 15, bullet=True) for each in what),
        ]
    chart = rates_chart(
        (0, 0.54, 0.52, 0.46),
        f"{plain(row.label)}的完成率与时间进度",
        [(cell["label"], cell["rate"], cell["time"]) for cell in cells],
        across=False,
    )
    return Slide(
        f"{plain(row.label)}：亮红灯",
        [table, *([chart] if chart else []), Text((0.54, 0, 0.46, 1), lines).fitted()],
    )
