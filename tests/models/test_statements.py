"""Large writes past `bulk_create` store what the libraries would store."""

from copy import copy
from datetime import date, datetime

import pytest
from django.utils import timezone

from projects.actions.change_sets import TABLES
from projects.actions.recording import attribute, erase_all, record_all
from projects.models import AnnualPlan, ImportRow, Listing, Milestone, MonthlyReport, Project, Target
from projects.models.copies import copied
from projects.models.statements import converted, insert, stored_fields, update
from projects.vocabulary import Currency, Indicator, Level, Precision, SideState, Stage
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def unit():
    return build.town("三井街道")


def _records(project, unit):
    """New records of the tables that imports write, with values of every kind."""
    return [
        Listing(project=project, year=2024, level=Level.CITY, number=3),
        AnnualPlan(project=project, year=2024, planned_investment=2**40),
        Milestone(
            project=project,
            stage=Stage.STARTED,
            reached_on=date(2024, 3, 5),
            reached_precision=Precision.DAY,
            recorded_on=date(2024, 3, 6),
        ),
        MonthlyReport(project=project, month=date(2024, 3, 1), invested=5, progress="“%s” 100%"),
        Target(organisation=unit, year=2024, indicator=Indicator.STARTED, amount=4),
    ]


def _entry(record, *, but=("history_id", "history_date")):
    entry = type(record).history.filter(id=record.pk).latest("history_id")
    return {
        field.attname: getattr(entry, field.attname)
        for field in entry._meta.concrete_fields
        if field.attname not in but
    }


@pytest.mark.parametrize("at", range(5))
def test_a_set_is_recorded_as_the_history_library_records_a_save(office, unit, at):
    other = build.project(organisation=unit)
    saved = _records(build.project(organisation=unit), unit)[at]
    saved._history_user, saved._change_reason = office, "导入"
    saved.save()
    by_save = _entry(saved)
    if isinstance(saved, Target):
        saved.delete()
    written = _records(other, unit)[at]
    attribute(written, by=office, reason="导入")

    (number,) = record_all([written], by=office, is_new=True)

    same = {"id", "project_id"}
    by_set = _entry(written)
    assert {key: by_set[key] for key in by_set if key not in same} == {
        key: by_save[key] for key in by_save if key not in same
    }
    assert type(written).history.get(history_id=number).id == written.pk
    stored = type(written)._base_manager.get(pk=written.pk)
    fields = [field.attname for field in stored._meta.concrete_fields]
    assert [getattr(stored, name) for name in fields] == [getattr(written, name) for name in fields]


def test_a_changed_and_a_deleted_record_are_recorded_too(office, unit):
    project = build.project(organisation=unit, name="甲")
    project.name, project.side_state, project.pauses = (
        "乙",
        SideState.PAUSED,
        [["2024-01-01", "2024-02-01", "paused"]],
    )
    project.side_state_on, project.side_reason = date(2024, 3, 1), "funding"
    project.foreign_amount, project.foreign_currency = 5, Currency.USD
    attribute(project, by=office, reason="更正")

    record_all([project], by=office, is_new=False)

    stored = Project.objects.get(pk=project.pk)
    assert (stored.name, stored.pauses, stored.foreign_currency) == ("乙", project.pauses, "USD")
    entry = Project.history.filter(id=project.pk).latest("history_id")
    assert (entry.history_type, entry.name, entry.pauses) == ("~", "乙", project.pauses)
    assert (entry.history_user, entry.history_change_reason) == (office, "更正")
    assert isinstance(entry.history_date, datetime)
    assert (timezone.now() - entry.history_date).total_seconds() < 60

    erase_all([stored], by=office, reason="登记错误")

    gone = Project.history.filter(id=project.pk).latest("history_id")
    assert (gone.history_type, gone.name, gone.history_change_reason) == ("-", "乙", "登记错误")


def test_every_column_of_a_history_is_written():
    """A column that the library adds to its entries would stay empty."""
    ours = {"history_id", "history_date", "history_user", "history_type", "history_change_reason"}
    for model in TABLES.values():
        entries = model.history.model
        tracked = {field.name for field in entries.tracked_fields}
        assert {field.name for field in entries._meta.concrete_fields} == tracked | ours


def test_a_copy_is_what_copy_makes(unit):
    project = build.project(organisation=unit)
    project.organisation  # noqa: B018 - so that the copy has it, too
    for record in (project, Project(), Milestone(project=project, stage=Stage.STARTED)):
        ours, theirs = copied(record), copy(record)
        cached = [each._state.fields_cache for each in (ours, theirs)]
        assert cached[0] == cached[1]
        assert cached[0] is not record._state.fields_cache
        state = ("db", "adding")
        for name in state:
            assert getattr(ours._state, name) == getattr(theirs._state, name)
        hidden = {"_state"}
        assert {key: value for key, value in vars(ours).items() if key not in hidden} == {
            key: value
            for key, value in vars(theirs).items()
            if key not in hidden and not key.startswith("_django")
        }
        ours.name = "别的"
        assert getattr(record, "name", "") != "别的"


def test_more_rows_than_one_statement_takes_keep_their_order(office):
    fields = stored_fields(Project)
    names = [f"项目{number}" for number in range(1203)]

    keys = insert(Project, fields, converted([Project(name=name) for name in names], fields))

    stored = Project.objects.in_bulk(keys)
    assert [stored[key].name for key in keys] == names

    (name,) = stored_fields(Project, ["name"])
    update(Project, [name], [[f"新{name}"] for name in names], keys)
    assert list(Project.objects.order_by("pk").values_list("name", flat=True)) == [
        f"新{name}" for name in names
    ]


def test_a_row_that_is_read_in_is_as_django_would_store_it(office):
    imported = build.imported(by=office)
    ImportRow.objects.add(imported, [("表1", 4, {"name": "“甲”%s"}, {"total": "看不懂"})], after=7)
    row = ImportRow.objects.get(parent=imported)
    usual = ImportRow(
        parent=imported, position=8, sheet="表1", line=4, cells={"name": "“甲”%s"}, unread={"total": "看不懂"}
    )
    fields = [field.attname for field in ImportRow._meta.concrete_fields if not field.primary_key]
    assert [getattr(row, name) for name in fields] == [getattr(usual, name) for name in fields]
