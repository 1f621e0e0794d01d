"""A made-up project in one year: the lists it stands on, what it plans to invest, what it reports each month."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from projects.demo import words
from projects.demo.district import District, moment, reason
from projects.demo.life import WAN, Life
from projects.demo.writing import DemoRecord, Version
from projects.models import AnnualPlan, Listing, MonthlyReport
from projects.rules import periods
from projects.vocabulary import Category, Level, ReportState, Stage

DONE_STAGES = (
    Stage.SIGNED,
    Stage.FILED,
    Stage.LAND,
    Stage.STARTED,
    Stage.TOPPED_OUT,
    Stage.COMPLETED,
    Stage.IN_PRODUCTION,
)
LISTS_MADE = (1, 20)
"""The month and day on which the lists of a year are made."""


@dataclass(slots=True)
class ListNumbers:
    """The numbers given on the lists of each year so far."""

    numbers: Counter[tuple[int, Level]] = field(default_factory=Counter)

    def next(self, year: int, level: Level) -> int:
        self.numbers[year, level] += 1
        return self.numbers[year, level]


@dataclass(frozen=True, slots=True)
class Year:
    """A listed project's year: on the lists from `listed_on`, `planned` yuan to be invested in it."""

    year: int
    listed_on: date
    category: Category
    completes: bool
    before: int
    planned: int


def year_of(life: Life, year: int, district: District) -> Year | None:
    """None for a project that stands on no list of the year."""
    january, lists_made = date(year, 1, 1), date(year, *LISTS_MADE)
    gone = life.happens(Stage.IN_PRODUCTION) < january or (life.stopped_on and life.stopped_on < january)
    listed_on = max(lists_made, life.happens(Stage.FILED) + timedelta(days=20), life.since)
    if not life.levels or gone or listed_on > min(district.until, date(year, 10, 31)):
        return None
    before = _share(life.happens(Stage.STARTED), life.happens(Stage.IN_PRODUCTION), life.born, january)
    opens = max(life.planned(Stage.STARTED), min(january, life.happens(Stage.STARTED)))
    in_year = _share(opens, life.planned(Stage.IN_PRODUCTION), january, date(year + 1, 1, 1))
    planned = max(0.03, in_year or (1 - before) * 0.6)
    return Year(
        year=year,
        listed_on=listed_on,
        category=_category(life, year),
        completes=life.planned(Stage.COMPLETED).year == year,
        before=_rounded(life.investment * before),
        planned=_rounded(life.investment * min(planned, 1 - before)),
    )


def _category(life: Life, year: int) -> Category:
    if life.happens(Stage.STARTED).year < year:
        return Category.CONTINUING
    return Category.NEW if life.planned(Stage.STARTED).year <= year else Category.RESERVE


def _share(first: date, last: date, opens: date, closes: date) -> float:
    """How much of the time between two days lies between two others, 0 to 1."""
    whole = max(1, (last - first).days)
    return max(0, (min(last, closes) - max(first, opens)).days) / whole


def _rounded(yuan: float) -> int:
    return round(yuan / (10 * WAN)) * 10 * WAN


def listings(life: Life, year: Year, list_numbers: ListNumbers, district: District) -> Iterator[DemoRecord]:
    office, rng = district.authors.office, life.rng
    for level in life.levels:
        fields = {
            "project": life.project,
            "year": year.year,
            "level": level,
            "category": year.category,
            "completes": year.completes,
            "number": list_numbers.next(year.year, level),
            "source": district.source,
        }
        versions = [Version(moment(year.listed_on, rng), office, f"列入 {year.year} 年名单", fields)]
        removed = year.listed_on + timedelta(days=rng.randint(90, 300))
        if removed.year == year.year and removed <= district.until and rng.random() < 0.03:
            off = {"removed_on": removed, "removed_reason": words.REMOVED}
            versions.append(Version(moment(removed, rng), office, "调出名单", off))
        yield DemoRecord.of(Listing, versions)


