"""A sealed month, number by number: what was printed, and what its basis adds up to once more."""

import json
from fractions import Fraction
from typing import Any

from projects.vocabulary import Indicator, Stage

from .counting import (
    Basis,
    CountedDay,
    CountedLine,
    CountedRow,
    Rates,
    Values,
    added,
    agreed,
    approved,
    line_of,
    ranks,
)
from .judging import ProjectOnDay
from .pages import COVERED, Group, carried, come, coverage_of, money_of, rows_of
from .records import SealedNumberRecord, SealRecord
from .tables import rows, snapshot, written_at

SEALED = "封存"
LINE_WORDS = {
    "actual": "实际",
    "computed": "台账合计",
    "certain": "至少",
    "possible": "至多",
    "target": "目标",
    "completion": "完成率",
    "time_progress": "序时进度",
    "pace_gap": "较序时",
    "light": "灯",
    "accepted": "列统投资",
}


COUNT_WORDS = {
    "projects": "项目数",
    "carried_over": "年初在库",
    "newly_entered": "当年新入库",
    "total_investment": "总投资",
    "unpriced": "无总投资的项目数",
}
WHOLE = "合计"


def sealed_page(seal: SealRecord) -> tuple[Values, Values]:
    """What the seal printed, and the recount at its basis: what was known when it was sealed.

    Units and rules of the lights have no second clock; they are those of the moment in which the seal was written.
    """
    try:
        content = json.loads(seal.content)
    except ValueError:
        return {(SEALED, "封存内容"): "读不出"}, {(SEALED, "封存内容"): "应能读出"}
    at = CountedDay(snapshot(seal.sealed_at, directory=written_at(seal)), seal.as_of)
    printed, counted = _printed(content, at), _counted(content, at, seal)
    for number in rows(SealedNumberRecord, "figure", None).values():
        if number.bulletin_id == seal.id:
            printed[SEALED, _number_name(at, number.organisation_id, number.code)] = number.amount
    return printed, counted


def _unit_name(at: CountedDay, unit: int | None) -> str:
    if unit is None:
        return "全区"
    return at.tree.rows[unit].shown if unit in at.tree.rows else f"单位{unit}"


def _number_name(at: CountedDay, unit: int | None, code: str) -> str:
    """A number that pages look up by its code; a code is an indicator, or the number of projects."""
    words = Indicator(code).label if code in Indicator else COUNT_WORDS.get(code, code)
    return f"{_unit_name(at, unit)} 数字 {words}"


# As printed


def _printed(content: dict[str, Any], at: CountedDay) -> Values:
    values: Values = {}
    for key, words in COUNT_WORDS.items() if content["counts"] else ():
        values[SEALED, f"{WHOLE} {words}"] = content["counts"][key]
    for step in content["funnel"]:
        stage = Stage(step["stage"]).label
        values[SEALED, f"到达{stage}"], values[SEALED, f"到达{stage}的总投资"] = (
            step["count"],
            step["investment"],
        )
    _printed_lines(values, WHOLE, content["indicators"], content["coverage"])
    for unit in content["units"]:
        name = _unit_name(at, unit["organisation"])
        values[SEALED, f"{name} 名次"] = unit["rank"]
        values[SEALED, f"{name} 项目数"] = unit["projects"]
        _printed_lines(values, name, unit["indicators"], unit["coverage"])
    return values


def _printed_lines(
    values: Values, where: str, lines: list[dict[str, Any]], coverage: dict[str, int] | None
) -> None:
    for line in lines:
        for key, words in LINE_WORDS.items():
            values[SEALED, f"{where} {Indicator(line['code']).label} {words}"] = line[key]
    for key, words in COVERED.items():
        values[SEALED, f"{where} {words}"] = coverage[key] if coverage else None


# As counted


