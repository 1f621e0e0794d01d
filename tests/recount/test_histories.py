"""Random histories: pauses, promotions, moves of unit, late entries, two clocks. Product and recount agree on all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from projects.actions.recording import erase
from projects.models import (
    LightRule,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Project,
    Target,
    User,
)
from projects.recount.comparing import Product
from projects.recount.counting import Basis, CountedDay
from projects.recount.refereeing import Comparison, compare_moves, compare_scope, compare_seals, readable_by
from projects.recount.tables import snapshot
from projects.rules import periods
from projects.vocabulary import Indicator, Level, Precision, ReportState, SideState, Stage
from tests import build

pytestmark = pytest.mark.django_db

FIRST = date(2023, 7, 1)
PROJECTS = 5
MONTHS = [
    date(2023, 12, 1),
    date(2024, 1, 1),
    date(2024, 3, 1),
    date(2024, 5, 1),
    date(2024, 6, 1),
    date(2024, 12, 1),
]
DAYS = st.sampled_from(
    [day for first in MONTHS for day in (first, first.replace(day=15), periods.month_end(first))]
)
"""Few days, so that what happens and what is asked about often meet on the same one."""


few = settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""An example takes a second: what fails is shown as it was drawn."""


@dataclass(frozen=True)
class Step:
    """Something that happened on a day and was written on another."""

    kind: str
    project: int
    on: date
    at: date | None
    """None: now."""
    draw: int


@dataclass
class Town:
    """A small district; what has been written about it grows step by step."""

    office: User
    units: list[Organisation | None]
    projects: list[Project]

    def unit(self, draw: int) -> Organisation | None:
        return self.units[draw % len(self.units)]


def pick[Choice](choices: list[Choice], draw: int) -> Choice:
    return choices[draw % len(choices)]


def settle() -> Town:
    """Everything was on record before the first step."""
    luoxi, xuejia = (build.town(name, at="2023-01-02") for name in ("罗溪镇", "薛家镇"))
    units = [None, luoxi, xuejia, build.town("龙王村", parent=luoxi, at="2023-01-02")]
    projects = [
        build.project(
            f"项目{number}",
            organisation=units[number % len(units)],
            total_investment=[None, 3 * build.YI, 120 * build.YI][number % 3],
            at="2023-01-02",
        )
        for number in range(PROJECTS)
    ]
    for family, yellow, red in (
        ("points_behind", "10", "30"),
        ("start_overdue", "1", "3"),
        ("entry_overdue", "1", "2"),
    ):
        build.light_rule(family, yellow, red, since="2023-01-01", at="2023-01-02")
    return Town(build.office(), units, projects)


def moment(step: Step) -> datetime | None:
    return None if step.at is None else build.moment(step.at.isoformat())


# What a step does


