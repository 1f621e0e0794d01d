"""What the register adds up to, by list and stage: three grouped queries, however many projects there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, Self

from django.db.models import Count, Exists, Q, QuerySet, Sum

from projects.figures.scope import Levels, Scope, levels_of
from projects.models import Milestone, MonthlyReport
from projects.models.project import listed_on
from projects.rules import periods
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Level, Precision, Stage


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many projects of a scope reached one stage by a day.

    `records`: projects with anything known of the stage; 0 means that nobody follows it.
    `in_year`: reached in the year for certain. `year_unknown`: reached by a day of the year, perhaps before it.
    `investment`: total investment in yuan of those in the year, None while none of it is known.
    """

    records: int = 0
    reached: int = 0
    in_year: int = 0
    year_unknown: int = 0
    investment: int | None = None

    def __add__(self, other: "StageCount") -> "StageCount":
        return StageCount(
            self.records + other.records,
            self.reached + other.reached,
            self.in_year + other.in_year,
            self.year_unknown + other.year_unknown,
            _plus(self.investment, other.investment),
        )

    @property
    def counted(self) -> int | None:
        """The count of the year; None where it would only state that nobody recorded anything certain."""
        if self.in_year:
            return self.in_year
        return 0 if self.records > self.year_unknown else None


@dataclass(frozen=True, slots=True)
class Holding:
    """Projects and their total investment in yuan; `priced` of them have one."""

    count: int = 0
    investment: int = 0
    priced: int = 0

    def __add__(self, other: "Holding") -> "Holding":
        return Holding(
            self.count + other.count, self.investment + other.investment, self.priced + other.priced
        )

    @property
    def unpriced(self) -> int:
        return self.count - self.priced

    @property
    def known_investment(self) -> int | None:
        return self.investment if self.priced else None


@dataclass(frozen=True, slots=True)
class Reported:
    """Approved monthly investment in yuan from January to the month; of how many projects."""

    invested: int | None = None
    accepted: int | None = None
    projects: int = 0

    def __add__(self, other: "Reported") -> "Reported":
        return Reported(
            _plus(self.invested, other.invested),
            _plus(self.accepted, other.accepted),
            self.projects + other.projects,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """Every sum that the completion page asks of the register, by level ("" = all, each project once)."""

    stages: dict[tuple[str, Stage], StageCount]
    holdings: dict[tuple[str, int | None], Holding]
    reports: dict[tuple[str, None], Reported]

    def stage(self, level: str, stage: Stage) -> StageCount:
        return self.stages.get((level, stage), StageCount())

    def reported(self, level: str) -> Reported:
        return self.reports.get((level, None), Reported())

    def holding(self, level: str) -> Holding:
        """All projects of the level."""
        return sum((part for (on, _), part in self.holdings.items() if on == level), Holding())

    def passed(self, level: str, stage: Stage) -> Holding:
        """Projects whose furthest stage is this one or a later one."""
        first = CHAIN.index(stage)
        parts = (
            part
            for (on, place), part in self.holdings.items()
            if on == level and place is not None and place >= first
        )
        return sum(parts, Holding())


def tally(scope: Scope, *, as_of: date) -> Tally:
    """The register as of a day, for the unit of the scope and every level at once."""
    return Tally(
        stages=_spread(_stage_counts(scope, as_of)),
        holdings=_spread(_holdings(scope, as_of)),
        reports=_spread(_reports(scope, as_of)),
    )


class _Addable(Protocol):
    def __add__(self, other: Self) -> Self: ...


def _spread[Key, Part: _Addable](rows: Iterable[tuple[Levels, Key, Part]]) -> dict[tuple[str, Key], Part]:
    """Add each grouped row to every list that it stands on, and to the whole."""
    sums: dict[tuple[str, Key], Part] = {}
    for levels, key, part in rows:
        for level in ("", *levels):
            held = sums.get((level, key))
            sums[level, key] = part if held is None else held + part
    return sums


def _stage_counts(scope: Scope, as_of: date) -> Iterator[tuple[Levels, Stage, StageCount]]:
    reached = Q(reached_on__lte=as_of)
    in_year = reached & Q(reached_on__year=scope.year)
    unsure = Q(reached_precision=Precision.NOT_LATER)
    milestones = Milestone.objects.filter(project__in=scope.of_unit, skipped=False)
    rows = _by_list(milestones, scope, as_of, "stage").annotate(
        records=Count("pk"),
        reached=Count("pk", filter=reached),
        in_year=Count("pk", filter=in_year & ~unsure),
        year_unknown=Count("pk", filter=in_year & unsure),
        investment=Sum("project__total_investment", filter=in_year & ~unsure),
    )
    for row in rows:
        count = StageCount(*(row[name] for name in STAGE_COLUMNS))
        yield levels_of(row), Stage(row["stage"]), count


def _holdings(scope: Scope, as_of: date) -> Iterator[tuple[Levels, int | None, Holding]]:
    projects = scope.of_unit.order_by().with_levels(scope.year, as_of=as_of).with_furthest(by=as_of)
    rows = projects.values(*LEVEL_COLUMNS, "furthest").annotate(
        count=Count("pk"), investment=Sum("total_investment"), priced=Count("total_investment")
    )
    for row in rows:
        holding = Holding(row["count"], row["investment"] or 0, row["priced"])
        yield levels_of(row), row["furthest"], holding


def _reports(scope: Scope, as_of: date) -> Iterator[tuple[Levels, None, Reported]]:
    ended = periods.month_start(as_of) if as_of == periods.month_end(as_of) else None
    reports = MonthlyReport.objects.approved().filter(project__in=scope.of_unit, month__year=scope.year)
    reports = reports.filter(month__lte=ended) if ended else reports.filter(month__lt=periods.month_start(as_of))
    rows = _by_list(reports, scope, as_of).annotate(
        invested=Sum("invested"), accepted=Sum("accepted"), projects=Count("project", distinct=True)
    )
    for row in rows:
        yield levels_of(row), None, Reported(row["invested"], row["accepted"], row["projects"])


STAGE_COLUMNS = ["records", "reached", "in_year", "year_unknown", "investment"]
LEVEL_COLUMNS = [f"on_{level}" for level in Level]


def _by_list[Row: (Milestone, MonthlyReport)](
    rows: QuerySet[Row], scope: Scope, as_of: date, *keys: str
) -> QuerySet[Row, dict[str, Any]]:
    """Group rows that belong to projects by the lists that the project stands on."""
    lists = {
        f"on_{level}": Exists(listed_on(level, scope.year, as_of=as_of, project="project_id"))
        for level in Level
    }
    grouped: QuerySet[Row, dict[str, Any]] = rows.order_by().annotate(**lists).values(*LEVEL_COLUMNS, *keys)
    return grouped


def _plus(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else one + other
