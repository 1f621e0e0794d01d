"""The checks for the cells of a project list: facts, lists, plan of the year, stages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from projects.columns import PROJECTS, Holds, Record, plan_key, reached_key, stored_in
from projects.forms.project import FACTS, ProjectForm
from projects.models import Organisation
from projects.rules import codes, periods
from projects.rules.broken import RuleBroken
from projects.rules.typed import narrow
from projects.vocabulary import (
    Category,
    DelayReason,
    OrganisationKind,
    Precision,
    Stage,
)
from projects.workbooks.cells import (
    Cells,
    Judge,
    Told,
    by_amount,
    by_count,
    by_field,
    by_flag,
    by_foreign,
    by_list,
    by_period,
    by_words,
    today_words,
    unit_words,
)
from projects.workbooks.kinds.projects.words import BRACKETS, by_category, by_nature, level_names
from projects.workbooks.unit_names import CITY, SeveralUnits, UnitNames

MOST_LISTED = 100_000
TYPED = tuple(column.key for column in stored_in(Record.PROJECT, PROJECTS) if column.is_typed)
FLAGS = frozenset(column.key for column in PROJECTS if column.holds is Holds.FLAG)
DEGREES = tuple(column.key for column in PROJECTS if column.holds is Holds.DEGREES)
AMOUNTS = tuple(column.key for column in PROJECTS if column.holds is Holds.MONEY)

_TOWNS = frozenset({OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT})
_PHONE_FROM_ITS_END = re.compile(r"[)）]?(?P<phone>[\d\-\s]{7,}+\+?)[\s/、,，:：（(]*+")
"""Matches the text read backwards: what a person's name is parted from is found in one step."""
_LISTED = re.compile(r"[、，,;；/\n+]")
_TO = re.compile(r"-{1,2}|[—–―~～至到]{1,2}")
_DURATION = re.compile(
    r"(?:约|共)?(?:\d{1,4}(?:\.\d)?(?:个月|月|天|日历天)|(?:\d|10)(?:\.\d)?年|[一二三四五两]年(?:半)?)"
)
_REACHED = re.compile(
    r"(?:已经?|均已|现已)(?:开工|竣工|投产|完工|建成|完成|签约|达产|开建|启动|入库|审批|供地)(?:建设|投产)?|在建|续建"
)
_REACHED_TOO = re.compile(rf"([^()]{{4,30}})\((?:{_REACHED.pattern})\)")
_OF_SPAN = re.compile(r"\((?:共|约|工期)?[^()]{1,8}(?:年|月|个月|天)\)$")
_SHORT_SPAN = re.compile(r"(?:20)?(1[3-9]|[2-4]\d)年?(?:-{1,2}|[—–―~～至到])(?:20)?(1[3-9]|[2-4]\d)年?")
type Period = tuple[date, Precision]


def project_cells(*, units: Sequence[Organisation], industries: Mapping[int, str], year: int | None) -> Cells:
    """The judges of all columns; `year` is the year of the list, for dates that name none."""
    form = ProjectForm(organisations=Organisation.objects.none())
    towns = [unit for unit in units if unit.kind in _TOWNS]
    parks = [unit for unit in units if unit.kind == OrganisationKind.PARK]
    city = next((unit.name[:CITY] for unit in units if unit.kind == OrganisationKind.DISTRICT), "")
    answering = UnitNames(units, today_words(units), "单位", city)
    judges: dict[str, Judge] = {name: by_field(form.fields[name]) for name in TYPED}
    judges |= {name: by_field(form.fields[name]) for name in DEGREES}
    judges |= dict.fromkeys(AMOUNTS, by_amount)
    judges |= {
        "national_code": _code(codes.project_code_fault),
        "credit_code": _code(codes.credit_code_fault),
        "foreign": by_foreign,
        "town": UnitNames(towns, unit_words(towns), "镇街", city).first,
        "park": UnitNames(parks, unit_words(parks), "园区", city).first,
        "organisation": answering.answering,
        "helpers": answering.helping,
        "industry": _by_industry(industries),
        "nature": by_nature(),
        "level": by_list(level_names(), what="名单级别"),
        "category": by_category(),
        "completes": by_flag,
        "list_number": by_count(MOST_LISTED),
        "listed_on": by_period(year),
        "contact_both": _person,
        "years": _years,
        "cause": _cause,
    }
    for stage in Stage:
        judges[plan_key(stage)] = judges[reached_key(stage)] = _by_stage_day(year)
    return Cells(
        judges, clearable=frozenset(FACTS) - {"name", "organisation"}, texts=frozenset(TYPED) | FLAGS
    )


