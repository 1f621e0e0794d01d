"""After any write, what was kept and brought up to date is what is counted anew: sums, lists of names, to-do."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import lifecycle
from projects.actions.recording import erase
from projects.figures.attention import attention
from projects.figures.completion.target import light_rules
from projects.figures.open_milestones import due_milestones
from projects.figures.register import cache as kept
from projects.figures.register import first_rows
from projects.figures.register.sheet import StageCount
from projects.figures.register.tally import Tally, tally
from projects.figures.scope import Scope
from projects.figures.todo import office_desk, silent_months
from projects.models import Industry, Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules import periods
from projects.vocabulary import Level, Precision, Stage
from tests import build
from tests.recount.test_histories import MONTHS, STEPS, Step, Town, settle

pytestmark = pytest.mark.django_db(transaction=True)

DAYS = [day for first in MONTHS for day in (first, first.replace(day=15), periods.month_end(first))]
DAY = date(2024, 6, 30)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    cache.clear()


def scope_of(day: date, level: str = "", unit: Organisation | None = None) -> Scope:
    units = list(Organisation.objects.all())
    return Scope(Project.objects.all(), day.year, day, level, unit, organisations=units, reach=DISTRICT)


def known(found: Tally) -> dict[object, object]:
    """Without what counts nothing: a ledger may name a stage that it counts none of."""
    return {
        at: replace(sheet, stages={of: count for of, count in sheet.stages.items() if count != StageCount()})
        for at, sheet in found.sheets.items()
    }


def questions(unit: Organisation) -> dict[str, object]:
    """Sums by unit and by industry, lists of names and what is asked for."""
    district, on_list, middle = (
        scope_of(DAY),
        scope_of(DAY, Level.CITY),
        scope_of(date(2024, 3, 15), unit=unit),
    )
    rules = light_rules(DAY, None)
    return {
        "district": known(tally(district)),
        "lists": known(tally(on_list, levels=[Level.PROVINCE, ""])),
        "industries": known(tally(middle, group="industry")),
        "attention": attention(district, most=2, rules=rules),
        "attention of a list": attention(on_list, most=2, rules=rules),
        "attention within a month": attention(middle, most=2, rules=rules),
        "due": due_milestones(district, most=1, units=[unit]),
        "office": office_desk(Project.objects.all()),
        "silent": silent_months(Project.objects.all(), today=date(2024, 6, 3), days_after=5),
    }


# What is written beside the steps of the recount's histories


def correct(town: Town, project: Project, step: Step) -> None:
    """A day that was reached is another one, or none."""
    milestone = project.milestones.order_by("pk").first()
    if milestone is not None and not milestone.skipped:
        is_open = step.draw % 3 == 0
        milestone.reached_on = None if is_open else step.on
        milestone.reached_precision = "" if is_open else Precision.DAY
        milestone.recorded_on = None if is_open else timezone.localdate()
        build.kept(milestone)


def drop(town: Town, project: Project, step: Step) -> None:
    """A record was written by mistake."""
    of = (project.milestones, project.listings, project.participations, project.annual_plans)[step.draw % 4]
    if found := of.order_by("pk").first():
        erase(found, by=town.office, reason="误录")


def hand_over(town: Town, project: Project, step: Step) -> None:
    """A record belonged to another project."""
    milestone = project.milestones.order_by("-pk").first()
    other = Project.objects.exclude(pk=project.pk).exclude(
        milestones__stage=milestone.stage if milestone else ""
    )
    if milestone is not None and (target := other.first()):
        milestone.project = target
        build.kept(milestone)


def prove(town: Town, project: Project, step: Step) -> None:
    if found := project.milestones.filter(reached_on__isnull=False).first():
        build.evidence(found)


def price(town: Town, project: Project, step: Step) -> None:
    project.total_investment = (None, 0, 12 * build.YI, 200 * build.YI)[step.draw % 4]
    project.industry = Industry.objects.order_by("pk")[step.draw % 2]
    build.kept(project)


def remove(town: Town, project: Project, step: Step) -> None:
    """A project that was registered twice."""
    erase(build.project(f"重复 {step.draw} {timezone.now()}"), by=town.office, reason="重复")


WRITES = {**STEPS, **{each.__name__: each for each in (correct, drop, hand_over, prove, price, remove)}}
OFTEN = (*WRITES, "reach", "plan", "report", "enlist", "correct", "correct", "drop", "move", "pause")


ROUNDS, MOST_WRITES = 12, 4


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_write_the_kept_answers_are_those_of_the_ledger(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        first_rows, "SPARE", 1
    )  # so that lists of a small register end before they are told whole
    town, chance = settle(), Random(seed)
    for name in ("新能源", "智能制造"):
        build.industry(name)
    unit = town.projects[1].organisation
    assert unit is not None
    for _ in range(ROUNDS):
        steps = [
            Step(chance.choice(OFTEN), chance.randrange(5), chance.choice(DAYS), None, chance.randrange(256))
            for _ in range(chance.randint(1, MOST_WRITES))
        ]
        for step in steps:
            WRITES[step.kind](town, Project.objects.get(pk=town.projects[step.project].pk), step)
        brought = questions(unit)
        with transaction.atomic():  # there nothing is kept
            counted = questions(unit)
        for name, answer in brought.items():
            assert answer == counted[name], f"{name} after {steps}"


def queries_after_a_write(projects: int) -> list[int]:
    """Of the sums, the lists of names and the desk of the office, each asked before a project reached a stage."""
    town = build.town("罗溪镇")
    many = [build.project(f"项目{number}", organisation=town) for number in range(projects)]
    for project in many:
        build.listing(project, "city")
        build.milestone(project, Stage.SIGNED, "2024-02-01")
        build.report(project, "2024-05", build.YI, "submitted")
    asked = (
        lambda: tally(scope_of(DAY)),
        lambda: attention(scope_of(DAY), most=2),
        lambda: silent_months(Project.objects.all(), today=date(2024, 6, 3), days_after=5),
    )
    for question in asked:
        question()
    lifecycle.reach(many[0], Stage.STARTED, on=date(2024, 5, 1), precision=Precision.DAY, by=build.office())
    counts = []
    for question in asked:
        with CaptureQueriesContext(connection) as queries:
            question()
        counts.append(len(queries))
    return counts


@pytest.mark.parametrize("projects", [3, 60])
def test_a_write_costs_the_same_queries_however_many_projects_there_are(projects: int) -> None:
    assert queries_after_a_write(projects) == [12, 28, 3]


def started() -> int:
    return tally(scope_of(DAY)).sheet("").stage(Stage.STARTED).in_year


def test_after_many_writes_everything_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_CHANGED", 1)
    projects = [build.project("甲"), build.project("乙")]
    assert started() == 0

    for project in projects:
        build.milestone(project, Stage.STARTED, "2024-05-01")

    assert started() == 2


def test_what_was_kept_of_another_register_is_not_brought_up_to_date() -> None:
    """A file of the database was put in the place of a newer one: its histories end earlier."""
    build.milestone(build.project("甲"), Stage.STARTED, "2024-05-01")
    milestone = build.milestone(build.project("乙"), Stage.STARTED, "2024-05-01")
    assert started() == 2

    milestone.history.all().delete()
    type(milestone).objects.filter(pk=milestone.pk)._raw_delete("default")

    assert started() == 1
