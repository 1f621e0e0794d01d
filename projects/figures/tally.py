"""What the register adds up to, by list, unit, stage and month: four queries, however many projects there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Protocol, Self

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import ExtractMonth

from projects.figures.register import LEVEL_COLUMNS, Register, Rows
from projects.figures.scope import Scope, levels_of
from projects.models import Milestone
from projects.rules import periods
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Precision, ReportState, Stage

OVER_1BN, OVER_10BN, OVER_USD = 10 * 10**8, 100 * 10**8, 10**8
"""≥10亿元 or ≥1亿美元, and ≥100亿元: the sizes that a signing is judged by."""

WHOLE = None
"""The row of a scope as a whole, beside the rows of its units."""


class _Addable(Protocol):
    def __add__(self, other: Self) -> Self: ...


class _Sums:
    """Counts and sums that add field by field; None is unknown and adds nothing."""

    def __add__(self, other: Self) -> Self:
        parts = ((getattr(self, item.name), getattr(other, item.name)) for item in fields(self))  # type: ignore[arg-type]
        return type(self)(*(_plus(one, two) for one, two in parts))


@dataclass(frozen=True, slots=True)
class StageCount(_Sums):
    """How many projects reached one stage by a day, and how many meant to.

    `records`: with anything known of the stage; 0 means that nobody follows it. `in_year`: reached in the year
    for certain. `year_unknown`: reached by a day of the year, perhaps before it. `investment`: total investment
    in yuan of those in the year. `planned`: first planned for the year. `due`: first planned by the day and not
    reached before the year; `overdue`: of these not reached by the day; `early`: reached in the year though
    planned later; `unplanned`: reached in the year without a plan. due − overdue + early + unplanned = in_year.
    """

    records: int = 0
    reached: int = 0
    in_year: int = 0
    year_unknown: int = 0
    planned: int = 0
    due: int = 0
    overdue: int = 0
    early: int = 0
    unplanned: int = 0
    over_1bn: int = 0
    over_10bn: int = 0
    investment: int | None = None

    @property
    def counted(self) -> int | None:
        """The count of the year; None where it would only state that nobody recorded anything certain."""
        if self.in_year:
            return self.in_year
        return 0 if self.records > self.year_unknown else None


@dataclass(frozen=True, slots=True)
class Holding(_Sums):
    """Projects: how many, of these `owing` monthly reports, total investment and the year's plan in yuan.

    A project owes reports while it stands on a list of the year and is neither paused nor terminated.
    """

    count: int = 0
    owing: int = 0
    priced: int = 0
    planning: int = 0
    investment: int | None = None
    planned: int | None = None

    @property
    def unpriced(self) -> int:
        return self.count - self.priced


@dataclass(frozen=True, slots=True)
class Reported(_Sums):
    """Monthly reports: investment and what the statistics accepted, in yuan; of how many rows."""

    rows: int = 0
    invested: int | None = None
    accepted: int | None = None


type MonthKey = tuple[Stage, int | None]
type HoldingKey = tuple[int | None, str]
type ReportKey = tuple[int, str, bool]


@dataclass(slots=True)
class Sheet:
    """The sums of one row: of a scope, or of one unit of it, on one list.

    `stages` by stage and month of the year; `holdings` by place of the furthest stage and by when the project
    entered the statistics (before, in_year, none); `reports` by month, state and “no change”.
    """

    stages: dict[MonthKey, StageCount] = field(default_factory=dict)
    holdings: dict[HoldingKey, Holding] = field(default_factory=dict)
    reports: dict[ReportKey, Reported] = field(default_factory=dict)

    def stage(self, stage: Stage) -> StageCount:
        return _total((part for (at, _), part in self.stages.items() if at == stage), StageCount())

    def stage_by_month(self, stage: Stage) -> list[int] | None:
        """Reached in each month of the year, twelve numbers; None while some are known to the year only."""
        months = {month: part.in_year for (at, month), part in self.stages.items() if at == stage}
        if months.pop(None, 0):
            return None
        return [months.get(month, 0) for month in range(1, 13)]

    @property
    def holding(self) -> Holding:
        return _total(self.holdings.values(), Holding())

    def carried(self, entered: str) -> Holding:
        """Projects that entered the statistics `before` the year, `in_year`, or not yet (`none`)."""
        return _total((part for (_, when), part in self.holdings.items() if when == entered), Holding())

    def passed(self, stage: Stage) -> Holding:
        """Projects whose furthest stage is this one or a later one."""
        first = CHAIN.index(stage)
        parts = (part for (place, _), part in self.holdings.items() if place is not None and place >= first)
        return _total(parts, Holding())

    @property
    def approved(self) -> Reported:
        """January to the month, approved only."""
        return _total(
            (part for (_, state, _), part in self.reports.items() if state == ReportState.APPROVED), Reported()
        )

    def approved_by_month(self) -> list[int | None]:
        return [self.month(month, ReportState.APPROVED).invested for month in range(1, 13)]

    def month(self, month: int, *states: str, unchanged: bool | None = None) -> Reported:
        parts = (
            part
            for (at, state, same), part in self.reports.items()
            if at == month and state in states and unchanged in (None, same)
        )
        return _total(parts, Reported())


@dataclass(frozen=True, slots=True)
class Tally:
    """Every sum of a page: a sheet for each list ("" = all, each project once) and each row."""

    sheets: dict[tuple[str, int | None], Sheet]

    def sheet(self, level: str, row: int | None = WHOLE) -> Sheet:
        return self.sheets.get((level, row)) or Sheet()

    def rows(self, level: str) -> list[int]:
        """The rows besides the whole, in no order."""
        return [row for on, row in self.sheets if on == level and row is not WHOLE]


def tally(scope: Scope, *, group: str = "organisation") -> Tally:
    """The register for the unit of the scope and every level at once, by unit or by industry."""
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at, group)
    place = _Placing(scope, register.helpers(), group)
    sheets: dict[tuple[str, int | None], Sheet] = {}
    for row, key, part in _stage_parts(register):
        for at in place.of(row):
            _add(sheets.setdefault(at, Sheet()).stages, key, part)
    for row, holding_key, holding in _holding_parts(register):
        for at in place.of(row):
            _add(sheets.setdefault(at, Sheet()).holdings, holding_key, holding)
    for row, report_key, reported in _report_parts(register):
        for at in place.of(row):
            _add(sheets.setdefault(at, Sheet()).reports, report_key, reported)
    return Tally(sheets)


class _Placing:
    """Which sheets a grouped row of the register belongs to."""

    def __init__(self, scope: Scope, helpers: dict[int, list[int]], group: str) -> None:
        self.units, self.helpers, self.group = scope.units, helpers, group
        self.top = scope.organisation.pk if scope.organisation else None
        self.known: dict[tuple[int | None, int | None], frozenset[int]] = {}

    def of(self, row: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
        holders = (row["holder"], row["joint"])
        if holders not in self.known:
            self.known[holders] = self._rows(*holders)
        rows = self.known[holders]
        if not rows and self.top is not None:
            return  # of the district, every project counts, even one whose unit is in no tree
        if self.group != "organisation":
            rows = frozenset({row["unit"] or 0})
        for level in ("", *levels_of(row)):
            for at in (WHOLE, *rows):
                yield level, at

    def _rows(self, holder: int | None, joint: int | None) -> frozenset[int]:
        """The rows of the table that a project belongs to; a joint project stands in each of its units."""
        units = [holder, *self.helpers.get(joint, ())] if joint else [holder]
        places = (self.units.row_of(unit, self.top) for unit in units)
        return frozenset(place for place in places if place is not None)


def _add[Key, Part: _Addable](parts: dict[Key, Part], key: Key, part: Part) -> None:
    held = parts.get(key)
    parts[key] = part if held is None else held + part


def _total[Part: _Addable](parts: Iterable[Part], start: Part) -> Part:
    for part in parts:
        start = start + part
    return start


def _plus(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else one + other


def _stage_parts(register: Register) -> Iterator[tuple[dict[str, Any], MonthKey, StageCount]]:
    reached = Q(reached_on__lte=register.as_of)
    unsure = Q(reached_precision=Precision.NOT_LATER)
    in_year = reached & Q(reached_on__year=register.year) & ~unsure
    before = Q(reached_on__year__lt=register.year) | (reached & unsure)
    due = Q(planned_on__lte=register.as_of, reserve=False) & ~before
    open_due = due & (Q(reached_on=None) | ~reached)
    early = in_year & Q(planned_on__gt=register.as_of)
    in_a_month = in_year & Q(reached_precision__in=[Precision.DAY, Precision.MONTH])
    month = Case(When(in_a_month, then=ExtractMonth("reached_on")), default=None)
    counts = {
        "records": Q(),
        "reached": reached,
        "in_year": in_year,
        "year_unknown": reached & unsure & Q(reached_on__year=register.year),
        "planned": Q(planned_on__year=register.year, reserve=False),
        "due": due,
        "overdue": open_due,
        "early": early,
        "unplanned": in_year & (Q(planned_on=None) | Q(reserve=True, planned_on__lte=register.as_of)),
        "over_1bn": in_year & (Q(investment__gte=OVER_1BN) | Q(usd__gte=OVER_USD)),
        "over_10bn": in_year & Q(investment__gte=OVER_10BN),
    }
    rows = _grouped(register.milestones().annotate(month=month), "stage", "month").annotate(
        **{f"n_{name}": Count("id", filter=condition) for name, condition in counts.items()},
        n_investment=Sum("investment", filter=in_year),
    )
    names = [f"n_{item.name}" for item in fields(StageCount)]
    for row in rows:
        yield row, (Stage(row["stage"]), row["month"]), StageCount(*(row[name] for name in names))


def _holding_parts(register: Register) -> Iterator[tuple[dict[str, Any], HoldingKey, Holding]]:
    milestones = register.table(Milestone).filter(project_id=OuterRef("id"), skipped=False)
    reached = milestones.filter(reached_on__lte=register.as_of)
    place = Case(*(When(stage=stage, then=Value(place)) for place, stage in enumerate(CHAIN)))
    furthest = reached.filter(stage__in=CHAIN).annotate(place=place).order_by("-place").values("place")[:1]
    entered = reached.filter(stage=Stage.ENTERED)
    new_year = date(register.year, 1, 1)
    when = Case(
        When(Exists(entered.filter(reached_on__lt=new_year)), then=Value("before")),
        When(Exists(entered), then=Value("in_year")),
        default=Value("none"),
        output_field=CharField(),
    )
    on_a_list = Q(*((column, True) for column in LEVEL_COLUMNS), _connector=Q.OR)
    projects = register.projects().annotate(furthest=Subquery(furthest), entered=when)
    rows = _grouped(projects, "furthest", "entered").annotate(
        n_count=Count("id"),
        n_owing=Count("id", filter=Q(side_state="") & on_a_list),
        n_priced=Count("investment"),
        n_planning=Count("planned"),
        n_investment=Sum("investment"),
        n_planned=Sum("planned"),
    )
    names = [f"n_{item.name}" for item in fields(Holding)]
    for row in rows:
        yield row, (row["furthest"], row["entered"]), Holding(*(row[name] for name in names))


def _report_parts(register: Register) -> Iterator[tuple[dict[str, Any], ReportKey, Reported]]:
    """Reports of the months of the year that have ended by the day."""
    months = periods.months_passed(register.year, register.as_of)
    reports = register.reports().filter(month__year=register.year, month__month__lte=months)
    grouped = _grouped(reports.annotate(at=ExtractMonth("month")), "at", "state", "unchanged")
    rows = grouped.annotate(n_rows=Count("id"), n_invested=Sum("invested"), n_accepted=Sum("accepted"))
    for row in rows:
        key = (row["at"], row["state"], row["unchanged"])
        yield row, key, Reported(row["n_rows"], row["n_invested"], row["n_accepted"])


def _grouped(rows: Rows, *keys: str) -> Rows:
    grouped: Rows = rows.values(*LEVEL_COLUMNS, "unit", "holder", "joint", *keys)
    return grouped
