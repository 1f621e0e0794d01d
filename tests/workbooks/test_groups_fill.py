"""What a group says of its rows fills what is empty in the register, and changes nothing that is recorded."""

import pytest

from projects.models import Project
from projects.vocabulary import ImportState, Outcome
from projects.workbooks import decide, jobs
from tests import build
from tests.workbooks.sheets_made import applied, received, xlsx

ROWS = (
    ["序号", "项目名称", "建设内容"],
    ["一、罗溪镇"],
    [1, "甲项目厂房", "新内容"],
    [2, "乙项目厂房", "新内容"],
    [3, "精密轴承基地", "新内容"],
)
CODE = "项目清单·groups_organisation"


@pytest.fixture
def office():
    return build.office()


def filled(office, answer: str = "fill"):
    imported = received(xlsx(*ROWS), office, level="city")
    assert imported.state == ImportState.MAPPING
    imported = decide.explain(imported, {}, by=office, answers={CODE: answer})
    return jobs.perform(jobs.begin(imported, ImportState.READING, by=office))


@pytest.mark.django_db
def test_a_unit_that_is_recorded_is_left_alone_and_told(office) -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    build.project("甲项目厂房", organisation=xuejia)
    build.project("乙项目厂房", organisation=None)
    imported = filled(office)
    rows = {row.label: row for row in imported.rows.all()}

    assert rows["甲项目厂房"].doubts == ["分组是“罗溪镇”，登记的责任单位是“薛家镇”，没有改"]
    assert "organisation" not in [change["key"] for change in rows["甲项目厂房"].changes]
    assert "organisation" in [change["key"] for change in rows["乙项目厂房"].changes]
    applied(imported, office)
    assert dict(Project.objects.values_list("name", "organisation")) == {
        "甲项目厂房": xuejia.pk,
        "乙项目厂房": luoxi.pk,
        "精密轴承基地": luoxi.pk,
    }


@pytest.mark.django_db
def test_a_cell_that_is_filled_in_the_preview_has_priority(office) -> None:
    build.town("罗溪镇")
    xuejia = build.town("薛家镇")
    imported = filled(office)
    row = imported.rows.get(label="精密轴承基地")

    decide.mend(imported, row.pk, {"organisation": "薛家镇"}, by=office)
    applied(imported, office)

    assert Project.objects.get(name="精密轴承基地").organisation == xuejia


@pytest.mark.django_db
def test_no_answer_fills_nothing(office) -> None:
    build.town("罗溪镇")
    imported = filled(office, "leave")
    assert {row.outcome for row in imported.rows.all()} == {Outcome.NEW}
    applied(imported, office)
    assert not Project.objects.exclude(organisation=None).exists()


@pytest.mark.django_db
def test_a_project_in_two_groups_keeps_the_first_unit(office) -> None:
    luoxi = build.town("罗溪镇")
    build.town("薛家镇")
    rows = [*ROWS, ["二、薛家镇"], [4, "甲项目厂房", "新内容"]]
    imported = received(xlsx(*rows), office, level="city")
    imported = decide.explain(imported, {}, by=office, answers={CODE: "fill"})
    imported = jobs.perform(jobs.begin(imported, ImportState.READING, by=office))

    assert imported.rows.order_by("position").last().doubts == [
        "分组是“薛家镇”，登记的责任单位是“罗溪镇”，没有改"
    ]
    applied(imported, office)
    assert Project.objects.get(name="甲项目厂房").organisation == luoxi
