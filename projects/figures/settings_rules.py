"""What a change of the reporting window, or of the stages that ask for evidence, would do today; and what was changed
before.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q

from projects.figures.todo import silent_months
from projects.models import DistrictSettings, Evidence, Milestone, StageRule
from projects.models.project import ProjectQuerySet
from projects.rules import reporting
from projects.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a rule, and who made it."""

    at: datetime
    by: str
    reason: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MonthMoved:
    """A month whose reports are asked for: its last day now and then, and how many projects have not reported."""

    month: date
    closes_on: date
    would_close_on: date
    missing: int
    today: date

    @property
    def turns_late(self) -> bool:
        return self.missing > 0 and self.closes_on >= self.today > self.would_close_on

    @property
    def turns_open(self) -> bool:
        return self.missing > 0 and self.would_close_on >= self.today > self.closes_on


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage, whether it asks for evidence, how many were reached this year, and how many of these have none."""

    stage: Stage
    asks: bool
    reached: int
    bare: int


def months_moved(projects: ProjectQuerySet, *, today: date, now: int, then: int) -> list[MonthMoved]:
    """The months that are asked for by either window, the newest first; four queries. `now`, `then`: days after."""
    missing: dict[date, int] = {}
    for days_after in (now, then):
        asked = reporting.asked_month(today, days_after)
        missing = dict.fromkeys((asked, reporting.month_before(asked)), 0) | missing
        missing |= {
            each.month: each.missing for each in silent_months(projects, today=today, days_after=days_after)
        }
    return [
        MonthMoved(
            month, reporting.deadline(month, now), reporting.deadline(month, then), missing[month], today
        )
        for month in sorted(missing, reverse=True)
    ]


def stage_lines(today: date) -> list[StageLine]:
    """Every stage in the order of the chain; two queries."""
    asking = set(StageRule.objects.filter(evidence_required=True).values_list("stage", flat=True))
    reached = Milestone.objects.filter(skipped=False, reached_on__year=today.year, reached_on__lte=today)
    has_evidence = Q(Exists(Evidence.objects.filter(milestone=OuterRef("pk"))))
    counted = {
        stage: (number, bare)
        for stage, number, bare in reached.order_by()
        .values("stage")
        .annotate(number=Count("pk"), bare=Count("pk", filter=~has_evidence))
        .values_list("stage", "number", "bare")
    }
    return [StageLine(stage, stage in asking, *counted.get(stage, (0, 0))) for stage in Stage]


def stages_changed(lines: Collection[StageLine], proven: Collection[Stage]) -> list[StageLine]:
    """The stages whose rule would be another; `asks` as it is now."""
    return [line for line in lines if line.asks != (line.stage in proven)]


def window_history(default: int) -> list[Entry]:
    """Changes of the reporting window, the newest first; one query. `default`: what holds where none is set."""
    entries, before = [], default
    for row in DistrictSettings.history.select_related("history_user").order_by("history_id"):
        after = default if row.report_days_after is None else row.report_days_after
        if after != before:
            entries.append(_entry(row, "月报截止", days_in_words(before), days_in_words(after)))
        before = after
    return entries[::-1]


def stage_history() -> list[Entry]:
    """Changes of what stages ask for, the newest first; one query."""
    entries: list[Entry] = []
    asked: dict[str, bool] = {}
    for row in StageRule.history.select_related("history_user").order_by("history_id"):
        before, after = asked.get(row.stage, False), row.evidence_required and row.history_type != "-"
        if before != after:
            words = ("须有佐证" if asks else "不要求佐证" for asks in (before, after))
            entries.append(_entry(row, Stage(row.stage).label, *words))
        asked[row.stage] = after
    return entries[::-1]


def days_in_words(days_after: int) -> str:
    if days_after > 0:
        return f"次月 {days_after} 日"
    return f"月末前 {-days_after} 天" if days_after else "当月最后一天"


def _entry(row: object, what: str, before: str, after: str) -> Entry:
    user = row.history_user  # type: ignore[attr-defined]  # a row of a history table
    return Entry(row.history_date, str(user or "系统"), row.history_change_reason or "", what, before, after)  # type: ignore[attr-defined]
