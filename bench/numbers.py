"""The numbers that the completion page states, in one shape, whoever added them up."""

from collections import Counter
from dataclasses import dataclass, field

from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.open_milestones import DueMilestone
from projects.rules.bounds import Bounds
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import STAGE_OF_INDICATOR, Indicator, Stage

MONTHS = 12
STAGES = frozenset(STAGE_OF_INDICATOR.values())
FUNNEL = (Stage.SIGNED, Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION)
VAGUE, UNSURE, OPEN = 13, 14, 15
COUNTS = (
    "in_year",
    "year_unknown",
    "reached",
    "planned",
    "planned_by_now",
    "due",
    "overdue",
    "early",
    "unplanned",
    "provable",
    "verified",
)
"""The counts of a stage that the page states or works with."""


type Row = int | None
"""A unit; None for the whole."""


@dataclass
class Numbers:
    """Counts and sums by row and name; nothing known and 0 are the same here."""

    cells: Counter[tuple[Row, str]] = field(default_factory=Counter)
    due: list[tuple[int, str]] = field(default_factory=list)

    def known(self) -> tuple[dict[tuple[Row, str], int], list[tuple[int, str]]]:
        """What can be compared."""
        return {key: int(value) for key, value in self.cells.items() if value}, self.due

    def add_report(
        self, row: Row, month: int, state: str, same: bool, rows: int, invested: int, accepted: int
    ) -> None:
        if state == "approved":
            self.cells[row, "accepted"] += accepted or 0
            self.cells[row, "invested"] += invested or 0
            for later in range(month, MONTHS + 1):
                self.cells[row, f"invested by {later}"] += invested or 0
        if month == MONTHS and state in ("approved", "submitted", "returned"):
            self.cells[row, f"reports {state}"] += rows
            if same and state == "approved":
                self.cells[row, "reports unchanged"] += rows

    def add_stage(
        self,
        row: Row,
        stage: str,
        when: int,
        plan: int,
        rows: int,
        investment: int,
        over_1bn: int,
        provable: int,
        verified: int,
    ) -> None:
        in_year, is_open, by_now = 1 <= when <= VAGUE, when == OPEN, plan in (1, 2)
        counts = {
            "in_year": in_year,
            "year_unknown": when == UNSURE,
            "reached": not is_open,
            "planned": plan == 2,
            "planned_by_now": plan == 2,
            "due": by_now and (in_year or is_open),
            "overdue": by_now and is_open,
            "early": in_year and plan == 4,
            "unplanned": in_year and plan == 0,
        }
        for name, counted in counts.items():
            self.cells[row, f"{stage} {name}"] += rows if counted else 0
        if in_year:
            self.cells[row, f"{stage} provable"] += provable
            self.cells[row, f"{stage} verified"] += verified
        if stage == "signed" and in_year:
            self.cells[row, "signed investment"] += investment or 0
            self.cells[row, "signed over_1bn"] += over_1bn or 0

    def add_holding(
        self, row: Row, place: Row, entered: int, rows: int, owing: int, investment: int, planned: int
    ) -> None:
        amounts = {"count": rows, "owing": owing, "investment": investment or 0, "planned": planned or 0}
        for name, amount in amounts.items():
            self.cells[row, f"holding {name}"] += amount
        if row is None:
            kind = {1: "newly", 2: "carried"}.get(entered)
            if kind:
                self.cells[row, f"{kind} count"] += rows
            for stage in FUNNEL:
                if place is not None and place >= CHAIN.index(stage):
                    self.cells[row, f"{stage} passed"] += rows
                    self.cells[row, f"{stage} passed investment"] += investment or 0


def of_page(page: CompletionPage, due: tuple[list[DueMilestone], list[DueMilestone]]) -> Numbers:
    """What the figure layer states."""
    numbers = Numbers(due=[(item.project.pk, item.stage.value) for side in due for item in side])
    _add_lines(numbers, None, page.holding, page.lines)
    for row in page.rows:
        _add_lines(numbers, row.organisation.pk if row.organisation else 0, row.holding, row.lines)
    numbers.cells[None, "carried count"] = certain(page.carried_over and page.carried_over.count)
    numbers.cells[None, "newly count"] = certain(page.newly_entered and page.newly_entered.count)
    for step in page.funnel:
        numbers.cells[None, f"{step.stage} passed"] = certain(step.holding and step.holding.count)
        money = certain(step.holding and step.holding.investment)
        numbers.cells[None, f"{step.stage} passed investment"] = money
    return numbers


def certain(bounds: Bounds | None) -> int:
    """What is certain of a number; the SQL counts nothing else."""
    return bounds.certain if bounds else 0


def _add_lines(numbers: Numbers, row: Row, holding: object, lines: list[IndicatorLine]) -> None:
    for name in ("count", "owing", "investment", "planned"):
        numbers.cells[row, f"holding {name}"] = getattr(holding, name) or 0
    for line in lines:
        if line.indicator == Indicator.INVESTED:
            _add_invested(numbers, row, line)
        elif line.indicator == Indicator.SIGNED_INVESTMENT:
            numbers.cells[row, "signed investment"] = line.computed or 0
        else:
            stage = STAGE_OF_INDICATOR[line.indicator]
            for name in COUNTS:
                numbers.cells[row, f"{stage} {name}"] = getattr(line.count, name)
            if stage == Stage.SIGNED:
                numbers.cells[row, "signed over_1bn"] = line.count.over_1bn


def _add_invested(numbers: Numbers, row: Row, line: IndicatorLine) -> None:
    numbers.cells[row, "invested"] = line.computed or 0
    numbers.cells[row, "accepted"] = line.accepted or 0
    for month, amount in enumerate(line.by_month, start=1):
        numbers.cells[row, f"invested by {month}"] = certain(amount)
    if line.coverage:
        numbers.cells[row, "reports approved"] = line.coverage.approved
        numbers.cells[row, "reports unchanged"] = line.coverage.unchanged
        numbers.cells[row, "reports submitted"] = line.coverage.waiting
        numbers.cells[row, "reports returned"] = line.coverage.returned