def _counted(content: dict[str, Any], at: CountedDay, seal: SealRecord) -> Values:
    values: Values = {}
    asked = Basis(seal.as_of, seal.level, seal.organisation_id)
    projects = at.of_scope(asked)
    if content["counts"]:
        _counts(values, projects, at)
    for step in content["funnel"]:
        certain, possible = come(projects, Stage(step["stage"]), at)
        stage = Stage(step["stage"]).label
        values[SEALED, f"到达{stage}"] = _number(certain, possible)
        values[SEALED, f"到达{stage}的总投资"] = agreed(money_of(certain, possible))
    codes = [line["code"] for line in content["indicators"]]
    stated = {line["code"]: line["actual"] for line in content["indicators"] if line["source"]}
    whole = CountedRow(projects, asked.unit, at.targets_of(asked), asked)
    _lines(values, WHOLE, whole, codes, at, stated)
    _numbers(values, asked.unit, whole, codes, at, stated)
    _units(values, content, codes, at, asked)
    return values


def _counts(values: Values, projects: list[ProjectOnDay], at: CountedDay) -> None:
    values[SEALED, f"{WHOLE} 项目数"] = len(projects)
    for (_, certain, possible), words in zip(carried(projects, at), ("年初在库", "当年新入库"), strict=True):
        values[SEALED, f"{WHOLE} {words}"] = _number(certain, possible)
    values[SEALED, f"{WHOLE} 总投资"] = added(project.row.total_investment for project in projects)
    values[SEALED, f"{WHOLE} 无总投资的项目数"] = sum(
        project.row.total_investment is None for project in projects
    )


def _number(certain: Group, possible: Group) -> int | None:
    """How many; None where nobody knows, or it is not certain."""
    return agreed(None if certain is None or possible is None else (len(certain), len(possible)))


def _units(values: Values, content: dict[str, Any], codes: list[str], at: CountedDay, asked: Basis) -> None:
    rates: Rates = {}
    for unit, row in rows_of(at, asked, at.of_scope(asked)).items():
        values[SEALED, f"{_unit_name(at, unit)} 项目数"] = len(row.projects)
        _lines(values, _unit_name(at, unit), row, codes, at, {})
        if row.unit is not None:
            _numbers(values, unit, row, codes, at, {})
        rates[unit] = len(row.projects), line_of(row, Indicator(content["ranked_by"]), at).shares
    for unit, rank in ranks(rates, least=content["least_ranked"]).items():
        values[SEALED, f"{_unit_name(at, unit)} 名次"] = rank


def _lines(
    values: Values, where: str, row: CountedRow, codes: list[str], at: CountedDay, stated: dict[str, int]
) -> None:
    for code in codes:
        line = line_of(row, Indicator(code), at, stated.get(code))
        for key, value in _line(line, row, code).items():
            values[SEALED, f"{where} {Indicator(code).label} {LINE_WORDS[key]}"] = value
    for key, number in coverage_of(row.projects).items():
        values[SEALED, f"{where} {COVERED[key]}"] = number


def _line(line: CountedLine, row: CountedRow, code: str) -> dict[str, object]:
    reports = [report for project in row.projects.paying for report in approved(project)]
    return {
        "actual": agreed(line.actual),
        "computed": agreed(line.computed),
        "certain": line.actual[0] if line.actual and agreed(line.actual) is None else None,
        "possible": line.actual[1] if line.actual and agreed(line.actual) is None else None,
        "target": line.target,
        "completion": _six_places(line.share),
        "time_progress": _six_places(line.time),
        "pace_gap": _six_places(None if line.share is None else line.share - line.time),
        "light": line.light.value,
        "accepted": added(report.accepted for report in reports) if code == Indicator.INVESTED else None,
    }


def _numbers(
    values: Values,
    unit: int | None,
    row: CountedRow,
    codes: list[str],
    at: CountedDay,
    stated: dict[str, int],
) -> None:
    """The numbers that pages look up by code; what is unknown has none."""
    values[SEALED, _number_name(at, unit, "projects")] = len(row.projects)
    for code in codes:
        actual = agreed(line_of(row, Indicator(code), at, stated.get(code)).actual)
        if actual is not None:
            values[SEALED, _number_name(at, unit, code)] = actual


def _six_places(share: Fraction | None) -> str | None:
    """Rounded once, a half away from zero."""
    if share is None:
        return None
    millionths = abs(share) * 1_000_000
    whole = millionths.numerator // millionths.denominator
    if millionths - whole >= Fraction(1, 2):
        whole += 1
    return f"{'-' if share < 0 else ''}{whole // 1_000_000}.{whole % 1_000_000:06}"
