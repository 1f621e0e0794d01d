"""Shares under a money column, and columns of money or days that nobody has explained: never taken in silence."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlwt
from xlsxwriter import Workbook

from projects.files.recognise.headings import Heading
from projects.models import HeadingChoice
from projects.vocabulary import ImportState, Outcome
from projects.workbooks import decide, jobs
from projects.workbooks.unknown_columns import UnknownColumn
from tests import build
from tests.workbooks.sheets_made import received, xlsx

HEAD = ["项目名称", "总投资（万元）"]


@pytest.fixture
def office():
    return build.office()


def percent_xlsx(code: str) -> bytes:
    written = BytesIO()
    with Workbook(written) as book:
        page = book.add_worksheet("清单")
        page.write_row(0, 0, HEAD)
        page.write(1, 0, "甲项目")
        page.write(1, 1, 0.5, book.add_format({"num_format": code}))
    return written.getvalue()


def percent_xls(code: str) -> bytes:
    book, written = xlwt.Workbook(), BytesIO()
    page = book.add_sheet("清单")
    for column, title in enumerate(HEAD):
        page.write(0, column, title)
    page.write(1, 0, "甲项目")
    page.write(1, 1, 0.5, xlwt.easyxf(num_format_str=code))
    book.save(written)
    return written.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["0%", "0.00%", "0.0%;-0.0%"])
@pytest.mark.parametrize(("made", "name"), [(percent_xlsx, "清单.xlsx"), (percent_xls, "清单.xls")])
def test_a_percent_cell_is_no_amount(office, made, name: str, code: str) -> None:
    row = received(made(code), office, name=name).rows.get()
    assert row.outcome == Outcome.FAULTY
    assert row.faults == {"total_investment": "“50%”是比例，不是金额，请写明元、万元或亿元的数额"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["50%", "50 %", "50％", "500‰", "5折", "五成", "百分之五十", "5个百分点", "2倍"]
)
def test_a_share_in_a_text_is_no_amount(office, text: str) -> None:
    content = f"项目名称,总投资（万元）\n甲项目,{text}\n".encode()
    row = received(content, office, name="清单.csv").rows.get()
    assert row.outcome == Outcome.FAULTY
    assert row.faults["total_investment"].startswith(f"“{text}”是比例，不是金额")


@pytest.mark.parametrize(
    ("title", "cells", "looks_like"),
    [
        ("投入", [3000, 5000.5], "金额"),
        ("总投入（万元）", [None, 3000], "金额"),
        ("贷款到账", ["未知", 12, "无"], "金额"),
        ("规模", ["3亿元", "5000万元"], "金额"),
        ("", [12000, 300], "金额"),
        ("开工", ["2024年3月", "2024-05-01"], "日期"),
        ("进场", [date(2024, 3, 1), None], "日期"),
        ("完工时间", ["2024年9月", "待定", "待定", "待定"], "日期"),
        ("老板", ["盛大", "李明"], ""),
        ("", [1, 2, 3], ""),
        ("用地面积（亩）", [30, 50], ""),
        ("新增人数", [300, 20], ""),
        ("原表行号", [12], ""),
        ("完成率", [0.5, 0.7], ""),
        ("工作进展", ["已完成桩基", "2024年9月开工"] + ["施工中"] * 3, ""),
        ("空列", [], ""),
    ],
)
def test_what_a_column_that_nobody_knows_looks_like(title: str, cells: list[Any], looks_like: str) -> None:
    column = UnknownColumn(Heading(3, title))
    for cell in cells:
        if cell is not None:
            column.add(cell)
    assert column.looks_like == looks_like


def asked(imported) -> dict[str, str]:
    return {
        each["title"]: each["looks_like"]
        for sheet in imported.layout["sheets"]
        for each in sheet["headings"]
        if each["looks_like"]
    }


@pytest.mark.django_db
def test_a_money_column_that_is_not_known_is_asked_about_and_remembered(office) -> None:
    content = xlsx([*HEAD, "投入"], ["甲项目", 12000, 300], ["乙项目", 100, 20])
    imported = received(content, office)
    assert (imported.state, asked(imported)) == (ImportState.MAPPING, {"投入": "金额"})
    decide.explain(imported, {"投入": {"key": ""}}, by=office)
    again = received(content, office)
    assert (again.state, asked(again)) == (ImportState.PREVIEW, {})


@pytest.mark.django_db
def test_two_columns_that_claim_one_meaning_are_asked_about(office) -> None:
    content = xlsx(["项目名称", "计划总投资（万元）", "项目总投资（万元）"], ["甲项目", 12000, 13000])
    imported = received(content, office)
    assert imported.state == ImportState.MAPPING
    assert asked(imported) == {"计划总投资（万元）": "金额", "项目总投资（万元）": "金额"}


@pytest.mark.django_db
def test_the_worse_of_two_columns_is_not_dropped_in_silence(office) -> None:
    content = xlsx([*HEAD, "项目总投资（万元）"], ["甲项目", 12000, 13000])
    assert asked(received(content, office)) == {"项目总投资（万元）": "金额"}


@pytest.mark.django_db
def test_columns_headed_alike_are_answered_one_by_one(office) -> None:
    content = xlsx(["项目名称", "总投资（万元）", "总投资（万元）"], ["甲项目", 12000, 13000])
    imported = received(content, office)
    names = [each["folded"] for each in imported.layout["sheets"][0]["headings"]]
    assert names == ["项目名称", "总投资", "总投资·2"]
    said = {"总投资": {"key": ""}, "总投资·2": {"key": "total_investment"}}

    again = read_again(decide.explain(imported, said, by=office), office)

    assert (again.state, again.rows.get().cells["total_investment"]) == (ImportState.PREVIEW, "13000万元")
    assert list(HeadingChoice.objects.values_list("heading", flat=True)) == ["总投资"]


@pytest.mark.django_db
def test_a_column_without_a_heading_is_asked_about_for_this_workbook_only(office) -> None:
    content = xlsx(["项目名称", None, "建设单位"], ["甲项目", 300, "甲公司"], ["乙项目", 20, "乙公司"])
    imported = received(content, office)
    assert (imported.state, asked(imported)) == (ImportState.MAPPING, {"（B 列没有表头）": "金额"})

    again = read_again(decide.explain(imported, {"·B": {"key": ""}}, by=office), office)

    assert again.state == ImportState.PREVIEW
    assert not HeadingChoice.objects.exists()
    assert received(content, office).state == ImportState.MAPPING


def read_again(imported, by):
    return jobs.perform(jobs.begin(imported, ImportState.READING, by=by))
