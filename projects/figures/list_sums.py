"""What a set of projects adds up to, as a whole and by group: the last line of the list and the line of each group."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Sum

from projects.models import Industry, Organisation
from projects.models.index import AMOUNTS, RegisterIndex
from projects.models.project import ProjectQuerySet
from projects.models.sorting import GROUP_KEYS, GROUPS, INDUSTRY, LEVEL, STAGE, UNIT
from projects.rules import completion, periods
from projects.rules.bitmaps import Bitmap
from projects.rules.completion import AMOUNTS_NEEDED, Completion
from projects.rules.lifecycle import CHAIN
from projects.templatetags.formats import list_name
from projects.vocabulary import Level

type GroupKey = int | None


@dataclass(frozen=True, slots=True)
class RegistryTotals:
    """A set of projects in one line: sums in whole yuan, each with how many projects have none on record.

    `planned` and `reported` are of the year of `time_share`.
    """

    count: int
    investment: completion.Sum
    planned: completion.Sum
    reported: completion.Sum
    time_share: Fraction

    @property
    def completion(self) -> Completion:
        """Reported against planned, never a mean of rates; as on the page of completion, plans are no target where a
        project has none.
        """
        is_target = completion.is_target(self.planned.known, self.count, AMOUNTS_NEEDED)
        return Completion(self.reported.value, self.planned.value if is_target else None, self.time_share)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of the list. `name`: the unit, the industry, the stage or the list; or that there is none."""

    key: GroupKey
    name: str
    totals: RegistryTotals


def time_share(year: int, as_of: date) -> Fraction:
    """How much of a year's plan is due by the day, where nothing else was set: in equal months."""
    return completion.time_share(periods.months_passed(year, as_of))


def registry_totals(projects: ProjectQuerySet, *, year: int, as_of: date) -> RegistryTotals:
    """Count and sums of the whole set; one query."""
    row = projects.order_by().with_amounts(year, by=as_of).aggregate(count=Count("pk"), **sums_of())
    return totals_of(row, time_share(year, as_of))


def indexed_totals(index: RegisterIndex, members: Bitmap) -> RegistryTotals:
    """The same of a set of the index, whose amounts are those of the year of its day; no query."""
    count, sums = members.bit_count(), {}
    for name in AMOUNTS:
        value, known = index.added_up(name, members)
        sums[name] = completion.Sum(value, known, count - known)
    return RegistryTotals(count, **sums, time_share=time_share(index.day.year, index.day))


def grouped_totals(
    projects: ProjectQuerySet, group: str, *, year: int, as_of: date
) -> dict[GroupKey, RegistryTotals]:
    """The same by group, in the order of the groups, for a set that has the column of `GROUP_KEYS`; one query. The sums
    add up to the whole."""
    grouped = projects.order_by().with_amounts(year, by=as_of).values(GROUP_KEYS[group])
    order = [F(name).asc(nulls_last=True) for name in GROUPS[group]]
    rows = grouped.annotate(count=Count("pk"), **sums_of()).order_by(*order)
    return {row[GROUP_KEYS[group]]: totals_of(row, time_share(year, as_of)) for row in rows}


def group_names(group: str, keys: Collection[GroupKey]) -> dict[GroupKey, str]:
    """The names of groups by key; a query for units and industries, none else."""
    found = NAMES[group]([key for key in keys if key is not None])
    return {key: found.get(key, "") if key is not None else NONE[group] for key in keys}


def _units(keys: list[int]) -> Mapping[int, str]:
    return {pk: str(unit) for pk, unit in Organisation.objects.in_bulk(keys).items()}


def _industries(keys: list[int]) -> Mapping[int, str]:
    return {pk: str(industry) for pk, industry in Industry.objects.in_bulk(keys).items()}


NAMES: dict[str, Callable[[list[int]], Mapping[int, str]]] = {
    UNIT: _units,
    INDUSTRY: _industries,
    STAGE: lambda keys: {key: CHAIN[key].label for key in keys},
    LEVEL: lambda keys: {key: list_name(list(Level)[key]) for key in keys},
}
NONE = {UNIT: "责任单位未明确", INDUSTRY: "产业未明确", STAGE: "尚无节点", LEVEL: "未列入名单"}


def sums_of(investment: str = "total_investment") -> dict[str, Any]:
    """The aggregates that `totals_of` reads, of rows with `planned`, `reported` and a column named `investment`."""
    columns = {"investment": investment, "planned": "planned", "reported": "reported"}
    sums = {f"sum_{name}": Sum(column) for name, column in columns.items()}
    return sums | {f"known_{name}": Count(column) for name, column in columns.items()}


def totals_of(row: Mapping[str, Any], share: Fraction) -> RegistryTotals:
    """From the aggregates of `sums_of` and the `count`."""
    count = row["count"] or 0
    sums = {}
    for name in AMOUNTS:
        known = row[f"known_{name}"] or 0
        value = int(row[f"sum_{name}"]) if known else None
        sums[name] = completion.Sum(value, known, count - known)
    return RegistryTotals(count, **sums, time_share=share)
