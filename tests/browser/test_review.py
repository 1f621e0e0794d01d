"""The review of a month in the browser: its keys, and what is ticked stays ticked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from projects.models import MonthlyReport
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

REVIEW = "/months/2024-09/review/"


@pytest.fixture
def desk(page: Page, live_server) -> Iterator[Page]:
    """Two towns with two reports each, as the office opens them; the console may complain of a refused form alone."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for town in ("罗溪镇", "薛家镇"):
        unit = build.town(town)
        for number in (1, 2):
            project = build.project(f"{town}项目{number}", organisation=unit, total_investment=90 * build.YI)
            build.listing(project)
            build.milestone(project, "started", "2024-02-01")
            build.report(project, "2024-09", build.YI, state="submitted")
    build.office(username="office")
    page.goto(f"{live_server.url}/accounts/login/?next={REVIEW}")
    page.get_by_label("用户名").fill("office")
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("group", name="处理选中的")).to_contain_text("没有勾选")
    yield page
    assert [complaint for complaint in complaints if "422" not in complaint] == []


def states() -> dict[str, str]:
    return dict(MonthlyReport.objects.values_list("project__name", "state"))


def test_a_refused_return_by_keys_keeps_the_ticks_and_says_why_in_the_dark_dock(desk: Page) -> None:
    dock = desk.get_by_role("group", name="处理选中的")
    expect(dock).to_contain_text("没有勾选")
    for key in ("j", "x", "j", "j", "x", "k"):
        desk.keyboard.press(key)
    expect(desk.get_by_label("选择罗溪镇项目2")).to_be_focused()
    expect(dock).to_contain_text("已选 2 个")
    desk.get_by_role("button", name="退回选中的").click()

    expect(dock.get_by_role("alert")).to_have_text("退回须写明原因。")
    expect(dock).to_have_class("dock deciding lifted")
    expect(dock).to_contain_text("已选 2 个")
    expect(desk.get_by_label("选择罗溪镇项目1")).to_be_checked()
    assert set(states().values()) == {"submitted"}

    desk.locator("h1").click()
    desk.keyboard.press("r")
    desk.keyboard.type("缺照片")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("已退回 2 个项目的月报。")
    returned = [name for name, state in states().items() if state == "returned"]
    assert sorted(returned) == ["罗溪镇项目1", "薛家镇项目1"]


def test_all_of_a_unit_are_ticked_at_once_and_approved_by_a_key(desk: Page) -> None:
    expect(desk.get_by_role("rowheader", name="薛家镇 待审 2 · 已报 2/2")).to_be_visible()
    desk.get_by_label("选择薛家镇的全部").check()
    expect(desk.get_by_label("选择薛家镇项目2")).to_be_checked()
    expect(desk.get_by_label("选择罗溪镇项目1")).not_to_be_checked()
    desk.keyboard.press("a")
    expect(desk.get_by_role("status")).to_contain_text("已通过 2 个项目的月报。")

    approved = [name for name, state in states().items() if state == "approved"]
    assert sorted(approved) == ["薛家镇项目1", "薛家镇项目2"]