def annual_plan(life: Life, year: Year, district: District) -> DemoRecord:
    fields = {
        "project": life.project,
        "year": year.year,
        "invested_before": year.before,
        "planned_investment": year.planned,
    }
    versions = [
        Version(moment(year.listed_on, life.rng), district.authors.staff, f"{year.year} 年计划", fields)
    ]
    adjusted = date(year.year, 7, 10)
    if year.listed_on < adjusted <= district.until and life.rng.random() < 0.05:
        more = {"planned_investment": _rounded(year.planned * 1.1)}
        versions.append(Version(moment(adjusted, life.rng), district.authors.office, "年中调整计划", more))
    return DemoRecord.of(AnnualPlan, versions)


def reports(life: Life, year: Year, district: District) -> Iterator[DemoRecord]:
    """One for each month that has ended since the project was listed; some are missing, some came late."""
    newest = periods.month_start(periods.month_start(district.until) - timedelta(days=1))
    for month in periods.months_of(year.year):
        ended = periods.month_end(month)
        if ended < year.listed_on or ended > district.until:
            continue
        if life.stopped_on and life.stopped_on < ended:
            return
        fate = _fate(life.rng, is_newest=month == newest)
        if fate is not None:
            fields = {"project": life.project, "month": month} | _said(life, year, month)
            yield DemoRecord.of(MonthlyReport, _written(fields, fate, ended, life.rng, district))


def _fate(rng: Random, *, is_newest: bool) -> ReportState | None:
    """How far a report has come; None: nobody has written one."""
    shares = (70, 13, 6, 3, 8) if is_newest else (960, 3, 6, 3, 28)
    fates = (ReportState.APPROVED, ReportState.SUBMITTED, ReportState.RETURNED, ReportState.DRAFT, None)
    return rng.choices(fates, shares)[0]


def _said(life: Life, year: Year, month: date) -> dict[str, object]:
    """The month's figures and words; what the statistics accept begins with the entry, and never in January."""
    ended = periods.month_end(month)
    share = _share(
        life.happens(Stage.STARTED), life.happens(Stage.IN_PRODUCTION), month, ended + timedelta(days=1)
    )
    invested = _rounded(life.investment * share * life.rng.uniform(0.75, 1.25))
    entered = life.happens(Stage.ENTERED) <= ended and month.month > 1
    done = [stage for stage in DONE_STAGES if stage in life.drawn and life.happens(stage) <= ended]
    progress, next_step = words.PROGRESS[done[-1] if done else Stage.SIGNED]
    needs = words.COORDINATION if life.rng.random() < 0.06 else ""
    return {
        "invested": invested,
        "accepted": _rounded(invested * life.rng.uniform(0.82, 1)) if entered else None,
        "progress": progress,
        "next_step": next_step,
        "needs_coordination": needs,
        "unchanged": invested == 0 and life.rng.random() < 0.8,
    }


def _written(
    fields: dict[str, object], fate: ReportState, ended: date, rng: Random, district: District
) -> list[Version]:
    """A report as it came in: handed in by the fifth, or months late; reviewed; now and then corrected."""
    staff, office, until = district.authors.staff, district.authors.office, district.until
    wait = rng.randint(50, 140) if rng.random() < 0.04 else rng.randint(1, 5)
    handed_in = min(ended + timedelta(days=wait), until)
    at = moment(handed_in, rng)
    if fate == ReportState.DRAFT:
        return [Version(at, staff, "填写月报", fields | {"state": fate})]
    sent = fields | {"state": ReportState.SUBMITTED, "submitted_by": staff, "submitted_at": at}
    late = reason("", about=ended, written=handed_in)
    versions = [Version(at, office if late else staff, f"{late}补报月报" if late else "提交月报", sent)]
    reviewed = handed_in + timedelta(days=rng.randint(1, 6))
    if fate == ReportState.SUBMITTED or reviewed > until:
        return versions
    at = moment(reviewed, rng)
    review: dict[str, object] = {"state": fate, "reviewed_by": office, "reviewed_at": at}
    if fate == ReportState.RETURNED:
        return [*versions, Version(at, office, "退回月报", review | {"return_reason": words.RETURNED})]
    versions.append(Version(at, office, "审核通过", review))
    corrected, invested = reviewed + timedelta(days=rng.randint(20, 80)), fields["invested"]
    if corrected <= until and isinstance(invested, int) and invested and rng.random() < 0.03:
        amount = {"invested": _rounded(invested * 0.9)}
        why = reason("按核查结果修改", about=ended, written=corrected)
        versions.append(Version(moment(corrected, rng), office, why, amount))
    return versions
