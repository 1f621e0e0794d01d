"""What leaves comes back: an exported list changes nothing, and where two have changed one cell, a person chooses."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from projects.models import Import, ImportRow, Listing, Milestone, Project
from projects.vocabulary import Category, ImportState, Outcome, Stage
from projects.workbooks import decide
from tests import build
from tests.build import YI
from tests.workbooks.sheets_made import applied, changes_of, conflicts_of, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office(username="李主任", first_name="李主任")


@pytest.fixture
def project():
    """One with something in every kind of column."""
    luoxi = build.town("罗溪镇")
    project = build.project(
        "热泵机组项目",
        enterprise="河海公司",
        national_code="2405-320411-04-01-123456",
        former_names="老名字",
        content="厂房 3 万㎡\n年产 500 台",
        place="罗溪路 1 号",
        organisation=luoxi,
        town=luoxi,
        park=build.park(),
        industry=build.industry(),
        nature="new_build",
        total_investment=1_012_345_678,
        contract_amount=YI,
        foreign_amount=5_000_000,
        foreign_currency="USD",
        linked_leader="王区长",
        contact="张三",
        contact_phone="0519-85100000",
        remark="=1+1 不是公式",
    )
    build.listing(project, "province", category="new", number=3, completes=True)
    build.listing(project, "city", category="new", number=3, completes=True)
    build.annual_plan(project, 3 * YI + 1, invested_before=0)
    build.milestone(project, Stage.SIGNED, "2024-01-05")
    build.milestone(project, Stage.STARTED, "2024-03-15", planned="2024-03-31", planned_precision="month")
    build.milestone(
        project,
        Stage.TOPPED_OUT,
        "2024-11-20",
        "not_later",
        planned="2024-09-30",
        planned_precision="quarter",
    )
    build.milestone(project, Stage.COMPLETED, planned="2024-12-31", planned_precision="year")
    build.milestone(project, Stage.LAND, skipped=True)
    return project


def exported(client: Client, suffix: str = "xlsx", query: str = "year=2024") -> bytes:
    answer = client.get(f"/projects/export.{suffix}?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def edited(content: bytes, **cells: object) -> bytes:
    """The exported workbook with other texts in its first row, by title as far as it goes."""
    book = load_workbook(BytesIO(content))
    page = book.worksheets[0]
    heading = next(row for row in page.iter_rows() if any(cell.value == "项目名称" for cell in row))
    for title, value in cells.items():
        column = next(cell for cell in heading if str(cell.value).startswith(title))
        page.cell(row=column.row + 1, column=column.column).value = value
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def only(imported: Import) -> ImportRow:
    (row,) = imported.rows.all()
    return row


def outcomes(imported: Import) -> set[str]:
    assert imported.state == ImportState.PREVIEW, imported.fault
    return set(imported.rows.values_list("outcome", flat=True))


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_an_exported_list_changes_nothing(suffix: str, project: Project, office) -> None:
    content = exported(build.browser_of(office), suffix)

    back = received(content, office, name=f"清单.{suffix}")

    assert (only(back).changes, only(back).faults) == ([], {})
    assert outcomes(back) == {Outcome.UNCHANGED}


@pytest.mark.parametrize("query", ["", "year=2024"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_whole_article_comes_back_unchanged(suffix: str, query: str, article, office) -> None:
    content = exported(build.browser_of(office), suffix, query)

    terms = {} if query else {"year": timezone.localdate().year}
    back = received(content, office, name=f"清单.{suffix}", **terms)

    assert {(row.faults.get("", ""), str(row.faults), str(row.changes)) for row in back.rows.all()} == {
        ("", "{}", "[]")
    }
    assert outcomes(back) == {Outcome.UNCHANGED}
    listed = Project.objects.filter(listings__year=2024).distinct()
    assert back.total == (listed if query else Project.objects).count()


def test_its_year_is_read_from_the_sheet(project: Project, office) -> None:
    content = exported(build.browser_of(office))

    assert received(content, office, year=None).year == 2024
    other = received(content, office, year=2025)
    assert (other.state, other.fault) == (
        ImportState.FAILED,
        "工作表“项目清单”写明年度 2024，导入时选的是 2025，请重新选择。",
    )


def test_an_edited_cell_is_one_change(project: Project, office) -> None:
    content = edited(exported(build.browser_of(office)), 备注="改过的备注", 挂钩领导="赵区长")

    back = received(content, office)
    applied(back, office)

    assert [change[:2] for change in changes_of(only(back))] == [
        ["linked_leader", "挂钩领导"],
        ["remark", "备注"],
    ]
    project.refresh_from_db()
    assert (project.remark, project.linked_leader) == ("改过的备注", "赵区长")


def test_a_renamed_row_is_still_its_project(project: Project, office) -> None:
    back = applied(received(edited(exported(build.browser_of(office)), 项目名称="新名字"), office), office)

    assert (back.state, Project.objects.count()) == (ImportState.APPLIED, 1)
    project.refresh_from_db()
    assert (project.name, project.former_names) == ("新名字", "老名字、热泵机组项目")


def test_what_others_wrote_meanwhile_stays(project: Project, office) -> None:
    content = edited(exported(build.browser_of(office)), 备注="我的备注")
    project.contact = "别人改的责任人"
    build.kept(project, by=office)
    Listing.objects.get(level="city")
    build.milestone(project, Stage.ENTERED, "2024-04-01")

    back = received(content, office)
    applied(back, office)

    assert changes_of(only(back)) == [["remark", "备注", "=1+1 不是公式", "我的备注"]]
    project.refresh_from_db()
    assert (project.remark, project.contact) == ("我的备注", "别人改的责任人")
    assert Milestone.objects.filter(stage=Stage.ENTERED).exists()


def test_one_cell_changed_by_both_is_a_conflict_of_that_cell(project: Project, office) -> None:
    content = edited(exported(build.browser_of(office)), 备注="我的备注", 挂钩领导="赵区长")
    project.remark = "他人的备注"
    build.kept(project, by=office)

    row = only(received(content, office))

    assert row.outcome == Outcome.CONFLICT
    assert conflicts_of(row) == [["remark", "备注", "=1+1 不是公式", "他人的备注", "我的备注"]]
    assert [change[0] for change in changes_of(row)] == ["linked_leader"]


@pytest.mark.parametrize(("whose", "stands"), [("mine", "我的备注"), ("theirs", "他人的备注")])
def test_the_person_chooses(whose: str, stands: str, project: Project, office) -> None:
    content = edited(exported(build.browser_of(office)), 备注="我的备注", 挂钩领导="赵区长")
    project.remark = "他人的备注"
    build.kept(project, by=office)
    back = received(content, office)

    assert "还有 1 行有错误或待选择" in applied(back, office).fault
    decide.settle(back, only(back).pk, {"remark": whose}, by=office)
    done = applied(back, office)

    assert done.state == ImportState.APPLIED
    project.refresh_from_db()
    assert (project.remark, project.linked_leader) == (stands, "赵区长")


def test_plans_lists_and_stages_are_laid_three_ways_too(project: Project, office) -> None:
    content = edited(
        exported(build.browser_of(office)), 年度计划投资=4, 年度类别="续建", 竣工计划="2024年11月"
    )
    plan = project.annual_plans.get()
    plan.planned_investment = 5 * YI
    build.kept(plan, by=office)
    for listing in project.listings.all():
        listing.category = Category.RESERVE
        build.kept(listing, by=office)
    completed = project.milestones.get(stage=Stage.COMPLETED)
    completed.current_on, completed.current_precision = date(2024, 10, 31), "month"
    build.kept(completed, by=office)

    row = only(received(content, office))

    assert {(conflict[0], *conflict[2:]) for conflict in conflicts_of(row)} == {
        ("planned_investment", "3.00000001亿元", "5亿元", "4亿元"),
        ("category", "新建", "储备", "续建"),
        ("completed_plan", "2024年", "2024年10月", "2024年11月"),
    }


def test_an_unreadable_version_is_a_fault(project: Project, office) -> None:
    row = only(received(edited(exported(build.browser_of(office)), 系统版本="随便写的"), office))

    assert row.faults == {"version": "“系统版本”的内容“随便写的”被改动过，请重新导出后再改"}


def test_a_key_of_nobody_is_told(project: Project, office) -> None:
    row = only(received(edited(exported(build.browser_of(office)), 系统编号=987654), office))

    assert row.faults[""] == "没有系统编号为“987654”的项目，或您不能查看。"
