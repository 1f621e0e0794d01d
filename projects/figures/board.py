"""The filtered list as a board: five lanes by how far the building has come, who is late first in each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from projects.figures.completion.target import light_rules
from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.timeline import Timeline, timeline
from projects.models import Milestone, Project
from projects.models.milestone import perhaps_reached
from projects.models.project import ProjectQuerySet
from projects.models.standstills import stood_still
from projects.rules.completion import Sum as Total
from projects.rules.lifecycle import CHAIN
from projects.rules.lights import Rule
from projects.vocabulary import Lane, Light, Stage

CARDS = 8
"""Projects that each lane shows before it is opened."""


_STEPS = (
    (Stage.STARTED, Lane.BUILDING),
    (Stage.TOPPED_OUT, Lane.TOPPED_OUT),
    (Stage.COMPLETED, Lane.COMPLETED),
    (Stage.IN_PRODUCTION, Lane.PRODUCING),
)
"""The stages that open a lane, in their order."""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One project: `light` and `words` say how late it is, that it stands still, or what comes next."""

    pk: int
    name: str
    unit: str
    investment: int | None
    light: Light
    words: str


@dataclass(frozen=True, slots=True)
class BoardLane:
    """One lane with its sums; `cards` are the first ones, `rest` how many are not shown."""

    code: Lane
    count: int
    investment: Total
    late: int
    cards: tuple[BoardCard, ...]

    @property
    def label(self) -> str:
        return self.code.label

    @property
    def rest(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board of a set of projects as of a day; `opened`: the page of the one lane that is shown whole."""

    as_of: date
    lanes: tuple[BoardLane, ...]
    opened: Page[Any] | None = None

    @property
    def count(self) -> int:
        return sum(lane.count for lane in self.lanes)

    @property
    def late(self) -> int:
        return sum(lane.late for lane in self.lanes)

    @property
    def investment(self) -> Total:
        known = [lane.investment for lane in self.lanes if lane.investment.value is not None]
        value = sum(int(part.value or 0) for part in known) if known else None
        parts = [lane.investment for lane in self.lanes]
        return Total(value, sum(part.known for part in parts), sum(part.missing for part in parts))

    @property
    def numbers(self) -> Iterator[int | str]:
        """Page numbers of the opened lane."""
        if self.opened is None:
            return iter(())
        return self.opened.paginator.get_elided_page_range(self.opened.number, on_each_side=2, on_ends=1)


def board_page(
    projects: ProjectQuerySet, *, as_of: date, lane: Lane | None = None, number: str | int = 1
) -> BoardPage:
    """The lanes of the set in five queries; `lane`: only this one, in pages."""
    placed = _placed(projects, as_of)
    sums = _sums(placed)
    if lane is None:
        keys, opened = _first_cards(placed), None
    else:
        ordered = placed.filter(lane=lane).order_by(*_late_first(placed)).values_list("pk", flat=True)
        paginator = Pages(ordered, PAGE_SIZE)
        paginator.count = sums[lane].count if lane in sums else 0  # known already
        opened = paginator.get_page(number)
        keys = {lane: list(opened.object_list) if paginator.count else []}
    cards = _cards([pk for of_lane in keys.values() for pk in of_lane], as_of)
    shown = [lane] if lane else [each for each in Lane if each is not Lane.UNKNOWN or each in sums]
    lanes = (
        _lane(code, sums.get(code), [cards[pk] for pk in keys.get(code, ()) if pk in cards]) for code in shown
    )
    return BoardPage(as_of, tuple(lanes), opened)


def _placed(projects: ProjectQuerySet, as_of: date) -> Any:
    """Beside each project `lane`, and `late_since`: the earliest plan that has passed, None where none has.

    A lane is opened by its stage, by a later one, and, from the start on, by the stages before it when the project
    has none of its own: a plant without a topping out is past that lane once it has started.
    """
    milestones = Milestone.objects.filter(project=OuterRef("pk"))
    skipped = {f"skips_{stage}": Exists(milestones.filter(stage=stage, skipped=True)) for stage, _ in _STEPS}
    is_open = Q(reached_on=None) | ~perhaps_reached(as_of)
    late = milestones.filter(is_open, skipped=False, current_on__lt=as_of).order_by()
    since = Subquery(late.values("project").annotate(since=Min("current_on")).values("since"), DateField())
    placed = projects.with_furthest(by=as_of).annotate(**skipped)
    placed = placed.annotate(
        lane=Case(
            *(
                When(_past(place), then=Value(lane.value))
                for place, (_, lane) in reversed([*enumerate(_STEPS)])
            ),
            When(furthest__isnull=False, then=Value(Lane.WAITING.value)),
            When(_has_plan(milestones, as_of), then=Value(Lane.WAITING.value)),
            default=Value(Lane.UNKNOWN.value),
            output_field=CharField(),
        ),
        late_since=Case(When(stood_still(as_of), then=None), default=since, output_field=DateField()),
    )
    return placed


def _past(place: int) -> Q:
    """Whether a project is past the stage at that place of `_STEPS`."""
    stage, _ = _STEPS[place]
    reached = Q(furthest__gte=CHAIN.index(stage))
    return reached if place == 0 else reached | Q((f"skips_{stage}", True)) & _past(place - 1)


def _has_plan(milestones: Any, as_of: date) -> Exists:
    """Whether a stage of the chain is planned or comes later: then it is known that the building has not begun."""
    ahead = Q(current_on__isnull=False) | Q(reached_on__gt=as_of)
    return Exists(milestones.filter(ahead, stage__in=CHAIN, skipped=False))


@dataclass(frozen=True, slots=True)
class _LaneSum:
    count: int
    investment: Total
    late: int


def _sums(placed: Any) -> dict[Lane, _LaneSum]:
    rows = placed.order_by().values("lane").annotate(
        number=Count("pk"),
        priced=Count("total_investment"),
        value=Sum("total_investment"),
        late=Count("late_since"),
    )  # fmt: skip
    return {
        Lane(row["lane"]): _LaneSum(
            row["number"],
            Total(int(row["value"]) if row["priced"] else None, row["priced"], row["number"] - row["priced"]),
            row["late"],
        )
        for row in rows
    }


def _late_first(placed: Any) -> list[Any]:
    """The longest delay first, then in the order of the list."""
    return [F("late_since").asc(nulls_last=True), *placed.query.order_by]


def _first_cards(placed: Any) -> dict[Lane, list[int]]:
    """The keys of the first projects of each lane; one query."""
    rank = Window(RowNumber(), partition_by=[F("lane")], order_by=_late_first(placed))
    rows = placed.annotate(rank=rank).filter(rank__lte=CARDS).order_by("lane", "rank")
    found: dict[Lane, list[int]] = defaultdict(list)
    for pk, code in rows.values_list("pk", "lane"):
        found[Lane(code)].append(pk)
    return found


def _cards(keys: Sequence[int], as_of: date) -> dict[int, BoardCard]:
    """Three queries: projects, their stages, the light rules."""
    if not keys:
        return {}
    projects = Project.objects.filter(pk__in=keys).order_by().select_related("organisation")
    rules = light_rules(as_of)
    found = projects.with_reserve(as_of=as_of).prefetch_related("milestones")
    return {project.pk: _card(project, as_of, rules) for project in found}


def _card(project: Any, as_of: date, rules: list[Rule]) -> BoardCard:
    line = timeline(
        project, project.milestones.all(), as_of=as_of, rules=rules, in_reserve=project.in_reserve
    )
    return BoardCard(
        pk=project.pk,
        name=project.name,
        unit=str(project.organisation or ""),
        investment=project.total_investment,
        light=line.state.light,
        words=_words(line),
    )


def _words(line: Timeline) -> str:
    """封顶晚 61 天, 暂停, what comes next (封顶 2026年11月), or that nothing is planned."""
    if line.state.days_late or line.next is None or line.state.words == line.state.sentence:
        return line.state.sentence
    return f"{line.next.stage.label} {line.next.current}" if line.next.current else line.state.words


def _lane(code: Lane, found: _LaneSum | None, cards: list[BoardCard]) -> BoardLane:
    sums = found or _LaneSum(0, Total(None, 0, 0), 0)
    return BoardLane(code, sums.count, sums.investment, sums.late, tuple(cards))
