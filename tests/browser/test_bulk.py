"""Many at once in a real browser: 25 projects to 开工 by keyboard alone, and what is refused."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from projects.models import Milestone, Project
from tests import build

pytestmark = [pytest.mark.django_db(transaction=True)]

COUNT = 25


@pytest.fixture
def desk(sign_in, live_server) -> Page:
    """The list of 25 projects that have their land, before the staff of their town."""
    luoxi = build.town("罗溪镇")
    for number in range(COUNT):
        build.milestone(build.project(f"项目{number:02}", organisation=luoxi), "land", "2024-01-05")
    return sign_in(build.staff(luoxi), "/projects/")


def started() -> int:
    return Milestone.objects.filter(stage="started").exclude(reached_on=None).count()


def test_the_keyboard_alone_moves_all_that_match(desk: Page) -> None:
    tab_to(desk, "选中全部 25 个符合条件的")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="批量处理 25 个项目")).to_be_visible()
    tab_to(desk, "预览：移动到节点")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="将会改动 25 个")).to_be_visible()
    tab_to(desk, "全部写入（25 个）")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("已修改 25 个项目。")

    assert started() == COUNT


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what a screen reader calls `name`."""
    for _ in range(200):
        page.keyboard.press("Tab")
        called = page.evaluate(
            """() => { const at = document.activeElement;
            return (at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "").trim(); }"""
        )
        if called == name:
            return
    pytest.fail(f"the keyboard does not reach {name}")


def test_what_somebody_else_wrote_since_the_preview_is_told_and_kept(desk: Page) -> None:
    desk.get_by_label("选择项目03").check()
    desk.get_by_label("选择项目07").check()
    desk.get_by_role("button", name="批量处理所选").click()
    desk.get_by_role("textbox", name="或粘贴一列日期").fill("2024-03-15\n2024年3月\n")
    desk.get_by_role("button", name="预览：移动到节点").click()
    expect(desk.get_by_text("2024年3月15日")).to_be_visible()
    build.milestone(Project.objects.get(name="项目03"), "started", "2024-02-01")

    desk.get_by_role("button", name="全部写入").click()
    expect(desk.get_by_role("status")).to_contain_text("没有写入任何改动：1 个项目不能改：项目03")
    desk.get_by_role("button", name="只做可以的 1 个").click()
    expect(desk.get_by_role("status")).to_contain_text("已修改 1 个项目，其余没有改动。")

    days = {
        entry.project.name: str(entry.reached_on)
        for entry in Milestone.objects.filter(stage="started").select_related("project")
    }
    assert days == {"项目03": "2024-02-01", "项目07": "2024-03-31"}


@pytest.mark.parametrize("width", [1360, 390])
def test_no_page_has_a_serious_fault(desk: Page, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    assert faults(desk, width) == []
    desk.get_by_role("link", name="选中全部 25 个符合条件的").click()
    expect(desk.get_by_role("heading", name="批量处理 25 个项目")).to_be_visible()
    assert faults(desk, width) == []
    desk.get_by_role("textbox", name="或粘贴一列日期").fill("\n".join(["2024-03-15"] * 24 + ["上周"]))
    desk.get_by_role("button", name="预览：移动到节点").click()
    expect(desk.get_by_text("看不懂日期“上周”")).to_be_visible()
    assert faults(desk, width) == []
    desk.get_by_role("button", name="只做可以的 24 个").click()
    expect(desk.get_by_role("button", name="撤销整批")).to_be_visible()
    assert faults(desk, width) == []


def faults(page: Page, width: int) -> list[str]:
    found = [
        f"{fault['id']}: {fault['help']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{wide} px wide"] if wide > width else [])
