"""Two clocks: when it happened (`as_of`) and what was known (`known_at`)."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from projects.actions.recording import erase, record
from projects.figures.completion.lines import CompletionPage
from projects.figures.completion.page import completion_page
from projects.figures.open_milestones import due_milestones
from projects.figures.register.silent import silent
from projects.figures.scope import Scope
from projects.models import MonthlyReport, Organisation, Project, StageRule
from projects.models.reach import DISTRICT
from projects.vocabulary import Level, Stage
from tests import build

pytestmark = pytest.mark.django_db

AUGUST = date(2024, 8, 31)
REPLAYED = (date(2024, 5, 31), date(2024, 9, 30))


def at(day: str) -> datetime:
    return build.moment(day)


def page_of(as_of: date, known_at: datetime | None = None, level: str = "city") -> CompletionPage:
    units = list(Organisation.objects.all())
    return completion_page(
        Scope(Project.objects.all(), as_of.year, as_of, level, None, known_at, units, reach=DISTRICT)
    )


def answer(page: CompletionPage) -> list[object]:
    """Everything that a page states, as plain values."""
    whole = [(line.indicator, line.computed, line.count, line.by_month, line.coverage) for line in page.lines]
    rows = [(row.label, row.holding, [line.computed for line in row.lines]) for row in page.rows]
    names = sorted(project.name for project in silent(page.scope, most=99))
    late, ahead = due_milestones(page.scope, most=99)
    due = sorted((item.project.name, item.stage, item.days_late) for item in (*late, *ahead))
    assert len(names) == (page.coverage.missing if page.coverage else 0)
    return [page.holding, page.carried_over, page.newly_entered, whole, rows, page.funnel, names, due]


def test_a_late_entry_changes_what_is_known_and_not_what_was() -> None:
    project = build.project(at="2024-01-05")
    build.listing(project, at="2024-01-05")
    build.report(project, "2024-07", 3 * build.YI, at="2024-08-04")
    build.report(project, "2024-08", 2 * build.YI, at="2024-10-10")
    build.milestone(project, Stage.STARTED, "2024-08-20", at="2024-10-11")

    old, new = page_of(AUGUST, at("2024-09-05")), page_of(AUGUST)

    assert (old.line("invested").computed, new.line("invested").computed) == (3 * build.YI, 5 * build.YI)
    assert (old.line("started").computed, new.line("started").computed) == (None, 1)


def test_a_correction_and_a_withdrawal_are_seen_from_their_moment_on() -> None:
    project, gone = build.project(at="2024-01-05"), build.project(at="2024-01-05")
    for each in (project, gone):
        build.listing(each, at="2024-01-05")
    report = build.report(project, "2024-08", 2, at="2024-09-01")
    report.invested = 7
    build.kept(report, at="2024-09-20", reason="更正")
    listing = gone.listings.get()
    listing._history_date = at("2024-09-25")
    erase(listing, by=None, reason="误列")

    known = {day: page_of(AUGUST, at(day)) for day in ("2024-09-10", "2024-09-21", "2024-09-26")}

    assert [page.line("invested").computed for page in known.values()] == [2, 7, 7]
    assert [page.holding.count for page in known.values()] == [2, 2, 1]


def test_a_project_is_counted_where_it_was_known_to_belong() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    project = build.project(organisation=luoxi, at="2024-01-05")
    build.listing(project, at="2024-01-05")
    project.organisation = xuejia
    build.kept(project, at="2024-06-01", reason="划转")

    before = page_of(AUGUST, at("2024-03-01"))
    after = page_of(AUGUST, at("2024-07-01"))

    assert [row.label for row in before.rows] == ["罗溪镇"]
    assert [row.label for row in after.rows] == ["薛家镇"]


@pytest.mark.parametrize("seed", range(4))
def test_replaying_the_history_gives_what_was_answered_then(seed: int) -> None:
    """Random writes; each moment's answer, taken live, is the answer known at that moment for ever."""
    dice = random.Random(seed)
    clock = at("2024-01-02")
    for rule in StageRule.objects.all():
        build.kept(rule, at="2024-01-01")  # the migrations brought them today
    units = [build.district(), build.town("罗溪镇"), build.town("薛家镇")]
    projects: list[Project] = []
    live: list[tuple[datetime, list[object]]] = []
    for _ in range(25):
        clock += timedelta(hours=dice.randint(1, 200))
        _write_something(dice, projects, units, clock)
        live.append((clock, [answer(page_of(day, level="")) for day in REPLAYED]))

    assert timezone.now() > clock
    for moment, then in live:
        assert [answer(page_of(day, moment, level="")) for day in REPLAYED] == then


def _write_something(
    dice: random.Random, projects: list[Project], units: list[Organisation], clock: datetime
) -> None:
    if len(projects) < 3 or dice.random() < 0.2:
        project = build.project(
            organisation=dice.choice(units), total_investment=dice.randint(1, 99), at=clock
        )
        build.listing(project, dice.choice(list(Level)), at=clock)
        projects.append(project)
        return
    project = dice.choice(projects)
    stage = dice.choice([Stage.STARTED, Stage.TOPPED_OUT, Stage.ENTERED])
    if dice.random() < 0.5 and not project.milestones.filter(stage=stage).exists():
        build.milestone(project, stage, f"2024-0{dice.randint(1, 9)}-15", planned="2024-05-31", at=clock)
    elif dice.random() < 0.5:
        _report_something(dice, project, clock)
    elif dice.random() < 0.6:
        _stop_or_resume(dice, project, clock)
    else:
        project.organisation = dice.choice(units)
        project._history_date = clock
        record(project, by=None, reason="划转")


def _stop_or_resume(dice: random.Random, project: Project, clock: datetime) -> None:
    """Paused, terminated or going on again from a day that may lie long before it is recorded."""
    earliest = max(
        [span.until if span.until < date.max else span.since for span in project.standstills], default=None
    )
    on = max(earliest or date(2024, 1, 1), date(2024, dice.randint(1, 9), dice.randint(1, 28)))
    state = "" if project.side_state and dice.random() < 0.7 else dice.choice(["paused", "terminated"])
    project.keep_pause(on)
    project.side_state, project.side_state_on = state, on if state else None
    project.side_reason = "market" if state else ""
    build.kept(project, at=clock, reason="状态")


def _report_something(dice: random.Random, project: Project, clock: datetime) -> None:
    month = date(2024, dice.randint(1, 9), 1)
    report = MonthlyReport.objects.filter(project=project, month=month).first()
    if report is None:
        build.report(project, month, dice.randint(0, 9), dice.choice(["approved", "submitted"]), at=clock)
    else:
        report.invested = dice.randint(0, 9)
        build.kept(report, at=clock, reason="更正")