def with_parts(values: Mapping[str, Any], *, is_listed: bool) -> dict[str, Any]:
    """The values with 责任人/电话 split into its two columns, whose own cells have priority.

    Several units under 责任单位 become the one that answers, helpers beside those of 协同单位, and the park. A
    category under 建设性质 is the category of the list, where the row or the terms name one (`is_listed`).
    """
    parts: dict[str, Any] = {}
    if isinstance(units := values.get("organisation"), SeveralUnits):
        helpers = units.others | values.get("helpers", frozenset())
        values = {**values, "organisation": units.lead, "helpers": helpers}
        if units.park is not None:
            values.setdefault("park", units.park)
    if isinstance(nature := values.get("nature"), Category):
        values = {key: value for key, value in values.items() if key != "nature"}
        parts = {"category": nature} if is_listed or "level" in values else {}
    if both := values.get("contact_both"):
        name, phone = both
        parts |= {"contact": name} | ({"contact_phone": phone} if phone else {})
    return parts | {key: value for key, value in values.items() if key != "contact_both"}


def _by_industry(names: Mapping[int, str]) -> Judge:
    """An industry, also as 新能源产业 and 新能源类; of several in one cell the first, and the user is told."""
    words = {name: pk for pk, name in names.items()}
    tails = {
        f"{name}{tail}": pk
        for name, pk in words.items()
        for tail in ("产业", "行业", "类", "领域", "制造", "制造业", "产业类", "项目")
    }
    one = by_words(tails | words, what="产业")

    def judge(text: str) -> int | Told:
        parts = [part for part in _LISTED.split(text.strip()) if part]
        try:
            return int(one(BRACKETS.sub("", text)))
        except RuleBroken as fault:
            if len(parts) < 2:
                raise RuleBroken(str(fault)) from None
        first, *_ = [int(one(part)) for part in parts]
        return Told(first, f"“{text}”写了几个产业，登记{names[first]}")

    return judge


def _by_stage_day(year: int | None) -> Judge:
    """A day of a stage; 已开工 says that it was reached, and not when."""
    period = by_period(year)

    def judge(text: str) -> Period | Told:
        words = re.sub(r"\s", "", narrow(text))
        if _REACHED.fullmatch(words):
            return Told(None, f"“{text}”没有写时间，没有登记")
        found = _REACHED_TOO.fullmatch(words)
        if found is None:
            return cast(Period, period(text))
        return Told(period(found[1]), f"“{text}”只登记了时间")

    return judge


def _code(fault_of: Any) -> Judge:
    def judge(text: str) -> str:
        code = codes.normalise(text)
        if fault := fault_of(code):
            raise RuleBroken(fault)
        return code

    return judge


def _person(text: str) -> tuple[str, str]:
    """张三 13900000000, 张三/0519-85100000; a name alone has no number."""
    backwards = text.strip()[::-1]
    found = _PHONE_FROM_ITS_END.match(backwards)
    if found is None:
        return text.strip(), ""
    return backwards[found.end() :][::-1].strip(), found["phone"][::-1].strip()


def _years(text: str) -> tuple[Period, Period] | Told:
    """2023-2025, 2023.3-2025.6, 2023年3月至2025年6月, 2024: when building begins and ends."""
    words = _OF_SPAN.sub("", re.sub(r"\s", "", narrow(text)))
    words = _SHORT_SPAN.sub(r"20\1-20\2", words) if _SHORT_SPAN.fullmatch(words) else words
    if _DURATION.fullmatch(words):
        return Told(None, f"建设年限“{text}”没有写起止时间，没有登记")
    fault = RuleBroken(f"看不懂建设年限“{text}”，请写成 2023-2025")
    span = next((found for found in _splits(words) if found), None)
    if span is None:
        raise fault
    first, last = span
    if last[0] < first[0]:
        raise RuleBroken(f"建设年限“{text}”的先后颠倒了")
    return first, last


def _splits(words: str) -> Iterator[tuple[Period, Period] | None]:
    """The text read as two periods, in every way, and as one."""
    for sign in _TO.finditer(words):
        yield _span(words[: sign.start()], words[sign.end() :])
    yield _span(words, words)


def _span(first: str, last: str) -> tuple[Period, Period] | None:
    """The later part may leave out the year: 2023年3月-9月."""
    try:
        begins = periods.parse_period(first)
        ends = periods.parse_period(last, year=begins[0].year)
    except RuleBroken:
        return None
    exact = all(precision != Precision.NOT_LATER for _, precision in (begins, ends))
    return (begins, ends) if exact and len(last) > 1 else None


def _cause(text: str) -> tuple[DelayReason, str]:
    """A coded reason; “其他：…” with its words."""
    word, _, words = text.replace(":", "：").partition("：")
    cause: DelayReason = by_words({reason.label: reason for reason in DelayReason}, what="推迟原因")(word)
    if cause == DelayReason.OTHER and not words.strip():
        raise RuleBroken("原因选“其他”时，请写明，如“其他：等待设备”。")
    return cause, words.strip()
