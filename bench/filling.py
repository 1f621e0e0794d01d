"""A scratch database of a given size: the demonstration's projects, all alive through one year."""

from collections.abc import Iterator
from datetime import date
from itertools import count, islice
from pathlib import Path
from random import Random

from django.db import connection, transaction
from django.db.models import Model

from projects.actions.accounts import create_first_accounts
from projects.demo.course import GAPS
from projects.demo.district import District, found
from projects.demo.life import live
from projects.demo.targets import Plans, targets
from projects.demo.writing import DemoRecord, write
from projects.demo.years import ListNumbers, annual_plan, listings, reports, year_of
from projects.models import (
    AnnualPlan,
    Evidence,
    Listing,
    Milestone,
    MonthlyReport,
    Participation,
    Project,
    StageRule,
)
from projects.vocabulary import Stage

TABLES: tuple[type[Model], ...] = (Project, Participation, Listing, AnnualPlan, Milestone, MonthlyReport)
STAGES = frozenset(GAPS) - {Stage.REGISTERED, Stage.FULL_CAPACITY}
"""Eight stage dates a project."""

CHUNK = 1_000
SEED = 7


def measured_year(today: date) -> int:
    """The last whole year: twelve months of it can be reported."""
    return today.year - 1


def fill(size: int, *, today: date, folder: Path) -> None:
    """Write so many projects, each on a list and reporting through the measured year."""
    with transaction.atomic():
        district, plans = found(today=today), Plans()
        create_first_accounts(folder / "accounts.txt")
        year = measured_year(today)
        tables = {model: Table(model) for model in TABLES}
        stories = islice(_stories(district, year, plans), size)
        while chunk := [record.subject for story in islice(stories, CHUNK) for record in story]:
            for model, table in tables.items():
                table.insert([subject for subject in chunk if isinstance(subject, model)])
        prove()
        write(targets(plans, rng=Random(SEED), district=district))
        for table in tables.values():
            table.begin_history()


def prove() -> None:
    """Two of three reached stages that ask for evidence have some; no file is written, nobody opens one here."""
    columns = "milestone_id, file, shown, thumbnail, caption, sha256, uploaded_at"
    sql = (
        f"INSERT INTO {Evidence._meta.db_table} ({columns})"
        " SELECT m.id, 'evidence/' || m.id || '.jpg', '', '', '', m.id, %s"
        f" FROM {Milestone._meta.db_table} m JOIN {StageRule._meta.db_table} r ON r.stage = m.stage"
        " WHERE r.evidence_required AND m.reached_on IS NOT NULL AND m.id %% 3 > 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, ["2023-01-01 00:00:00"])
    Table(Evidence).begin_history()


def _stories(district: District, year: int, plans: Plans) -> Iterator[list[DemoRecord]]:
    """Projects that are listed for the whole of the year, with its twelve reports and their lists of two years."""
    list_numbers, keys = ListNumbers(), count(1)
    born = (date(year - 2, 7, 1), date(year - 1, 7, 1))
    for number in count(1):
        life, records = live(district, number, seed=SEED, born=born)
        listed = year_of(life, year, district)
        if listed is None or listed.listed_on > date(year, 1, 31):
            continue
        plans.add(life, year, listed)
        records = [record for record in records if getattr(record.subject, "stage", Stage.STARTED) in STAGES]
        records += [*listings(life, listed, list_numbers, district), annual_plan(life, listed, district)]
        records += reports(life, listed, district)
        if following := year_of(life, year + 1, district):
            records += [
                *listings(life, following, list_numbers, district),
                annual_plan(life, following, district),
            ]
        life.project.pk = next(keys)
        yield records


class Table:
    """Plain insertion into the table of a model, and the first history entry of every row at once."""

    def __init__(self, model: type[Model]) -> None:
        self.model, self.fields, self.keys = model, model._meta.concrete_fields, count(1)
        columns = ", ".join(f'"{field.column}"' for field in self.fields)
        holders = ", ".join(["%s"] * len(self.fields))
        self.sql = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({holders})"

    def insert(self, subjects: list[Model]) -> None:
        for subject in subjects:
            subject.pk = subject.pk or next(self.keys)
            if isinstance(subject, Project):
                subject.make_findable()
            else:
                subject.project_id = subject.project.pk
        rows = [
            [field.get_db_prep_save(getattr(subject, field.attname), connection) for field in self.fields]
            for subject in subjects
        ]
        with connection.cursor() as cursor:
            cursor.executemany(self.sql, rows)

    def begin_history(self) -> None:
        history = self.model.history.model
        columns = ", ".join(f'"{field.column}"' for field in history.tracked_fields)
        sql = (
            f"INSERT INTO {history._meta.db_table} ({columns}, history_date, history_type, history_change_reason)"
            f" SELECT {columns}, %s, '+', '' FROM {self.model._meta.db_table} ORDER BY id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, ["2023-01-01 00:00:00"])
