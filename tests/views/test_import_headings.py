"""The headings of a workbook at the door: what is asked, what is said, what is remembered."""

import re

import pytest
from django.test import Client

from projects.models import HeadingChoice, User
from tests import build
from tests.views.import_desk import GOOD, HEAD, page_of, sent, sheet, shown, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def luoxi() -> User:
    return build.staff(build.town("罗溪镇"))


@pytest.fixture
def staff(luoxi: User) -> Client:
    return build.browser_of(luoxi)


def test_what_is_not_clear_is_asked_and_read_again(luoxi, staff):
    content = sheet(["热泵项目", 12000, "李明"], head=["工程名", "总投资", "项目名称备注"])
    imported = sent(staff, content)
    assert staff.get(page_of(imported))["Location"] == page_of(imported, "headings/")
    page = words(staff.get(page_of(imported, "headings/")))
    assert "工程名" in page
    assert "<span>热泵项目</span>" in page
    assert "没有认出必需的列：项目名称" in page
    assert "表头和表上方没有写明一个单位" in page

    response = staff.post(page_of(imported, "headings/"), {})
    assert response.status_code == 422
    assert "所有工作表都不读" in words(response)

    names = controls(page)
    response = staff.post(page_of(imported, "headings/"), {names["“工程名”的含义"]: "place"})
    assert response.status_code == 422
    assert "请指定哪一列是“项目名称”" in words(response)

    said = {names["“工程名”的含义"]: "name", names["“总投资”的含义"]: "total_investment"}
    response = staff.post(page_of(imported, "headings/"), said)
    assert response.status_code == 422
    assert "请选择这一列金额的单位。" in words(response)

    said[names["“总投资”的单位"]] = "WAN"
    response = staff.post(page_of(imported, "headings/"), said, follow=True)

    assert "预览：清单.xlsx" in words(response)
    row = imported.rows.get()
    assert row.cells == {"name": "热泵项目", "total_investment": "12000万元"}
    remembered = HeadingChoice.objects.get()
    assert (remembered.heading, remembered.key, remembered.organisation) == (
        "工程名",
        "name",
        luoxi.organisation,
    )
    again = sent(staff, content)
    assert "按以前的选择" in words(staff.get(page_of(again, "headings/")))


def controls(page: str) -> dict[str, str]:
    """The names of the controls by their labels."""
    return {label: name for name, label in re.findall(r'for="id_((?:key|unit)_\w+)">([^<]+)</label>', page)}


def test_a_heading_of_another_year_is_asked_until_it_is_said(staff):
    content = sheet(["热泵项目", "罗溪镇", 12000], head=["项目名称", "责任单位", "2023年计划投资（万元）"])
    imported = sent(staff, content)
    page = words(staff.get(page_of(imported, "headings/")))
    assert "表头写的是 2023 年" in page
    names = controls(page)
    said = {
        name: {"“项目名称”的含义": "name", "“责任单位”的含义": "organisation"}.get(label, "")
        for label, name in names.items()
    }
    assert staff.post(page_of(imported, "headings/"), said).status_code == 422

    said[names["“2023年计划投资（万元）”的含义"]] = "planned_investment"
    staff.post(page_of(imported, "headings/"), said)

    assert imported.rows.get().cells["planned_investment"] == "12000万元"


def test_a_sheet_that_is_not_wanted_is_left_out(staff):
    imported = sent(staff, sheet(["罗溪镇", "13900000000"], head=["责任单位", "联系电话"]))
    page = words(staff.get(page_of(imported, "headings/")))
    skip = re.search(r'name="(skip_\w+)"', page)
    response = staff.post(page_of(imported, "headings/"), {skip[1]: "on"})
    assert response.status_code == 422
    assert "所有工作表都不读" in words(response)


def test_one_column_is_not_said_twice(staff):
    imported = sent(staff, sheet(["甲", "乙", "罗溪镇"], head=["工程一", "工程二", "责任单位"]))
    names = controls(words(staff.get(page_of(imported, "headings/"))))
    said = {names["“工程一”的含义"]: "name", names["“工程二”的含义"]: "name"}
    response = staff.post(page_of(imported, "headings/"), said)
    assert response.status_code == 422
    assert "“项目名称”已指定给另一列：工程一。" in words(response)


def test_headings_can_be_changed_from_the_preview(staff):
    imported = sent(staff, sheet([*GOOD, "盛大"], head=[*HEAD, "老板"]))
    assert "F 列“老板”：没有认出，不导入" in shown(staff, imported)
    page = words(staff.get(page_of(imported, "headings/")))
    assert "重新读取整个工作簿" in page
    names = controls(page)
    said = {
        name: {
            "项目名称": "name",
            "建设单位": "enterprise",
            "总投资": "total_investment",
            "责任单位": "organisation",
            "开工实际": "started_reached",
            "老板": "linked_leader",
        }[label.split("”")[0].strip("“").split("（")[0]]
        for label, name in names.items()
    }
    staff.post(page_of(imported, "headings/"), said)
    assert imported.rows.get().cells["linked_leader"] == "盛大"


def test_a_column_that_looks_like_money_wants_an_answer(staff):
    imported = sent(staff, sheet(["热泵项目", "罗溪镇", 300], head=["项目名称", "责任单位", "投入"]))
    page = words(staff.get(page_of(imported, "headings/")))
    assert '<b class="late">内容像金额</b>，没有认出是哪一列，请选择' in page
    names = controls(page)
    said = {names["“项目名称”的含义"]: "name", names["“责任单位”的含义"]: "organisation"}
    response = staff.post(page_of(imported, "headings/"), said)
    assert response.status_code == 422
    assert "这一列的内容像金额，请指定它的含义，或选择“不导入此列”。" in words(response)

    said[names["“投入”的含义"]] = "nothing"
    staff.post(page_of(imported, "headings/"), said)

    assert imported.rows.get().cells == {"name": "热泵项目", "organisation": "罗溪镇"}


def test_a_sheet_that_is_not_read_wants_no_answers(staff):
    imported = sent(staff, sheet(["热泵项目", "罗溪镇", 300], head=["项目名称", "责任单位", "投入"]))
    page = words(staff.get(page_of(imported, "headings/")))
    skip = re.search(r'name="(skip_\w+)"', page)
    assert skip
    response = staff.post(page_of(imported, "headings/"), {skip[1]: "on"})
    assert "所有工作表都不读" in words(response)
    assert "请指定它的含义" not in words(response)
