"""The description of a column is the only place that states what it is; the lists of the program follow from it."""

import re
from datetime import date
from pathlib import Path

import pytest

from projects.columns import PROJECTS, Holds, Record, stored_in
from projects.figures.registry import PLACED, project_sheet
from projects.forms.project import FACTS
from projects.models import AnnualPlan, Listing, Project
from projects.vocabulary import Precision
from projects.workbooks.kinds.projects.cells import project_cells
from projects.workbooks.kinds.projects.records import OF_PROJECT
from projects.workbooks.sheets.projects import KEYS
from tests import build

ROOT = Path(__file__).parents[1]
MOST_FILES = 5
"""Model, column, and where a person placed it: the list of the form, a template, demonstration data."""


def test_a_text_field_is_named_in_no_list_that_follows_from_its_column() -> None:
    files = [
        path
        for folder in ("projects", "templates", "hightech")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html") and "migrations" not in path.parts
    ]
    naming = [path for path in files if re.search(r"\blinked_leader\b", path.read_text())]

    assert len(naming) <= MOST_FILES, naming


@pytest.mark.parametrize(
    ("record", "model"),
    [(Record.PROJECT, Project), (Record.LISTING, Listing), (Record.PLAN, AnnualPlan)],
)
def test_a_column_names_a_field_of_its_record(record, model) -> None:
    names = {field.attname for field in model._meta.concrete_fields}

    assert {column.attribute for column in stored_in(record, PROJECTS)} - {
        "foreign",
        "listed_period",
    } <= names


def test_the_first_day_on_a_list_is_one_column_of_two_fields() -> None:
    column = next(column for column in PROJECTS if column.key == "listed_on")
    listing = Listing(year=2024)
    column.set(listing, (date(2024, 7, 31), Precision.MONTH))

    assert (
        column.get(listing) == (listing.listed_on, listing.listed_precision) == (date(2024, 7, 31), "month")
    )
    column.set(listing, None)
    assert (column.get(listing), listing.listed_on, listing.listed_precision) == (None, None, "")


@pytest.mark.parametrize("column", stored_in(Record.PROJECT, PROJECTS), ids=lambda column: column.key)
def test_what_a_project_stores_is_judged_compared_and_exported(column) -> None:
    assert column.key in project_cells(units=[], industries={}, year=2024).judges
    assert column.key in OF_PROJECT
    assert column.key in KEYS
    assert (column.key in FACTS) != (column.holds is Holds.FOREIGN)


def test_unknown_is_the_empty_text_for_exactly_the_fields_of_characters() -> None:
    empty = Project()
    fresh = {column.key for column in stored_in(Record.PROJECT, PROJECTS) if column.key != "foreign"}

    assert {key for key in fresh if OF_PROJECT[key].get(empty) == ""} == {
        key for key in fresh if OF_PROJECT[key].is_text
    }


def test_a_column_sets_what_it_gets() -> None:
    project = Project()
    OF_PROJECT["linked_leader"].set(project, "张区长")
    OF_PROJECT["town"].set(project, 7)

    assert (project.linked_leader, project.town_id) == ("张区长", 7)
    assert [OF_PROJECT[key].get(project) for key in ("linked_leader", "town")] == ["张区长", 7]


@pytest.mark.django_db
def test_each_short_text_is_on_the_page_of_a_project() -> None:
    short = [column for column in stored_in(Record.PROJECT, PROJECTS) if column.holds is Holds.TEXT]
    others = [column for column in short if column.key not in PLACED]
    project = build.project(**{column.key: f"{column.title}的内容" for column in others})
    shown = {fact.label: fact.words for fact in project_sheet(project, as_of=date(2024, 9, 30)).facts}

    assert {column.title: shown[column.title] for column in others} == {
        column.title: f"{column.title}的内容" for column in others
    }
