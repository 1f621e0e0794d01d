"""What holds for every scope and every reader: the rows add up to the whole, the starts are reconciled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.figures.completion.lines import CompletionPage
from projects.figures.completion.page import completion_page
from projects.figures.register.sheet import StageCount
from projects.figures.scope import Scope
from projects.models import Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.vocabulary import Category, Level, Stage
from tests import build

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
STAGES = (Stage.STARTED, Stage.ENTERED, Stage.COMPLETED, Stage.SIGNED)
PRECISIONS = ("day", "day", "month", "quarter", "year", "not_later")
PROJECTS, READERS, UNITS = 40, 4, 6

SCOPES = st.fixed_dictionaries(
    {
        "level": st.sampled_from(["", *Level]),
        "unit": st.integers(0, UNITS - 1),
        "as_of": st.dates(FIRST, LAST),
        "reader": st.integers(0, READERS - 1),
    }
)

few = settings(max_examples=20, deadline=None)


@dataclass(frozen=True)
class District:
    """A small district that is asked about; unit 0 stands for the whole of it."""

    units: list[Organisation | None]
    readers: list[User]
    everywhere: list[Organisation]

    def page(self, *, level: str, unit: int, as_of: date, reader: int) -> CompletionPage:
        visible = Project.objects.visible_to(self.readers[reader])
        return completion_page(
            Scope(
                visible,
                as_of.year,
                as_of,
                level,
                self.units[unit],
                organisations=self.everywhere,
                reach=DISTRICT,
            )
        )


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker) -> Iterator[District]:
    """Built once and rolled back; these tests only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _district(Random(20240930))
        transaction.set_rollback(True)


def _district(chance: Random) -> District:
    luoxi, xuejia, park = build.town("罗溪镇"), build.town("薛家镇"), build.park()
    village = build.town("龙王村", parent=luoxi)
    units = [None, luoxi, xuejia, park, village, build.town("空镇")]
    for _ in range(PROJECTS):
        _project(chance, chance.choice([None, luoxi, xuejia, park, village]))
    readers = [build.leader(), build.office(), build.staff(luoxi), build.staff(village)]
    return District(units, readers, list(Organisation.objects.all()))


def _project(chance: Random, unit: Organisation | None) -> None:
    project = build.project(organisation=unit, total_investment=chance.choice([None, 3, 12 * build.YI]))
    for year in (2023, 2024, 2025):
        for level in chance.sample(list(Level), chance.randint(0, 2)):
            removed = chance.random() < 0.2
            build.listing(
                project,
                level,
                year,
                category=chance.choice(list(Category)),
                removed_on=date(year, chance.randint(1, 12), 15) if removed else None,
                removed_reason="调出" if removed else "",
            )
    for stage in STAGES:
        _milestone(chance, project, stage)
    for month in chance.sample(range(1, 13), 3):
        build.report(project, f"2024-{month:02}", chance.choice([None, 0, build.YI]))


def _milestone(chance: Random, project: Project, stage: Stage) -> None:
    planned, reached = (_day(chance) if chance.random() < 0.7 else None for _ in range(2))
    if planned or reached:
        build.milestone(
            project,
            stage,
            reached,
            chance.choice(PRECISIONS),
            planned=planned,
            skipped=not reached and chance.random() < 0.1,
        )


def _day(chance: Random) -> date:
    return FIRST + timedelta(chance.randrange((LAST - FIRST).days))


@few
@given(asked=SCOPES)
def test_the_rows_of_the_units_add_up_to_the_whole(district: District, asked: dict) -> None:
    page = district.page(**asked)

    assert sum(row.holding.count for row in page.rows) == page.holding.count
    assert sum(row.holding.owing for row in page.rows) == page.holding.owing
    for place, line in enumerate(page.lines):
        parts = [row.lines[place] for row in page.rows]
        for end in ("certain", "possible"):
            added = sum(getattr(part.register, end, 0) for part in parts)
            assert added == getattr(line.register, end, 0)
        for name in StageCount.__slots__:
            added = sum(getattr(part.count, name) or 0 for part in parts)
            assert added == (getattr(line.count, name) or 0)


@few
@given(asked=SCOPES)
def test_due_less_overdue_with_early_and_unplanned_is_what_was_reached(
    district: District, asked: dict
) -> None:
    page = district.page(**asked)

    for line in (line for lines in (page.lines, *(row.lines for row in page.rows)) for line in lines):
        counted = line.count
        reconciled = counted.due - counted.overdue + counted.early + counted.unplanned
        assert reconciled == counted.in_year


@settings(few, max_examples=10)
@given(asked=SCOPES)
def test_a_reader_never_counts_what_another_unit_does(district: District, asked: dict) -> None:
    everyone, reader = district.page(**(asked | {"reader": 0})), district.page(**asked)
    visible = {row.label: row.holding.count for row in everyone.rows}

    assert reader.holding.count <= everyone.holding.count
    assert all(row.holding.count <= visible[row.label] for row in reader.rows)


def test_the_district_is_not_empty(district: District) -> None:
    """What holds of nothing would prove nothing."""
    page = district.page(level="", unit=0, as_of=date(2024, 9, 30), reader=0)
    counted = page.line("started").count
    assert page.holding.count == PROJECTS
    assert len(page.rows) == 4  # the village is counted in its town, nobody answers for the rest
    assert min(counted.due, counted.overdue, counted.early, counted.unplanned, counted.year_unknown) > 0
