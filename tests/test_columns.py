"""The description of a column is the only place that states what it is; the lists of the program follow from it."""

import re
from datetime import date
from pathlib import Path

import pytest

from projects.columns import PROJECTS, REPORTS, Holds, Record, plan_key, reached_key, stored_in
from projects.figures.project_facts import PLACED
from projects.figures.registry import project_sheet
from projects.forms.milestone import PlanForm, PostponeForm, ReachForm
from projects.forms.project import FACTS, AnnualPlanRowForm, ListingRowForm, ProjectPageForm
from projects.forms.report import ReportRowForm
from projects.forms.state import AsideForm, ResumeForm
from projects.models import AnnualPlan, Listing, Project
from projects.vocabulary import Precision, Stage
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


FORMS = (
    *(ProjectPageForm, ListingRowForm, AnnualPlanRowForm),
    *(ReachForm, PlanForm, PostponeForm, AsideForm, ResumeForm, ReportRowForm),
)
"""What the pages of a project and of a month can record."""
OF_A_FORM = {"version", "seen", "shown", "helpers_version", "year_sure", "reason"}
"""Base versions, confirmations, and the reason of a write, which an import states once for all rows."""
IN_OTHER_WORDS = {
    "foreign_amount": "foreign",
    "foreign_currency": "foreign",
    "number": "list_number",
    "listed_precision": "listed_on",
    "ReachForm.on": "started_reached",
    "ReachForm.precision": "started_reached",
    "PlanForm.on": "started_plan",
    "PlanForm.precision": "started_plan",
    "PostponeForm.on": "started_plan",
    "PostponeForm.precision": "started_plan",
    "PostponeForm.note": "cause",
}
"""Fields with the column that says the same under another key: a day and its precision are one cell."""
ON_THE_PAGE_ONLY = {
    "handed_on": "one day for all rows of an import: a term of its form",
    "year": "one year for all rows of an import: a term of its form",
    "removed_on": "a sheet without a project does not say that it was taken off: that is an act with a reason",
    "removed_reason": "as removed_on",
    "evidence": "photos are no cells",
    "ReachForm.note": "the workbook itself is the source that is kept",
    "PlanForm.note": "as ReachForm.note",
    "AsideForm.state": "pausing and terminating stop what a project owes: acts with a coded reason",
    "AsideForm.on": "as AsideForm.state",
    "AsideForm.cause": "as AsideForm.state",
    "AsideForm.note": "as AsideForm.state",
    "ResumeForm.on": "as AsideForm.state",
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_what_the_page_can_record_the_sheet_can(form) -> None:
    keys = {column.key for column in (*PROJECTS, *REPORTS) if column.holds is not Holds.NOTHING}
    without = {
        name
        for name in form.base_fields.keys() - OF_A_FORM
        for word in [f"{form.__name__}.{name}"]
        if IN_OTHER_WORDS.get(word, IN_OTHER_WORDS.get(name, name)) not in keys
        and not {word, name} & ON_THE_PAGE_ONLY.keys()
    }

    assert without == set()


@pytest.mark.parametrize("stage", list(Stage), ids=str)
def test_each_stage_can_be_planned_and_reached_by_a_sheet(stage) -> None:
    judges = project_cells(units=[], industries={}, year=2024).judges

    assert {plan_key(stage), reached_key(stage)} <= set(KEYS) & judges.keys()
