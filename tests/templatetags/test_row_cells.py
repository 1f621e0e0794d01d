"""The cells of the project list: one for each column that can be chosen, and what users typed is never markup."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import set_script_prefix

from projects.figures.registry import registry_page
from projects.filters.columns import COLUMNS
from projects.models import Project, User
from projects.templatetags.row_cells import CELLS, record_url, row_acts, row_cells, star
from tests import build

DAY = date(2024, 10, 15)
TYPED = '<b onclick="x">&'


def test_there_is_a_cell_for_every_column() -> None:
    assert CELLS.keys() == COLUMNS.keys()


@pytest.fixture
def row(db: None):
    project = build.project(
        TYPED,
        enterprise=TYPED,
        contact=TYPED,
        contact_phone=TYPED,
        linked_leader=TYPED,
        organisation=build.town(TYPED),
        town=build.town(TYPED + "2"),
        industry=build.industry(TYPED),
        total_investment=10**9,
    )
    build.listing(project, "city", 2024)
    build.annual_plan(project, 10**8)
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "completed", planned="2024-09-01")
    build.report(project, "2024-08", invested=10**7, progress=TYPED)
    projects = Project.objects.all()
    (row,) = registry_page(projects, writable=projects, reader=User(), as_of=DAY).rows
    return row


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_users_typed_is_text_in_every_cell(row) -> None:
    html = row_cells(row, COLUMNS) + star(row.project, starred=False) + row_acts(row, f"/projects/?q={TYPED}")
    page = Elements(html)

    assert "b" not in page.names
    assert page.names.count("td") == len(COLUMNS)
    assert (
        page.text.count(TYPED) == 6
    )  # person, progress, leader, unit, town, industry; the telephone is masked


def test_a_cell_says_what_the_figure_says(row) -> None:
    said = Elements(row_cells(row, ["level", "investment", "planned", "reported", "rate", "next"])).text

    assert said == "市10.001.000.1010.0%竣工 2024年9月1日"


def test_the_address_of_a_record_is_the_resolver_s() -> None:
    assert record_url("project_star", 7) == "/projects/7/star/"
    set_script_prefix("/major/")
    try:
        assert record_url("project_star", 8).startswith("/major/projects/8/")
    finally:
        set_script_prefix("/")