def reach(town: Town, project: Project, step: Step) -> None:
    stage = pick(
        [Stage.SIGNED, Stage.STARTED, Stage.ENTERED, Stage.COMPLETED, Stage.IN_PRODUCTION], step.draw
    )
    if not Milestone.objects.filter(project=project, stage=stage).exists():
        precision = pick(list(Precision), step.draw // 5)
        planned = step.on if step.draw % 2 else None
        build.milestone(project, stage, step.on, precision, planned=planned, at=moment(step))


def plan(town: Town, project: Project, step: Step) -> None:
    stage = pick([Stage.STARTED, Stage.COMPLETED, Stage.TOPPED_OUT, Stage.ENTERED], step.draw)
    if not Milestone.objects.filter(project=project, stage=stage).exists():
        build.milestone(project, stage, planned=step.on, skipped=step.draw % 9 == 0, at=moment(step))


def report(town: Town, project: Project, step: Step) -> None:
    month, state = step.on.replace(day=1), pick(list(ReportState), step.draw)
    amount = pick([None, 0, build.YI], step.draw // 4)
    found = MonthlyReport.objects.filter(project=project, month=month).first()
    if found is None:
        unchanged = amount is None and state == ReportState.APPROVED
        build.report(project, month, amount, state, unchanged=unchanged, at=moment(step))
    else:
        found.invested, found.unchanged, found.opening = 7, False, None
        build.kept(found, at=moment(step))


def open_year(town: Town, project: Project, step: Step) -> None:
    """The year to date up to a month, reported elsewhere; what was reported of its months stays, or makes way."""
    month, state = step.on.replace(day=1), pick(list(ReportState), step.draw)
    if not project.reports.filter(month__year=month.year, opening__isnull=False).exists():
        found = project.reports.filter(month=month).first()
        if found is None:
            opening = pick([0, 5, 3 * build.YI], step.draw // 4)
            build.report(project, month, None, state, opening=opening, accepted=opening, at=moment(step))
        else:
            found.invested, found.unchanged, found.opening = None, False, 11
            build.kept(found, at=moment(step))


def enlist(town: Town, project: Project, step: Step) -> None:
    """Placed on a list, promoted to another, or taken off one."""
    level = pick(list(Level), step.draw)
    found = Listing.objects.filter(project=project, year=step.on.year, level=level).first()
    if found is None:
        category = pick(["new", "continuing", "reserve"], step.draw // 3)
        first = {"listed_on": step.on, "listed_precision": pick(["day", "month"], step.draw // 7)}
        days = first if step.draw % 2 else {}
        build.listing(project, level, step.on.year, category=category, at=moment(step), **days)
    elif found.removed_on is None and (found.listed_on or step.on) <= step.on:
        found.removed_on, found.removed_reason = step.on, "停建"
        build.kept(found, at=moment(step))


def plan_year(town: Town, project: Project, step: Step) -> None:
    if not project.annual_plans.filter(year=step.on.year).exists():
        build.annual_plan(
            project, pick([None, build.YI, 5 * build.YI], step.draw), step.on.year, at=moment(step)
        )


def pause(town: Town, project: Project, step: Step) -> None:
    """Stops, or goes on again."""
    if project.side_state_on is None:
        over = max((span.until for span in project.standstills), default=FIRST)
        project.side_state = pick(list(SideState), step.draw)
        project.side_state_on, project.side_reason = max(step.on, over), "market"
    elif step.on >= project.side_state_on:
        project.keep_pause(step.on)
        project.side_state, project.side_state_on, project.side_reason = "", None, ""
    build.kept(project, at=moment(step))


def move(town: Town, project: Project, step: Step) -> None:
    """To another unit from a day on, or, now and then, corrected for all days."""
    unit = town.unit(step.draw)
    last = max((date.fromisoformat(until) for _, until in project.former_units), default=step.on)
    if step.draw % 7:
        project.hand_to(unit.pk if unit else None, on=max(step.on, last), today=timezone.localdate())
    else:
        project.organisation = unit
    build.kept(project, at=moment(step))


def end(town: Town, project: Project, step: Step) -> None:
    """Split or merged on a day; what it reported stays in the year."""
    if project.ended_on is None and (project.began_on or step.on) <= step.on:
        project.ended_on = step.on
        build.kept(project, at=moment(step))


def begin(town: Town, project: Project, step: Step) -> None:
    """A part of another project, there from a day on."""
    if project.began_on is None and (project.ended_on or step.on) >= step.on:
        project.began_on = step.on
        build.kept(project, at=moment(step))


def help_out(town: Town, project: Project, step: Step) -> None:
    """A unit begins to help on a day or has always helped; or it helps no more."""
    unit = town.unit(step.draw)
    if unit is None or unit == project.organisation:
        return
    found = project.participations.filter(organisation=unit).first()
    if found is None:
        since = step.on if step.draw % 5 else None
        build.kept(Participation(project=project, organisation=unit, began_on=since), at=moment(step))
    elif found.ended_on is None and (found.began_on or FIRST) < step.on:
        found.ended_on = step.on
        build.kept(found, at=moment(step))


def resettle(town: Town, project: Project, step: Step) -> None:
    """The village goes to the other town from a day on, or, now and then, has always stood there."""
    luoxi, xuejia, village = filter(None, town.units)
    other = xuejia if village.parent_id == luoxi.pk else luoxi
    last = max((date.fromisoformat(until) for _, until in village.former_parents), default=step.on)
    if step.draw % 7:
        village.move_under(other.pk, on=max(step.on, last), today=timezone.localdate())
    else:
        village.parent = other
    build.kept(village, at=moment(step))


def raise_problem(town: Town, project: Project, step: Step) -> None:
    build.problem(project, f"问题{step.draw}", raised=step.on, due_on=step.on, at=moment(step))


def aim(town: Town, project: Project, step: Step) -> None:
    indicator, level = pick(list(Indicator), step.draw), pick(["", *Level], step.draw // 8)
    of = {"year": step.on.year, "level": level, "organisation": town.unit(step.draw // 32)}
    if not Target.objects.filter(indicator=indicator, **of).exists():
        curve = [1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3] if step.draw % 3 == 0 else None
        build.target(indicator, 3, curve=curve, due_month=pick([9, 12], step.draw), **of, at=moment(step))


def rule(town: Town, project: Project, step: Step) -> None:
    """Another version of the rules: one that looks at the months before, or at last year."""
    family = pick(["points_behind", "share_of_due", "growth"], step.draw)
    yellow, red = {"points_behind": (5, 20), "share_of_due": (90, 60), "growth": (10, -10)}[family]
    if not LightRule.objects.filter(family=family, applies_from=step.on).exists():
        memory = (
            {}
            if family == "growth"
            else {
                "red_after": pick([None, 2, 3], step.draw // 3),
                "until_green": step.draw % 2 == 0,
            }
        )
        entry = LightRule(family=family, yellow=yellow, red=red, applies_from=step.on, **memory)
        build.kept(entry, at=moment(step))


def forget(town: Town, project: Project, step: Step) -> None:
    """A report was written by mistake."""
    found = project.reports.order_by("month").first()
    if found is not None:
        found._history_date = moment(step) or timezone.now()
        erase(found, by=None, reason="误报")


STEPS: dict[str, Callable[[Town, Project, Step], None]] = {
    "reach": reach,
    "plan": plan,
    "report": report,
    "open_year": open_year,
    "enlist": enlist,
    "plan_year": plan_year,
    "pause": pause,
    "move": move,
    "end": end,
    "begin": begin,
    "help": help_out,
    "resettle": resettle,
    "problem": raise_problem,
    "aim": aim,
    "forget": forget,
    "rule": rule,
}


def histories(*, late: bool = False) -> st.SearchStrategy[list[Step]]:
    """Steps in the order in which they were written; `late`: all of them now."""
    step = st.builds(
        Step,
        kind=st.sampled_from(sorted(STEPS)),
        project=st.integers(0, PROJECTS - 1),
        on=DAYS,
        at=st.none() if late else DAYS,
        draw=st.integers(0, 255),
    )
    steps = st.lists(step, min_size=3 if late else 12, max_size=10 if late else 40)
    return steps.map(lambda found: found if late else sorted(found, key=lambda each: (each.at, each.on)))


def live(town: Town, steps: list[Step]) -> None:
    for step in steps:
        STEPS[step.kind](town, Project.objects.get(pk=town.projects[step.project].pk), step)


def refereed(town: Town, day: date, level: str, known: date, draw: int) -> Comparison:
    """For the district on both clocks, for a unit, and for staff of a unit asking about one below."""
    comparison, product = Comparison(), Product()
    luoxi, village = Organisation.objects.get(name="罗溪镇"), Organisation.objects.get(name="龙王村")
    top, below = luoxi.pk, village.pk if village.parent_id == luoxi.pk else luoxi.pk
    moments = {
        None: [Basis(day, level), Basis(day, level, pick([top, below], draw)), Basis(day, level, below, top)]
    }
    moments |= {build.moment(known.isoformat()): [Basis(day, level)]}
    for at, asked in moments.items():
        register = CountedDay(snapshot(at), day, {top: readable_by(top)})
        for each in asked:
            compare_scope(product, register, each, comparison)
        earlier = CountedDay(snapshot(at), day - timedelta(days=70), {top: readable_by(top)})
        compare_moves(product, earlier, register, asked[-1], comparison)
    return comparison


@few
@given(
    steps=histories(),
    day=DAYS,
    level=st.sampled_from(["", *Level]),
    known=DAYS,
    draw=st.integers(0, 1),
)
def test_product_and_recount_agree_on_any_history(
    steps: list[Step], day: date, level: str, known: date, draw: int
) -> None:
    with transaction.atomic():
        town = settle()
        live(town, steps)
        comparison = refereed(town, day, level, known, draw)
        transaction.set_rollback(True)

    assert list(map(str, comparison.differences)) == []
    assert comparison.compared.total() > 700


@few
@given(before=histories(), after=histories(late=True), month=DAYS, level=st.sampled_from(["", *Level]))
def test_a_seal_equals_the_recount_at_its_basis_whatever_is_written_later(
    before: list[Step], after: list[Step], month: date, level: str
) -> None:
    comparison = Comparison()
    with transaction.atomic():
        town = settle()
        live(town, before)
        build.seal(f"{month:%Y-%m}", level=level, by=town.office)
        live(town, after)
        done = list(compare_seals(comparison))
        transaction.set_rollback(True)

    assert len(done) == 1
    assert list(map(str, comparison.differences)) == []
    assert comparison.compared.total() > 50
