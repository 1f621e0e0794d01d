"""A row and the page's form are one judge: what the one takes, the other takes, to the same value."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.forms.project import ProjectForm
from projects.models import Organisation, Project
from projects.models.checks import broken
from projects.rules.codes import credit_code_check
from projects.workbooks.kinds.projects.cells import TYPED, project_cells
from tests import build

CREDIT = "91320411MA1MKBJ4X"
TEXTS: dict[str, st.SearchStrategy[str]] = {
    name: st.text("热泵机组 AbＡ１（）\n", max_size=230).filter(lambda text: text.strip() not in {"-", "—"})
    for name in TYPED
}
CODES = {
    "national_code": st.sampled_from(
        ["2405-320411-04-01-123456", "２４０５-320411-04-01-123456", "2405-320411-04-01", "随便"]
    ),
    "credit_code": st.sampled_from([CREDIT + credit_code_check(CREDIT), CREDIT.lower(), CREDIT + "0", "短"]),
}
AMOUNTS = {
    name: st.sampled_from(
        ["10亿元", "600万元", "1,234.5万元", "0元", "约10亿元", "-3亿元", "1.23456789亿元", "3亿美元"]
    )
    for name in ("total_investment", "contract_amount")
}
ROWS = st.fixed_dictionaries({"name": TEXTS.pop("name")}, optional=TEXTS | CODES | AMOUNTS)


def by_row(cells: dict[str, str]) -> tuple[set[str], dict[str, Any]]:
    """Faulty columns, and what a project would say."""
    values, faults = project_cells(units=[], industries={}, year=2024).judge(cells)
    project = Project(**values)
    if not project.name:
        faults["name"] = "required"
    assert not broken(project)
    return set(faults), {key: getattr(project, key) for key in cells if key not in faults}


def by_page(cells: dict[str, str]) -> tuple[set[str], dict[str, Any]]:
    form = ProjectForm(cells, organisations=Organisation.objects.all())
    faults = set(form.errors)
    return faults, {key: getattr(form.instance, key) for key in cells if key not in faults}


class TestOneJudge(TestCase):
    @settings(max_examples=150, deadline=None)
    @given(ROWS)
    def test_the_row_and_the_page_say_the_same(self, cells: dict[str, str]) -> None:
        build.district()

        assert by_row(cells) == by_page(cells)


@pytest.mark.django_db
def test_links_are_taken_by_every_name_of_today_and_by_former_ones() -> None:
    town = build.town("春江街道", short_name="春江", former_names="春江镇、圩塘镇", kind="subdistrict")
    park = build.park("综合保税区")
    cells = project_cells(units=list(Organisation.objects.all()), industries={}, year=2024)

    for text in ("春江街道", "春江", "春江镇", "圩塘镇", " 春江街道 "):
        assert cells.judge({"town": text, "organisation": text}) == (
            {"town": town.pk, "organisation": town.pk},
            {},
        )
    assert cells.judge({"town": "综合保税区", "park": "综合保税区"}) == (
        {"park": park.pk},
        {"town": "没有“综合保税区”这个镇街。"},
    )


@pytest.mark.django_db
def test_a_full_name_is_its_own_unit_whatever_others_are_called_for_short() -> None:
    office = build.town("项目办", kind="office")
    other = build.town("重大项目推进办公室", kind="department", short_name="项目办", former_names="推进办")
    third = build.town("推进办公室", kind="department", short_name="推进办")
    cells = project_cells(units=list(Organisation.objects.all()), industries={}, year=2024)

    said = {text: cells.judge({"organisation": text})[0]["organisation"] for text in ("项目办", "推进办")}

    assert said == {"项目办": office.pk, "推进办": third.pk}
    assert cells.judge({"organisation": "重大项目推进办公室"})[0] == {"organisation": other.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("nothing", ["-", "—", "/", "未明确", "待定", ""])
def test_what_says_nothing_is_neither_value_nor_fault(nothing: str) -> None:
    cells = project_cells(units=[], industries={}, year=2024)

    assert cells.judge({"town": nothing, "total_investment": nothing, "started_plan": nothing}) == ({}, {})
