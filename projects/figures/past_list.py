"""The register as of a day, and as it was known at a moment: a list of projects with their sums, to look back at."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import batched
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q

from projects.figures.completion.breakdown import of_scope
from projects.figures.list_sums import RegistryTotals, sums_of, time_share, totals_of
from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.register.tables import LEVEL_COLUMNS, Register, Rows
from projects.figures.scope import Scope
from projects.figures.timeline import ORDER, State, at_day, project_state
from projects.models import Milestone, Organisation
from projects.models.standstills import standstills_of
from projects.rules import lifecycle
from projects.rules.completion import Completion
from projects.rules.lifecycle import Step
from projects.vocabulary import Level, Stage

CHUNK = 1000
COLUMNS = (
    "id", "name", "enterprise", "holder", "investment", "planned", "reported", "pauses", "side_state", "side_state_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastRow:
    """One project as it was; `pk` None where the reader may not open its page, or it has been deleted since.

    `unit`: who answered on the day; `investment` in yuan; `completion`: of the year, against its own plan.
    """

    pk: int | None
    name: str
    enterprise: str
    unit: Organisation | None
    levels: tuple[Level, ...]
    investment: int | None
    completion: Completion
    furthest: Stage | None
    state: State


@dataclass(frozen=True, slots=True)
class PastPage:
    """A page of the list, with the sums of all of it."""

    scope: Scope
    totals: RegistryTotals
    rows: tuple[PastRow, ...]
    page: Page[Any]

    @property
    def numbers(self) -> Iterator[int | str]:
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)


def past_page(scope: Scope, *, words: str = "", number: str | int = 1) -> PastPage:
    """A page of the projects of the scope, the largest first, in a constant number of queries."""
    found = _Found(scope, words)
    totals = found.totals
    paginator = Pages(found.rows.values(*COLUMNS, *LEVEL_COLUMNS), PAGE_SIZE)
    paginator.count = totals.count  # known already
    page = paginator.get_page(number)
    return PastPage(scope, totals, tuple(found.read(list(page.object_list))), page)


def past_totals(scope: Scope, *, words: str = "") -> RegistryTotals:
    """Count and sums of the whole list; one query."""
    return _Found(scope, words).totals


def past_rows(scope: Scope, *, words: str = "") -> Iterator[PastRow]:
    """Every row of the list; a few queries for each thousand."""
    found = _Found(scope, words)
    rows = found.rows.values(*COLUMNS, *LEVEL_COLUMNS)
    for chunk in batched(rows.iterator(chunk_size=CHUNK), CHUNK):
        yield from found.read(list(chunk))


class _Found:
    """The projects of a scope whose name or enterprise has every word, on the clock of the scope."""

    def __init__(self, scope: Scope, words: str) -> None:
        self.scope = scope
        self.register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
        rows = of_scope(self.register, scope)
        for word in words.split():
            rows = rows.filter(Q(name__icontains=word) | Q(enterprise__icontains=word))
        self.rows: Rows = self.register.beside(rows, "planned", "reported").order_by(
            F("investment").desc(nulls_last=True), "name", "id"
        )
        self.share: Fraction = time_share(scope.year, scope.as_of)

    @property
    def totals(self) -> RegistryTotals:
        row = self.rows.order_by().aggregate(count=Count("id"), **sums_of("investment"))
        return totals_of(row, self.share)

    def read(self, found: list[dict[str, Any]]) -> Iterator[PastRow]:
        keys = [row["id"] for row in found]
        opening, steps = set(self.scope.opens_among(keys)), self._steps(keys)
        for row in found:
            yield self._row(row, steps[row["id"]], opens=row["id"] in opening)

    def _steps(self, keys: list[int]) -> Mapping[int, dict[Stage, Step]]:
        """The stages of each, in the order of the chain, without what happened after the day."""
        found: defaultdict[int, dict[Stage, Step]] = defaultdict(dict)
        for entry in self.register.table(Milestone).filter(project_id__in=keys):
            step = Milestone.as_step(entry)  # of the history has the columns of the table
            found[entry.project_id][step.stage] = at_day(step, self.scope.as_of)
        for pk, steps in found.items():
            found[pk] = {stage: steps[stage] for stage in ORDER if stage in steps}
        return found

    def _row(self, row: dict[str, Any], steps: dict[Stage, Step], *, opens: bool) -> PastRow:
        standstills = standstills_of(row["pauses"], row["side_state"], row["side_state_on"])
        return PastRow(
            pk=row["id"] if opens else None,
            name=row["name"],
            enterprise=row["enterprise"],
            unit=self.scope.units.by_id.get(row["holder"] or 0),
            levels=tuple(level for level in Level if row[f"on_{level}"]),
            investment=row["investment"],
            completion=Completion(row["reported"], row["planned"], self.share),
            furthest=lifecycle.furthest(steps.values()),
            state=project_state(standstills, steps, as_of=self.scope.as_of),
        )
